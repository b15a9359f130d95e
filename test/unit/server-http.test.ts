import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { query } from '../support/graphql-client.js';
import { SECRET, startSampleServer } from '../support/sample-server.js';

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };

/** The others answer with data. */
const PAGES: ReadonlySet<string> = new Set(['/', '/graphiql']);

interface ErrorAnswer {
  readonly errors: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

async function errorOf(
  response: Response,
): Promise<{ status: number; message: string; extensions: Record<string, unknown> }> {
  expect(response.headers.get('content-type')).toMatch(
    /^application\/(graphql-response\+)?json; charset=utf-8$/,
  );
  const { errors } = (await response.json()) as ErrorAnswer;
  return { status: response.status, ...errors[0]! };
}

describe('graphql over HTTP', () => {
  it('answers a query, and passes on the language and the correlation id', async () => {
    await using server = await startSampleServer();
    const answer = await query(
      server.url,
      'query Q($name: String) { hello(name: $name) language }',
      { name: 'Ada' },
      {
        'accept-language': 'fr-CH, fr;q=0.9',
        'x-request-id': 'shop-4711',
      },
    );
    expect(answer.data).toEqual({ hello: 'Hello Ada', language: 'fr-CH' });
    expect(answer.headers.get('x-request-id')).toBe('shop-4711');
    expect(server.origins).toEqual([
      expect.objectContaining({
        transport: 'HTTP',
        correlationId: 'shop-4711',
        languages: ['fr-CH', 'fr'],
      }),
    ]);
  });

  it.each(['', 'a b', 'x'.repeat(129), 'é'])('replaces the correlation id %o', async (id) => {
    await using server = await startSampleServer();
    const { headers } = await query(server.url, '{ hello }', {}, { 'x-request-id': id });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [
      '{ input }',
      { code: 'BAD_USER_INPUT', retryable: false, argument: 'filter.ids[3]' },
      '`filter.ids[3]` must be an id of this gateway',
    ],
    [
      '{ timeout }',
      { code: 'UPSTREAM_TIMEOUT', retryable: true, retryAfterMs: 1501 },
      'S-360 of pleyel did not answer in time',
    ],
    [
      '{ fault }',
      { code: 'UPSTREAM_INVALID', retryable: false },
      'S-360 of pleyel gave no answer that can be used',
    ],
    ['{ broken }', { code: 'INTERNAL_SERVER_ERROR', retryable: false }, expect.stringContaining('our side')],
    // Results that do not fit the schema: GraphQL's own message quotes them.
    [
      '{ badNumber }',
      { code: 'INTERNAL_SERVER_ERROR', retryable: false },
      expect.stringContaining('our side'),
    ],
    [
      '{ nullable { name } }',
      { code: 'INTERNAL_SERVER_ERROR', retryable: false },
      expect.stringContaining('our side'),
    ],
  ])(
    'answers the failing field %s with its code and nothing of its inside',
    async (document, extensions, message) => {
      await using server = await startSampleServer();
      const { status, errors, headers } = await query(server.url, document);
      expect(status).toBe(200);
      expect(errors).toEqual([
        {
          message,
          locations: expect.anything(),
          path: expect.anything(),
          extensions: { ...extensions, correlationId: headers.get('x-request-id') },
        },
      ]);
      expect(JSON.stringify(errors)).not.toContain(SECRET);
    },
  );

  it('logs a masked error with its causes and the correlation id', async () => {
    await using server = await startSampleServer();
    await query(server.url, '{ broken }', {}, { 'x-request-id': 'find-me' });
    const line = server.logLines.find((text) => text.includes('masked error')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      correlationId: 'find-me',
      path: 'broken',
      error: { type: 'Error', cause: { type: 'TypeError', message: 'deep reason' } },
    });
  });

  it.each([
    ['a syntax error', { query: '{ hello' }],
    ['an unknown field', { query: '{ nothing }' }],
    ['a missing variable', { query: 'query($n: Int!) { long(length: $n) }' }],
    ['a variable of another type', { query: 'query($n: Int!) { long(length: $n) }', variables: { n: 'x' } }],
    ['an argument without its variable', { query: 'query($n: Int) { long(length: $n) }' }],
    ['an unknown operation', { query: 'query A { hello }', operationName: 'B' }],
    ['several operations and no name', { query: 'query A { hello } query B { hello }' }],
    ['a subscription', { query: 'subscription { ticks }' }],
    ['no query', { variables: {} }],
    ['an empty object', {}],
    ['a list of operations', [{ query: '{ hello }' }]],
    ['a query that is no text', { query: 5 }],
    ['variables as text', { query: '{ hello }', variables: '{}' }],
  ])('answers %s with 400 and BAD_USER_INPUT', async (_what, body) => {
    await using server = await startSampleServer();
    const response = await fetch(`${server.url}graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    });
    const { status, extensions } = await errorOf(response);
    expect({ status, extensions }).toEqual({
      status: 400,
      extensions: {
        code: 'BAD_USER_INPUT',
        retryable: false,
        correlationId: response.headers.get('x-request-id'),
      },
    });
  });

  it.each([
    ['broken JSON', '{"query": "{ hello }"', JSON_TYPE, 400, 'BAD_USER_INPUT'],
    ['no body', '', JSON_TYPE, 400, 'BAD_USER_INPUT'],
    [
      'a polluted prototype',
      '{"__proto__": {"x": 1}, "query": "{ hello }"}',
      JSON_TYPE,
      400,
      'BAD_USER_INPUT',
    ],
    ['plain text', '{"query": "{ hello }"}', { 'content-type': 'text/plain' }, 415, 'BAD_USER_INPUT'],
    [
      'a form',
      'query={hello}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'BAD_USER_INPUT',
    ],
    ['parts', 'x', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'BAD_USER_INPUT'],
    ['a compressed body', 'x', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 415, 'BAD_USER_INPUT'],
    [
      '300 KB',
      JSON.stringify({ query: `{ hello } #${'x'.repeat(300_000)}` }),
      JSON_TYPE,
      413,
      'LIMIT_EXCEEDED',
    ],
    ['deep JSON', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, JSON_TYPE, 400, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_what, body, headers, status, code) => {
    await using server = await startSampleServer();
    const response = await fetch(`${server.url}graphql`, { method: 'POST', headers, body });
    const error = await errorOf(response);
    expect({ status: error.status, code: error.extensions['code'] }).toEqual({ status, code });
    expect(error.extensions['correlationId']).toBe(response.headers.get('x-request-id'));
    expect(error.message).not.toMatch(/FST_|Unexpected token/);
  });

  it('takes a body that is just as large as it may be, and none that is larger', async () => {
    await using server = await startSampleServer({ limits: { bodyBytes: 2_000 } });
    const send = async (bytes: number): Promise<number> => {
      const body = JSON.stringify({ query: '{ hello }' }).padEnd(bytes);
      return (await fetch(`${server.url}graphql`, { method: 'POST', headers: JSON_TYPE, body })).status;
    };
    expect([await send(2_000), await send(2_001)]).toEqual([200, 413]);
  });

  it('tells clients that try persisted queries to send the whole text', async () => {
    await using server = await startSampleServer();
    const body = { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } };
    const response = await fetch(`${server.url}graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    });
    expect(await errorOf(response)).toMatchObject({
      message: 'PersistedQueryNotSupported',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('takes GET for queries only, and only with a header that a form cannot send', async () => {
    await using server = await startSampleServer();
    const get = (query: string, headers: Record<string, string>) =>
      fetch(`${server.url}graphql?query=${encodeURIComponent(query)}`, { headers });
    const preflighted = { 'apollo-require-preflight': 'yes' };
    expect(await (await get('{ hello }', preflighted)).json()).toMatchObject({
      data: { hello: 'Hello world' },
    });
    expect(await errorOf(await get('{ hello }', {}))).toMatchObject({
      status: 400,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await errorOf(await get('mutation { write }', preflighted))).toMatchObject({ status: 405 });
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'answers %s with 405 and what is allowed',
    async (method) => {
      await using server = await startSampleServer();
      const response = await fetch(`${server.url}graphql`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, POST');
      expect(await errorOf(response)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    },
  );

  it.each([
    [
      'depth',
      `{ products { nodes { ${'performances { nodes { product { '.repeat(25)}id${' } } }'.repeat(25)} } } }`,
      {},
    ],
    ['tokens', `{ ${'hello '.repeat(1000)} }`, {}],
    ['aliases', `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`, {}],
    [
      'answerFields',
      'query($n: Int!) { products(first: $n) { nodes { performances(first: $n) { nodes { product { performances(first: $n) { nodes { id } } } } } } } }',
      { n: 100 },
    ],
  ])('refuses an operation over the limit of %s with 400, quickly', async (limit, document, variables) => {
    await using server = await startSampleServer();
    const startedAt = performance.now();
    const { status, data, errors } = await query(server.url, document, variables);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    const error = errors?.find(({ extensions }) => extensions?.['limit'] === limit);
    expect(error?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', retryable: false });
    expect(error?.message).toMatch(/limit is \d+|more than 1000/);
  });

  it('answers a thousand mistakes with a handful', async () => {
    await using server = await startSampleServer();
    const mistakes = Array.from({ length: 200 }, (_, index) => `no${index}`).join(' ');
    const { errors } = await query(server.url, `{ ${mistakes} }`);
    expect(errors?.length).toBeLessThanOrEqual(6);
  });

  it('turns requests away while too many are being answered', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await using server = await startSampleServer({ slow, limits: { requestsInFlight: 1 } });
    const first = query(server.url, '{ slow }');
    await expect.poll(() => server.origins.length).toBe(1);
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    expect(metrics).toContain('foyer_graphql_requests_in_flight 1');
    const second = await query(server.url, '{ hello }');
    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(second.errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterMs: 1000,
    });
    finish();
    expect((await first).data).toEqual({ slow: 'done' });
    expect((await query(server.url, '{ hello }')).status).toBe(200);
  });

  it('masks a context that cannot be made', async () => {
    await using server = await startSampleServer({
      createContext: () => {
        throw new Error(SECRET);
      },
    });
    const { status, errors } = await query(server.url, '{ hello }', {}, { 'x-request-id': 'abc' });
    expect(status).toBe(500);
    expect(errors?.[0]?.extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      retryable: false,
      correlationId: 'abc',
    });
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });

  it('tells nobody how its fields were resolved, however that is asked for', async () => {
    await using server = await startSampleServer();
    const response = await fetch(`${server.url}graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1' },
      body: JSON.stringify({ query: '{ hello }' }),
    });
    const { extensions } = (await response.json()) as { extensions: object };
    expect(Object.keys(extensions)).toEqual(['cost']);
  });

