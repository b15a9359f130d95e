import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/**
 * The supergraph as it is served: what other subgraphs add to our entities and to the root may be null. A field that
 * may not be null takes the object around it along when it fails, and with it what Foyer knows well.
 */
export function isolateFailures(supergraph: DocumentNode, ownGraph: string): DocumentNode {
  return visit(supergraph, {
    ObjectTypeDefinition(type) {
      const isShared = isOfGraph(type, ownGraph) && graphsOf(type, 'join__type').length > 1;
      if (!isShared) return undefined;
      return { ...type, fields: (type.fields ?? []).map((field) => nullableElsewhere(field, ownGraph)) };
    },
  });
}

function nullableElsewhere(field: FieldDefinitionNode, ownGraph: string): FieldDefinitionNode {
  const graphs = graphsOf(field, 'join__field');
  const isOurs = graphs.length === 0 || graphs.includes(ownGraph);
  return isOurs || field.type.kind !== Kind.NON_NULL_TYPE ? field : { ...field, type: field.type.type };
}

function isOfGraph(type: ObjectTypeDefinitionNode, graph: string): boolean {
  return graphsOf(type, 'join__type').includes(graph);
}

function graphsOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  directive: string,
): string[] {
  return (node.directives ?? [])
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: given = [] }) => given)
    .flatMap(({ name, value }) => (name.value === 'graph' && value.kind === Kind.ENUM ? [value.value] : []));
}
