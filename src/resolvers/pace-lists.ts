import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { RequestContext } from '../context.js';

/**
 * GraphQL executes what is in memory in one go, however long the answer is. Lists are where it can be interrupted: it takes
 * their items one by one, and waits for those that are promises.
 */
export function paceLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type))) pace(field);
    }
  }
  return schema;
}

function pace(field: GraphQLField<unknown, RequestContext>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const items: unknown = resolve(source, args, context, info);
    return items instanceof Promise
      ? items.then((loaded: unknown) => paced(loaded, context))
      : paced(items, context);
  };
}

function paced(items: unknown, { loaders }: RequestContext): unknown {
  return Array.isArray(items) && items.length > 1 ? loaders.pace.of(items) : items;
}
