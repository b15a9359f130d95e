import { GraphQLError, isObjectType, type GraphQLSchema } from 'graphql';

/**
 * Lets GraphQL say itself where an error is. The library that joins graphs names the place of a question, which is one
 * for all elements of a list: a client could not tell whose field failed.
 */
export function placeErrors(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (resolve === undefined) continue;
      field.resolve = (...args) => {
        try {
          const value: unknown = resolve(...args);
          return value instanceof Promise ? value.then(placed, rethrown) : placed(value);
        } catch (error) {
          return rethrown(error);
        }
      };
    }
  }
  return schema;
}

/** Errors may also be answered, alone or as elements of a list: GraphQL then throws them where they are. */
function placed(value: unknown): unknown {
  if (value instanceof Error) return withoutPlace(value);
  return Array.isArray(value) && value.some((element) => element instanceof Error)
    ? value.map(placed)
    : value;
}

function rethrown(error: unknown): never {
  throw withoutPlace(error);
}

/** What was thrown first, or what a graph answered, in either case without a path. */
function withoutPlace(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  if (error.originalError !== undefined) return withoutPlace(error.originalError);
  const { message, nodes = null, extensions } = error;
  return new GraphQLError(message, { nodes, extensions });
}
