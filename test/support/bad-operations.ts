/** One thing that no client should send. */
export interface BadOperation {
  readonly name: string;
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
}

/** Bad operations against the real graph, for any transport: each has to be answered with an error that has a code. */
export function badOperations(): BadOperation[] {
  return [
    ...named('deep', DEEP),
    ...named('aliases', ALIASES),
    ...named('tokens', TOKENS),
    ...named('directives', DIRECTIVES),
    ...named('definitions', DEFINITIONS),
    ...named('wide', WIDE),
    ...named('costly', COSTLY),
    ...named('introspection', INTROSPECTION),
    ...named('syntax', SYNTAX),
    ...named('not in the schema', INVALID),
    ...WRONG_VARIABLES,
    ...HUGE_VARIABLES,
    ...WRONG_IDS,
    ...WRONG_PAGES,
    ...WRONG_INPUTS,
    ...WRONG_NAMES,
  ];
}

function named(kind: string, documents: readonly string[]): BadOperation[] {
  return documents.map((query, index) => ({ name: `${kind} ${index + 1}`, query }));
}

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(' ');
}

/** `levels` fields around `inner`, each as one of `fields` in turn. */
function nested(levels: number, fields: readonly string[], inner: string): string {
  const opened = times(levels, (index) => `${fields[index % fields.length]} {`);
  return `${opened} ${inner} ${'}'.repeat(levels)}`;
}

const PRODUCT_CYCLE = ['performances(first: 1)', 'nodes', 'product'];

const DEEP = [
  ...[13, 15, 20, 25, 40, 100, 200].map((levels) => {
    return `{ products { nodes { ${nested(levels, PRODUCT_CYCLE, '__typename')} } } }`;
  }),
  ...[13, 30, 100].map((levels) => {
    return `{ product(id: "x") { ${nested(levels, ['institution', 'products(first: 1)', 'nodes'], 'id')} } }`;
  }),
  // Behind fragments: in a row, doubled, and in a circle.
  `{ products { nodes { ...F0 } } } ${times(10, (index) => {
    return `fragment F${index} on Product { performances { nodes { product { ${index < 9 ? `...F${index + 1}` : 'id'} } } } }`;
  })}`,
  `{ products { nodes { ...F0 } } } ${times(25, (index) => {
    return `fragment F${index} on Product { id ${index < 24 ? `...F${index + 1} ...F${index + 1}` : 'id'} }`;
  })}`,
  '{ products { nodes { ...A } } } fragment A on Product { ...B } fragment B on Product { ...A }',
  '{ products { nodes { ...A } } } fragment A on Product { id ...A }',
  '{ products { nodes { ...A } } } fragment A on Product { performances { nodes { product { ...A } } } }',
  `{ products { nodes { ${'... on Product { '.repeat(100)} ${nested(12, PRODUCT_CYCLE, 'id')} ${'} '.repeat(100)} } } }`,
];

const ALIASES = [
  times(16, (index) => `a${index}: __typename`),
  times(101, (index) => `a${index}: __typename`),
  times(200, (index) => `a${index}: institutions { code }`),
  `institutions { ${times(16, (index) => `a${index}: code`)} }`,
  `institutions { ${times(101, (index) => `a${index}: __typename`)} }`,
  `a: institutions { ${times(8, (index) => `b${index}: code`)} } c: institutions { ${times(8, (index) => `d${index}: code`)} }`,
  `... { ${times(16, (index) => `a${index}: __typename`)} }`,
  times(16, (index) => `a${index}: __schema { description }`),
]
  .map((fields) => `{ ${fields} }`)
  .concat(
    `{ ...A ...B } fragment A on Query { ${times(10, (index) => `a${index}: __typename`)} } fragment B on Query { ${times(10, (index) => `b${index}: __typename`)} }`,
    `mutation { ${times(16, (index) => `a${index}: abandonOrder(orderId: "x") { __typename }`)} }`,
  );

