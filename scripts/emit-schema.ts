import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SCHEMA_FILE, schemaText } from './schema-file.js';

/** `npm run schema`: the schema that the resolvers make, written to `schema/schema.graphql`. */
await mkdir(dirname(SCHEMA_FILE), { recursive: true });
await writeFile(SCHEMA_FILE, schemaText());
