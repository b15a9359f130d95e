import { request } from 'node:http';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ANYBODY } from '../../src/domain/caller.js';
import { sha256Of } from '../../src/server/trusted-documents.js';
import { openSocket, query } from '../support/graphql-client.js';
import { startSampleServer, type SampleServer } from '../support/sample-server.js';

const TRUSTED = 'query Hello($name: String) { hello(name: $name) }';
const TICKS = 'subscription { ticks }';
const BY_HASH = '{ language }';
const OTHER = 'query Other { hello(name: "Ada Lovelace") }';
const HASH = sha256Of(TRUSTED);
const LISTED = {
  byId: new Map([
    ['hello-1', TRUSTED],
    ['ticks', TICKS],
  ]),
  hashes: new Set([sha256Of(BY_HASH)]),
};

function startServer(mode: 'log' | 'enforce', metrics = new Registry()): Promise<SampleServer> {
  return startSampleServer({ metrics, trustedDocuments: { listed: LISTED, mode } });
}

interface Answer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

type Send = (server: SampleServer, body: Readonly<Record<string, unknown>>) => Promise<Answer>;

const post: Send = async ({ url }, body) => {
  const response = await fetch(`${url}graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
};

const get: Send = async ({ url }, body) => {
  const address = new URL('graphql', url);
  for (const [name, value] of Object.entries(body)) {
    address.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const response = await fetch(address, { headers: { 'apollo-require-preflight': 'yes' } });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
};

/** The protocol wants a `query` in every message; an empty one beside an id. */
const send: Send = async ({ url }, body) => {
  const socket = await openSocket(url);
  socket.send({ type: 'subscribe', id: '1', payload: { query: '', ...body } });
  const { type, payload } = await socket.next();
  socket.close();
  return type === 'error'
    ? { status: 400, errors: payload as NonNullable<Answer['errors']> }
    : { status: 200, ...(payload as object) };
};

const persistedQuery = (sha256Hash: unknown) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});

describe.each([
  ['POST', post],
  ['GET', get],
  ['a socket', send],
])('trusted documents over %s', (_transport, ask) => {
  it.each([
    ['its text', { query: TRUSTED }],
    ['its id', { documentId: 'hello-1' }],
    ['its id and its text', { documentId: 'hello-1', query: TRUSTED }],
    ['its hash', { documentId: `sha256:${HASH}` }],
    ["its hash as Apollo's clients send it", persistedQuery(HASH)],
    ["its id as Apollo's clients send it", persistedQuery('hello-1')],
    ["its text and a hash as Apollo's clients send them", { query: TRUSTED, ...persistedQuery(HASH) }],
  ])('run what is asked for by %s', async (_way, request) => {
    await using server = await startServer('enforce');
    const { status, data } = await ask(server, { ...request, variables: { name: 'Ada' } });
    expect({ status, data }).toEqual({ status: 200, data: { hello: 'Hello Ada' } });
  });

  it('run a text of which only the hash is listed', async () => {
    await using server = await startServer('enforce');
    expect(await ask(server, { query: BY_HASH })).toMatchObject({ status: 200, data: {} });
  });

  it.each([
    ['another text', { query: OTHER }, 'FORBIDDEN'],
    ['another text and its own hash', { query: OTHER, ...persistedQuery(sha256Of(OTHER)) }, 'FORBIDDEN'],
    ['a listed text with a space more', { query: `${TRUSTED} ` }, 'FORBIDDEN'],
    ['introspection', { query: '{ __schema { types { name } } }' }, 'FORBIDDEN'],
    ['another text beside a known id', { query: OTHER, documentId: 'hello-1' }, 'BAD_USER_INPUT'],
    ['another text beside a known hash', { query: OTHER, ...persistedQuery(HASH) }, 'BAD_USER_INPUT'],
    ['an unknown id', { documentId: 'hello-2' }, 'NOT_FOUND'],
    ['an id that every object has', { documentId: 'constructor' }, 'NOT_FOUND'],
    ['an unknown hash', persistedQuery(sha256Of(OTHER)), 'NOT_FOUND'],
    ['a hash of which only the client has the text', persistedQuery(sha256Of(BY_HASH)), 'NOT_FOUND'],
    ['a hash that is none', persistedQuery({ $ne: null }), 'BAD_USER_INPUT'],
  ])('refuse %s', async (_what, request, code) => {
    await using server = await startServer('enforce');
    const { status, data, errors } = await ask(server, request);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(status).toBe(code === 'FORBIDDEN' && ask !== send ? 403 : 400);
    expect(data).toBeUndefined();
    expect(server.origins.length).toBe(0);
  });

  it('that are only looked at run everything, and refuse ids that stand for nothing', async () => {
    const metrics = new Registry();
    await using server = await startServer('log', metrics);
    for (let asked = 0; asked < 2; asked += 1) {
      expect(await ask(server, { query: OTHER, operationName: 'Other' })).toMatchObject({
        status: 200,
        data: { hello: 'Hello Ada Lovelace' },
      });
    }
    expect((await ask(server, { documentId: 'hello-2' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    const told = server.logLines.filter((line) => line.includes('not trusted'));
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0]!)).toMatchObject({
      sha256: sha256Of(OTHER),
      operationName: 'Other',
      outcome: 'run',
    });
    expect(told[0]).not.toContain('Lovelace');
    const counted = await metrics.getSingleMetricAsString('foyer_untrusted_documents_total');
    expect(counted).toContain('{outcome="run"} 2');
    expect(counted).toContain('{outcome="refused"} 1');
  });
});

describe('trusted documents', () => {
  it('tell clients of Apollo to send the text in words that these know', async () => {
    await using server = await startServer('enforce');
    expect((await post(server, persistedQuery(sha256Of(OTHER)))).errors?.[0]?.message).toBe(
      'PersistedQueryNotFound',
    );
  });

  it('are subscribed to by their id', async () => {
    await using server = await startServer('enforce');
    const socket = await openSocket(server.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '', documentId: 'ticks' } });
    await expect.poll(() => server.subscribers()).toBe(1);
    server.tick(7);
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { ticks: 7 } } });
    socket.close();
  });

  it.each([
    `graphql?query=${encodeURIComponent(OTHER)}#&query=x`,
    `graphql?query=${encodeURIComponent(OTHER)}&query=${encodeURIComponent(TRUSTED)}`,
    `graphql?query=${encodeURIComponent(TRUSTED)}&query=${encodeURIComponent(OTHER)}`,
    `graphql?documentId=hello-1&query=${encodeURIComponent(OTHER)}`,
    `graphql?documentId=hello-1&documentId=ticks`,
    `graphql?QUERY=x&quer%79=${encodeURIComponent(OTHER)}`,
    `graphql?query=${encodeURIComponent(OTHER)}&extensions={`,
  ])('are not got around by the address %s', async (address) => {
    await using server = await startServer('enforce');
    // By hand: `fetch` would keep the fragment to itself.
    const body = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request(
        { hostname, port, path: `/${address}`, headers: { 'apollo-require-preflight': 'yes' } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
          response.on('end', () => resolve(text));
        },
      )
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(body)).not.toHaveProperty('data');
    expect(server.origins.length).toBe(0);
  });

  it.each([[[{ query: OTHER }]], [{ query: { kind: 'Document' } }], [{ query: '' }], [{}]])(
    'leave it to GraphQL to refuse %j',
    async (body) => {
      await using server = await startServer('enforce');
      const { status, errors } = await post(server, body as unknown as Record<string, unknown>);
      expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    },
  );

  it('do not bind operators, who may try others', async () => {
    const operator = { ...ANYBODY, id: 'ops', isAnonymous: false };
    await using server = await startSampleServer({
      trustedDocuments: { listed: LISTED, mode: 'enforce' },
      authenticate: async ({ apiKey }) =>
        apiKey === 'partner' ? { ...operator, scopes: new Set(['catalog:read' as const]) } : operator,
    });
    const ask = async (key: string) => (await query(server.url, OTHER, {}, { 'x-api-key': key })).status;
    expect([await ask('ops'), await ask('partner')]).toEqual([200, 403]);
    const { payload } = await (async () => {
      const socket = await openSocket(server.url);
      socket.send({ type: 'subscribe', id: '1', payload: { query: OTHER } });
      const message = await socket.next();
      socket.close();
      return message;
    })();
    expect(payload).toMatchObject({ data: { hello: 'Hello Ada Lovelace' } });
  });

  it('keep to the same limits as all others', async () => {
    const wide = `{ ${Array.from({ length: 100 }, (_, index) => `a${index}: hello`).join(' ')} }`;
    await using server = await startSampleServer({
      trustedDocuments: { listed: { byId: new Map([['wide', wide]]), hashes: new Set() }, mode: 'enforce' },
    });
    for (const ask of [post, get, send]) {
      const { errors } = await ask(server, { documentId: 'wide' });
      expect(errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    }
  });

  it('are not asked for where there is no list: every document is answered, and no id', async () => {
    await using server = await startSampleServer();
    expect((await query(server.url, OTHER)).status).toBe(200);
    expect((await post(server, persistedQuery(HASH))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
