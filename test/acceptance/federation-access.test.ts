import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';
import { startSubgraph, type TestSubgraph } from '../support/subgraph.js';

const SDL = /* GraphQL */ `
  type Query {
    picks: [Pick!]!
  }
  type Pick {
    title: String!
    product: Product
    order: Order
  }
  type Product @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type Order @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

const [CATALOG, COLORS] = [newApiKey(), newApiKey()];

let sandbox: TestSandbox;
let partner: TestSubgraph;
let gateway: TestGateway;

beforeAll(async () => {
  sandbox = await startTestSandbox({ world: smallWorld() });
  const pick = { title: 'Go', product: { id: `small:${SMALL.eventId}` }, order: { id: 'small:1' } };
  partner = await startSubgraph({ sdl: SDL, resolvers: { Query: { picks: () => [pick] } } });
  gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: {
      AUTH: 'on',
      API_KEYS: JSON.stringify([
        { name: 'catalog', sha256: hashOfKey(CATALOG), scopes: ['catalog:read'] },
        { name: 'colors', sha256: hashOfKey(COLORS), scopes: ['availability:read'] },
      ]),
      SUBGRAPHS: `picks=${partner.url}`,
    },
  });
}, 60_000);

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await partner[Symbol.asyncDispose]();
  await sandbox.stop();
});

describe('our fields in a supergraph', () => {
  it('keep their rules beside fields of a partner', async () => {
    const { data, errors } = await query(
      gateway.url,
      '{ picks { title } products(first: 1) { nodes { name availability { color } } } orders { nodes { id } } }',
      {},
      { 'x-api-key': CATALOG },
    );
    expect(data).toBeNull();
    expect(new Set(errors?.map(({ extensions }) => extensions?.['code']))).toEqual(new Set(['FORBIDDEN']));
  });

  it('keep them where a partner refers to what is ours', async () => {
    const text = '{ picks { title product { code } order { state } } }';
    const forCatalog = await query(gateway.url, text, {}, { 'x-api-key': CATALOG });
    expect(forCatalog.data).toMatchObject({
      picks: [{ title: 'Go', product: { code: expect.any(String) as string }, order: null }],
    });
    expect(forCatalog.errors).toMatchObject([
      { path: ['picks', 0, 'order', 'state'], extensions: { code: 'FORBIDDEN' } },
    ]);
    const forColors = await query(gateway.url, text, {}, { 'x-api-key': COLORS });
    expect(forColors.data).toEqual({ picks: [{ title: 'Go', product: null, order: null }] });
  });

  it('are not reached, nor is the partner, without a credential; and none is told to him', async () => {
    partner.clearCalls();
    expect((await query(gateway.url, '{ picks { title } }')).status).toBe(401);
    expect(partner.calls).toEqual([]);
    await query(gateway.url, '{ picks { title } }', {}, { authorization: `Bearer ${CATALOG}` });
    expect(partner.calls).toHaveLength(1);
    expect(JSON.stringify(partner.calls)).not.toContain(CATALOG);
  });

  it('show the schema to none of these callers', async () => {
    const { status } = await query(
      gateway.url,
      '{ __schema { queryType { name } } }',
      {},
      { 'x-api-key': CATALOG },
    );
    expect(status).toBe(403);
  });
});
