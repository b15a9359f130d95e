import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A document as text, parsed, or typed by the generated operations. */
export type Operation<Data, Variables> = string | DocumentNode | TypedDocumentNode<Data, Variables>;

export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors: readonly GraphQLFormattedError[] | undefined;
}

/** Sends one operation over HTTP. `url` is the gateway's address, or that of its `/graphql`. */
export async function query<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
  url: string,
  operation: Operation<Data, Variables>,
  variables?: Variables,
  headers: Record<string, string> = {},
): Promise<Answer<Data>> {
  const response = await fetch(graphqlAddress(url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify({ query: textOf(operation), variables }),
  });
  const { data, errors } = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, data, errors };
}

/** The answer's data; a failed operation fails the test with its errors. */
export async function queryData<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
  url: string,
  operation: Operation<Data, Variables>,
  variables?: Variables,
  headers?: Record<string, string>,
): Promise<Data> {
  const { data, errors } = await query(url, operation, variables, headers);
  if (errors !== undefined || data === null || data === undefined) {
    throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
  }
  return data;
}

export interface SubscriptionEvent<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** A running subscription on a socket of its own. `close` ends both. */
export interface Subscription<Data> extends AsyncIterable<SubscriptionEvent<Data>> {
  /** The data of the next event; throws when the event holds errors or the subscription ended. */
  next(): Promise<Data>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function subscribe<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
  url: string,
  operation: Operation<Data, Variables>,
  variables?: Variables,
  connectionParams: Record<string, unknown> = {},
): Subscription<Data> {
  const client = createClient({
    url: socketAddress(url),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });
  const events = client.iterate<Data>({
    query: textOf(operation),
    variables: variables ?? null,
  });
  const close = async (): Promise<void> => {
    await events.return?.();
    await client.dispose();
  };
  return {
    [Symbol.asyncIterator]: () => events,
    async next() {
      const event = await events.next();
      if (event.done === true) throw new Error('the subscription ended');
      if (!event.value.data) throw new Error(`the event holds errors: ${JSON.stringify(event.value.errors)}`);
      return event.value.data;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One message of the protocol graphql-transport-ws. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A socket for tests that speak the protocol by hand. */
export interface RawSocket {
  send(message: SocketMessage | string): void;
  /** The next message not yet read that `matches`; those before it are dropped. */
  next(matches?: (message: SocketMessage) => boolean): Promise<SocketMessage>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  isOpen(): boolean;
  /** From now on takes nothing in, not even the other side's goodbye; it can still send. */
  stopReading(): void;
  close(): void;
}

export interface RawSocketOptions {
  /** Send `connection_init` and wait for the answer. Default true. */
  readonly init?: boolean;
  /** Of `connection_init`. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly headers?: Record<string, string>;
  readonly protocol?: string;
  readonly path?: string;
}

/** What the server answers instead of a socket; rejects when it gives one. */
export function refusedSocket(url: string): Promise<{ status: number; retryAfter: string | undefined }> {
  const socket = new WebSocket(socketAddress(url), 'graphql-transport-ws');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.close());
    socket.once('close', () => reject(new Error('the socket was let in')));
    socket.once('unexpected-response', (request, { statusCode, headers }) => {
      resolve({ status: statusCode!, retryAfter: headers['retry-after'] });
      request.destroy();
    });
  });
}

export async function openSocket(url: string, options: RawSocketOptions = {}): Promise<RawSocket> {
  const socket = new WebSocket(socketAddress(url, options.path), options.protocol ?? 'graphql-transport-ws', {
    headers: options.headers ?? {},
  });
  const unread: SocketMessage[] = [];
  let wake: (() => void) | null = null;
  socket.on('message', (data: Buffer) => {
    unread.push(JSON.parse(data.toString('utf8')) as SocketMessage);
    wake?.();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString('utf8') });
      wake?.();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);

  const raw: RawSocket = {
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next(matches = () => true) {
      for (;;) {
        for (let message = unread.shift(); message !== undefined; message = unread.shift()) {
          if (matches(message)) return message;
        }
        if (socket.readyState === WebSocket.CLOSED)
          throw new Error('the socket closed before the message came');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    stopReading: () => socket.pause(),
    close: () => socket.close(),
  };
  if (options.init !== false) {
    const { payload } = options;
    raw.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    await raw.next(({ type }) => type === 'connection_ack');
  }
  return raw;
}

function graphqlAddress(url: string): string {
  return new URL('graphql', url).href;
}

function socketAddress(url: string, path = 'graphql'): string {
  return new URL(path, url).href.replace(/^http/, 'ws');
}

function textOf(operation: string | DocumentNode): string {
  return typeof operation === 'string' ? operation : print(operation);
}
