import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is, with every fragment written out where it is used. Known without schema or variables. */
export interface OperationShape {
  readonly depth: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly fields: number;
  readonly introspectionRoots: number;
  readonly introspectionDepth: number;
  readonly introspectionFields: number;
}

type SelectionShape = OperationShape;

const EMPTY: SelectionShape = {
  depth: 0,
  rootFields: 0,
  aliases: 0,
  fields: 0,
  introspectionRoots: 0,
  introspectionDepth: 0,
  introspectionFields: 0,
};

/**
 * Each fragment is measured once and its numbers are added wherever it is spread, so fragments that spread each other
 * twice (two to the power of n fields) cost no time. A fragment that spreads itself counts nothing the second time:
 * the specification's own rule refuses it.
 */
export function measureOperation(document: DocumentNode, operation: OperationDefinitionNode): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const measured = new Map<string, SelectionShape>();

  const ofFragment = (name: string): SelectionShape => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, EMPTY);
    const fragment = fragments.get(name);
    const shape = fragment === undefined ? EMPTY : ofSelections(fragment.selectionSet);
    measured.set(name, shape);
    return shape;
  };

  const ofSelections = (selectionSet: SelectionSetNode): SelectionShape => {
    let total = EMPTY;
    for (const selection of selectionSet.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          const below = selection.selectionSet === undefined ? EMPTY : ofSelections(selection.selectionSet);
          const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
          const aliases = below.aliases + (selection.alias === undefined ? 0 : 1);
          total = add(total, isIntrospection ? introspection(below, aliases) : field(below, aliases));
          break;
        }
        case Kind.INLINE_FRAGMENT:
          total = add(total, ofSelections(selection.selectionSet));
          break;
        case Kind.FRAGMENT_SPREAD:
          total = add(total, ofFragment(selection.name.value));
          break;
      }
    }
    return total;
  };

  return ofSelections(operation.selectionSet);
}

function field(below: SelectionShape, aliases: number): SelectionShape {
  return { ...below, depth: below.depth + 1, fields: below.fields + 1, rootFields: 1, aliases };
}

function introspection(below: SelectionShape, aliases: number): SelectionShape {
  return {
    ...EMPTY,
    aliases,
    rootFields: 1,
    introspectionRoots: 1,
    introspectionDepth: below.depth + 1,
    introspectionFields: below.fields + 1,
  };
}

/** Side by side: depths do not add up, everything else does. `rootFields` are those of the level being summed. */
function add(a: SelectionShape, b: SelectionShape): SelectionShape {
  return {
    depth: Math.max(a.depth, b.depth),
    rootFields: a.rootFields + b.rootFields,
    aliases: a.aliases + b.aliases,
    fields: a.fields + b.fields,
    introspectionRoots: a.introspectionRoots + b.introspectionRoots,
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    introspectionFields: a.introspectionFields + b.introspectionFields,
  };
}
