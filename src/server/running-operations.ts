import type { IncomingMessage } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Server as GraphqlWsServer } from 'graphql-ws';
import type { Caller } from '../domain/caller.js';
import type { ServerMetrics } from './metrics.js';
import type { CostFacts } from './query-rules.js';

/** An operation of a socket, from when it was let in until it ended. */
export interface RunningOperation {
  readonly correlationId: string;
  readonly kind: OperationTypeNode;
  readonly name: string | null;
  readonly startedAt: number;
  /** The client has not said that it does not want the answer any more. */
  readonly isWanted: () => boolean;
  /** Nothing more is done for its answer, and nothing of it is sent. */
  readonly drop: () => void;
  /** It is no longer one of its caller's subscriptions. */
  readonly leave: () => void;
  /** Goes with its first answer. */
  untoldCost: CostFacts | null;
}

/** What is kept of a socket beside the protocol's own state. */
export interface SocketFacts {
  readonly request: IncomingMessage;
  /** Null until `connection_init` was taken. */
  caller: Caller | null;
  /** Called when the caller is known; throws when he may not have one more socket. */
  onCaller: (caller: Caller) => void;
  /** Of the operations running on this socket, by the id the client gave them. */
  readonly running: Map<string, RunningOperation>;
  /** Called when one of them ended. */
  onEnded: () => void;
}

type Counted = Pick<ServerMetrics, 'operationEnded'>;

export function endOperation({ running, onEnded }: SocketFacts, id: string, metrics: Counted): void {
  const operation = running.get(id);
  if (operation === undefined) return;
  running.delete(id);
  operation.leave();
  metrics.operationEnded({
    transport: 'WEBSOCKET',
    kind: operation.kind,
    name: operation.name,
    seconds: (performance.now() - operation.startedAt) / 1000,
  });
  onEnded();
}

/** Queries alone: a subscription is ended by the protocol, and an order goes on to its end, whoever waits for it. */
export function endUnwanted(facts: SocketFacts, metrics: Counted): void {
  for (const [id, { kind, isWanted, drop }] of facts.running) {
    if (kind !== OperationTypeNode.QUERY || isWanted()) continue;
    drop();
    endOperation(facts, id, metrics);
  }
}

/** The protocol says nothing of a query that its client does not want any more, but has noted it when a message was taken. */
export function endingUnwanted(
  protocol: GraphqlWsServer<SocketFacts>,
  metrics: Counted,
): GraphqlWsServer<SocketFacts> {
  return {
    opened(socket, facts) {
      const onMessage: typeof socket.onMessage = (take) =>
        socket.onMessage((text) => {
          const taken = take(text);
          endUnwanted(facts, metrics);
          return taken;
        });
      const closed = protocol.opened({ ...socket, onMessage }, facts);
      return (code, reason) => {
        const gone = closed(code, reason);
        endUnwanted(facts, metrics);
        return gone;
      };
    },
  };
}
