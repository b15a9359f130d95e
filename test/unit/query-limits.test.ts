import {
  buildSchema,
  getIntrospectionQuery,
  Kind,
  parse,
  validate,
  type OperationDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createOperationReader, type OperationRequest } from '../../src/server/documents.js';
import { answerSize } from '../../src/server/query-cost.js';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../../src/server/query-limits.js';

const schema = buildSchema(/* GraphQL */ `
  type Query {
    product(id: ID!): Product
    products(first: Int! = 20): ProductConnection!
    availabilities(performanceIds: [ID!]!): [Availability]!
    institutions: [Institution!]!
    found: [Found!]!
  }
  union Found = Product | Institution
  type Institution {
    code: ID!
    products(first: Int! = 20): ProductConnection!
  }
  type ProductConnection {
    nodes: [Product!]!
    edges: [ProductEdge!]!
    totalCount: Int!
  }
  type ProductEdge {
    cursor: String!
    node: Product!
  }
  type Product {
    id: ID!
    name(lang: String): String!
    performances(first: Int! = 20): PerformanceConnection!
    availability: Availability!
  }
  type PerformanceConnection {
    nodes: [Performance!]!
  }
  type Performance {
    id: ID!
    product: Product!
    prices: [Price!]!
    availability: Availability!
  }
  type Price {
    tariff: Tariff!
    amount: Money!
  }
  type Tariff {
    id: ID!
    requires: [Tariff!]!
  }
  type Money {
    amount: String!
    currency: String!
  }
  type Availability {
    color: String!
    remaining: Int
  }
`);

/** The limits that `query` breaks, by name. */
function broken(
  query: string,
  variables: Record<string, unknown> = {},
  limits: Partial<QueryLimits> = {},
): unknown[] {
  return brokenBy({ query, variables }, limits);
}

function brokenBy(request: OperationRequest, limits: Partial<QueryLimits> = {}): unknown[] {
  const read = createOperationReader(schema, { limits: { ...DEFAULT_QUERY_LIMITS, ...limits } })(request);
  if (!('errors' in read)) return [];
  return read.errors.map(({ extensions, message }) => extensions['limit'] ?? message);
}

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return answerSize(schema, { document, operation: operation!, variables }, DEFAULT_QUERY_LIMITS).fields;
}

