import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey, type ApiKeyEntry } from '../../src/auth/api-keys.js';
import { createAuthenticator } from '../../src/auth/authenticator.js';
import { createKeyRing, type KeyRing } from '../../src/auth/key-ring.js';
import type { Scope } from '../../src/domain/caller.js';
import type { ServerOptions } from '../../src/server/server.types.js';
import { openSocket, query, subscribe } from '../support/graphql-client.js';
import { startSampleServer, type SampleServer } from '../support/sample-server.js';
import { scrape } from '../support/scraped-metrics.js';
import { AUDIENCE, ISSUER, startIssuer, type Issuer } from '../support/tokens.js';

const KEY = newApiKey();
const OPERATOR = newApiKey();
const SHOP: ApiKeyEntry = { name: 'shop', sha256: hashOfKey(KEY), scopes: ['catalog:read'] };

function guarded(
  given: {
    readonly issuer?: Issuer;
    readonly publicScopes?: readonly Scope[];
    readonly mayIntrospect?: boolean;
    readonly ring?: Pick<KeyRing, 'find'>;
    readonly rates?: ServerOptions['rates'];
  } = {},
): Promise<SampleServer> {
  const { issuer, publicScopes = [], mayIntrospect = true, ring, rates } = given;
  return startSampleServer({
    ...(rates && { rates }),
    mayIntrospect,
    graphiql: 'operators',
    asksWhoAsks: true,
    authenticate: createAuthenticator(
      {
        mode: 'required',
        keys: [SHOP, { name: 'ops', sha256: hashOfKey(OPERATOR), scopes: ['operator'] }],
        jwt:
          issuer === undefined
            ? null
            : {
                keys: { kind: 'jwks', url: issuer.url },
                algorithms: ['ES256'],
                issuer: ISSUER,
                audience: AUDIENCE,
                callerClaim: 'sub',
              },
        publicScopes,
      },
      Date.now,
      ring,
    ),
  });
}

describe('a request over HTTP', () => {
  it('is the caller whose key comes with it, in either header', async () => {
    await using server = await guarded();
    for (const headers of [{ 'x-api-key': KEY }, { authorization: `bearer ${KEY}` }]) {
      expect((await query(server.url, '{ hello }', {}, headers)).data).toEqual({ hello: 'Hello world' });
    }
    expect(server.origins.map(({ caller }) => caller.id)).toEqual(['shop', 'shop']);
  });

  it.each([
    ['without a credential', {}, 'Bearer realm="Foyer"'],
    [
      'with a key that nobody has',
      { 'x-api-key': newApiKey() },
      'Bearer realm="Foyer", error="invalid_token"',
    ],
    ['with Basic', { authorization: 'Basic eDp5' }, 'Bearer realm="Foyer", error="invalid_token"'],
  ])('%s is turned away before its body is read', async (_what, headers, challenge) => {
    await using server = await guarded();
    const response = await fetch(`${server.url}graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'abc', ...headers },
      body: 'no JSON at all',
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: expect.any(String) as string,
          extensions: { code: 'UNAUTHENTICATED', retryable: false, correlationId: 'abc' },
        },
      ],
    });
    expect(server.origins).toEqual([]);
  });

  it('without a credential is served where something is public, with a wrong one it is not', async () => {
    await using server = await guarded({ publicScopes: ['catalog:read'] });
    expect((await query(server.url, '{ hello }')).status).toBe(200);
    expect(server.origins[0]!.caller).toMatchObject({ id: '', isAnonymous: true });
    expect((await query(server.url, '{ hello }', {}, { 'x-api-key': 'other' })).status).toBe(401);
  });

  it('reads the schema only where the caller may, hidden in a fragment or not', async () => {
    await using server = await guarded({ mayIntrospect: false, publicScopes: ['catalog:read'] });
    for (const document of [
      '{ __schema { description } }',
      '{ hello ...x } fragment x on Query { t: __type(name: "Query") { name } }',
    ]) {
      const known = await query(server.url, document, {}, { 'x-api-key': KEY });
      expect([known.status, known.errors?.[0]?.extensions?.['code']]).toEqual([403, 'FORBIDDEN']);
      const unknown = await query(server.url, document);
      expect([unknown.status, unknown.errors?.[0]?.extensions?.['code']]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect((await query(server.url, '{ __typename }', {}, { 'x-api-key': KEY })).status).toBe(200);
  });
});

describe('a page for operators', () => {
  const basic = (password: string) => ({ authorization: `Basic ${btoa(`me:${password}`)}` });
  const page = async (server: SampleServer, headers: Record<string, string> = {}) =>
    fetch(`${server.url}graphiql`, { headers });

  it('takes styles with the nonce of the visit only, and has a field for whoever asks', async () => {
    const nonces: string[] = [];
    await using server = await guarded();
    for (const path of ['graphiql', 'graphiql/']) {
      const answer = await fetch(`${server.url}${path}`, { headers: basic(OPERATOR) });
      const policy = answer.headers.get('content-security-policy')!;
      const [, nonce] = /style-src-elem 'self' 'nonce-([\w+/]{22}==)'(?:;|$)/.exec(policy)!;
      const html = await answer.text();
      expect(html).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
      expect(html).toContain('data-access="guarded"');
      expect(html).not.toContain('FOYER_NONCE');
      const { host } = new URL(server.url);
      expect(policy.split('; ')).toEqual([
        "default-src 'self'",
        "style-src 'self'",
        `style-src-elem 'self' 'nonce-${nonce}'`,
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        `connect-src 'self' ws://${host} wss://${host}`,
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]);
      nonces.push(nonce!);
    }
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('asks the browser for a password, which is a key', async () => {
    await using server = await guarded();
    const asked = await page(server);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic /);
    for (const password of ['', 'wrong', KEY]) expect((await page(server, basic(password))).status).toBe(401);
    expect((await page(server, basic(OPERATOR))).status).not.toBe(401);
  });

  it('opens nothing else by what the browser remembers', async () => {
    await using server = await guarded({ publicScopes: ['catalog:read'] });
    expect((await query(server.url, '{ hello }', {}, basic(OPERATOR))).status).toBe(401);
  });
});

