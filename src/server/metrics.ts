import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CredentialFlaw, ErrorCode } from '../errors.js';
import type { OperationOrigin } from './server.types.js';

/** What the server counts. Labels come from closed lists, or are cut to a fixed number of values. */
export interface ServerMetrics {
  /** `name` as the client wrote it, null when it gave none; `seconds` until the answer, for a subscription its life. */
  operationEnded(operation: EndedOperation): void;
  errorAnswered(code: ErrorCode): void;
  eventSent(): void;
  credentialRefused(refused: RefusedCredential): void;
}

export interface EndedOperation {
  readonly transport: OperationOrigin['transport'];
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | null;
  readonly seconds: number;
}

export interface RefusedCredential {
  readonly transport: OperationOrigin['transport'];
  /** `issuer_away`: nobody can say what it is worth. `too_many_tries`: answered 429, whatever is wrong with it. */
  readonly reason: CredentialFlaw | 'issuer_away' | 'too_many_tries';
}

/** Read when `/metrics` is asked. */
export interface ServerGauges {
  readonly requestsInFlight: () => number;
  readonly sockets: () => number;
  /** Operations of a kind running on sockets. */
  readonly operations: (kind: EndedOperation['kind']) => number;
}

/** Clients choose the names of operations; beyond this many they share one. */
const MAX_OPERATION_NAMES = 100;
/** A name may be as long as a request; each would be told at every look for as long as the process lives. */
const LONGEST_NAME = 64;

/** Gauges of the library under names of counters; the same numbers by type are in those without `_total`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const KINDS: readonly EndedOperation['kind'][] = ['query', 'mutation', 'subscription'];

const CODES: Readonly<Record<ErrorCode, true>> = {
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_RATE_LIMITED: true,
  UPSTREAM_INVALID: true,
  IN_DOUBT: true,
  LIMIT_EXCEEDED: true,
  BAD_USER_INPUT: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  RATE_LIMITED: true,
  NOT_FOUND: true,
  INTERNAL_SERVER_ERROR: true,
};

const TRANSPORTS: readonly OperationOrigin['transport'][] = ['HTTP', 'WEBSOCKET'];

const REFUSALS: Readonly<Record<RefusedCredential['reason'], true>> = {
  malformed: true,
  unknown_key: true,
  expired_token: true,
  wrong_signature: true,
  wrong_claim: true,
  issuer_away: true,
  too_many_tries: true,
};

export function createServerMetrics(registry: Registry, gauges: ServerGauges): ServerMetrics {
  const registers = [registry];
  // Node's own metrics can be registered once.
  if (registry.getSingleMetric('process_cpu_seconds_total') === undefined)
    collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const operations = new Counter({
    name: 'foyer_graphql_operations_total',
    help: 'GraphQL operations that ended, by the name the client gave them',
    labelNames: ['operation', 'kind', 'transport'],
    registers,
  });
  const duration = new Histogram({
    name: 'foyer_graphql_operation_seconds',
    help: 'Time to answer a query or mutation',
    labelNames: ['kind', 'transport'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const errors = new Counter({
    name: 'foyer_graphql_errors_total',
    help: 'Errors answered to clients',
    labelNames: ['code'],
    registers,
  });
  // Prometheus sees a counter grow only from the second value on: the first mistake must not go unnoticed.
  for (const code of Object.keys(CODES)) errors.inc({ code }, 0);
  const events = new Counter({
    name: 'foyer_subscription_events_total',
    help: 'Events sent to subscribers',
    registers,
  });
  const refused = new Counter({
    name: 'foyer_credentials_refused_total',
    help: 'Keys, tokens and passwords of pages that nobody was let in by',
    labelNames: ['reason', 'transport'],
    registers,
  });
  for (const reason of Object.keys(REFUSALS))
    for (const transport of TRANSPORTS) refused.inc({ reason, transport: transport.toLowerCase() }, 0);
  addGauge(
    'foyer_graphql_requests_in_flight',
    'GraphQL requests over HTTP being answered',
    gauges.requestsInFlight,
  );
  addGauge('foyer_sockets', 'Open WebSockets', gauges.sockets);
  const running: Gauge<'kind'> = new Gauge({
    name: 'foyer_socket_operations',
    help: 'Running operations on WebSockets: those of the kind `subscription` are the subscribers',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const kind of KINDS) running.set({ kind }, gauges.operations(kind));
    },
  });

  function addGauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [], collect: () => gauge.set(read()) });
    registry.registerMetric(gauge);
  }

  const nameLabel = boundedLabel(MAX_OPERATION_NAMES, LONGEST_NAME);
  return {
    operationEnded({ transport, kind, name, seconds }) {
      const labels = { kind, transport: transport.toLowerCase() };
      operations.inc({ ...labels, operation: nameLabel(name) });
      if (kind !== 'subscription') duration.observe(labels, seconds);
    },
    errorAnswered: (code) => errors.inc({ code }),
    eventSent: () => events.inc(),
    credentialRefused: ({ reason, transport }) => refused.inc({ reason, transport: transport.toLowerCase() }),
  };
}

function boundedLabel(maximum: number, longest: number): (name: string | null) => string {
  const known = new Set<string>();
  return (name) => {
    if (name === null) return 'anonymous';
    if (known.size < maximum && name.length <= longest) known.add(name);
    return known.has(name) ? name : 'other';
  };
}
