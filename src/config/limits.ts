import { quote } from '../domain/ids.js';
import type { EnvironmentReader } from './environment.js';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../server/query-limits.js';
import type { OperationTimes, ServerLimits } from '../server/server.types.js';

/** Variables that say what one caller may ask, and from where. `docs/limits.md` has them all. */
export interface LimitsConfig {
  readonly server: Pick<
    ServerLimits,
    | 'query'
    | 'times'
    | 'bodyBytes'
    | 'socketMessageBytes'
    | 'socketMessagesPerSecond'
    | 'operationsPerSocket'
    | 'socketsPerCaller'
    | 'subscriptionsPerCaller'
  >;
  /** Origins of pages on other sites that may talk to the gateway, exactly as browsers send them. */
  readonly allowedOrigins: readonly string[];
}

export interface UpstreamDeadlines {
  readonly callMs: number;
  readonly orderMs: number;
}

export function readLimits(read: EnvironmentReader, deadlines: UpstreamDeadlines): LimitsConfig {
  return {
    server: {
      query: readQueryLimits(read),
      times: readTimes(read, deadlines),
      bodyBytes: read.integer('MAX_BODY_BYTES', { fallback: 256 * 1024, min: 1_024, max: 1_048_576 }),
      socketMessageBytes: read.integer('MAX_SOCKET_MESSAGE_BYTES', {
        fallback: 64 * 1024,
        min: 1_024,
        max: 1_048_576,
      }),
      socketMessagesPerSecond: read.integer('MAX_SOCKET_MESSAGES_PER_SECOND', {
        fallback: 1_000,
        min: 10,
        max: 100_000,
      }),
      operationsPerSocket: read.integer('MAX_OPERATIONS_PER_SOCKET', { fallback: 50, min: 1, max: 10_000 }),
      // A twentieth of what a process holds: a partner's servers, or the visitors of a site behind one address.
      socketsPerCaller: read.integer('MAX_SOCKETS_PER_CALLER', { fallback: 1_000, min: 1, max: 1_000_000 }),
      subscriptionsPerCaller: read.integer('MAX_SUBSCRIPTIONS_PER_CALLER', {
        fallback: 5_000,
        min: 1,
        max: 1_000_000,
      }),
    },
    allowedOrigins: readOrigins(read),
  };
}

function readQueryLimits(read: EnvironmentReader): QueryLimits {
  const number = (name: string, key: Exclude<keyof QueryLimits, 'fieldCosts'>, max: number): number =>
    read.integer(name, { fallback: DEFAULT_QUERY_LIMITS[key], min: 1, max });
  return {
    ...DEFAULT_QUERY_LIMITS,
    tokens: number('MAX_QUERY_TOKENS', 'tokens', 20_000),
    depth: number('MAX_QUERY_DEPTH', 'depth', 30),
    aliases: number('MAX_QUERY_ALIASES', 'aliases', 1_000),
    rootFields: number('MAX_QUERY_ROOT_FIELDS', 'rootFields', 1_000),
    fields: number('MAX_QUERY_FIELDS', 'fields', 5_000),
    directives: number('MAX_QUERY_DIRECTIVES', 'directives', 1_000),
    answerFields: number('MAX_ANSWER_FIELDS', 'answerFields', 10_000_000),
  };
}

/** A query outlives one call to S-360, so that a slow call costs its field only and not the answer. */
function readTimes(read: EnvironmentReader, { callMs, orderMs }: UpstreamDeadlines): OperationTimes {
  const queryMs = read.integer('QUERY_DEADLINE_MS', {
    fallback: Math.max(10_000, callMs + 1_000),
    min: 100,
    max: 300_000,
  });
  // A sale is two calls for an order, and what is asked before and after them.
  const mutationMs = read.integer('MUTATION_DEADLINE_MS', {
    fallback: 2 * orderMs + 3 * callMs,
    min: 100,
    max: 600_000,
  });
  if (mutationMs <= orderMs) {
    read.problem(
      'MUTATION_DEADLINE_MS',
      `must be more than S360_ORDER_DEADLINE_MS (${orderMs}), got ${mutationMs}`,
    );
  }
  return { queryMs, mutationMs };
}

function readOrigins(read: EnvironmentReader): string[] {
  const origins = (read.text('CORS_ORIGINS') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong !== undefined) {
    read.problem('CORS_ORIGINS', `must be a list of origins like https://shop.example, got ${quote(wrong)}`);
  }
  return origins;
}