const TOKENS = [
  `{ ${'__typename '.repeat(1_001)} }`,
  `{ ${'__typename\n'.repeat(5_000)} }`,
  '{'.repeat(3_000),
  '}'.repeat(3_000),
  `{ product(id: ${'['.repeat(3_000)}${']'.repeat(3_000)}) { id } }`,
  `{ product(id: ${'{a:'.repeat(2_000)}1${'}'.repeat(2_000)}) { id } }`,
  `query(${times(400, (index) => `$v${index}: Int`)}) { __typename }`,
  `query($v: ${'['.repeat(600)}Int${']'.repeat(600)}) { __typename }`,
  `{ performances(filter: { ids: [${'"x" '.repeat(1_000)}] }) { nodes { id } } }`,
  '@skip(if: true) '.repeat(400),
  `{ ${'!'.repeat(2_000)} }`,
  `{ __typename ${'#comment\n'.repeat(1_000)} ${'id '.repeat(1_000)} }`,
];

const DIRECTIVES = [
  `{ __typename ${'@skip(if: false) '.repeat(2)} }`,
  `{ __typename ${'@include(if: true) '.repeat(100)} }`,
  `{ ${times(9, () => '__typename @include(if: true)')} }`,
  `{ __typename ${times(50, (index) => `@d${index}`)} }`,
  'query @skip(if: true) { __typename }',
  '{ __typename @deprecated }',
  '{ __typename @specifiedBy(url: "x") }',
  '{ __typename @skip }',
  '{ __typename @skip(if: "yes") }',
  '{ __typename @skip(if: $nothing) }',
  '{ __typename @include(unless: true) }',
  '{ products @stream(initialCount: 1) { nodes { id } } }',
  '{ ... @defer { __typename } }',
  'subscription { availabilityChanged @skip(if: false) @skip(if: false) { __typename } }',
];

const DEFINITIONS = [
  times(6, (index) => `query Q${index} { __typename }`),
  times(50, (index) => `query Q${index} { __typename }`),
  `{ ${times(31, (index) => `...F${index}`)} } ${times(31, (index) => `fragment F${index} on Query { __typename }`)}`,
  '{ __typename } { __typename }',
  'query A { __typename } query A { __typename }',
  'query A { __typename } query B { __typename }',
  'fragment F on Query { __typename }',
  '{ __typename } fragment F on Query { __typename }',
  '{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }',
  'type Query { a: Int }',
  'extend type Query { a: Int }',
  'schema { query: Query }',
  'directive @a on FIELD',
  '{ __typename } type A { a: Int }',
];

const WIDE = [
  `{ ${times(21, (index) => (index % 2 === 0 ? '__typename' : 'institutions { code }'))} }`,
  `{ institutions { ${'code '.repeat(251)} } }`,
  `{ products { nodes { ${'id '.repeat(300)} } } }`,
  `{ ...A } fragment A on Query { ${times(9, () => 'institutions { ...B }')} } fragment B on Institution { ${'code '.repeat(30)} }`,
];

const COSTLY = [
  '{ products(first: 100) { nodes { performances(first: 100) { nodes { product { performances(first: 100) { nodes { id } } } } } } } }',
  'query($n: Int = 100) { products(first: $n) { nodes { performances(first: $n) { nodes { product { performances(first: $n) { nodes { id } } } } } } } }',
  '{ products(first: 100) { edges { node { performances(first: 100) { edges { node { product { performances(first: 100) { edges { cursor } } } } } } } } } }',
  '{ ...A } fragment A on Query { products(first: 100) { nodes { ...B } } } fragment B on Product { performances(first: 100) { nodes { product { performances(first: 100) { nodes { id } } } } } }',
  '{ performances(first: 100) { nodes { product { performances(first: 100) { nodes { product { performances(first: 100) { nodes { id startsAt } } } } } } } } }',
];

const INTROSPECTION = [
  `{ __schema { types { ${nested(30, ['fields', 'type'], 'name')} } } }`,
  `{ __type(name: "Product") { ${nested(200, ['ofType'], 'name')} } }`,
  `{ __schema { types { ${'name '.repeat(600)} } } }`,
  times(
    4,
    (index) =>
      `query Q${index} { __schema { description } __type(name: "A") { name } __typename a: __schema { description } b: __schema { description } }`,
  ),
  '{ __schema { nothing } }',
  '{ __type { name } }',
  'subscription { __typename }',
];

