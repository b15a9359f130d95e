import { readFile, writeFile } from 'node:fs/promises';
import { OPERATIONS_FILE, operationsText } from './scripts/operations-file.js';
import { SCHEMA_FILE } from './scripts/schema-file.js';

/** `npm run codegen`: typed operations for the tests, from `schema/schema.graphql` and `test/operations/*.graphql`. */
await writeFile(OPERATIONS_FILE, await operationsText(await readFile(SCHEMA_FILE, 'utf8')));