describe('/metrics', () => {
  it('tells why credentials were refused, of every transport, and nothing of who gave none', async () => {
    await using issuer = await startIssuer();
    await using stranger = await startIssuer();
    await using server = await guarded({
      issuer,
      rates: { perMinute: null, trustedProxies: 0, failuresPerMinute: 7 },
    });
    const bearer = async (token: Promise<string> | string) => ({ authorization: `Bearer ${await token}` });
    const refused: readonly (readonly [string, Record<string, string>])[] = [
      ['unknown_key', { 'x-api-key': newApiKey() }],
      ['malformed', { authorization: 'Basic eDp5' }],
      ['malformed', await bearer('x.y.z')],
      ['expired_token', await bearer(issuer.token({}, { expiresIn: -3_600 }))],
      ['wrong_claim', await bearer(issuer.token({ institutions: 'lyric' }))],
      ['wrong_signature', await bearer(stranger.token())],
    ];
    for (const [, headers] of refused)
      expect((await query(server.url, '{ hello }', {}, headers)).status).toBe(401);
    expect((await query(server.url, '{ hello }')).status).toBe(401);
    const socket = await openSocket(server.url, { init: false });
    socket.send({ type: 'connection_init', payload: { apiKey: newApiKey() } });
    expect((await socket.closed).code).toBe(4401);
    expect((await query(server.url, '{ hello }', {}, { 'x-api-key': newApiKey() })).status).toBe(429);

    const told = (await scrape(server.url)).samples.filter(
      ({ name, value }) => name === 'foyer_credentials_refused_total' && value > 0,
    );
    expect(
      new Set(told.map(({ labels, value }) => `${labels['transport']} ${labels['reason']} ${value}`)),
    ).toEqual(
      new Set([
        'http unknown_key 1',
        'http malformed 2',
        'http expired_token 1',
        'http wrong_claim 1',
        'http wrong_signature 1',
        'http too_many_tries 1',
        'websocket unknown_key 1',
      ]),
    );
  });

  it('tells that the keys of tokens cannot be had', async () => {
    const issuer = await startIssuer();
    await using server = await guarded({ issuer });
    const token = await issuer.token();
    await issuer[Symbol.asyncDispose]();
    const answer = await query(server.url, '{ hello }', {}, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(503);
    const labels = { reason: 'issuer_away', transport: 'http' };
    expect((await scrape(server.url)).value('foyer_credentials_refused_total', labels)).toBe(1);
  });
});

describe('a WebSocket', () => {
  it.each([
    ['the payload', { payload: { authorization: `Bearer ${KEY}` } }],
    ['the payload, as a key', { payload: { apiKey: KEY } }],
    ['the payload, as headers', { payload: { Authorization: `Bearer ${KEY}` } }],
    ['the payload, as a header with a key', { payload: { 'X-API-Key': KEY } }],
    ['a header of the request that opened it', { headers: { authorization: `Bearer ${KEY}` } }],
    ['the payload before a header', { payload: { apiKey: KEY }, headers: { 'x-api-key': 'wrong' } }],
  ])('is the caller named by %s', async (_where, options) => {
    await using server = await guarded();
    const socket = await openSocket(server.url, options);
    socket.send({ type: 'subscribe', id: 'a', payload: { query: '{ hello }' } });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { hello: 'Hello world' } } });
    expect(server.origins.at(-1)!.caller.id).toBe('shop');
    socket.close();
  });

  it.each([
    ['no credential', {}, 'A credential is needed: an API key or a token'],
    ['a wrong key', { payload: { apiKey: newApiKey() } }, 'The API key is not one of ours'],
    ['a wrong token', { payload: { authorization: 'Bearer x.y.z' } }, 'The API key is not one of ours'],
    ['no text', { payload: { apiKey: { $ne: '' } } }, 'The credential must be'],
  ])('is closed with 4401 for %s', async (_what, { payload }: { payload?: unknown }, reason) => {
    await using server = await guarded();
    const socket = await openSocket(server.url, { init: false });
    socket.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    expect(await socket.closed).toEqual({ code: 4401, reason: expect.stringContaining(reason) as string });
    expect(server.origins).toEqual([]);
  });

  it('is not asked by the password that a browser remembers of the page', async () => {
    await using server = await guarded({ publicScopes: ['catalog:read'] });
    const socket = await openSocket(server.url, { headers: { authorization: `Basic ${btoa(`me:${KEY}`)}` } });
    socket.send({ type: 'subscribe', id: 'a', payload: { query: '{ hello }' } });
    await socket.next(({ type }) => type === 'complete');
    expect(server.origins.at(-1)!.caller).toMatchObject({ id: '', isAnonymous: true });
    socket.close();
  });

  it('is closed with 4403 when its token ends, and its subscriptions with it', async () => {
    await using issuer = await startIssuer();
    await using server = await guarded({ issuer });
    const token = await issuer.token({}, { expiresIn: 2 });
    const socket = await openSocket(server.url, { payload: { authorization: `Bearer ${token}` } });
    socket.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { ticks }' } });
    await expect.poll(() => server.subscribers()).toBe(1);
    const late = await openSocket(server.url, { payload: { apiKey: KEY } });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
    await expect.poll(() => server.subscribers()).toBe(0);
    expect(late.isOpen()).toBe(true);
    late.close();
  });

  it('is not listened to after that, whether it answers the goodbye or not', async () => {
    const ring = createKeyRing([SHOP]);
    await using server = await guarded({ ring });
    const socket = await openSocket(server.url, { payload: { apiKey: KEY } });
    socket.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { ticks }' } });
    await expect.poll(() => server.subscribers()).toBe(1);
    const before = server.origins.length;
    socket.stopReading();
    ring.replace([]);
    socket.send({ type: 'subscribe', id: 'late', payload: { query: 'mutation { write }' } });
    // It is cut soon, and not only when the protocol gives up.
    await expect.poll(() => server.subscribers(), { timeout: 10_000 }).toBe(0);
    expect(server.origins).toHaveLength(before);
  });

  it('is closed with 4403 when its key is withdrawn, also while it was being let in', async () => {
    const ring = createKeyRing([SHOP]);
    await using server = await guarded({
      ring: {
        find: (key) => {
          const caller = ring.find(key);
          ring.replace([]);
          return caller;
        },
      },
    });
    const socket = await openSocket(server.url, { init: false });
    socket.send({ type: 'connection_init', payload: { apiKey: KEY } });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The API key was withdrawn or changed' });
  });

  it('reads the schema only where the caller may', async () => {
    await using server = await guarded({ mayIntrospect: false });
    await using events = subscribe(server.url, '{ __schema { description } }', {}, { apiKey: KEY });
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