const nested = (levels: number): string =>
  `{ products { nodes { ${'performances { nodes { product { '.repeat(levels)}id${' } } }'.repeat(levels)} } } }`;

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** No list of them is long, so that they cost next to nothing. */
const CYCLE = ['performances(first: 1)', 'nodes', 'product'];
const chain = (fields: number): string =>
  `${times(fields, (index) => `${CYCLE[index % 3]} {`)} __typename ${'} '.repeat(fields)}`;

/** Every limit of a document and its variables, its number, and a request that is just so large by it. */
const JUST_SO_LARGE: [keyof QueryLimits, number, (size: number) => OperationRequest][] = [
  [
    'tokens',
    1_000,
    (size) => ({ query: `{ availabilities(performanceIds: [${times(size - 12, () => '"1"')}]) { color } }` }),
  ],
  ['depth', 12, (size) => ({ query: `{ product(id: "1") { ${chain(size - 2)} } }` })],
  ['aliases', 15, (size) => ({ query: `{ ${times(size, (index) => `a${index}: __typename`)} }` })],
  ['rootFields', 20, (size) => ({ query: `{ ${times(size, () => '__typename')} }` })],
  ['fields', 250, (size) => ({ query: `{ product(id: "1") { ${times(size - 1, () => 'id')} } }` })],
  ['directives', 8, (size) => ({ query: `{ ${times(size, () => '__typename @include(if: true)')} }` })],
  [
    'operations',
    5,
    (size) => ({
      query: times(size, (index) => `query Q${index} { __typename }`),
      operationName: 'Q0',
    }),
  ],
  [
    'definitions',
    30,
    (size) => ({
      query: `{ ...F1 } ${times(size - 2, (index) => `fragment F${index + 1} on Query { ...F${index + 2} }`)} fragment F${size - 1} on Query { __typename }`,
    }),
  ],
  ['introspectionRoots', 3, (size) => ({ query: `{ ${times(size, () => '__schema { description }')} }` })],
  [
    'introspectionDepth',
    20,
    (size) => ({
      query: `{ __schema { types { ${'ofType { '.repeat(size - 3)} name ${'} '.repeat(size - 3)} } } }`,
    }),
  ],
  [
    'introspectionFields',
    500,
    (size) => ({ query: `{ __schema { types { ${times(size - 2, () => 'name')} } } }` }),
  ],
  [
    'variableValues',
    5_000,
    (size) => ({ query: '{ __typename }', variables: { a: Array(size - 2).fill(0) } }),
  ],
  [
    'variableDepth',
    10,
    (size) => ({
      query: '{ __typename }',
      variables: JSON.parse(`${'{"a":'.repeat(size)}1${'}'.repeat(size)}`),
    }),
  ],
  [
    'variableCharacters',
    65_536,
    (size) => ({
      query: '{ __typename }',
      variables: { [`a${'n'.repeat(30_000)}`]: 'x'.repeat(size - 30_001) },
    }),
  ],
];

describe('query limits', () => {
  it('let a rich page of 50 products with their performances, prices and colors pass', () => {
    const query = /* GraphQL */ `
      query Page($first: Int!) {
        products(first: 50) {
          totalCount
          nodes {
            ...Card
            performances(first: $first) {
              nodes {
                id
                prices {
                  tariff {
                    id
                    requires {
                      id
                    }
                  }
                  amount {
                    amount
                    currency
                  }
                }
                availability {
                  color
                  remaining
                }
              }
            }
          }
        }
      }
      fragment Card on Product {
        id
        name
        availability {
          color
        }
      }
    `;
    expect(broken(query, { first: 20 })).toEqual([]);
  });

  it('let the introspection of GraphiQL and of code generators pass', () => {
    expect(broken(getIntrospectionQuery())).toEqual([]);
    expect(
      broken(
        getIntrospectionQuery({
          specifiedByUrl: true,
          inputValueDeprecation: true,
          schemaDescription: true,
          oneOf: true,
        }),
      ),
    ).toEqual([]);
  });

  it('refuse 25 levels through a list cycle, and say how deep it was', () => {
    const read = createOperationReader(schema, { limits: DEFAULT_QUERY_LIMITS })({
      query: nested(25),
    });
    expect('errors' in read && read.errors[0]).toMatchObject({
      message: 'Depth of the operation: 78, the limit is 12',
      extensions: { code: 'LIMIT_EXCEEDED', limit: 'depth', maximum: 12, actual: 78 },
    });
  });

  it.each([
    ['depth', nested(4)],
    [
      'depth',
      `{ products { nodes { ...A } } } fragment A on Product { ${'performances { nodes { product { '.repeat(4)}id${' } } }'.repeat(4)} }`,
    ],
    ['aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    [
      'aliases',
      '{ a: products { nodes { ...A } } b: products { nodes { ...A } } } fragment A on Product { c: id d: id e: id f: id g: id h: id i: id }',
    ],
    ['depth', `{ ... { ... on Query { product(id: "1") { ...{ ${chain(11)} } } } } }`],
    ['aliases', `{ ${times(16, (index) => `... { a${index}: __typename }`)} }`],
    ['aliases', `{ __schema { ${times(16, (index) => `a${index}: description`)} } }`],
    ['rootFields', `{ ${'__typename '.repeat(21)} }`],
    ['rootFields', `{ ${'... on Query { __typename } '.repeat(21)} }`],
    ['fields', `{ products { nodes { ${'id '.repeat(250)} } } }`],
    ['directives', `{ __typename ${'@include(if: true) '.repeat(9)} }`],
    ['operations', Array.from({ length: 6 }, (_, i) => `query Q${i} { __typename }`).join('\n')],
    [
      'definitions',
      `{ ...F0 } ${Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ${i < 29 ? `...F${i + 1}` : '__typename'} }`).join('\n')}`,
    ],
    [
      'introspectionRoots',
      '{ ...A __type(name: "Product") { name } } fragment A on Query { a: __schema { description } b: __schema { description } c: __schema { description } }',
    ],
    ['introspectionDepth', `{ __schema { types { ${'ofType { '.repeat(20)}name${' }'.repeat(20)} } } }`],
    ['introspectionFields', `{ __schema { types { ${'name '.repeat(500)} } } }`],
    [
      'answerFields',
      '{ institutions { products(first: 100) { nodes { performances(first: 100) { nodes { id prices { tariff { id } } } } } } } }',
    ],
    ['tokens', `{ ${'id '.repeat(1000)} }`],
  ] satisfies [keyof QueryLimits, string][])('refuse a document over the limit of %s', (limit, query) => {
    expect(broken(query)).toContain(limit);
  });

  it.each(JUST_SO_LARGE)('let a request have the %s it may, %i, and not one more', (limit, maximum, ask) => {
    expect(brokenBy(ask(maximum))).toEqual([]);
    expect(brokenBy(ask(maximum + 1))).toEqual([limit]);
  });

  it('let an answer have just the fields it may have, and so each change of an event', () => {
    const query = '{ institutions { products(first: 4) { nodes { id name } } } }';
    const fieldCosts = { ...DEFAULT_QUERY_LIMITS.fieldCosts, changeLists: new Set(['Query.institutions']) };
    expect(broken(query, {}, { answerFields: 51 })).toEqual([]);
    expect(broken(query, {}, { answerFields: 50 })).toEqual(['answerFields']);
    expect(broken(query, {}, { fieldCosts, changeFields: 10 })).toEqual([]);
    expect(broken(query, {}, { fieldCosts, changeFields: 9 })).toEqual(['changeFields']);
  });

  it('tell a document with too many tokens from one that is wrong before them', () => {
    const read = createOperationReader(schema, {
      limits: { ...DEFAULT_QUERY_LIMITS, tokens: 5 },
    });
    const tooLong = read({ query: '{ a b c d e f }' });
    const wrong = read({ query: '{ a } }' });
    expect('errors' in tooLong && tooLong.errors[0]?.extensions['code']).toBe('LIMIT_EXCEEDED');
    expect('errors' in wrong && wrong.errors[0]?.extensions['code']).toBeUndefined();
  });

  it('answer a thousand mistakes with a handful', () => {
    const read = createOperationReader(schema, { limits: DEFAULT_QUERY_LIMITS })({
      query: `{ ${Array.from({ length: 400 }, (_, i) => `no${i}`).join(' ')} }`,
    });
    expect('errors' in read && read.errors.length).toBeLessThanOrEqual(6);
  });

  it('are not slowed down by fragments that double each other, nor by fragments in a circle', () => {
    const doubling = Array.from(
      { length: 28 },
      (_, i) => `fragment F${i} on Product { ${i < 27 ? `...F${i + 1} a${i}: id ...F${i + 1}` : 'id'} }`,
    ).join('\n');
    const startedAt = performance.now();
    expect(broken(`{ products { nodes { ...F0 } } } ${doubling}`)).toContain('fields');
    expect(
      broken('{ products { nodes { ...A } } } fragment A on Product { ...B } fragment B on Product { ...A }'),
    ).toEqual(['Cannot spread fragment "A" within itself via "B".']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('the fields an answer could hold', () => {
  it.each([
    ['{ product(id: "1") { id name } }', {}, 3],
    // products, nodes, then 10 times id and name.
    ['{ products(first: 10) { nodes { id name } } }', {}, 1 + 1 + 10 * 2],
    ['{ products { nodes { id } } }', {}, 1 + 1 + 20],
    [
      '{ products(first: 10) { nodes { id } edges { node { id } } totalCount } }',
      {},
      1 + 1 + 10 + 1 + 10 * 2 + 1,
    ],
    ['query($n: Int!) { products(first: $n) { nodes { id } } }', { n: 7 }, 1 + 1 + 7],
    ['query($n: Int! = 3) { products(first: $n) { nodes { id } } }', {}, 1 + 1 + 3],
    ['query($n: Int! = 3) { products(first: $n) { nodes { id } } }', { n: 4 }, 1 + 1 + 4],
    // Out of range: the field refuses these itself, with a better message.
    ['{ products(first: 100000) { nodes { id } } }', {}, 1 + 1 + 100],
    ['{ products(first: -5) { nodes { id } } }', {}, 1 + 1],
    ['{ availabilities(performanceIds: ["1", "2", "3"]) { color } }', {}, 1 + 3],
    ['query($ids: [ID!]!) { availabilities(performanceIds: $ids) { color } }', { ids: ['1', '2'] }, 1 + 2],
    ['{ institutions { code } }', {}, 1 + 5],
    ['{ products(first: 2) { ...C } } fragment C on ProductConnection { nodes { id } }', {}, 1 + 1 + 2],
    ['{ products(first: 2) { ... on ProductConnection { ... { nodes { id } } } } }', {}, 1 + 1 + 2],
    // Found is a union: both its members count.
    [
      '{ found { ... on Product { performances(first: 3) { nodes { id } } } ... on Institution { code } } }',
      {},
      1 + 5 * (1 + 1 + 3 + 1),
    ],
    ['{ __schema { types { name } } __typename }', {}, 1],
  ])('of %s with %o are counted', (query, variables, expected) => {
    expect(cost(query, variables)).toBe(expected);
  });

  it('weigh what they are said to weigh, and lists are as long as they are said to be', () => {
    const document = parse('{ availabilities(performanceIds: ["1", "2"]) { color } institutions { code } }');
    const operation = document.definitions[0] as OperationDefinitionNode;
    const fieldCosts = {
      weights: new Map([
        ['Availability.color', 10],
        ['Query.availabilities', 100],
      ]),
      listSizes: new Map([['Query.institutions', 50]]),
      changeLists: new Set<string>(),
    };
    const sizes = { ...DEFAULT_QUERY_LIMITS, fieldCosts };
    expect(answerSize(schema, { document, operation, variables: {} }, sizes).fields).toBe(
      100 + 2 * 10 + 1 + 50,
    );
  });

  it('multiply through lists inside lists', () => {
    const query =
      '{ products(first: 10) { nodes { performances(first: 5) { nodes { prices { amount { amount } } } } } } }';
    const perPerformance = 1 + 5 * 2;
    expect(cost(query)).toBe(1 + 1 + 10 * (1 + 1 + 5 * perPerformance));
  });
});