const SYNTAX = [
  '',
  ' ',
  '\n\n',
  '#',
  '{',
  '}',
  '{}',
  '{ }',
  '{ __typename',
  '__typename }',
  '{ a: }',
  '{ : a }',
  '{ a b: c: d }',
  '{ product(id: ) { id } }',
  '{ product(id "x") { id } }',
  '{ product() { id } }',
  '{ product(id: "x) { id } }',
  '{ product(id: """x) { id } }',
  '{ product(id: "\\x") { id } }',
  '{ product(id: "\\uD800") { id } }',
  '{ product(id: "\n") { id } }',
  '{ products(first: 01) { nodes { id } } }',
  '{ products(first: 1.) { nodes { id } } }',
  '{ products(first: .5) { nodes { id } } }',
  '{ products(first: 1e) { nodes { id } } }',
  '{ products(first: +1) { nodes { id } } }',
  '{ products(first: 0x10) { nodes { id } } }',
  'query { __typename } garbage',
  'query query query',
  'mutation',
  'subscription {',
  'query ($a) { __typename }',
  'query ($a: ) { __typename }',
  'query ($a: Int = ) { __typename }',
  'query ($a: Int!!) { __typename }',
  'query ($a: Int = $b) { __typename }',
  'fragment on on Query { __typename }',
  '{ ...on }',
  '{ ... on { id } }',
  '{ __typename @ }',
  'SELECT * FROM orders',
  '<?xml version="1.0"?><a/>',
  '{"query": "{ __typename }"}',
  '\u0000',
  '{ __typename \u0007 }',
  '{ \uD800 }',
  '{ é }',
  '\u200B{ __typename }',
  "{ product(id: 'x') { id } }",
  '{ __typename; }',
  '`{ __typename }`',
  '{ &a }',
  '{ a | b }',
];

const INVALID = [
  '{ nothing }',
  '{ __proto__ }',
  '{ constructor }',
  '{ toString }',
  '{ hasOwnProperty { a } }',
  '{ __typename { a } }',
  '{ institutions }',
  '{ institutions { code { a } } }',
  '{ products { nodes { nothing } } }',
  '{ products(nothing: 1) { nodes { id } } }',
  '{ products(first: 1, first: 2) { nodes { id } } }',
  '{ products(first: "1") { nodes { id } } }',
  '{ products(first: 1.5) { nodes { id } } }',
  '{ products(first: true) { nodes { id } } }',
  '{ products(first: null) { nodes { id } } }',
  '{ products(first: [1]) { nodes { id } } }',
  '{ products(first: { a: 1 }) { nodes { id } } }',
  '{ products(first: 2147483648) { nodes { id } } }',
  '{ products(first: -2147483649) { nodes { id } } }',
  '{ products(sort: NOTHING) { nodes { id } } }',
  '{ products(sort: "NEXT_PERFORMANCE") { nodes { id } } }',
  '{ products(filter: { nothing: 1 }) { nodes { id } } }',
  '{ products(filter: { __proto__: { a: 1 } }) { nodes { id } } }',
  '{ products(filter: []) { nodes { id } } }',
  '{ products(filter: "x") { nodes { id } } }',
  '{ performances(filter: { startsFrom: 5.5 }) { nodes { id } } }',
  '{ performances(filter: { startsFrom: "yesterday" }) { nodes { id } } }',
  '{ performances(filter: { startsFrom: "2026-02-30T00:00:00Z" }) { nodes { id } } }',
  '{ performances(filter: { startsFrom: "2026-01-01" }) { nodes { id } } }',
  '{ performances(filter: { colors: [PINK] }) { nodes { id } } }',
  '{ product { id } }',
  '{ product(id: {}) { id } }',
  '{ product(id: 1.5) { id } }',
  '{ product(id: true) { id } }',
  '{ product(id: null) { id } }',
  '{ availabilities { color } }',
  '{ availabilities(performanceIds: [null]) { color } }',
  '{ availabilities(performanceIds: [[ "x" ]]) { color } }',
  'query($a: Nothing) { __typename }',
  'query($a: Product) { product(id: $a) { id } }',
  'query($a: Int, $a: Int) { products(first: $a) { nodes { id } } }',
  'query($a: ID) { product(id: $a) { id } }',
  'query { product(id: $a) { id } }',
  'query($unused: Int) { __typename }',
  '{ ...Nothing }',
  '{ ... on Nothing { id } }',
  '{ ... on Product { id } }',
  '{ ... on Int { id } }',
  '{ a: products { nodes { id } } a: products(first: 2) { nodes { id } } }',
  'mutation { nothing }',
  'mutation { placeOrder }',
  'mutation { placeOrder { __typename } }',
  'mutation { placeOrder(input: {}) { __typename } }',
  'mutation { placeOrder(input: { clientOrderId: "a" }) { __typename } }',
  'mutation { placeOrder(input: null) { __typename } }',
  'mutation { createContact(input: { institution: "x" }) { __typename } }',
  'subscription { nothing }',
  'subscription { availabilityChanged }',
  'subscription { availabilityChanged { __typename } catalogChanged { __typename } }',
  'subscription { a: availabilityChanged { __typename } b: availabilityChanged { __typename } }',
];

