import {
  buildASTSchema,
  extendSchema,
  Kind,
  parse,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';

type Resolver = GraphQLFieldResolver<Record<string, unknown>, unknown, Record<string, unknown>>;

/** A schema of a text with directives that nobody defined, and resolvers by type and field. */
export function makeExecutableSchema(
  sdl: string,
  resolvers: Readonly<Record<string, Readonly<Record<string, Resolver>>>>,
): GraphQLSchema {
  const document = parse(sdl);
  const isExtension = ({ kind }: { readonly kind: Kind }): boolean =>
    kind === Kind.OBJECT_TYPE_EXTENSION || kind === Kind.SCHEMA_EXTENSION;
  const base = { ...document, definitions: document.definitions.filter((node) => !isExtension(node)) };
  const extensions = { ...document, definitions: document.definitions.filter(isExtension) };
  const schema = extendSchema(buildASTSchema(base, { assumeValidSDL: true }), extensions, {
    assumeValidSDL: true,
  });
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined || !('getFields' in type)) throw new Error(`the schema has no type ${typeName}`);
    for (const [name, resolve] of Object.entries(fields)) {
      Object.assign(type.getFields()[name] ?? {}, { resolve });
    }
  }
  return schema;
}
