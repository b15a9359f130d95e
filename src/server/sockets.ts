import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { OperationTypeNode } from 'graphql';
import { CloseCode, handleProtocols, type Server as GraphqlWsServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { loggedError } from './error-log.js';
import type { Admission } from './admission.js';
import { closeWithCredential } from './credential-end.js';
import type { ServerLimits } from './server.types.js';
import { Shares } from './shares.js';
import { SocketRefusal, tooManySockets } from './socket-refusal.js';
import type { SocketFacts } from './running-operations.js';
import type { Unread } from './unread.js';

/** The WebSockets of one listener: carries messages between `ws` and the protocol, and ends sockets that are of no use. */
export interface Sockets {
  /** Open sockets. */
  count(): number;
  /** Operations of a kind running on them. */
  operations(kind: OperationTypeNode | `${OperationTypeNode}`): number;
  /**
   * Takes no new sockets and says goodbye to the open ones, to each when its queries and mutations are answered, and
   * waits for them. May be called twice.
   */
  stop(): Promise<void>;
}

export interface SocketsOptions {
  readonly server: HttpServer;
  readonly path: string;
  readonly protocol: GraphqlWsServer<SocketFacts>;
  readonly admission: Admission;
  readonly unread: Unread;
  readonly limits: ServerLimits;
  readonly allowedOrigins: readonly string[];
  /** By whom a socket is counted: its address, and once its credential was looked at whoever that stands for. */
  callerOf(request: IncomingMessage): string;
  readonly log: Logger;
}

/** RFC 6455: the client does what it may not. */
const POLICY_VIOLATION = 1008;
/** RFC 6455: going away. */
const GOING_AWAY = 1001;
/** At most 123 bytes (RFC 6455, 5.5). Clients of graphql-ws come back by themselves after this code. */
const GOODBYE = 'reconnect: Foyer is stopping, go on from your cursor';
/** For the other side to answer it; one that is gone must not hold up a deploy. */
const GOODBYE_PATIENCE_MS = 5_000;
/** Clients that all lose their sockets in the same moment also come back in the same moment. */
const GOODBYES_AT_ONCE = 200;
const PAUSE_BETWEEN_GOODBYES_MS = 50;
/** Sockets end when they end: nothing is known of when one of this caller does. */
const COME_BACK_MS = 5_000;

export function serveSockets(options: SocketsOptions): Sockets {
  const { server, path, protocol, admission, unread, limits, log } = options;
  const sockets = new Map<WebSocket, SocketFacts>();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageBytes,
    handleProtocols,
    clientTracking: false,
    perMessageDeflate: false,
  });
  const shares = new Shares(limits.socketsPerCaller);
  let stopping: Promise<void> | null = null;

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (stopping !== null) return refuse(socket, '503 Service Unavailable');
    if (pathOf(request) !== path) return refuse(socket, '404 Not Found');
    if (!isAllowedOrigin(request, options.allowedOrigins)) return refuse(socket, '403 Forbidden');
    const overload = admission.refusalOfSocket(sockets.size);
    if (overload !== null) return refuse(socket, '503 Service Unavailable', overload.retryAfterMs);
    const leave = shares.take(options.callerOf(request));
    if (leave === null) return refuse(socket, '429 Too Many Requests', COME_BACK_MS);
    socket.once('close', leave);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, request, leave));
  });

  /** `leaveAddress`: it counts there until it is known whose it is. */
  const accept = (webSocket: WebSocket, request: IncomingMessage, leaveAddress: () => void): void => {
    const isFlooding = floodGate(limits.socketMessagesPerSecond);
    const facts: SocketFacts = {
      request,
      caller: null,
      running: new Map(),
      onEnded: () => {},
      onCaller: (known) => {
        // Gone while the credential was looked at: nothing would give back what is taken here.
        if (webSocket.readyState === webSocket.CLOSED) return;
        forgetCredential = closeWithCredential(webSocket, known);
        if (known.isAnonymous) return;
        leaveAddress();
        leaveCaller = shares.take(options.callerOf(request));
        if (leaveCaller === null) throw tooManySockets(limits.socketsPerCaller);
      },
    };
    let forgetCredential = (): void => {};
    let leaveCaller: (() => void) | null = null;
    sockets.set(webSocket, facts);
    const stopPinging = keepAlive(webSocket, limits.socketPingMs);
    // Messages over the limit and broken frames: `ws` has closed the socket with the right code by now.
    webSocket.on('error', (error) =>
      log.debug({ error: loggedError(error) }, 'a client broke its WebSocket'),
    );
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => unread.send(webSocket, data),
        close: (code, reason) => webSocket.close(code, reason),
        onMessage: (handle) => {
          webSocket.on('message', (data: Buffer) => {
            // Whoever does not answer the goodbye could go on for as long as he is waited for.
            if (webSocket.readyState !== webSocket.OPEN) return;
            if (unread.isStuck(webSocket)) return unread.giveUp(webSocket);
            if (isFlooding()) return webSocket.close(POLICY_VIOLATION, 'Too many messages');
            const text = data.toString('utf8');
            if (isServersMessage(text))
              return webSocket.close(CloseCode.BadRequest, 'Invalid message received');
            handle(text).catch((error: unknown) => {
              if (error instanceof SocketRefusal) return webSocket.close(error.code, error.reason);
              log.error({ error: loggedError(error) }, 'a socket message could not be handled');
              webSocket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      facts,
    );
    webSocket.once('close', (code, reason) => {
      sockets.delete(webSocket);
      leaveCaller?.();
      stopPinging();
      forgetCredential();
      closed(code, reason.toString('utf8')).catch((error: unknown) => {
        log.error({ error: loggedError(error) }, 'a closed socket left something open');
      });
    });
  };

  const sayGoodbye = async (): Promise<void> => {
    let said = 0;
    const closed: Promise<void>[] = [];
    for (const [webSocket, facts] of sockets) {
      closed.push(closeWhenAnswered(webSocket, facts, limits.drainMs));
      if (++said % GOODBYES_AT_ONCE === 0) await pause(PAUSE_BETWEEN_GOODBYES_MS);
    }
    await Promise.all(closed);
    webSockets.close();
  };

  return {
    count: () => sockets.size,
    operations(kind) {
      let count = 0;
      for (const { running } of sockets.values())
        for (const operation of running.values()) if (operation.kind === kind) count += 1;
      return count;
    },
    stop: () => (stopping ??= sayGoodbye()),
  };
}

/** Asked for each message: were there more than `perSecond` in a second that began with one of them? */
function floodGate(perSecond: number): () => boolean {
  let since = 0;
  let messages = 0;
  return () => {
    const now = performance.now();
    if (now - since >= 1_000) [since, messages] = [now, 0];
    return ++messages > perSecond;
  };
}

/**
 * What only a server may say. The protocol's library would take it for a failure of ours, to be logged. Almost no
 * message is parsed for this: those of clients seldom hold one of these words, or a letter written as a number.
 */
function isServersMessage(text: string): boolean {
  if (!/"(?:connection_ack|next|error)"|\\u/.test(text)) return false;
  try {
    const message = JSON.parse(text) as { readonly type?: unknown } | null;
    return SERVERS_TYPES.has(message?.type);
  } catch {
    return false;
  }
}

const SERVERS_TYPES = new Set<unknown>(['connection_ack', 'next', 'error']);

/** Pings; cuts the socket when a whole interval brought no answer. Also cuts who never reads: the ping does not get through. */
function keepAlive(webSocket: WebSocket, intervalMs: number): () => void {
  let isAlive = true;
  webSocket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return webSocket.terminate();
    isAlive = false;
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** An order that is being placed is answered first, if it does not take longer than `drainMs`. */
async function closeWhenAnswered(webSocket: WebSocket, facts: SocketFacts, drainMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, drainMs);
    const look = (): void => {
      const isAnswered = ![...facts.running.values()].some(
        ({ kind }) => kind !== OperationTypeNode.SUBSCRIPTION,
      );
      if (!isAnswered && webSocket.readyState === webSocket.OPEN) return;
      clearTimeout(timer);
      resolve();
    };
    facts.onEnded = look;
    webSocket.once('close', look);
    look();
  });
  await closeOrCut(webSocket, Math.min(drainMs, GOODBYE_PATIENCE_MS));
}

/** What was sent before goes out first; a client that does not answer the goodbye is cut. */
function closeOrCut(webSocket: WebSocket, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (webSocket.readyState === webSocket.CLOSED) return resolve();
    const timer = setTimeout(() => webSocket.terminate(), patienceMs);
    timer.unref();
    webSocket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    webSocket.close(GOING_AWAY, GOODBYE);
  });
}

/** Pages of this very address, named origins, and clients that are not browsers. */
function isAllowedOrigin({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function refuse(socket: Duplex, status: string, retryAfterMs: number | null = null): void {
  const retryAfter = retryAfterMs === null ? '' : `retry-after: ${retryAfterMs / 1_000}\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n${retryAfter}content-length: 0\r\n\r\n`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
