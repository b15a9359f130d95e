import {
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { CACHE_CONTROL_DIRECTIVE } from './federation/directives.js';

/** What the schema says of an answer before it is made. */
export interface CacheHint {
  /** Seconds; 0: not at all. */
  readonly maxAge: number;
  readonly isPersonal: boolean;
}

const NOTHING: CacheHint = { maxAge: 0, isPersonal: false };

const remembered = new WeakMap<OperationDefinitionNode, CacheHint>();

/**
 * The least of all hints that the selected fields and their types have; a field without one has its parent's, and the
 * root's is 0. Looked at once for each document: servers keep theirs.
 */
export function cacheHintOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CacheHint {
  const known = remembered.get(operation);
  if (known !== undefined) return known;
  const root = schema.getRootType(operation.operation);
  const reader = new HintReader(schema, document);
  if (root && operation.operation === OperationTypeNode.QUERY)
    reader.ofSelections(operation.selectionSet, root, NOTHING);
  const hint = reader.least ?? NOTHING;
  remembered.set(operation, hint);
  return hint;
}

class HintReader {
  least: CacheHint | null = null;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #seen = new Set<string>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
  }

  ofSelections(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    around: CacheHint | null,
  ): void {
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          this.#ofField(selection, parent, around);
          break;
        case Kind.INLINE_FRAGMENT:
          this.#ofFragment(selection.typeCondition?.name.value, selection.selectionSet, parent, around);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#fragments.get(selection.name.value);
          // A fragment asks for the same wherever it is spread; what is around it can only matter where it has no hint.
          const key = `${selection.name.value} ${around?.maxAge} ${around?.isPersonal}`;
          if (fragment === undefined || this.#seen.has(key)) break;
          this.#seen.add(key);
          this.#ofFragment(fragment.typeCondition.name.value, fragment.selectionSet, parent, around);
        }
      }
    }
  }

  #ofFragment(
    typeName: string | undefined,
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    around: CacheHint | null,
  ): void {
    const named = typeName === undefined ? parent : this.schema.getType(typeName);
    const type = named !== undefined && isCompositeType(named) ? named : parent;
    // Members of a union, as of `_Entity`, bring their own hints.
    const hint = type === parent ? around : (hintAt(type) ?? around ?? NOTHING);
    if (type !== parent) this.#count(hint);
    this.ofSelections(selectionSet, type, hint);
  }

  #ofField(node: FieldNode, parent: GraphQLCompositeType, around: CacheHint | null): void {
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (field === undefined) return;
    const type = getNamedType(field.type);
    const own = hintAt(field) ?? (isCompositeType(type) ? hintAt(type) : null);
    const hint = own ?? (isUnionType(type) ? null : around);
    this.#count(hint);
    if (node.selectionSet !== undefined && isCompositeType(type)) {
      this.ofSelections(node.selectionSet, type, hint);
    }
  }

  #count(hint: CacheHint | null): void {
    if (hint === null) return;
    this.least = {
      maxAge: Math.min(this.least?.maxAge ?? Infinity, hint.maxAge),
      isPersonal: this.least?.isPersonal === true || hint.isPersonal,
    };
  }
}

function hintAt({
  astNode,
}: Pick<GraphQLCompositeType, 'astNode'> | { readonly astNode?: unknown }): CacheHint | null {
  if (!isAnnotated(astNode)) return null;
  const values = getDirectiveValues(CACHE_CONTROL_DIRECTIVE, astNode);
  if (values === undefined) return null;
  const { maxAge, scope } = values;
  return { maxAge: typeof maxAge === 'number' ? maxAge : 0, isPersonal: scope === 'PRIVATE' };
}

type Annotated = Parameters<typeof getDirectiveValues>[1];

function isAnnotated(node: unknown): node is Annotated {
  return typeof node === 'object' && node !== null && 'directives' in node;
}
