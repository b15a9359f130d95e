import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import {
  Kind,
  lexicographicSortSchema,
  print,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { FEDERATION_DIRECTIVES } from './directives.js';

const LINK = `extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.3"
    import: [${FEDERATION_DIRECTIVES.map(({ name }) => `"@${name}"`).join(', ')}]
  )`;

const sdlOf = new WeakMap<GraphQLSchema, string>();

/**
 * What `_service { sdl }` answers and composition reads: the schema, types and fields by name, without the fields that
 * every subgraph has (`_entities`, `_service`), and without definitions of what federation defines.
 */
export function subgraphSdl(schema: GraphQLSchema): string {
  const known = sdlOf.get(schema);
  if (known !== undefined) return known;
  const document = getDocumentNodeFromSchema(lexicographicSortSchema(schema));
  const sdl = `${LINK}\n\n${print(withoutMachinery(document))}\n`;
  sdlOf.set(schema, sdl);
  return sdl;
}

function withoutMachinery(document: DocumentNode): DocumentNode {
  return { ...document, definitions: document.definitions.filter(isOurs).map(withoutMachineryFields) };
}

function isOurs(node: DefinitionNode): boolean {
  switch (node.kind) {
    case Kind.SCHEMA_DEFINITION:
      return false;
    case Kind.DIRECTIVE_DEFINITION:
      return !FEDERATION_DIRECTIVES.some(({ name }) => name === node.name.value);
    default:
      return !('name' in node && (node.name?.value.startsWith('_') ?? false));
  }
}

function withoutMachineryFields(node: DefinitionNode): DefinitionNode {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.name.value !== 'Query') return node;
  return { ...node, fields: (node.fields ?? []).filter(({ name }) => !name.value.startsWith('_')) };
}
