import { writeFile } from 'node:fs/promises';
import { CompositionError } from '../src/federation/compose.js';
import { SUPERGRAPH_FILE, supergraphText, type SubgraphFile } from './supergraph-file.js';

/**
 * `npm run compose [-- <name>=<file>[@<address>] …]`: checks that the schemas make one supergraph with ours, asking
 * no server, and writes `schema/supergraph.graphql`. Without arguments: with `examples/reviews`.
 */
const wanted = process.argv.slice(2).map(readArgument);
try {
  await writeFile(SUPERGRAPH_FILE, await supergraphText(wanted.length > 0 ? wanted : undefined));
} catch (error) {
  const lines = error instanceof CompositionError ? error.problems : [String(error)];
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

function readArgument(text: string): SubgraphFile {
  const [, name, file, url] = /^([a-z][a-z0-9_-]*)=([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (name === undefined || file === undefined) {
    console.error(`expected <name>=<file>[@<address>], got ${JSON.stringify(text)}`);
    process.exit(2);
  }
  return { name, file, url: url ?? `http://${name}.invalid/graphql` };
}
