import { OperationTypeNode } from 'graphql';
import { Counter, type Registry } from 'prom-client';
import { OverloadedError } from '../errors.js';
import type { Pressure } from './pressure.js';

/**
 * Who is let in when there is more to do than can be done. Turned away first: queries and new subscriptions, which
 * somebody else can answer or which come again. Last: mutations, since orders are what the process is there for. Whoever
 * is turned away is told at once when to come back.
 */
export interface Admission {
  /** Before anything of a request is read. Null: come in. */
  refusalAtTheDoor(): OverloadedError | null;
  /** Once it is known what is asked for; the operation itself is among those that `begin` counts. Null: go on. */
  refusalOf(kind: OperationTypeNode): OverloadedError | null;
  /** For a new WebSocket, when `open` are there. Null: come in. */
  refusalOfSocket(open: number): OverloadedError | null;
  /** A request, or a query or mutation on a socket, is being answered. Answers how to say that it ended. */
  begin(): () => void;
  inFlight(): number;
}

export interface AdmissionOptions {
  readonly limits: { readonly requestsInFlight: number; readonly sockets: number };
  readonly pressure: Pressure;
  readonly metrics: Registry;
}

/** Of `requestsInFlight`; the rest is kept for mutations. */
const SHARE_OF_QUERIES = 0.8;
const SOON_MS = 1_000;
/** A loop that is late, or memory that is short, takes longer to recover than one request takes to end. */
const LATER_MS = 3_000;

type Reason = 'in_flight' | 'queries_in_flight' | 'event_loop' | 'heap' | 'sockets';

export function createAdmission({ limits, pressure, metrics }: AdmissionOptions): Admission {
  const queriesInFlight = Math.ceil(limits.requestsInFlight * SHARE_OF_QUERIES);
  let inFlight = 0;
  const shed = new Counter({
    name: 'foyer_requests_shed_total',
    help: 'Requests, operations on sockets, and sockets that were turned away because there was too much to do',
    labelNames: ['reason'],
    registers: [metrics],
  });
  // Prometheus sees a counter grow only from the second value on: the first refusal must not go unnoticed.
  for (const reason of Object.keys(WORDS)) shed.inc({ reason }, 0);

  const refusal = (reason: Reason, retryAfterMs: number): OverloadedError => {
    shed.inc({ reason });
    return new OverloadedError(WORDS[reason], retryAfterMs);
  };

  return {
    refusalAtTheDoor: () => (inFlight >= limits.requestsInFlight ? refusal('in_flight', SOON_MS) : null),
    refusalOf(kind) {
      if (kind === OperationTypeNode.MUTATION) {
        return inFlight > limits.requestsInFlight ? refusal('in_flight', SOON_MS) : null;
      }
      const shortage = pressure.shortage();
      if (shortage !== null) return refusal(shortage, LATER_MS);
      return inFlight > queriesInFlight ? refusal('queries_in_flight', SOON_MS) : null;
    },
    refusalOfSocket: (open) => (open >= limits.sockets ? refusal('sockets', LATER_MS) : null),
    begin() {
      let hasEnded = false;
      inFlight++;
      return () => {
        if (!hasEnded) inFlight--;
        hasEnded = true;
      };
    },
    inFlight: () => inFlight,
  };
}

const WORDS: Readonly<Record<Reason, string>> = {
  in_flight: 'Too many requests are being answered right now',
  queries_in_flight: 'Too many requests are being answered right now: there is room for orders only',
  event_loop: 'Requests come in faster than they can be answered: there is room for orders only',
  heap: 'Memory is short right now: there is room for orders only',
  sockets: 'Too many sockets are open right now',
};
