import type { ExecutionResult } from 'graphql';
import { createClient, type SubscribePayload } from 'graphql-ws';

export interface SocketOptions {
  readonly url: string;
  /** The payload of `connection_init`. */
  readonly connectionParams: Readonly<Record<string, unknown>>;
  /** Of a socket that the gateway ended. */
  readonly onClosed: (event: CloseEvent) => void;
}

/** The events of one subscription, on a socket of its own that ends with it. */
export function subscribeOver(
  { url, connectionParams, onClosed }: SocketOptions,
  payload: SubscribePayload,
): AsyncIterableIterator<ExecutionResult> {
  const client = createClient({
    url,
    connectionParams: { ...connectionParams },
    on: { closed: (event) => event instanceof CloseEvent && onClosed(event) },
  });
  const events = client.iterate<Record<string, unknown>>(payload);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        return (await events.next()) as IteratorResult<ExecutionResult>;
      } catch (error) {
        throw error instanceof CloseEvent
          ? new Error(`The socket was closed: ${error.reason || error.code}`)
          : error;
      }
    },
    async return() {
      await events.return?.();
      await client.dispose();
      return { done: true, value: undefined };
    },
  };
}
