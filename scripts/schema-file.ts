import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema } from 'graphql';
import { subgraphSdl } from '../src/resolvers/federation/subgraph-sdl.js';
import { createSchema } from '../src/resolvers/schema.js';

/** The committed public contract. */
export const SCHEMA_FILE = fileURLToPath(new URL('../schema/schema.graphql', import.meta.url));

/** What composition reads. */
export const SUBGRAPH_FILE = fileURLToPath(new URL('../schema/subgraph.graphql', import.meta.url));

/** The file as `_service { sdl }` answers it. */
export function subgraphText(): string {
  return subgraphSdl(createSchema());
}

/** The schema as the file must be: types and fields by name, so that a change shows as what it is. */
export function schemaText(): string {
  return `${printSchemaWithDirectives(lexicographicSortSchema(createSchema()))}\n`;
}
