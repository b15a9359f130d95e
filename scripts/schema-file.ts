import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema } from 'graphql';
import { createSchema } from '../src/resolvers/schema.js';

/** The committed public contract. */
export const SCHEMA_FILE = fileURLToPath(new URL('../schema/schema.graphql', import.meta.url));

/** The schema as the file must be: types and fields by name, so that a change shows as what it is. */
export function schemaText(): string {
  return `${printSchemaWithDirectives(lexicographicSortSchema(createSchema()))}\n`;
}
