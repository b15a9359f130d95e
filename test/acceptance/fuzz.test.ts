import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startOrderHouse, type OrderHouse } from '../support/order-house.js';
import { ORDERS } from '../support/order-world.js';

const CODES = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_INVALID',
  'IN_DOUBT',
  'LIMIT_EXCEEDED',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'NOT_FOUND',
]);

/** Within the time a test may take; each run is one request. */
const BOUNDS = { numRuns: 250, interruptAfterTimeLimit: 6_000, markInterruptAsFailure: false } as const;

/** Nearly right, or anything at all. */
const text = (valid: string) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      '',
      ' ',
      '__proto__',
      'constructor',
      `${valid}:`,
      `:${valid}`,
      valid.toUpperCase(),
      `${valid}\u0000`,
    ),
    fc
      .tuple(fc.nat(valid.length), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, piece]) => valid.slice(0, at) + piece + valid.slice(at)),
    fc.tuple(fc.nat(valid.length), fc.nat(4)).map(([at, cut]) => valid.slice(0, at) + valid.slice(at + cut)),
    fc.bigInt({ min: 0n, max: 10n ** 40n }).map((number) => `${ORDERS.code}:${number}`),
  );

const ID = `${ORDERS.code}:${ORDERS.performanceIds[0]}`;
const CURSOR = Buffer.from(JSON.stringify(['NAME', 'x', ORDERS.code, '201', null])).toString('base64url');

const BY_ID = [
  'query ($x: ID!) { product(id: $x) { id } }',
  'query ($x: ID!) { performance(id: $x) { id availability { color } seats(seatCategoryId: $x) { seats { id } } } }',
  'query ($x: ID!) { institution(code: $x) { code } }',
  'query ($x: ID!) { contact(id: $x) { number } }',
  'query ($x: ID!) { order(id: $x) { id } }',
  'query ($x: ID!) { order(clientOrderId: $x) { id } }',
  'query ($x: ID!) { availabilities(performanceIds: [$x]) { color } }',
  'query ($x: ID!) { availabilityHistory(performanceId: $x) { at } }',
  'query ($x: ID!) { products(filter: { ids: [$x], institutions: [$x] }) { totalCount } }',
  'query ($x: ID!) { orders(filter: { contactId: $x }) { nodes { id } } }',
  'query ($x: ID!) { _entities(representations: [{ __typename: "Ticket", id: $x }, { __typename: "Order", id: $x }]) { __typename } }',
  'mutation ($x: ID!) { abandonOrder(orderId: $x) { userErrors { code } } }',
  'mutation ($x: ID!) { createOrder(input: { clientOrderId: $x, lines: [{ performanceId: $x, tariffId: $x, seatCategoryId: $x, seatIds: [$x], quantity: 1 }] }) { userErrors { code } } }',
  'mutation ($x: ID!) { removeContactAddress(contactId: $x, addressId: $x) { userErrors { code } } }',
];

const BY_CURSOR = [
  'query ($x: String!) { products(after: $x, sort: NAME) { nodes { id } } }',
  'query ($x: String!) { performances(after: $x) { nodes { id } } }',
  'query ($x: String!) { orders(after: $x) { nodes { id } } }',
  `query ($x: String!) { contacts(search: { institution: "${ORDERS.code}", name: "Example" }, after: $x) { nodes { id } } }`,
  'query ($x: String!) { products(filter: { text: $x }) { totalCount } }',
  'query ($x: String!) { product(id: "small:201") { name(lang: $x) } }',
];

