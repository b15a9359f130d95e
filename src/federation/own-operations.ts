import {
  Kind,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/** Whether an operation, valid in the supergraph, is answered by our own graph alone. */
export type IsOwn = (document: DocumentNode) => boolean;

/**
 * What our own graph can answer alone needs no plan: most of what front ends ask, and every subscription to colors.
 * `ownGraph` is the word that stands for it in the supergraph. Each document is judged once.
 */
export function ownOperations(own: GraphQLSchema, supergraph: DocumentNode, ownGraph: string): IsOwn {
  const elsewhere = answeredElsewhere(supergraph, ownGraph);
  const judged = new WeakMap<DocumentNode, boolean>();
  return (document) => {
    const known = judged.get(document);
    if (known !== undefined) return known;
    const isOwn = validate(own, document).length === 0 && !asksElsewhere(own, document, elsewhere);
    judged.set(document, isOwn);
    return isOwn;
  };
}

/** `Type.field` of what the supergraph takes from others, though we may have a field of that name too. */
function answeredElsewhere(supergraph: DocumentNode, ownGraph: string): ReadonlySet<string> {
  const elsewhere = new Set<string>();
  visit(supergraph, {
    ObjectTypeDefinition({ name, fields = [] }) {
      for (const field of fields) {
        const from = (field.directives ?? []).filter((directive) => directive.name.value === 'join__field');
        if (from.length > 0 && !from.some((each) => isAnsweredBy(each, ownGraph))) {
          elsewhere.add(`${name.value}.${field.name.value}`);
        }
      }
    },
  });
  return elsewhere;
}

/** A graph is also named where it only refers to the field, or where another one has taken the field over. */
function isAnsweredBy({ arguments: given = [] }: ConstDirectiveNode, graph: string): boolean {
  const says = (name: string, value: string | boolean): boolean =>
    given.some((each) => each.name.value === name && 'value' in each.value && each.value.value === value);
  return says('graph', graph) && !says('external', true) && !says('usedOverridden', true);
}

/** What a graph says of itself differs, too. */
function asksElsewhere(own: GraphQLSchema, document: DocumentNode, elsewhere: ReadonlySet<string>): boolean {
  const types = new TypeInfo(own);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.FIELD]({ name: { value: name } }) {
        found ||= name === '__schema' || name === '__type';
        found ||= elsewhere.has(`${types.getParentType()?.name}.${name}`);
      },
    }),
  );
  return found;
}
