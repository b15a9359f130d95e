import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { composeSupergraph } from '../../src/federation/compose.js';
import { ownOperations } from '../../src/federation/own-operations.js';
import { subgraphSdl } from '../../src/resolvers/federation/subgraph-sdl.js';
import { createSchema } from '../../src/resolvers/schema.js';

const own = createSchema({ isSubgraph: true });

/** Knows ours by their keys, adds a field, has a type of its own that is one of our user errors, and takes a field over. */
const PARTNER = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@override", "@shareable"])
  type Query { reviews: [Review!]! }
  type Review { stars: Int! performance: Performance! }
  type Performance @key(fields: "id") { id: ID! reviews: [Review!]! }
  type Product @key(fields: "id") { id: ID! description(lang: String): String @override(from: "foyer") }`;

const isOwn = ownOperations(
  own,
  parse(
    composeSupergraph([
      { name: 'foyer', url: 'http://foyer.test/', sdl: subgraphSdl(own) },
      { name: 'partner', url: 'http://partner.test/', sdl: PARTNER },
    ]),
  ),
  'FOYER',
);

it.each([
  ['a list of ours', '{ performances { nodes { id __typename product { name } } } }', true],
  [
    'with fragments',
    'query Q { ...Q2 } fragment Q2 on Query { product(id: "a:1") { ... on Product { id } } }',
    true,
  ],
  ['a subscription to colors', 'subscription { availabilityChanged { kind cursor } }', true],
  ['a mutation', 'mutation { abandonOrder(orderId: "a:1") { order { id } userErrors { code } } }', true],
  ['a field that a partner adds', '{ performances { nodes { id reviews { stars } } } }', false],
  ['a field of ours that a partner took over', '{ product(id: "a:1") { id description } }', false],
  [
    'the same, under an alias in a fragment',
    '{ product(id: "a:1") { ...D } } fragment D on Product { d: description }',
    false,
  ],
  ["a partner's field at the root", '{ reviews { stars } }', false],
  ["ours and a partner's side by side", '{ institutions { code } reviews { stars } }', false],
  ['what the graph says of itself', '{ institutions { code } __schema { queryType { name } } }', false],
  ['what it says of one type', '{ __type(name: "Performance") { name } }', false],
])('%s is answered by our own graph alone: %s', (_what, document, expected) => {
  expect(isOwn(parse(document))).toBe(expected);
});
