import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import type { RequestContext } from '../context.js';
import { LimitExceededError } from '../errors.js';

/**
 * GraphQL executes what is in memory in one go, however long the answer is. Lists are where it can be interrupted: it takes
 * their items one by one, and waits for those that are promises. Lists are also where an answer grows beyond what it was assumed to
 * hold: from `maxFields` on they are refused with LimitExceededError. Events of subscriptions are as long as what they tell of.
 */
export function paceLists(schema: GraphQLSchema, maxFields = Infinity): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)))
        pace(field, maxFields);
    }
  }
  return schema;
}

function pace(field: GraphQLField<unknown, RequestContext>, maxFields: number): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const paced = (items: unknown): unknown => {
      if (!Array.isArray(items) || items.length <= 1) return items;
      count(items.length, info, context, maxFields);
      return context.loaders.pace.of(items);
    };
    const items: unknown = resolve(source, args, context, info);
    return items instanceof Promise ? items.then(paced) : paced(items);
  };
}

/** Fields in the lists of each operation so far. */
const held = new WeakMap<RequestContext['loaders'], number>();

function count(
  items: number,
  info: GraphQLResolveInfo,
  { loaders }: RequestContext,
  maxFields: number,
): void {
  if (info.operation.operation === OperationTypeNode.SUBSCRIPTION) return;
  const fields = (held.get(loaders) ?? 0) + items * fieldsOfEach(info);
  held.set(loaders, fields);
  if (fields <= maxFields) return;
  throw new LimitExceededError(
    `The answer holds more than ${maxFields} fields: ask for smaller pages (\`first\`) or fewer lists inside lists`,
  );
}

/** GraphQL gives the same nodes for the same list, however often it comes. */
const counted = new WeakMap<readonly FieldNode[], number>();

/** Those of the lists below once, as if they had one item: the rest of theirs is counted there. */
function fieldsOfEach({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  let fields = counted.get(fieldNodes);
  if (fields === undefined)
    counted.set(fieldNodes, (fields = fieldsIn(fieldNodes, fragments) - fieldNodes.length));
  return fields;
}

function fieldsIn(selections: readonly SelectionNode[], fragments: GraphQLResolveInfo['fragments']): number {
  let fields = 0;
  for (const node of selections) {
    const within = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
    fields += node.kind === Kind.FIELD ? 1 : 0;
    fields += fieldsIn(within?.selectionSet?.selections ?? [], fragments);
  }
  return fields;
}
