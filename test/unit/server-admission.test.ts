import { OperationTypeNode } from 'graphql';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../src/server/admission.js';
import type { Pressure, Shortage } from '../../src/server/pressure.js';
import { openSocket, query, refusedSocket } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;

describe('admission', () => {
  it('keeps a fifth of the requests in flight for mutations', () => {
    const { admission } = admissionOf({ requestsInFlight: 10 });
    const answers = Array.from({ length: 11 }, () => {
      const isLetIn = admission.refusalAtTheDoor() === null;
      admission.begin();
      const refused = [QUERY, SUBSCRIPTION, MUTATION].filter((kind) => admission.refusalOf(kind) !== null);
      return { isLetIn, refused };
    });
    expect(answers.slice(0, 8)).toEqual(answers.slice(0, 8).map(() => ({ isLetIn: true, refused: [] })));
    expect(answers.slice(8, 10)).toEqual(
      answers.slice(8, 10).map(() => ({ isLetIn: true, refused: [QUERY, SUBSCRIPTION] })),
    );
    expect(answers[10]).toEqual({ isLetIn: false, refused: [QUERY, SUBSCRIPTION, MUTATION] });
  });

  it('lets the next one in when one ended, however often that is said', () => {
    const { admission } = admissionOf({ requestsInFlight: 2 });
    const [end] = [admission.begin(), admission.begin()];
    expect(admission.refusalAtTheDoor()).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1_000 });
    end();
    end();
    expect(admission.refusalAtTheDoor()).toBeNull();
    expect(admission.inFlight()).toBe(1);
  });

  it('tells of every reason before anything was turned away, so that Prometheus sees the first time', async () => {
    const { registry } = admissionOf({ requestsInFlight: 2 });
    const text = await registry.metrics();
    for (const reason of ['in_flight', 'queries_in_flight', 'event_loop', 'heap', 'sockets'])
      expect(text).toContain(`foyer_requests_shed_total{reason="${reason}"} 0`);
  });

  it.each(['heap', 'event_loop'] as const)(
    'turns all but mutations away while the %s is short, and counts them',
    async (shortage) => {
      const { admission, registry, setShortage } = admissionOf({ requestsInFlight: 10 });
      setShortage(shortage);
      admission.begin();
      expect(admission.refusalAtTheDoor()).toBeNull();
      expect(admission.refusalOf(MUTATION)).toBeNull();
      expect(admission.refusalOf(QUERY)).toMatchObject({ code: 'RATE_LIMITED', isRetryable: true });
      expect(admission.refusalOf(SUBSCRIPTION)).toMatchObject({ retryAfterMs: 3_000 });
      setShortage(null);
      expect(admission.refusalOf(QUERY)).toBeNull();
      expect(await registry.metrics()).toContain(`foyer_requests_shed_total{reason="${shortage}"} 2`);
    },
  );
});

describe('a server with too much to do', () => {
  it('answers 503 to queries, with when to come back, and goes on answering mutations', async () => {
    await using server = await startSampleServer({ pressure: always('heap') });
    const refused = await query(server.url, '{ hello }');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(refused.data).toBeUndefined();
    expect(refused.errors).toMatchObject([
      {
        message: 'Memory is short right now: there is room for orders only',
        extensions: {
          code: 'RATE_LIMITED',
          retryable: true,
          retryAfterMs: 3_000,
          correlationId: expect.any(String),
        },
      },
    ]);
    expect(await query(server.url, 'mutation { write }')).toMatchObject({
      status: 200,
      data: { write: true },
    });
    expect((await fetch(`${server.url}health/live`)).status).toBe(200);
  });

  it('refuses new operations on a socket, but no mutation, and ends no subscription', async () => {
    let shortage: Shortage = null;
    await using server = await startSampleServer({
      pressure: { shortage: () => shortage, stop: () => undefined },
    });
    const socket = await openSocket(server.url);
    const start = (id: string, text: string): void =>
      socket.send({ type: 'subscribe', id, payload: { query: text } });
    start('old', 'subscription { ticks }');
    await expect.poll(() => server.subscribers()).toBe(1);
    shortage = 'event_loop';
    start('new', 'subscription { ticks }');
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'new',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 3_000 } }],
    });
    start('query', '{ hello }');
    expect(await socket.next()).toMatchObject({ type: 'error', id: 'query' });
    start('order', 'mutation { write }');
    expect(await socket.next()).toMatchObject({ id: 'order', payload: { data: { write: true } } });
    server.tick(1);
    expect(await socket.next(({ id }) => id === 'old')).toMatchObject({ payload: { data: { ticks: 1 } } });
    expect(server.subscribers()).toBe(1);
  });

  it('counts what sockets ask among the requests in flight, until it is answered', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await using server = await startSampleServer({ slow, limits: { requestsInFlight: 1 } });
    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: '{ slow }' } });
    await expect.poll(() => server.origins.length).toBe(1);
    expect((await query(server.url, '{ hello }')).status).toBe(503);
    socket.send({ type: 'subscribe', id: 'b', payload: { query: '{ hello }' } });
    expect(await socket.next()).toMatchObject({ type: 'error', id: 'b' });
    // Its work goes on when the client is gone.
    socket.close();
    await socket.closed;
    expect((await query(server.url, '{ hello }')).status).toBe(503);
    finish();
    await expect.poll(async () => (await query(server.url, '{ hello }')).status).toBe(200);
  });

  it('takes no more sockets than it may have, and says when to come back', async () => {
    await using server = await startSampleServer({ limits: { sockets: 2 } });
    const first = await openSocket(server.url);
    await openSocket(server.url);
    expect(await refusedSocket(server.url)).toEqual({ status: 503, retryAfter: '3' });
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    expect(metrics).toContain('foyer_requests_shed_total{reason="sockets"} 1');
    first.close();
    await first.closed;
    await expect
      .poll(() =>
        openSocket(server.url).then(
          (socket) => socket.isOpen(),
          () => false,
        ),
      )
      .toBe(true);
  });
});

function admissionOf(limits: { readonly requestsInFlight: number }) {
  let shortage: Shortage = null;
  const registry = new Registry();
  const admission = createAdmission({
    limits: { sockets: 10, ...limits },
    pressure: { shortage: () => shortage, stop: () => undefined },
    metrics: registry,
  });
  return { admission, registry, setShortage: (next: Shortage) => (shortage = next) };
}

function always(shortage: Shortage): Pressure {
  return { shortage: () => shortage, stop: () => undefined };
}
