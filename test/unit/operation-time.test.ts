import { describe, expect, it } from 'vitest';
import { createLoaders, type LoadedFrom } from '../../src/datasources/loaders.js';
import { openSocket, query } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

const NEVER = new Promise<void>(() => undefined);
const SHORT = { slow: NEVER, limits: { times: { queryMs: 30, mutationMs: 40 }, drainMs: 100 } };

describe('the time for one operation', () => {
  it.each([
    ['{ slow }', 'UPSTREAM_TIMEOUT', 'The query was not answered within 30 ms'],
    ['mutation { slow }', 'IN_DOUBT', 'The mutation was not answered within 40 ms, and may still be done'],
  ])('ends %s with %s over both transports', async (document, code, message) => {
    await using server = await startSampleServer(SHORT);
    const { status, data, errors } = await query(server.url, document, {}, { 'x-request-id': 'late' });
    expect({ status, data }).toEqual({ status: 504, data: undefined });
    expect(errors).toEqual([{ message, extensions: { code, retryable: true, correlationId: 'late' } }]);

    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: document } });
    expect(await socket.next()).toMatchObject({
      type: 'next',
      id: 'a',
      payload: { errors: [{ message, extensions: { code, retryable: true } }] },
    });
    expect(await socket.next()).toEqual({ type: 'complete', id: 'a' });
  });

  it('does not end subscriptions', async () => {
    await using server = await startSampleServer(SHORT);
    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { ticks }' } });
    socket.send({ type: 'subscribe', id: 'b', payload: { query: 'mutation { slow }' } });
    await socket.next(({ type, id }) => type === 'complete' && id === 'b');
    server.tick(7);
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'a', payload: { data: { ticks: 7 } } });
  });

  it('closes the loaders of what nobody waits for any more, and of nothing else', async () => {
    await using server = await startSampleServer(SHORT);
    await query(server.url, '{ hello }');
    expect(server.dropped()).toBe(0);
    await query(server.url, '{ slow }');
    expect(server.dropped()).toBe(1);
  });

  it('closes the loaders of a query whose client has gone', async () => {
    await using server = await startSampleServer({ slow: NEVER, limits: { drainMs: 100 } });
    const gone = new AbortController();
    const answer = fetch(`${server.url}graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ slow }"}',
      signal: gone.signal,
    });
    await expect.poll(() => server.origins.length).toBe(1);
    gone.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => server.dropped()).toBe(1);
  });
});

describe('closed loaders', () => {
  it('ask nothing more', async () => {
    const asked: string[] = [];
    const institution: LoadedFrom = {
      availability: {
        ofPerformances: async () => never(asked, 'performances'),
        ofProducts: async () => never(asked, 'products'),
        seats: async () => never(asked, 'seats'),
      },
      contacts: { byNumbers: async () => never(asked, 'contacts') },
    };
    const loaders = createLoaders(new Map([['lyric', institution]]));
    const id = { kind: 'Performance', institution: 'lyric', s360Id: '1' } as const;
    const begun = loaders.performanceAvailability.load(id);
    loaders.close();
    for (const load of [
      begun,
      loaders.productAvailability.load(id),
      loaders.seats(id, null),
      loaders.contact(id, new Set()),
    ]) {
      await expect(load).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', isRetryable: true });
    }
    expect(asked).toEqual([]);
  });
});

function never(asked: string[], what: string): never {
  asked.push(what);
  throw new Error('asked although closed');
}
