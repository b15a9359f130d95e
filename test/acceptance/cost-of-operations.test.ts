import { describe, expect, it, vi } from 'vitest';
import { pointsOf } from '../../src/server/cost-charges.js';
import { DEFAULT_QUERY_LIMITS } from '../../src/server/query-limits.js';
import { openSocket, query } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

/** 300 in ten seconds. */
const RATES = { rates: { perMinute: 1_800, trustedProxies: 0 } };

/** Eight fields for each of 100 × 100 performances: 81 points. */
const COSTLY =
  '{ products(first: 100) { nodes { performances(first: 100) { nodes { id __typename prices { __typename } } } } } }';

describe('what an operation costs', () => {
  it('is taken from what its caller has left, over HTTP', async () => {
    await using server = await startSampleServer(RATES);
    const cheap = await query(server.url, '{ hello }');
    expect(cheap.headers.get('ratelimit-remaining')).toBe('299');
    const left: (string | null)[] = [];
    for (let asked = 0; asked < 3; asked++) {
      const { status, headers } = await query(server.url, COSTLY);
      expect(status).toBe(200);
      left.push(headers.get('ratelimit-remaining'));
    }
    expect(left).toEqual(['218', '137', '56']);
    const refused = await query(server.url, COSTLY);
    expect({ status: refused.status, data: refused.data }).toEqual({ status: 429, data: undefined });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is taken over WebSocket too, and the socket stays', async () => {
    await using server = await startSampleServer(RATES);
    const socket = await openSocket(server.url);
    for (const id of ['a', 'b', 'c', 'd']) {
      socket.send({ type: 'subscribe', id, payload: { query: COSTLY } });
    }
    expect(await socket.next(({ id }) => id === 'd')).toMatchObject({
      type: 'error',
      payload: [
        { extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) as number } },
      ],
    });
    expect(socket.isOpen()).toBe(true);
  });

  it('of a subscription is taken once, however long it lives', async () => {
    await using server = await startSampleServer({ rates: { perMinute: 12, trustedProxies: 0 } });
    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { ticks }' } });
    await vi.waitUntil(() => server.subscribers() === 1);
    for (let value = 0; value < 20; value++) server.tick(value);
    const last = await socket.next(({ payload }) => JSON.stringify(payload) === '{"data":{"ticks":19}}');
    expect(last).toMatchObject({ type: 'next', id: 'a' });
  });

  it('is told with the answer, over both transports, and by a subscription once', async () => {
    await using server = await startSampleServer();
    const told = { requested: 80_202, maximum: 100_000 };
    const { extensions } = (await (
      await fetch(`${server.url}graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: COSTLY }),
      })
    ).json()) as { extensions: unknown };
    expect(extensions).toEqual({ cost: told });
    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: COSTLY } });
    expect(await socket.next(({ type }) => type === 'next')).toMatchObject({
      payload: { data: { products: {} }, extensions: { cost: told } },
    });
    socket.send({ type: 'subscribe', id: 'b', payload: { query: 'subscription { ticks }' } });
    await vi.waitUntil(() => server.subscribers() === 1);
    for (const value of [1, 2]) server.tick(value);
    const events = [];
    while (events.length < 2) events.push(await socket.next(({ id, type }) => id === 'b' && type === 'next'));
    expect(events.map(({ payload }) => payload)).toEqual([
      { data: { ticks: 1 }, extensions: { cost: { requested: 1, maximum: 100_000 } } },
      { data: { ticks: 2 } },
    ]);
  });

  it('beyond the limit is refused with the same two numbers, and nothing is run', async () => {
    await using server = await startSampleServer({
      limits: { query: { ...DEFAULT_QUERY_LIMITS, answerFields: 80_201 } },
    });
    const { data, errors } = await query(server.url, COSTLY);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      limit: 'answerFields',
      maximum: 80_201,
      actual: 80_202,
    });
  });

  it.each([
    [0, 0],
    [1_000, 0],
    [1_001, 1],
    [100_000, 99],
  ])('of %i fields is %i points beyond the one of a request', (cost, points) => {
    expect(pointsOf(cost)).toBe(points);
  });
});
