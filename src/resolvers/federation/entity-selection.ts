import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionNode } from 'graphql';

/** The info of `_entities` as if it were asked for one type alone: what is selected of other types is left out. */
export function infoFor(typeName: string, info: GraphQLResolveInfo): GraphQLResolveInfo {
  const isMeant = (selection: SelectionNode): boolean => {
    switch (selection.kind) {
      case Kind.FIELD:
        return true;
      case Kind.INLINE_FRAGMENT:
        return [undefined, typeName].includes(selection.typeCondition?.name.value);
      case Kind.FRAGMENT_SPREAD:
        return info.fragments[selection.name.value]?.typeCondition.name.value === typeName;
    }
  };
  const fieldNodes = info.fieldNodes.map((node): FieldNode => {
    if (node.selectionSet === undefined) return node;
    const selections = node.selectionSet.selections.filter(isMeant);
    return { ...node, selectionSet: { ...node.selectionSet, selections } };
  });
  return { ...info, fieldNodes };
}
