import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { FieldCosts } from '../resolvers/field-costs.js';

export interface CostedRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface ListSizes {
  readonly assumedListSize: number;
  readonly maxPageSize: number;
  readonly maxKeys: number;
  readonly fieldCosts: FieldCosts;
}

/** Fields by their weights: the answer's, and those of each element of a list that is as long as what it tells of. */
export interface AnswerSize {
  readonly fields: number;
  readonly fieldsOfChange: number;
}

/**
 * How many fields the answer could hold at most, were every list as long as it may be, each by its weight. `@skip` and `@include` count
 * as not there, all members of a union count together, introspection counts nothing (its shape is limited instead).
 */
export function answerSize(schema: GraphQLSchema, request: CostedRequest, sizes: ListSizes): AnswerSize {
  const root = schema.getRootType(request.operation.operation);
  if (root === undefined || root === null) return { fields: 0, fieldsOfChange: 0 };
  const counter = new CostCounter(schema, request, sizes);
  const fields = counter.ofSelections(request.operation.selectionSet, root, null);
  return { fields, fieldsOfChange: counter.fieldsOfChange };
}

class CostCounter {
  fieldsOfChange = 0;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly costOfFragment = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly request: CostedRequest,
    private readonly sizes: ListSizes,
  ) {
    for (const node of request.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  /** For one object of `type`. `pageSize` is the `first` of the connection this object is; its lists have that size. */
  ofSelections(selectionSet: SelectionSetNode, type: GraphQLCompositeType, pageSize: number | null): number {
    let cost = 0;
    for (const selection of selectionSet.selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          cost += this.ofField(selection, type, pageSize);
          break;
        case Kind.INLINE_FRAGMENT:
          cost += this.ofSelections(
            selection.selectionSet,
            this.compositeType(selection.typeCondition?.name.value) ?? type,
            pageSize,
          );
          break;
        case Kind.FRAGMENT_SPREAD:
          cost += this.ofFragment(selection.name.value, pageSize);
          break;
      }
    }
    return cost;
  }

  /** Counted once for each page size, so that fragments within fragments cost no time. */
  private ofFragment(name: string, pageSize: number | null): number {
    const key = `${name}:${pageSize}`;
    const known = this.costOfFragment.get(key);
    if (known !== undefined) return known;
    this.costOfFragment.set(key, 0);
    const fragment = this.fragments.get(name);
    const type = this.compositeType(fragment?.typeCondition.name.value);
    const cost =
      fragment === undefined || type === null ? 0 : this.ofSelections(fragment.selectionSet, type, pageSize);
    this.costOfFragment.set(key, cost);
    return cost;
  }

  private ofField(node: FieldNode, parent: GraphQLCompositeType, pageSize: number | null): number {
    if (node.name.value === '__schema' || node.name.value === '__type') return 0;
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    const { weights, listSizes, changeLists } = this.sizes.fieldCosts;
    const place = `${parent.name}.${node.name.value}`;
    const weight = weights.get(place) ?? 1;
    if (field === undefined || node.selectionSet === undefined) return weight;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return weight;
    const first = this.pageSizeAsked(node, field);
    if (!isListType(getNullableType(field.type)))
      return weight + this.ofSelections(node.selectionSet, type, first);
    const size =
      first ?? pageSize ?? this.keysAsked(node, field) ?? listSizes.get(place) ?? this.sizes.assumedListSize;
    const each = this.ofSelections(node.selectionSet, type, null);
    if (changeLists.has(place)) this.fieldsOfChange += each;
    return weight + size * each;
  }

  /** Null when the field has no such argument. Nonsense counts as the nearest sense: the field itself refuses it. */
  private pageSizeAsked(node: FieldNode, field: GraphQLField<unknown, unknown>): number | null {
    const argument = field.args.find(({ name }) => name === 'first');
    if (argument === undefined) return null;
    const value = this.valueOf(node.arguments?.find(({ name }) => name.value === 'first')?.value);
    const size = typeof value === 'number' ? value : argument.defaultValue;
    return typeof size === 'number'
      ? Math.min(Math.max(size, 0), this.sizes.maxPageSize)
      : this.sizes.maxPageSize;
  }

  /** A list that is asked by a list of ids has as many elements. */
  private keysAsked(node: FieldNode, field: GraphQLField<unknown, unknown>): number | null {
    const argument = field.args.find(({ type }) => isListType(getNullableType(type)));
    if (argument === undefined) return null;
    const keys = this.valueOf(node.arguments?.find((given) => given.name.value === argument.name)?.value);
    return Array.isArray(keys) ? Math.min(keys.length, this.sizes.maxKeys) : null;
  }

  /** Only as far as counting needs it: numbers, and lists by their length. */
  private valueOf(node: ValueNode | undefined): unknown {
    switch (node?.kind) {
      case Kind.INT:
        return Number(node.value);
      case Kind.LIST:
        return node.values;
      case Kind.VARIABLE: {
        const name = node.name.value;
        const given = this.request.variables[name];
        if (given !== undefined) return given;
        const definition = this.request.operation.variableDefinitions?.find(
          ({ variable }) => variable.name.value === name,
        );
        return this.valueOf(definition?.defaultValue);
      }
      default:
        return undefined;
    }
  }

  private compositeType(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : this.schema.getType(name);
    return type !== undefined && isCompositeType(type) ? type : null;
  }
}