  it('hides the schema from those who may not read it', async () => {
    await using server = await startSampleServer({
      graphiql: 'nobody',
      suggestions: false,
      mayIntrospect: false,
    });
    const introspection = await query(server.url, '{ __schema { description } }');
    expect(introspection.status).toBe(401);
    const typo = await query(server.url, '{ helo }');
    expect(typo.errors?.[0]?.message).toBe('Cannot query field "helo" on type "Query".');
    expect((await fetch(`${server.url}graphiql`)).status).toBe(404);
  });

  it('repeats the name of an operation only as far as it can be one', async () => {
    await using server = await startSampleServer();
    const named = async (operationName: string): Promise<string> => {
      const body = JSON.stringify({ query: 'query A { hello }', operationName });
      const init = { method: 'POST', headers: JSON_TYPE, body };
      return (await errorOf(await fetch(`${server.url}graphql`, init))).message;
    };
    expect(await named('B')).toBe('The document has no operation named "B"');
    expect(await named('B '.repeat(50_000))).toBe(
      'The document has no operation named so, got 100000 characters',
    );
  });
});

describe('the listener', () => {
  it('sends the same protective headers with every answer', async () => {
    await using server = await startSampleServer();
    for (const path of ['/', '/health/live', '/nothing', '/graphql', '/metrics', '/graphiql']) {
      const { headers } = await fetch(new URL(path, server.url));
      expect({ path, headers: Object.fromEntries(headers) }).toEqual({
        path,
        headers: expect.objectContaining({
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
          'content-security-policy': expect.stringMatching(
            PAGES.has(path)
              ? /^default-src '(?:none|self)'; .*frame-ancestors 'none'$/
              : /^default-src 'none'; frame-ancestors 'none'$/,
          ),
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'x-request-id': expect.anything(),
        }),
      });
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('lets no host that is none into the policy of GraphiQL', async () => {
    await using server = await startSampleServer();
    const answer = await sendRaw(
      server.port,
      'GET /graphiql HTTP/1.1\r\nhost: x; script-src *\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toContain("connect-src 'self';");
    expect(answer).not.toContain('script-src *');
  });

  it('lets the named origins in, and only these', async () => {
    await using server = await startSampleServer({ allowedOrigins: ['https://shop.example'] });
    const allowed = async (origin: string) => {
      const preflight = await fetch(`${server.url}graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      return preflight.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://shop.example')).toBe('https://shop.example');
    expect(await allowed('https://shop.example.evil.example')).not.toBe('https://shop.example.evil.example');
    expect(await allowed('null')).not.toBe('null');
    const { headers } = await query(server.url, '{ hello }', {}, { origin: 'https://shop.example' });
    expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual([
      'x-request-id',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
    ]);
  });

  it('answers an unknown address with JSON', async () => {
    await using server = await startSampleServer();
    expect(await errorOf(await fetch(`${server.url}nothing`))).toMatchObject({
      status: 404,
      extensions: { code: 'NOT_FOUND' },
    });
    expect(await errorOf(await fetch(`${server.url}%zz`))).toMatchObject({
      status: 400,
      message: 'The address cannot be read',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it.each([
    ['what is not HTTP', 'HELLO\r\n\r\n', '400 Bad Request'],
    [
      'headers of 20 KB',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header',
    ],
    [
      'a malformed host',
      'POST /graphql HTTP/1.1\r\nhost: %%\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      '400 Bad Request',
    ],
    [
      'no host',
      'POST /graphql HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      '400 Bad Request',
    ],
  ])('answers %s with JSON', async (_what, text, status) => {
    await using server = await startSampleServer();
    const answer = await sendRaw(server.port, text);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
  });

  it('cuts a request whose headers do not arrive', async () => {
    await using server = await startSampleServer({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 },
    });
    expect(await sendRaw(server.port, 'GET / HTTP/1.1\r\nhost: x\r\n')).toContain('HTTP/1.1 408');
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0.1', 'gzip'],
    ['identity', null],
    ['unheard-of', null],
  ])('compresses large answers for who accepts %s', async (accepted, expected) => {
    await using server = await startSampleServer();
    const ask = (length: number) =>
      query(
        server.url,
        'query($n: Int!) { long(length: $n) }',
        { n: length },
        { 'accept-encoding': accepted },
      );
    const large = await ask(50_000);
    expect(large.headers.get('content-encoding')).toBe(expected);
    expect(String(large.data?.['long']).length).toBe(50_000);
    expect((await ask(10)).headers.get('content-encoding')).toBeNull();
  });

  it('says whether it is alive and ready, and why not', async () => {
    await using server = await startSampleServer();
    const live = await fetch(`${server.url}health/live`);
    expect([live.status, await live.json()]).toEqual([200, { live: true }]);
    const ready = await fetch(`${server.url}health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, reasons: [] }]);
    server.setReadiness({ ready: false, reasons: ['pleyel: wrong password'] });
    const red = await fetch(`${server.url}health/ready`);
    expect([red.status, await red.json()]).toEqual([
      503,
      { ready: false, reasons: ['pleyel: wrong password'] },
    ]);
  });

  it('counts operations by a bounded number of names, and errors by code', async () => {
    await using server = await startSampleServer();
    await query(server.url, 'query Hello { hello }');
    await query(server.url, '{ broken }');
    await query(server.url, `query ${'N'.repeat(10_000)} { hello }`);
    for (let index = 0; index < 120; index++) await query(server.url, `query Q${index} { hello }`);
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    expect(metrics).toContain(
      'foyer_graphql_operations_total{kind="query",transport="http",operation="Hello"} 1',
    );
    expect(metrics).toContain(
      'foyer_graphql_operations_total{kind="query",transport="http",operation="anonymous"} 1',
    );
    expect(metrics).toContain('foyer_graphql_errors_total{code="INTERNAL_SERVER_ERROR"} 1');
    expect(metrics).toContain('operation="other"');
    expect(metrics).not.toContain('N'.repeat(65));
    expect(metrics.match(/^foyer_graphql_operations_total/gm)?.length).toBeLessThanOrEqual(102);
    expect(metrics).toContain('nodejs_eventloop_lag_seconds');
  });

  it('says which port is taken, and how to get another', async () => {
    await using server = await startSampleServer();
    const second = startSampleServer({ port: server.port });
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(
      `Port ${server.port} on 127.0.0.1 is taken: set PORT to another one, or 0 to pick any free one`,
    );
  });

  it('says that a host is not one of this machine', async () => {
    await expect(startSampleServer({ host: '203.0.113.7' })).rejects.toThrow(
      '203.0.113.7 is no address of this machine',
    );
  });

  it('says on its stop that it is not ready, finishes what it began, and takes nothing new', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await using server = await startSampleServer({ slow });
    const kept = await openConnection(server.port);
    const began = query(server.url, '{ slow }');
    await expect.poll(() => server.origins.length).toBe(1);

    const stopped = server.stop();
    expect(server.stop()).toBe(stopped);
    expect(await kept.get('/health/ready')).toContain('"reasons":["stopping"]');
    await expect(fetch(`${server.url}health/live`)).rejects.toThrow('fetch failed');
    finish();
    expect((await began).data).toEqual({ slow: 'done' });
    await stopped;
  });

  it('says that it is not ready for as long as it is told to, and serves as before meanwhile', async () => {
    await using server = await startSampleServer({ limits: { announceMs: 300 } });
    const stopped = server.stop();
    const readiness = await fetch(`${server.url}health/ready`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toEqual({ ready: false, reasons: ['stopping'] });
    expect((await query(server.url, '{ hello }')).data).toEqual({ hello: 'Hello world' });
    await stopped;
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });

  it('cuts what does not end within the time to drain', async () => {
    await using server = await startSampleServer({
      slow: new Promise(() => undefined),
      limits: { drainMs: 50 },
    });
    const began = query(server.url, '{ slow }').catch((error: unknown) => error);
    await expect.poll(() => server.origins.length).toBe(1);
    await server.stop();
    expect(await began).toBeInstanceOf(Error);
  });
});

describe('the start page', () => {
  it('names the institutions and escapes what they are called', async () => {
    await using server = await startSampleServer({
      startPage: () => ({
        version: '1.2.3',
        sandboxUrl: 'http://127.0.0.1:4360',
        institutions: [
          {
            code: 'pleyel',
            name: '<b>"Pleyel" & \'co\'',
            productCount: 1184,
            performanceCount: 243,
            serviceLevel: 'NORMAL',
          },
          {
            code: 'louvre',
            name: null,
            productCount: null,
            performanceCount: null,
            serviceLevel: 'DEGRADED',
          },
        ],
      }),
    });
    const response = await fetch(server.url);
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('&#60;b&#62;&#34;Pleyel&#34; &#38; &#39;co&#39;');
    expect(page).not.toContain('<b>');
    expect(page).toContain('1,184');
    expect(page).toContain('catalog is loading');
    expect(page).toContain('href="http://127.0.0.1:4360"');
    expect(page).toContain('href="graphiql"');
    expect(page).not.toContain('<script');
  });

  it.each([
    ['everybody', /GraphiQL has a field for it/],
    ['operators', /GraphiQL is for operators: .*a key or a token with the scope/],
    ['nobody', /^(?!.*GraphiQL)/s],
  ] as const)(
    'says how institutions are asked for where they are told to callers only: %s',
    async (graphiql, how) => {
      await using server = await startSampleServer({
        graphiql,
        startPage: () => ({ version: '1.2.3', sandboxUrl: null, institutions: null }),
      });
      const page = await (await fetch(server.url)).text();
      expect(page).toMatch(/told to callers with an API key or a token/);
      expect(page).toContain('authorization: Bearer foyer_…');
      expect(page).toMatch(how);
      expect(page).not.toContain('None yet');
    },
  );
});

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
      if (answer.includes('}]}')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

/** A connection that is open before the server stops. */
async function openConnection(port: number): Promise<{ get(path: string): Promise<string> }> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const get = (path: string): Promise<string> =>
    new Promise((resolve) => {
      socket.once('data', (answer) => resolve(String(answer)));
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    });
  // An idle connection is closed at once; half a request keeps it busy.
  await get('/health/live');
  socket.write('GET /health/ready HTTP/1.1\r\nhost: x\r\n');
  return {
    get: () =>
      new Promise((resolve) => {
        socket.once('data', (answer) => resolve(String(answer)));
        socket.write('\r\n');
      }),
  };
}
