import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SCHEMA_FILE, schemaText, SUBGRAPH_FILE, subgraphText } from './schema-file.js';

/** `npm run schema`: the schema that the resolvers make, as clients and as composition read it, written to `schema/`. */
await mkdir(dirname(SCHEMA_FILE), { recursive: true });
await writeFile(SCHEMA_FILE, schemaText());
await writeFile(SUBGRAPH_FILE, subgraphText());
