import { Counter, Gauge, type Registry } from 'prom-client';
import type { WebSocket } from 'ws';
import type { ServerLimits } from './server.types.js';

/** Sends on sockets, and knows what their clients have not read yet. */
export interface Unread {
  /** Resolves when the bytes left this process, so that a slow reader slows its own subscriptions down and nobody else's. */
  send(webSocket: WebSocket, data: string): Promise<void>;
  /** Closes the socket, since its client does not read. */
  giveUp(webSocket: WebSocket): void;
  /** It has more unread than one socket may have. */
  isStuck(webSocket: WebSocket): boolean;
}

export interface UnreadOptions {
  readonly limits: Pick<ServerLimits, 'socketBufferBytes' | 'allSocketBuffersBytes'>;
  readonly metrics: Registry;
}

/** RFC 6455: try again later. */
const TRY_AGAIN_LATER = 1013;
/** Who does not read will not read the goodbye either. */
const PATIENCE_MS = 1_000;

/**
 * A subscription is asked for its next event only when the last one has gone out, so a client that does not read costs
 * one event for each of its operations. That is little but for the snapshot of a large catalog, of which fifty
 * operations on a hundred sockets are many. Two bounds: one for each socket, and one for all of them together, at which
 * those go first that have had something unread for longest.
 */
export function trackUnread({ limits, metrics }: UnreadOptions): Unread {
  // In the order in which they began to have something unread.
  const unread = new Map<WebSocket, number>();
  let all = 0;
  const closed = new Counter({
    name: 'foyer_sockets_not_read_total',
    help: 'Sockets that were closed because their clients did not read',
    registers: [metrics],
  });
  const gauge: Gauge = new Gauge({
    name: 'foyer_sockets_unread_bytes',
    help: 'Sent on sockets, and not yet taken by the network',
    registers: [metrics],
    collect: () => gauge.set(all),
  });

  const add = (webSocket: WebSocket, bytes: number): void => {
    const now = (unread.get(webSocket) ?? 0) + bytes;
    all += bytes;
    if (now > 0) unread.set(webSocket, now);
    else unread.delete(webSocket);
  };

  const giveUp = (webSocket: WebSocket): void => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    closed.inc();
    webSocket.close(TRY_AGAIN_LATER, 'Answers are not read');
    setTimeout(() => webSocket.terminate(), PATIENCE_MS).unref();
  };

  const makeRoom = (): void => {
    let excess = all - limits.allSocketBuffersBytes;
    for (const [webSocket, bytes] of unread) {
      if (excess <= 0) return;
      giveUp(webSocket);
      excess -= bytes;
    }
  };

  const isStuck = (webSocket: WebSocket): boolean => (unread.get(webSocket) ?? 0) > limits.socketBufferBytes;

  return {
    isStuck,
    giveUp,
    send(webSocket, data) {
      if (isStuck(webSocket)) giveUp(webSocket);
      return new Promise((resolve) => {
        if (webSocket.readyState !== webSocket.OPEN) return resolve();
        let counted = 0;
        // A failed write is followed by the socket's end, which ends the operations too.
        webSocket.send(data, () => {
          add(webSocket, -counted);
          resolve();
        });
        // What the network took at once is not unread, though that is told only in a later turn.
        if (webSocket.bufferedAmount > 0) counted = data.length;
        add(webSocket, counted);
        if (all > limits.allSocketBuffersBytes) makeRoom();
      });
    },
  };
}
