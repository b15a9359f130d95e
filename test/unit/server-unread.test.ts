import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

const MB = 1024 * 1024;
/** More than the network keeps of what nobody reads. */
const LENGTH = 12 * MB;

describe('a client that does not read', () => {
  it('loses its socket when that has more unread than it may have; others keep theirs', async () => {
    await using server = await startSampleServer({ limits: { socketBufferBytes: MB } });
    const other = await openSocket(server.url);
    using stuck = await openUnread(server.url);
    stuck.ask('a');
    await expect.poll(() => metricOf(server.url, 'foyer_sockets_unread_bytes')).toBeGreaterThan(MB);
    expect(await metricOf(server.url, 'foyer_sockets')).toBe(2);
    stuck.ask('b');
    await expect.poll(() => metricOf(server.url, 'foyer_sockets'), { timeout: 5_000 }).toBe(1);
    expect(await metricOf(server.url, 'foyer_sockets_not_read_total')).toBe(1);
    expect(await metricOf(server.url, 'foyer_sockets_unread_bytes')).toBe(0);
    other.send({ type: 'subscribe', id: 'c', payload: { query: '{ hello }' } });
    expect(await other.next()).toMatchObject({ payload: { data: { hello: 'Hello world' } } });
  });

  it('loses it with the next event that it would be sent, though it asks for nothing more', async () => {
    await using server = await startSampleServer({ limits: { socketBufferBytes: MB } });
    using stuck = await openUnread(server.url);
    stuck.send('events', 'subscription { ticks }');
    await expect.poll(() => server.subscribers()).toBe(1);
    stuck.ask('a');
    await expect.poll(() => metricOf(server.url, 'foyer_sockets_unread_bytes')).toBeGreaterThan(MB);
    expect(await metricOf(server.url, 'foyer_sockets')).toBe(1);
    server.tick(1);
    await expect.poll(() => metricOf(server.url, 'foyer_sockets'), { timeout: 5_000 }).toBe(0);
    expect(await metricOf(server.url, 'foyer_sockets_not_read_total')).toBe(1);
  });

  it('is the first to go when all sockets together have more unread than they may have', async () => {
    await using server = await startSampleServer({ limits: { allSocketBuffersBytes: 3 * LENGTH + MB } });
    const oldest = await openUnread(server.url);
    oldest.ask('a');
    await expect.poll(() => metricOf(server.url, 'foyer_sockets_unread_bytes')).toBeGreaterThan(MB);
    const others = [];
    for (let index = 0; index < 3; index++) {
      const other = await openUnread(server.url);
      others.push(other);
      other.ask('a');
    }
    await expect.poll(() => metricOf(server.url, 'foyer_sockets'), { timeout: 5_000 }).toBe(3);
    expect(await metricOf(server.url, 'foyer_sockets_not_read_total')).toBe(1);
    expect(await metricOf(server.url, 'foyer_sockets_unread_bytes')).toBeLessThan(3 * LENGTH + MB);
    // Those that begin to read after all get everything.
    for (const other of others) expect(await other.readAll()).toBeGreaterThan(LENGTH);
    await expect(oldest.readAll()).rejects.toThrow('ended');
    for (const socket of [oldest, ...others]) socket[Symbol.dispose]();
  });
});

/** A socket that answers the handshake and then reads nothing until it is told to. */
async function openUnread(url: string) {
  const socket = new WebSocket(new URL('graphql', url).href.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.pause();
  const send = (id: string, query: string): void =>
    socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query } }));
  return {
    send,
    ask: (id: string): void => send(id, `{ long(length: ${LENGTH}) }`),
    /** Length of the answer; rejects when the socket ends before it. */
    readAll: (): Promise<number> =>
      new Promise((resolve, reject) => {
        socket.once('message', (data: Buffer) => resolve(data.length));
        socket.once('close', () => reject(new Error('the socket ended')));
        socket.resume();
      }),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}metrics`)).text();
  const line = text.split('\n').find((line) => line.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}
