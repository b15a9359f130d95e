import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../src/auth/authenticator.js';
import { ANYBODY, type Caller } from '../../src/domain/caller.js';
import {
  openSocket,
  refusedSocket,
  subscribe,
  type RawSocket,
  type RawSocketOptions,
  type SocketMessage,
} from '../support/graphql-client.js';
import { SECRET, startSampleServer } from '../support/sample-server.js';

const subscribeTo = (id: string, query: string, variables?: Record<string, unknown>): SocketMessage => ({
  type: 'subscribe',
  id,
  payload: { query, variables },
});

const of = (id: string) => (message: SocketMessage) => message.id === id;

const PERFORMANCE_CYCLE = `{ products { nodes { ${'performances { nodes { product { '.repeat(25)}id${' } } }'.repeat(25)} } } }`;

afterEach(() => vi.useRealTimers());

describe('graphql over WebSocket', () => {
  it('sends the events of a subscription, in order', async () => {
    await using server = await startSampleServer();
    await using ticks = subscribe<{ ticks: number }>(server.url, 'subscription Ticks { ticks }');
    const first = ticks.next();
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(1);
    server.tick(2);
    expect(await first).toEqual({ ticks: 1 });
    expect(await ticks.next()).toEqual({ ticks: 2 });
  });

  it('ends the source of a subscription when its client goes, or says that it has enough', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('a', 'subscription { ticks }'));
    socket.send(subscribeTo('b', 'subscription { ticks }'));
    await expect.poll(() => server.subscribers()).toBe(2);
    socket.send({ type: 'complete', id: 'a' });
    await expect.poll(() => server.subscribers()).toBe(1);
    socket.close();
    await expect.poll(() => server.subscribers()).toBe(0);
  });

  it('makes a context for the operation and one for each of its events, with one correlation id', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url, { headers: { 'accept-language': 'fr' } });
    socket.send(subscribeTo('a', 'subscription { ticks }'));
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(1);
    server.tick(2);
    await socket.next();
    await socket.next();
    expect(server.origins.length).toBe(3);
    expect(new Set(server.origins.map(({ correlationId }) => correlationId)).size).toBe(1);
    expect(server.origins[0]).toMatchObject({ transport: 'WEBSOCKET', languages: ['fr'] });
  });

  it('takes the language from connection_init, which browsers can set', async () => {
    await using server = await startSampleServer();
    await using language = subscribe(server.url, '{ language }', {}, { acceptLanguage: 'de' });
    expect(await language.next()).toEqual({ language: 'de' });
  });

  it('serves queries and mutations too', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('m', 'mutation { write }'));
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'm', payload: { data: { write: true } } });
    expect(await socket.next()).toEqual({ type: 'complete', id: 'm' });
  });

  it.each([
    ['a syntax error', '{ hello', {}, 'BAD_USER_INPUT'],
    ['an unknown field', '{ nothing }', {}, 'BAD_USER_INPUT'],
    ['an empty document', '', {}, 'BAD_USER_INPUT'],
    ['no operation', 'fragment A on Query { hello }', {}, 'BAD_USER_INPUT'],
    ['several operations and no name', 'query A { hello } query B { hello }', {}, 'BAD_USER_INPUT'],
    ['3,000 braces', '{ hello '.repeat(3000), {}, 'LIMIT_EXCEEDED'],
    ['too many tokens', `{ ${'hello '.repeat(1000)} }`, {}, 'LIMIT_EXCEEDED'],
    ['25 levels through a list cycle', PERFORMANCE_CYCLE, {}, 'LIMIT_EXCEEDED'],
    [
      '101 aliases',
      `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      {},
      'LIMIT_EXCEEDED',
    ],
    [
      'three nested pages of 100',
      'query($n: Int!) { products(first: $n) { nodes { performances(first: $n) { nodes { product { performances(first: $n) { nodes { id } } } } } } } }',
      { n: 100 },
      'LIMIT_EXCEEDED',
    ],
  ])(
    'answers %s to its operation, and leaves the others of the socket alone',
    async (_what, document, variables, code) => {
      await using server = await startSampleServer();
      const socket = await openSocket(server.url);
      socket.send(subscribeTo('good', 'subscription { ticks }'));
      await expect.poll(() => server.subscribers()).toBe(1);
      socket.send(subscribeTo('bad', document, variables));
      const { type, payload } = await socket.next(of('bad'));
      expect(type).toBe('error');
      expect(payload).toContainEqual(
        expect.objectContaining({
          extensions: expect.objectContaining({ code, retryable: false, correlationId: expect.any(String) }),
        }),
      );
      server.tick(7);
      expect(await socket.next(of('good'))).toMatchObject({ type: 'next', payload: { data: { ticks: 7 } } });
      expect(socket.isOpen()).toBe(true);
    },
  );

  it('answers a bad variable, a failing source and a failing event without their insides', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('variable', 'query($n: Int!) { long(length: $n) }', { n: 'x' }));
    expect(await socket.next(of('variable'))).toMatchObject({
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    socket.send(subscribeTo('source', 'subscription { refused }'));
    const source = await socket.next(of('source'));
    expect(source).toMatchObject({
      payload: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(JSON.stringify(source)).not.toContain('internal detail');
    socket.send(subscribeTo('unwatchable', 'subscription { product { id } }'));
    expect(await socket.next(of('unwatchable'))).toMatchObject({
      payload: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    socket.send(subscribeTo('event', 'subscription { failing }'));
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(1);
    const event = await socket.next(of('event'));
    expect(event).toMatchObject({
      type: 'next',
      payload: {
        errors: [
          {
            path: ['failing'],
            extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: expect.any(String) },
          },
        ],
      },
    });
    expect(JSON.stringify(event)).not.toContain(SECRET);
    expect(socket.isOpen()).toBe(true);
  });

  it('refuses the 51st operation of a socket, not the socket', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    for (let index = 1; index <= 51; index++) socket.send(subscribeTo(`s${index}`, 'subscription { ticks }'));
    const refused = await socket.next();
    expect(refused).toMatchObject({
      type: 'error',
      id: 's51',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'operationsPerSocket', maximum: 50 } }],
    });
    expect(server.subscribers()).toBe(50);
    socket.send({ type: 'complete', id: 's1' });
    await expect.poll(() => server.subscribers()).toBe(49);
    socket.send(subscribeTo('s52', 'subscription { ticks }'));
    await expect.poll(() => server.subscribers()).toBe(50);
  });

  it('lets a socket have as many operations as it is set to', async () => {
    await using server = await startSampleServer({ limits: { operationsPerSocket: 2 } });
    const socket = await openSocket(server.url);
    for (const id of ['a', 'b', 'c']) socket.send(subscribeTo(id, 'subscription { ticks }'));
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'c',
      payload: [{ extensions: { limit: 'operationsPerSocket', maximum: 2 } }],
    });
    expect(server.subscribers()).toBe(2);
  });

  it('hides the schema from those who may not read it', async () => {
    await using server = await startSampleServer({
      graphiql: 'nobody',
      suggestions: false,
      mayIntrospect: false,
    });
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('a', '{ __schema { description } }'));
    expect(await socket.next()).toMatchObject({ type: 'error', id: 'a' });
    socket.send(subscribeTo('b', '{ helo }'));
    expect(await socket.next()).toMatchObject({
      payload: [{ message: 'Cannot query field "helo" on type "Query".' }],
    });
  });

  it.each([
    ['no connection_init in time', { init: false }, null, 4408],
    ['an operation before connection_init', { init: false }, subscribeTo('a', '{ hello }'), 4401],
    ['what is not JSON', {}, 'hello', 4400],
    ['a message of no known type', {}, { type: 'hello' }, 4400],
    ['an id that is taken', {}, subscribeTo('taken', 'subscription { ticks }'), 4409],
    ['70 KB', {}, subscribeTo('a', `{ hello } #${'x'.repeat(70_000)}`), 1009],
  ] satisfies [string, RawSocketOptions, SocketMessage | string | null, number][])(
    'closes the socket for %s',
    async (_what, options, message, code) => {
      await using server = await startSampleServer({ limits: { socketInitMs: 100 } });
      const socket = await openSocket(server.url, options);
      if (!('init' in options)) {
        socket.send(subscribeTo('taken', 'subscription { ticks }'));
        await vi.waitUntil(() => server.subscribers() === 1);
      }
      if (message !== null) socket.send(message);
      expect((await socket.closed).code).toBe(code);
      await expect.poll(() => server.subscribers()).toBe(0);
    },
  );

  it('speaks no other protocol', async () => {
    await using server = await startSampleServer();
    await expect(openSocket(server.url, { init: false, protocol: 'graphql-ws' })).rejects.toThrow(
      'no subprotocol',
    );
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
  ])('lets no page of %s in', async (_what, headers, status) => {
    await using server = await startSampleServer();
    await expect(openSocket(server.url, { headers })).rejects.toThrow(
      `Unexpected server response: ${status}`,
    );
  });

  it('lets pages of its own address and of the named origins in', async () => {
    await using server = await startSampleServer({ allowedOrigins: ['https://shop.example'] });
    for (const origin of [new URL(server.url).origin, 'https://shop.example']) {
      const socket = await openSocket(server.url, { headers: { origin } });
      expect(socket.isOpen()).toBe(true);
    }
  });

  it('takes a message that is just as large as it may be, and none that is larger', async () => {
    await using server = await startSampleServer({ limits: { socketMessageBytes: 2_000 } });
    const socket = await openSocket(server.url);
    const message = (bytes: number): string => JSON.stringify(subscribeTo('a', '{ hello }')).padEnd(bytes);
    socket.send(message(2_000));
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { hello: 'Hello world' } } });
    socket.send(message(2_001));
    expect((await socket.closed).code).toBe(1009);
  });

  it('closes a socket that sends more messages in a second than it may, and no other', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using server = await startSampleServer({ limits: { socketMessagesPerSecond: 20 } });
    const other = await openSocket(server.url);
    const socket = await openSocket(server.url);
    const ping = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) socket.send({ type: 'ping' });
      for (let read = 0; read < count; read++) await socket.next(({ type }) => type === 'pong');
    };
    // The first one was `connection_init`.
    await ping(19);
    vi.advanceTimersByTime(1_000);
    await ping(20);
    socket.send({ type: 'ping' });
    expect(await socket.closed).toEqual({ code: 1008, reason: 'Too many messages' });
    expect(other.isOpen()).toBe(true);
  });

  it('lets one caller have so many sockets, and another one when one of them closed', async () => {
    await using server = await startSampleServer({ limits: { socketsPerCaller: 2 } });
    const [first] = [await openSocket(server.url), await openSocket(server.url)];
    expect(await refusedSocket(server.url)).toEqual({ status: 429, retryAfter: '5' });
    first.close();
    await first.closed;
    await vi.waitUntil(async () =>
      (await (await fetch(`${server.url}metrics`)).text()).includes('foyer_sockets 1'),
    );
    expect((await openSocket(server.url)).isOpen()).toBe(true);
  });

  describe('of callers who are known', () => {
    const byKey = {
      authenticate: async ({ apiKey }: Credentials): Promise<Caller> => ({
        ...ANYBODY,
        id: String(apiKey),
        isAnonymous: apiKey === undefined,
      }),
    };
    const openAs = (url: string, apiKey: string, more: RawSocketOptions = {}) =>
      openSocket(url, { payload: { apiKey }, ...more });

    it('are counted by their credentials, and no longer by the address that they share', async () => {
      await using server = await startSampleServer({ ...byKey, limits: { socketsPerCaller: 2 } });
      const [first] = [await openAs(server.url, 'one'), await openAs(server.url, 'one')];
      const third = await openAs(server.url, 'one', { init: false });
      third.send({ type: 'connection_init', payload: { apiKey: 'one' } });
      expect(await third.closed).toEqual({
        code: 1013,
        reason: 'Too many sockets: this caller has 2 open, the limit',
      });
      expect((await openAs(server.url, 'other')).isOpen()).toBe(true);
      expect((await openSocket(server.url)).isOpen()).toBe(true);
      first.close();
      await first.closed;
      await vi.waitFor(async () => expect((await openAs(server.url, 'one')).isOpen()).toBe(true));
    });

    it('have so many subscriptions on all of them, and another one when one of them ended', async () => {
      await using server = await startSampleServer({ ...byKey, limits: { subscriptionsPerCaller: 2 } });
      const sockets = [await openAs(server.url, 'one'), await openAs(server.url, 'one')];
      const [first, second] = sockets as [RawSocket, RawSocket];
      const ticks = { query: 'subscription { ticks }' };
      first.send({ type: 'subscribe', id: 'a', payload: ticks });
      await vi.waitUntil(() => server.subscribers() === 1);
      second.send({ type: 'subscribe', id: 'b', payload: ticks });
      await vi.waitUntil(() => server.subscribers() === 2);
      second.send({ type: 'subscribe', id: 'c', payload: ticks });
      expect(await second.next()).toMatchObject({
        type: 'error',
        id: 'c',
        payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptionsPerCaller', maximum: 2 } }],
      });
      const other = await openAs(server.url, 'other');
      other.send({ type: 'subscribe', id: 'd', payload: ticks });
      await vi.waitUntil(() => server.subscribers() === 3);
      first.close();
      await vi.waitUntil(() => server.subscribers() === 2);
      second.send({ type: 'subscribe', id: 'e', payload: ticks });
      await vi.waitUntil(() => server.subscribers() === 3);
      second.send({ type: 'subscribe', id: 'f', payload: { query: '{ hello }' } });
      expect(await second.next()).toMatchObject({ type: 'next', id: 'f' });
    });

    it('who leave while their credential is looked at leave nothing behind', async () => {
      let look = (): void => undefined;
      const looked = new Promise<void>((resolve) => (look = resolve));
      let asked = 0;
      await using server = await startSampleServer({
        authenticate: async (credentials) => {
          asked += 1;
          if (asked === 1) await looked;
          return byKey.authenticate(credentials);
        },
        limits: { socketsPerCaller: 1 },
      });
      const gone = await openAs(server.url, 'one', { init: false });
      gone.send({ type: 'connection_init', payload: { apiKey: 'one' } });
      await vi.waitUntil(() => asked === 1);
      gone.close();
      await gone.closed;
      look();
      expect((await openAs(server.url, 'one')).isOpen()).toBe(true);
    });
  });

  it('has sockets at /graphql only', async () => {
    await using server = await startSampleServer();
    await expect(openSocket(server.url, { path: 'other' })).rejects.toThrow(
      'Unexpected server response: 404',
    );
  });

  it('cuts a socket that does not answer a ping', async () => {
    await using server = await startSampleServer({ limits: { socketPingMs: 30 } });
    const silent = connect(server.port, '127.0.0.1');
    silent.write(
      'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    );
    silent.on('error', () => undefined).resume();
    const answering = await openSocket(server.url);
    await new Promise((resolve) => {
      silent.once('close', resolve);
    });
    expect(answering.isOpen()).toBe(true);
  });

  it('says goodbye on a stop, after the last event, and takes no new sockets', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('a', 'subscription { ticks }'));
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(1);
    expect(await socket.next()).toMatchObject({ payload: { data: { ticks: 1 } } });
    const stopped = server.stop();
    expect(await socket.closed).toEqual({
      code: 1001,
      reason: 'reconnect: Foyer is stopping, go on from your cursor',
    });
    await expect(openSocket(server.url)).rejects.toThrow(/ECONNREFUSED|503/);
    await stopped;
    expect(server.subscribers()).toBe(0);
  });

  it('answers the mutation of a socket before it says goodbye to it', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await using server = await startSampleServer({ slow });
    const busy = await openSocket(server.url);
    busy.send(subscribeTo('a', '{ slow }'));
    const idle = await openSocket(server.url);
    await expect.poll(() => server.origins.length).toBe(1);
    const stopped = server.stop();
    expect(await idle.closed).toMatchObject({ code: 1001 });
    expect(busy.isOpen()).toBe(true);
    finish();
    expect(await busy.next(({ type }) => type === 'next')).toMatchObject({
      payload: { data: { slow: 'done' } },
    });
    expect(await busy.closed).toMatchObject({ code: 1001, reason: expect.stringMatching(/^reconnect/) });
    await stopped;
  });

  it('serves sockets as before while a stop is being announced', async () => {
    await using server = await startSampleServer({ limits: { announceMs: 300 } });
    const stopped = server.stop();
    const late = await openSocket(server.url);
    late.send(subscribeTo('a', '{ hello }'));
    expect(await late.next(of('a'))).toMatchObject({ payload: { data: { hello: 'Hello world' } } });
    expect(await late.closed).toMatchObject({ code: 1001 });
    await stopped;
  });

  it('cuts a socket that does not answer the goodbye', async () => {
    await using server = await startSampleServer({ limits: { drainMs: 50 } });
    const silent = connect(server.port, '127.0.0.1');
    silent.write(
      'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    );
    await new Promise((resolve) => {
      silent.once('data', resolve);
    });
    silent.on('error', () => undefined);
    await server.stop();
    expect((await fetch(server.url).catch((error: unknown) => error)) instanceof Error).toBe(true);
  });

  it('counts sockets, operations and events', async () => {
    await using server = await startSampleServer();
    const socket = await openSocket(server.url);
    socket.send(subscribeTo('a', 'subscription Ticks { ticks }'));
    socket.send(subscribeTo('b', 'query Hello { hello }'));
    await socket.next(({ type }) => type === 'complete');
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(1);
    await socket.next();
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    expect(metrics).toContain('foyer_sockets 1');
    expect(metrics).toContain('foyer_socket_operations{kind="subscription"} 1');
    expect(metrics).toContain('foyer_socket_operations{kind="query"} 0');
    expect(metrics).toContain('foyer_subscription_events_total 2');
    expect(metrics).toContain('{kind="query",transport="websocket",operation="Hello"} 1');
  });
});