const FIRST = 'query($n: Int!) { products(first: $n) { nodes { id } } }';
const ONE = 'query($id: ID!) { product(id: $id) { id } }';
const MANY = 'query($ids: [ID!]!) { availabilities(performanceIds: $ids) { color } }';
const FILTER = 'query($filter: PerformanceFilter) { performances(filter: $filter) { nodes { id } } }';

const WRONG_VARIABLES: readonly BadOperation[] = [
  ...[undefined, null, '1', 1.5, 1e300, true, [1], {}, { n: 1 }, 2 ** 31, -(2 ** 31) - 1, '', 'NaN'].map(
    (n) => ({
      name: `first of ${JSON.stringify(n)}`,
      query: FIRST,
      variables: n === undefined ? {} : { n },
    }),
  ),
  ...[null, 1.5, true, [], {}, ['a'], { toString: 'x' }].map((id) => ({
    name: `an id of ${JSON.stringify(id)}`,
    query: ONE,
    variables: { id },
  })),
  ...[null, Array.from({ length: 20 }, () => null), [1.5], [true], [{}], [['a']], {}, true].map((ids) => ({
    name: `ids of ${JSON.stringify(ids)}`,
    query: MANY,
    variables: { ids },
  })),
  ...[
    'x',
    5,
    [],
    true,
    { nothing: 1 },
    JSON.parse('{"__proto__":{"a":1}}') as unknown,
    { constructor: { prototype: {} } },
    { startsFrom: 'soon' },
    { startsFrom: '' },
    { startsFrom: 1e20 },
    { startsFrom: {} },
    { startsFrom: '9999999-01-01T00:00:00Z' },
    { colors: 'PINK' },
    { colors: [5] },
    { ids: [{}] },
    { saleStatus: ['constructor'] },
  ].map((filter) => ({
    name: `a filter of ${JSON.stringify(filter)}`,
    query: FILTER,
    variables: { filter },
  })),
];

function levels(count: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < count; level++) value = level % 2 === 0 ? [value] : { startsFrom: value };
  return value;
}

const HUGE_VARIABLES: readonly BadOperation[] = [
  {
    name: '501 ids',
    query: MANY,
    variables: { ids: Array.from({ length: 501 }, (_, index) => `x${index}`) },
  },
  { name: '6,000 ids', query: MANY, variables: { ids: Array.from({ length: 6_000 }, () => 'x') } },
  { name: 'an id of 10,000 characters', query: ONE, variables: { id: 'x'.repeat(10_000) } },
  { name: '5,001 variables', query: '{ __typename }', variables: numbered(5_001) },
  { name: 'an id of 60,000 characters', query: MANY, variables: { ids: ['x'.repeat(60_000)] } },
  { name: '11 levels', query: FILTER, variables: { filter: levels(11) } },
  { name: '400 levels', query: FILTER, variables: { filter: levels(400) } },
  { name: '2,000 levels', query: FILTER, variables: { filter: levels(2_000) } },
];

function numbered(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, index]));
}

