import { once } from 'node:events';
import { WebSocket } from 'ws';
import { badOperations } from '../../test/support/bad-operations.js';
import { openSocket, query } from '../../test/support/graphql-client.js';
import { oneOf, sleep } from './crew.js';

const BAD_OPERATIONS = badOperations();
const COLORS = 'subscription { availabilityChanged { kind changes { after } } }';
const SUBSCRIPTIONS = 10;
const UNREAD_MS = 2_000;
const MOST_PATIENCE_MS = 5_000;
const LIST = '{ performances(first: 100) { nodes { id name availability { color } } } }';

/** One thing that no good client does: it ends after a while, whatever it is answered, and never throws. */
export async function misbehave(url: string): Promise<void> {
  const misdeed = oneOf([sendNonsense, goAway, neverRead, leaveOpen])(url).catch(() => undefined);
  await Promise.race([misdeed, sleep(MOST_PATIENCE_MS)]);
}

async function sendNonsense(url: string): Promise<void> {
  const { query: document, variables } = oneOf(BAD_OPERATIONS);
  await query(url, document, variables as Record<string, unknown>);
}

/** Asks, and does not wait for the answer. */
async function goAway(url: string): Promise<void> {
  const leaving = AbortSignal.timeout(1 + Math.random() * 20);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: LIST }),
    signal: leaving,
  });
  await response.text();
}

/** Subscribes, and takes nothing from its connection any more. */
async function neverRead(url: string): Promise<void> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.pause();
  for (let id = 0; id < SUBSCRIPTIONS; id++) {
    socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query: COLORS } }));
  }
  await sleep(UNREAD_MS);
  socket.terminate();
}

/** Subscribes, listens for a moment and is gone without a word. */
async function leaveOpen(url: string): Promise<void> {
  const socket = await openSocket(url);
  socket.send({ type: 'subscribe', id: '1', payload: { query: COLORS } });
  await socket.next(({ type }) => type === 'next');
  socket.close();
}
