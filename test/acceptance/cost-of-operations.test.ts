import { describe, expect, it, vi } from 'vitest';
import { pointsOf } from '../../src/server/cost-charges.js';
import { openSocket, query } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

/** 60 in ten seconds. */
const RATES = { rates: { perMinute: 360, trustedProxies: 0 } };

/** Eight fields for each of 100 × 100 performances: 17 points. */
const COSTLY =
  '{ products(first: 100) { nodes { performances(first: 100) { nodes { id __typename prices { __typename } } } } } }';

describe('what an operation costs', () => {
  it('is taken from what its caller has left, over HTTP', async () => {
    await using server = await startSampleServer(RATES);
    const cheap = await query(server.url, '{ hello }');
    expect(cheap.headers.get('ratelimit-remaining')).toBe('59');
    const left: (string | null)[] = [];
    for (let asked = 0; asked < 3; asked++) {
      const { status, headers } = await query(server.url, COSTLY);
      expect(status).toBe(200);
      left.push(headers.get('ratelimit-remaining'));
    }
    expect(left).toEqual(['42', '25', '8']);
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
      payload: [{ extensions: { code: 'RATE_LIMITED', retryable: true } }],
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

  it.each([
    [0, 0],
    [5_000, 0],
    [5_001, 1],
    [500_000, 99],
  ])('of %i fields is %i points beyond the one of a request', (cost, points) => {
    expect(pointsOf(cost)).toBe(points);
  });
});
