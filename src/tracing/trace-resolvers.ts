import { defaultFieldResolver, isObjectType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { Tracing } from './traced.js';

/**
 * Gives a span to every field that has a resolver of its own; plain fields have none. In a list only the first element's
 * is seen, as the loaders gather the others into the same question: so an operation has no more spans than fields.
 * Changes `schema` itself, and returns it.
 */
export function traceResolvers(schema: GraphQLSchema, tracing: Tracing): GraphQLSchema {
  const seen = new WeakMap<object, Set<string>>();
  const isFirst = (operation: object, { path }: GraphQLResolveInfo): boolean => {
    const paths = seen.get(operation) ?? new Set();
    seen.set(operation, paths);
    const key = fieldsOf(path);
    return !paths.has(key) && paths.add(key) !== undefined;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type === schema.getSubscriptionType()) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (resolve === undefined || resolve === defaultFieldResolver) continue;
      field.resolve = (source, args, context: object, info): unknown => {
        const run = (): unknown => resolve(source, args, context, info);
        return isFirst(context, info) ? tracing.span(`${type.name}.${field.name}`, {}, run) : run();
      };
    }
  }
  return schema;
}

/** Without the places in lists. */
function fieldsOf(path: GraphQLResolveInfo['path']): string {
  const keys: string[] = [];
  for (let step: typeof path | undefined = path; step !== undefined; step = step.prev) {
    if (typeof step.key === 'string') keys.push(step.key);
  }
  return keys.join('.');
}
