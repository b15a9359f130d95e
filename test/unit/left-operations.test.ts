import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { FairSlices } from '../../src/cache/fair-slices.js';
import type { RequestContext } from '../../src/context.js';
import { createLoaders } from '../../src/datasources/loaders.js';
import { paceLists } from '../../src/resolvers/pace-lists.js';
import { openSocket, query } from '../support/graphql-client.js';
import { startSampleServer, type SampleServer } from '../support/sample-server.js';
import { scrape } from '../support/scraped-metrics.js';

/** A server whose items take a millisecond each, all of it on the event loop. */
interface SlowItems extends AsyncDisposable {
  readonly server: SampleServer;
  /** Items that were made. */
  readonly made: () => number;
  /** Operations of which nobody wants the rest. */
  readonly closed: () => number;
}

/** Many times what is made until somebody who leaves at once is known to have left. */
const MANY = 20_000;
const SOME = 300;

async function startSlowItems(queryMs = 60_000): Promise<SlowItems> {
  let [made, closed] = [0, 0];
  const slices = new FairSlices();
  const server = await startSampleServer({
    schema: slowSchema(() => (made += 1)),
    createContext: ({ correlationId, languages, caller }) => {
      const loaders = createLoaders(new Map(), slices.begin());
      loaders.onceClosed(() => (closed += 1));
      return { correlationId, languages, caller, loaders, mayIntrospect: true } as unknown as RequestContext;
    },
    limits: { times: { queryMs, mutationMs: 60_000 }, drainMs: 100 },
  });
  return {
    server,
    made: () => made,
    closed: () => closed,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function slowSchema(onMade: () => void): GraphQLSchema {
  const schema = buildSchema(`
    type Query { items(count: Int!): [Item!]! hello: String! }
    type Mutation { items(count: Int!): [Item!]! }
    type Item { made: Boolean! }`);
  const items = (_source: unknown, { count }: { readonly count: number }) =>
    Array.from({ length: count }, () => ({}));
  schema.getQueryType()!.getFields()['items']!.resolve = items;
  schema.getMutationType()!.getFields()['items']!.resolve = items;
  schema.getQueryType()!.getFields()['hello']!.resolve = () => 'Hello';
  (schema.getType('Item') as ReturnType<GraphQLSchema['getQueryType']>)!.getFields()['made']!.resolve =
    () => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      onMade();
      return true;
    };
  return paceLists(schema);
}

/** However often others have their turn. */
async function nothingMoreIsMade({ made }: SlowItems): Promise<void> {
  const before = made();
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  expect(made()).toBe(before);
  expect(before).toBeLessThan(MANY);
}

function leaveableRequest({ server }: SlowItems, document: string): AbortController {
  const gone = new AbortController();
  const answer = fetch(`${server.url}graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document }),
    signal: gone.signal,
  });
  answer.catch(() => undefined);
  return gone;
}

describe('a long query', () => {
  it('whose client has left over HTTP is executed no further', async () => {
    await using house = await startSlowItems();
    const client = leaveableRequest(house, `{ items(count: ${MANY}) { made } }`);
    await expect.poll(house.made).toBeGreaterThan(0);
    client.abort();
    await expect.poll(house.closed).toBe(1);
    await nothingMoreIsMade(house);
    expect((await scrape(house.server.url)).value('foyer_graphql_requests_in_flight')).toBe(0);
  });

  it.each(['complete', 'close'] as const)(
    'whose client has left by `%s` on a WebSocket is executed no further',
    async (how) => {
      await using house = await startSlowItems();
      const socket = await openSocket(house.server.url);
      socket.send({ type: 'subscribe', id: 'a', payload: { query: `{ items(count: ${MANY}) { made } }` } });
      await expect.poll(house.made).toBeGreaterThan(0);
      if (how === 'complete') socket.send({ type: 'complete', id: 'a' });
      else socket.close();
      await expect.poll(house.closed).toBe(1);
      await nothingMoreIsMade(house);
      const metrics = await scrape(house.server.url);
      expect(metrics.value('foyer_socket_operations', { kind: 'query' })).toBe(0);
      expect(metrics.value('foyer_graphql_requests_in_flight')).toBe(0);
      expect(metrics.value('foyer_graphql_errors_total', { code: 'UPSTREAM_TIMEOUT' })).toBe(0);
      socket.close();
    },
  );

  it('does not answer an operation that has its id after it', async () => {
    await using house = await startSlowItems();
    const socket = await openSocket(house.server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: `{ items(count: ${MANY}) { made } }` } });
    await expect.poll(house.made).toBeGreaterThan(0);
    socket.send({ type: 'complete', id: 'a' });
    socket.send({ type: 'subscribe', id: 'a', payload: { query: '{ hello }' } });
    expect(await socket.next()).toMatchObject({
      type: 'next',
      id: 'a',
      payload: { data: { hello: 'Hello' } },
    });
    expect(await socket.next()).toEqual({ type: 'complete', id: 'a' });
    socket.close();
  });

  it('is executed no further when its time is over', async () => {
    await using house = await startSlowItems(20);
    const { errors } = await query(house.server.url, `{ items(count: ${MANY}) { made } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    await nothingMoreIsMade(house);
  });
});

describe('a long mutation', () => {
  const document = `mutation { items(count: ${SOME}) { made } again: items(count: ${SOME}) { made } }`;

  it('goes on to its end when its client has left over HTTP', async () => {
    await using house = await startSlowItems();
    const client = leaveableRequest(house, document);
    await expect.poll(house.made).toBeGreaterThan(0);
    client.abort();
    await expect.poll(house.closed).toBe(1);
    await expect.poll(house.made, { timeout: 20_000 }).toBe(2 * SOME);
  });

  it.each(['complete', 'close'] as const)(
    'goes on to its end when its client has left by `%s` on a WebSocket',
    async (how) => {
      await using house = await startSlowItems();
      const socket = await openSocket(house.server.url);
      socket.send({ type: 'subscribe', id: 'a', payload: { query: document } });
      await expect.poll(house.made).toBeGreaterThan(0);
      if (how === 'complete') socket.send({ type: 'complete', id: 'a' });
      else socket.close();
      await expect.poll(house.made, { timeout: 20_000 }).toBe(2 * SOME);
      socket.close();
    },
  );
});