describe('whatever a client sends', () => {
  let house: OrderHouse;

  beforeAll(async () => {
    house = await startOrderHouse();
  });

  afterAll(() => house[Symbol.asyncDispose]());

  /** A code of the list for everything that is wrong, and nothing masked. */
  async function expectAnswered(query: string, x: string): Promise<void> {
    const answer = await fetch(house.gateway.graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { x } }),
    });
    const { errors = [] } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    const wrong = errors.filter(({ extensions }) => !CODES.has(extensions.code));
    expect({ query, x, status: answer.status < 500, wrong }).toEqual({ query, x, status: true, wrong: [] });
  }

  it('for an id is answered by a code of the list', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...BY_ID), text(ID), expectAnswered), BOUNDS);
  });

  it('for a cursor or a text is answered by a code of the list', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...BY_CURSOR), text(CURSOR), expectAnswered), BOUNDS);
  });

  it('in its headers, or for a path, is answered below 500', async () => {
    const { port } = new URL(house.gateway.url);
    const name = fc.constantFrom(
      'accept-language',
      'x-request-id',
      'accept',
      'content-type',
      'origin',
      'host',
      'authorization',
      'x-api-key',
      'x-forwarded-for',
      'traceparent',
      'if-none-match',
      'range',
    );
    const value = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 80,
    });
    const path = fc.oneof(
      fc.constantFrom(
        '/graphql',
        '/graphql?query={__typename}',
        '/',
        '/graphiql',
        '/tickets/',
        '/health/ready',
      ),
      fc.webPath().map((text) => `/tickets${text}`),
      fc
        .string({ unit: fc.constantFrom(...Array.from('abc%./?&=#:@-_~2fF')), maxLength: 40 })
        .map((text) => `/${text}`),
    );
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.dictionary(name, value, { maxKeys: 4 }),
        fc.boolean(),
        async (path, headers, isPost) => {
          const status = await statusOf(Number(port), path, headers, isPost);
          expect({ path, headers, isBelow500: status === null || status < 500 }).toEqual({
            path,
            headers,
            isBelow500: true,
          });
        },
      ),
      BOUNDS,
    );
  });

  it('over a WebSocket ends at worst that socket, with a code of the protocol', async () => {
    const message = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.json({ maxDepth: 3 }),
      fc
        .record({
          id: fc.oneof(fc.constantFrom('1', '2', ''), fc.string({ maxLength: 5 })),
          type: fc.constantFrom(
            'connection_init',
            'subscribe',
            'complete',
            'ping',
            'pong',
            'next',
            'error',
            'nonsense',
          ),
          payload: fc.oneof(
            fc.record({
              query: fc.constantFrom(
                '{ institutions { code } }',
                'subscription { availabilityChanged { kind } }',
                '{',
                'subscription { nothing }',
              ),
            }),
            fc.jsonValue({ maxDepth: 2 }),
          ),
        })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (messages, isPolite) => {
          const code = await closeCodeAfter(
            house.gateway.graphql,
            isPolite ? ['{"type":"connection_init"}', ...messages] : messages,
          );
          expect({
            messages,
            isSensible: code === null || (code >= 4400 && code < 4500) || code === 1000,
          }).toEqual({ messages, isSensible: true });
        },
      ),
      { ...BOUNDS, numRuns: 120 },
    );
    expect((await fetch(`${house.gateway.url}health/live`)).status).toBe(200);
  });
});

/** Null: what was sent is no HTTP, or no answer came. */
function statusOf(
  port: number,
  path: string,
  headers: Record<string, string>,
  isPost: boolean,
): Promise<number | null> {
  return new Promise((resolve) => {
    try {
      const sent = httpRequest(
        { port, path, headers, method: isPost ? 'POST' : 'GET', timeout: 5_000 },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? null);
        },
      );
      sent.on('error', () => resolve(null));
      sent.end(isPost ? '{"query":"{ __typename }"}' : undefined);
    } catch {
      resolve(null);
    }
  });
}

/** Null: it stays open. */
function closeCodeAfter(url: string, messages: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('error', reject);
    socket.on('close', (code) => resolve(code));
    socket.on('open', () => {
      for (const message of messages) socket.send(message);
      socket.ping();
    });
    // Everything before it was read.
    socket.on('pong', () => setImmediate(() => (resolve(null), socket.terminate())));
  });
}
