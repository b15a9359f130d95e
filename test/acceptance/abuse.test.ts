import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ErrorCode } from '../../src/errors.js';
import { badOperations, type BadOperation } from '../support/bad-operations.js';
import { BAD_BYTES, BAD_MESSAGES, badRequests } from '../support/bad-requests.js';
import { openSocket } from '../support/graphql-client.js';
import { heldBytes } from '../support/memory.js';
import { startOrderHouse } from '../support/order-house.js';
import { startSampleServer } from '../support/sample-server.js';

/** What a bad input may be answered with: none of these says that something went wrong on our side. */
const CODES = new Set<unknown>([
  'BAD_USER_INPUT',
  'LIMIT_EXCEEDED',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
] satisfies ErrorCode[]);

/** Far above the noise of a test runner, far below what one of the large inputs would leave behind each time. */
const MAY_STAY_BYTES = 12 * 1024 * 1024;

interface Answer {
  readonly data?: Readonly<Record<string, { readonly userErrors?: readonly unknown[] } | null>> | null;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

describe('more than 300 bad operations', () => {
  it(
    'are answered with a code over both transports, and leave nothing behind',
    { timeout: 60_000 },
    async () => {
      await using house = await startOrderHouse({
        // All that is sent here comes on one socket, as fast as it can be answered.
        env: { MAX_SOCKET_MESSAGES_PER_SECOND: '100000' },
      });
      const { url, graphql } = house.gateway;
      const operations = badOperations();
      expect(operations.length).toBeGreaterThan(300);

      expect(await unrefused(operations, (operation) => askOverHttp(graphql, operation))).toEqual([]);
      expect(await unrefused(operations, await askOverSocket(url))).toEqual([]);
      const before = await heldBytes();
      await unrefused(operations, (operation) => askOverHttp(graphql, operation));
      await unrefused(operations, await askOverSocket(url));
      expect((await heldBytes()) - before).toBeLessThan(MAY_STAY_BYTES);

      expect((await fetch(`${url}health/ready`)).status).toBe(200);
      expect((await house.books()).orders).toEqual([]);
    },
  );
});

describe('bad requests', () => {
  it('are answered with a 4xx or with errors, in JSON and with a code', { timeout: 60_000 }, async () => {
    await using server = await startSampleServer();
    const bad: string[] = [];
    for (const { name, search = '', init } of badRequests()) {
      const response = await fetch(`${server.url}graphql${search}`, init);
      const text = await response.text();
      const isRefused = response.status >= 400 && response.status < 500;
      const isFine = init.method === 'HEAD' ? isRefused : isRefusal(JSON.parse(text) as Answer);
      if (!isFine || !(isRefused || response.status === 200)) bad.push(`${name}: ${response.status} ${text}`);
    }
    expect(bad).toEqual([]);
    expect(server.logLines.filter((line) => line.includes('masked error'))).toEqual([]);
  });

  it.each(BAD_BYTES)('of %s are answered with a 4xx or cut off', async (_name, bytes) => {
    await using server = await startSampleServer({ limits: { drainMs: 100 } });
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(Buffer.from(bytes, 'latin1'));
    await Promise.race([
      once(socket, 'close'),
      once(socket, 'data').then(() => new Promise((resolve) => setTimeout(resolve, 20))),
    ]);
    socket.destroy();
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    expect((await fetch(`${server.url}health/live`)).status).toBe(200);
  });
});

describe('bad messages on a socket', () => {
  it.each(BAD_MESSAGES)('close it, and no other: %s', async (message) => {
    await using server = await startSampleServer({ limits: { drainMs: 100 } });
    const other = await openSocket(server.url);
    const socket = await openSocket(server.url);
    socket.send(message as string);
    const { code, reason } = await socket.closed;
    // 1007 and 1009 are the frames' own: not UTF-8, too big.
    expect([1007, 1009, 4400, 4409, 4429]).toContain(code);
    expect(reason).not.toMatch(/ at |node_modules|undefined/);
    other.send({ type: 'subscribe', id: 'a', payload: { query: '{ hello }' } });
    expect(await other.next()).toMatchObject({ type: 'next', payload: { data: { hello: 'Hello world' } } });
  });

  it('end it when they are frames that WebSocket does not know', async () => {
    await using server = await startSampleServer({ limits: { drainMs: 100 } });
    for (const frame of [
      // Not masked; reserved bits; a reserved opcode; a ping longer than may be; a part of nothing.
      [0x81, 0x02, 0x7b, 0x7d],
      [0xf1, 0x80, 0, 0, 0, 0],
      [0x83, 0x80, 0, 0, 0, 0],
      [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0],
      [0x80, 0x80, 0, 0, 0, 0],
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws');
      socket.on('error', () => undefined);
      await once(socket, 'open');
      const { _socket: raw } = socket as unknown as { _socket: { write(bytes: Buffer): void } };
      raw.write(Buffer.from(frame));
      const [code] = (await once(socket, 'close')) as [number];
      expect([1002, 1006]).toContain(code);
    }
  });
});

/** Names of those that were not refused as they have to be, with what came instead. */
async function unrefused(
  operations: readonly BadOperation[],
  ask: (operation: BadOperation, index: number) => Promise<Answer>,
): Promise<string[]> {
  const bad: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const answer = await ask(operation, index);
    if (!isRefusal(answer)) bad.push(`${operation.name}: ${JSON.stringify(answer).slice(0, 300)}`);
  }
  return bad;
}

/** Errors that are all the caller's, or a mutation's typed refusal. */
function isRefusal({ data, errors = [] }: Answer): boolean {
  if (errors.length > 0) return errors.every(({ extensions }) => CODES.has(extensions?.['code']));
  return Object.values(data ?? {}).some((payload) => (payload?.userErrors ?? []).length > 0);
}

async function askOverHttp(url: string, { query, variables, operationName }: BadOperation): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return (await response.json()) as Answer;
}

/** All on one socket: none of them may close it. */
async function askOverSocket(
  url: string,
): Promise<(operation: BadOperation, index: number) => Promise<Answer>> {
  const socket = await openSocket(url);
  return async ({ query, variables, operationName }, index) => {
    const id = String(index);
    socket.send({ type: 'subscribe', id, payload: { query, variables, operationName } });
    const message = await socket.next((message) => message.id === id);
    return message.type === 'error'
      ? { errors: message.payload as Answer['errors'] & object }
      : (message.payload as Answer);
  };
}
