import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { WRONG_ARGUMENTS, readCommandLine } from '../src/command-line.js';
import { ConfigError } from '../src/errors.js';
import { CompositionError } from '../src/federation/compose.js';
import { OWN_GRAPH } from '../src/federation/federation.types.js';
import { OWN_URL, SUPERGRAPH_FILE, supergraphText, type SubgraphFile } from './supergraph-file.js';

const USAGE = 'usage: npm run -s compose -- [NAME=FILE[@ADDRESS] …] [--url ADDRESS] [--out FILE]';

const HELP = `${USAGE}

Checks that schemas make one supergraph with Foyer's own, asking no server, and gives the supergraph.

  NAME=FILE[@ADDRESS]  a subgraph: its name, a file with its schema, and the http(s) address that the supergraph names for it
  --url ADDRESS        the same of Foyer; default: ${OWN_URL}
  --out FILE           where the supergraph is written, replacing what is there; default: standard output
  --help               this text

Without a subgraph it is the example's (examples/reviews), and the supergraph goes to schema/supergraph.graphql.

Exit codes: 0 they fit, 1 they do not, with a line for each problem, ${WRONG_ARGUMENTS} they could not be looked at.
`;

const DO_NOT_FIT = 1;

/** `npm run compose`. */
async function main(args: readonly string[]): Promise<number> {
  const asked = readCommandLine(args, { url: 'value', out: 'value' }, { usage: USAGE, takesWords: true });
  if (asked.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const { url = OWN_URL, out } = asked.values;
  const subgraphs = asked.words.map(subgraphIn);
  const names = subgraphs.map((each) => each?.name);
  const problems = [
    ...asked.problems,
    ...asked.words
      .filter((_word, at) => subgraphs[at] === null)
      .map((word) => `expected NAME=FILE[@ADDRESS], got ${JSON.stringify(word)}`),
    ...names
      .filter((name, at) => name !== undefined && (name === OWN_GRAPH || names.indexOf(name) < at))
      .map((name) => `the name ${name} is taken: each subgraph needs its own, and ${OWN_GRAPH} is Foyer's`),
    ...(isAddress(url) ? [] : [`--url must be an http(s) address, got ${JSON.stringify(url)}`]),
  ];
  if (problems.length > 0) return complain(problems, WRONG_ARGUMENTS);
  const wanted = subgraphs.filter((each) => each !== null);
  const supergraph = await supergraphText(wanted.length > 0 ? wanted : undefined, url);
  const file = out === undefined ? (wanted.length > 0 ? null : SUPERGRAPH_FILE) : resolve(out);
  if (file === null) process.stdout.write(supergraph);
  else await write(file, supergraph);
  return 0;
}

/** A file may have an @ in its path. */
function subgraphIn(word: string): SubgraphFile | null {
  const [, name, file, url] = /^([a-z][a-z0-9_-]*)=(.+?)(?:@(https?:\/\/.+))?$/.exec(word) ?? [];
  if (name === undefined || file === undefined || (url !== undefined && !isAddress(url))) return null;
  return { name, file, url: url ?? `http://${name}.invalid/graphql` };
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`--out: ${file} cannot be written (${error.code ?? String(error)})`]);
  });
  process.stderr.write(`compose: they fit; written to ${relative(process.cwd(), file)}\n`);
}

function complain(problems: readonly string[], code: number): number {
  process.stderr.write(problems.map((line) => `compose: ${line}\n`).join(''));
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CompositionError) return complain(error.problems, DO_NOT_FIT);
  if (error instanceof ConfigError) return complain(error.problems, WRONG_ARGUMENTS);
  throw error;
});
