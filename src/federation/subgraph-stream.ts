import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { SubgraphUnavailableError } from '../errors.js';
import type { SubgraphAddress } from './federation.types.js';
import { readAnswer, type SubgraphAnswer } from './subgraph-exchange.js';

export interface WatchedQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A subscription to a subgraph, on a socket of its own at the subgraph's address (graphql-transport-ws). Ends with a
 * SubgraphUnavailableError when the socket does: whoever subscribed comes back.
 */
export function watchSubgraph(
  { name, url }: SubgraphAddress,
  { query, variables, headers }: WatchedQuestion,
  resultOf: (event: SubgraphAnswer) => ExecutionResult,
): AsyncIterableIterator<ExecutionResult> {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: socketWith(headers),
    connectionParams: { ...headers },
    retryAttempts: 0,
  });
  const events = client.iterate({ query, variables });
  return {
    async next() {
      const event = await events.next().catch((error: unknown) => {
        throw new SubgraphUnavailableError(name, 'ended the subscription', { cause: error });
      });
      if (event.done === true) return { done: true, value: undefined };
      return { done: false, value: resultOf(readAnswer(event.value, name)) };
    },
    async return() {
      await events.return?.();
      await client.dispose();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The library's class of sockets takes no headers. */
function socketWith(headers: Readonly<Record<string, string>>): unknown {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers });
    }
  };
}