const BAD_IDS = [
  '',
  ' ',
  'x',
  '0',
  '-1',
  'null',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '<x/>',
  "' OR 1=1 --",
  'orders:',
  ':1',
  'orders:Product:1:2:3',
  Buffer.from('Product:nowhere:1').toString('base64'),
  Buffer.from('Performance:orders:').toString('base64'),
  '\u0000',
  '\u202E',
  'é'.repeat(50),
  '😀',
];

const WRONG_IDS: readonly BadOperation[] = BAD_IDS.flatMap((id) => [
  { name: `product ${JSON.stringify(id)}`, query: ONE, variables: { id } },
  { name: `availability ${JSON.stringify(id)}`, query: MANY, variables: { ids: [id] } },
  {
    name: `abandoned order ${JSON.stringify(id)}`,
    query: 'mutation($id: ID!) { abandonOrder(orderId: $id) { order { id } userErrors { code } } }',
    variables: { id },
  },
]);

const WRONG_PAGES: readonly BadOperation[] = [
  ...[-1, 101, 1_000, 2_147_483_647, -2_147_483_648].map((n) => ({
    name: `a page of ${n}`,
    query: FIRST,
    variables: { n },
  })),
  ...['', 'x', '5', '=', 'eyJ', '{"a":1}', '\u0000', 'x'.repeat(5_000)].map((after) => ({
    name: `after ${JSON.stringify(after.slice(0, 20))}`,
    query: 'query($after: String) { performances(after: $after) { nodes { id } } }',
    variables: { after },
  })),
];

const LINE = { performanceId: 'x', quantity: 1, tariffId: 'x' };

const WRONG_INPUTS: readonly BadOperation[] = [
  ...[
    { clientOrderId: '', lines: [LINE] },
    { clientOrderId: 'x'.repeat(201), lines: [LINE] },
    { clientOrderId: 'a\u0000b', lines: [LINE] },
    { clientOrderId: 'a', lines: [] },
    { clientOrderId: 'a', lines: null },
    { clientOrderId: 'a', lines: [null] },
    { clientOrderId: 'a', lines: [LINE], nothing: true },
    { clientOrderId: 'a', lines: [LINE] },
    { clientOrderId: 'a', lines: [{ ...LINE, quantity: 0 }] },
    { clientOrderId: 'a', lines: [{ ...LINE, quantity: -1 }] },
    { clientOrderId: 'a', lines: [{ ...LINE, quantity: 1e9 }] },
    { clientOrderId: 'a', lines: [{ ...LINE, quantity: '1' }] },
    { clientOrderId: 'a', lines: [{ ...LINE, expectedUnitPrice: 'free' }] },
    { clientOrderId: 'a', lines: [{ ...LINE, expectedUnitPrice: '1e3' }] },
    { clientOrderId: 'a', lines: [{ ...LINE, expectedUnitPrice: NaN }] },
    { clientOrderId: 'a', lines: Array.from({ length: 101 }, () => LINE) },
    { clientOrderId: {}, lines: [LINE] },
  ].map((input, index) => ({
    name: `an order ${index + 1}`,
    query:
      'mutation($input: CreateOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }',
    variables: { input },
  })),
  ...[
    { clientRequestId: '', institution: 'orders' },
    { clientRequestId: 'a', institution: 'nowhere', lastName: 'x' },
    { clientRequestId: 'a', institution: '', lastName: 'x' },
    { clientRequestId: 'x'.repeat(201), institution: 'orders', lastName: 'x' },
    { clientRequestId: 'a', institution: 'orders', kind: 'ALIEN' },
    { clientRequestId: 'a', institution: 'orders', lastName: { a: 1 } },
    { clientRequestId: 'a', institution: 'orders', criteria: [{ code: 'a' }] },
  ].map((input, index) => ({
    name: `a contact ${index + 1}`,
    query:
      'mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code } } }',
    variables: { input },
  })),
];

const WRONG_NAMES: readonly BadOperation[] = [
  { name: 'a name that is not there', query: 'query A { __typename }', operationName: 'B' },
  { name: 'a name of the prototype', query: 'query A { __typename }', operationName: '__proto__' },
  {
    name: 'a fragment as operation',
    query: '{ ...F } fragment F on Query { __typename }',
    operationName: 'F',
  },
];
