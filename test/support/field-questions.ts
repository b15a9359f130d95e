import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { ACCESS_RULES, ENTITY_ACCESS, type AccessRule } from '../../src/auth/access-rules.js';

/** An operation that asks for a field, or for all fields of a type that ask nothing more than the way to them. */
export interface Question {
  /** `Type.field`, several joined by a blank. */
  readonly name: string;
  readonly root: 'query' | 'mutation';
  readonly text: string;
  /** What is asked on the way and by the fields, in order. */
  readonly asked: readonly AccessRule[];
  /** Keys from the answer's root to the object with the fields; `*` is a list's first entry. */
  readonly path: readonly string[];
}

export interface Arguments {
  /** Of `Type.field`, as written in a document. */
  readonly [place: string]: string;
}

interface Way {
  readonly type: GraphQLObjectType;
  readonly asked: readonly AccessRule[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly text: string;
  readonly key: string;
}

/**
 * Questions that reach every field of every type of queries and mutations, each by the shortest way. Fields of an
 * entity are also reached through `_entities`, given its representations. A field with required arguments must have
 * them in `given`. No way leads through a field in `notBy`, both as `Type.field`.
 */
export function questionsFor(
  schema: GraphQLSchema,
  given: Arguments,
  representations: Readonly<Record<string, string>>,
  notBy: readonly string[] = [],
): Question[] {
  const ways = [
    ...shortestWays(schema, schema.getQueryType()!, given, notBy),
    // What a mutation answers belongs to a query too, so beyond its payload nothing is new.
    ...shortestWays(schema, schema.getMutationType()!, given).filter(({ steps }) => steps.length <= 1),
  ];
  const entities = Object.entries(representations).map(([name, key]): Way => ({
    type: schema.getType(name) as GraphQLObjectType,
    asked: [ENTITY_ACCESS[name as keyof typeof ENTITY_ACCESS]],
    steps: [
      { text: `_entities(representations: [${key}])`, key: '_entities' },
      { text: `... on ${name}`, key: '' },
    ],
  }));
  return [...ways, ...entities].flatMap((way) => questionsAt(schema, way, given));
}

function shortestWays(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  given: Arguments,
  notBy: readonly string[] = [],
): Way[] {
  const found = new Map<string, Way>([[root.name, { type: root, asked: [], steps: [] }]]);
  for (const way of found.values()) {
    for (const field of Object.values(way.type.getFields())) {
      const target = getNamedType(field.type);
      if (!isCompositeType(target) || field.name.startsWith('_')) continue;
      if (notBy.includes(`${way.type.name}.${field.name}`)) continue;
      const step = { text: textOf(way.type, field, given), key: field.name };
      const asked = [...way.asked, ruleOf(way.type, field)];
      const targets = isAbstractType(target) ? schema.getPossibleTypes(target) : [target];
      for (const type of targets) {
        if (!isObjectType(type) || found.has(type.name)) continue;
        const narrow = isAbstractType(target) ? [{ text: `... on ${type.name}`, key: '' }] : [];
        found.set(type.name, { type, asked, steps: [...way.steps, step, ...narrow] });
      }
    }
  }
  return [...found.values()];
}

function questionsAt(schema: GraphQLSchema, way: Way, given: Arguments): Question[] {
  const fields = Object.values(way.type.getFields()).filter(({ name }) => !name.startsWith('_'));
  const together = fields.filter((field) => ruleOf(way.type, field) === 'inherited');
  const alone = fields.filter((field) => ruleOf(way.type, field) !== 'inherited');
  return [...(together.length === 0 ? [] : [together]), ...alone.map((field) => [field])].map((some) => {
    const selection = some.map((field) => {
      const isComposite = isCompositeType(getNamedType(field.type));
      return textOf(way.type, field, given) + (isComposite ? ' { __typename }' : '');
    });
    const body = way.steps.reduceRight((inner, { text }) => `${text} { ${inner} }`, selection.join(' '));
    const root = way.steps[0]?.text.startsWith('_entities') === true ? 'Query' : rootOf(schema, way);
    return {
      name: some.map(({ name }) => `${way.type.name}.${name}`).join(' '),
      root: root === 'Mutation' ? 'mutation' : 'query',
      text: `${root === 'Mutation' ? 'mutation' : 'query'} { ${body} }`,
      asked: [...way.asked, ...some.slice(0, 1).map((field) => ruleOf(way.type, field))],
      path: way.steps.map(({ key }) => key).filter((key) => key !== ''),
    };
  });
}

function rootOf(schema: GraphQLSchema, { type, steps }: Way): string {
  const first = steps[0]?.key;
  const mutation = schema.getMutationType()!;
  return type === mutation || (first !== undefined && first in mutation.getFields()) ? 'Mutation' : 'Query';
}

function ruleOf(type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>): AccessRule {
  return ACCESS_RULES[type.name]?.[name] ?? 'inherited';
}

function textOf(
  type: GraphQLObjectType,
  { name, args }: GraphQLField<unknown, unknown>,
  given: Arguments,
): string {
  const written = given[`${type.name}.${name}`];
  if (written !== undefined) return `${name}(${written})`;
  const missing = args.find((arg) => arg.type.toString().endsWith('!') && arg.defaultValue === undefined);
  if (missing !== undefined) throw new Error(`${type.name}.${name} needs \`${missing.name}\` to be given`);
  return name;
}
