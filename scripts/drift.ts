import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { OPERATIONS_FILE, operationsText } from './operations-file.js';
import { SUPERGRAPH_FILE, supergraphText } from './supergraph-file.js';
import { SCHEMA_FILE, schemaText, SUBGRAPH_FILE, subgraphText } from './schema-file.js';

/** `npm run drift`: fails when a committed generated file is not what would be generated now. */
const schema = schemaText();
const complaints = [
  await compare(SCHEMA_FILE, schema, 'npm run schema'),
  await compare(SUBGRAPH_FILE, subgraphText(), 'npm run schema'),
  await compare(SUPERGRAPH_FILE, await supergraphText(), 'npm run compose'),
  await compare(OPERATIONS_FILE, await operationsText(schema), 'npm run codegen'),
].filter((complaint) => complaint !== null);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;

async function compare(file: string, expected: string, command: string): Promise<string | null> {
  const name = relative(process.cwd(), file);
  const committed = await readFile(file, 'utf8').catch(() => null);
  if (committed === null) return `${name} is missing: run \`${command}\` and commit it`;
  if (committed === expected) return null;
  const lines = committed.split('\n');
  const line = expected.split('\n').findIndex((text, index) => text !== lines[index]);
  return `${name} is not what would be generated, from line ${line + 1} on: run \`${command}\` and commit it`;
}
