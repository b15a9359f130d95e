import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState as BreakerState,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  noJitterGenerator,
  retry,
  SamplingBreaker,
  wrap,
  type CircuitBreakerPolicy,
  type IPolicy,
  type RetryPolicy,
} from 'cockatiel';
import { UpstreamTimeoutError, UpstreamUnavailableError, type UpstreamCall } from '../../errors.js';
import type { CircuitState } from './client.types.js';
import type { ServiceName } from './settings.js';

export interface PolicyOptions {
  readonly minuteMs: number;
  readonly callsPerMinute: number;
}

const OPEN_MS = 5_000;
const LONGEST_OPEN_MS = 60_000;
const BREAKER_WINDOW_MS = 10_000;
const BREAKER_CALLS = 20;
const BREAKER_FAILING_SHARE = 0.5;
const BULKHEAD_CALLS = 10;
const BULKHEAD_QUEUE = 100;
const LONGEST_RETRY_WAIT_MS = 500;
/** Retries may add a tenth to the calls, and ten of them before that has to be earned. */
const RETRY_SHARE = 0.1;
const MOST_RETRIES = 10;

/** What says that S-360 is not well, as against "no" to one call. */
const isDown = (error: Error): boolean =>
  error instanceof UpstreamUnavailableError || error instanceof UpstreamTimeoutError;
/** A call that used up its deadline has used up its caller's patience too: only what failed at once is repeated. */
const isWorthRetrying = (error: Error): boolean => error instanceof UpstreamUnavailableError;

/**
 * What guards every call of one institution, from the outside in: one retry of reads, with full jitter; a circuit for
 * each service; ten calls of a service at the same time. Times are real ones: they are about the network.
 */
export class CallPolicies {
  private readonly services = new Map<ServiceName, { breaker: CircuitBreakerPolicy; guard: IPolicy }>();
  private readonly retry: RetryPolicy;
  private retriesLeft = MOST_RETRIES;

  constructor(private readonly options: PolicyOptions) {
    this.retry = retry(handleWhen(isWorthRetrying), {
      maxAttempts: 1,
      backoff: new ExponentialBackoff({
        initialDelay: LONGEST_RETRY_WAIT_MS,
        maxDelay: LONGEST_RETRY_WAIT_MS,
        generator: fullJitterGenerator,
      }),
    });
    this.retry.onRetry(() => (this.retriesLeft -= 1));
  }

  /** Throws what `attempt` throws, or UpstreamUnavailableError when it may not be made now. */
  async run<T>(
    call: UpstreamCall & { readonly service: ServiceName },
    { mayRetry }: { readonly mayRetry: boolean },
    attempt: () => Promise<T>,
  ): Promise<T> {
    const { guard } = this.serviceOf(call.service);
    this.retriesLeft = Math.min(MOST_RETRIES, this.retriesLeft + RETRY_SHARE);
    const chain = mayRetry && this.retriesLeft >= 1 ? wrap(this.retry, guard) : guard;
    try {
      return await chain.execute(attempt);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw refusal(call, 'too many calls failed just now', OPEN_MS);
      if (error instanceof BulkheadRejectedError)
        throw refusal(call, 'too many calls wait already', LONGEST_RETRY_WAIT_MS);
      throw error;
    }
  }

  /** The worst of the services. */
  circuit(): CircuitState {
    const states = new Set([...this.services.values()].map(({ breaker }) => breaker.state));
    if (states.has(BreakerState.Open) || states.has(BreakerState.Isolated)) return 'OPEN';
    return states.has(BreakerState.HalfOpen) ? 'HALF_OPEN' : 'CLOSED';
  }

  private serviceOf(service: ServiceName): { breaker: CircuitBreakerPolicy; guard: IPolicy } {
    let policies = this.services.get(service);
    if (policies === undefined) {
      const breaker = circuitBreaker(handleWhen(isDown), {
        halfOpenAfter: new ExponentialBackoff({
          initialDelay: OPEN_MS,
          maxDelay: LONGEST_OPEN_MS,
          exponent: 2,
          generator: noJitterGenerator,
        }),
        breaker: new SamplingBreaker({
          threshold: BREAKER_FAILING_SHARE,
          duration: BREAKER_WINDOW_MS,
          minimumRps: callsToJudge(this.options) / (BREAKER_WINDOW_MS / 1_000),
        }),
      });
      policies = { breaker, guard: wrap(breaker, bulkhead(BULKHEAD_CALLS, BULKHEAD_QUEUE)) };
      this.services.set(service, policies);
    }
    return policies;
  }
}

/**
 * How many calls in the window are enough to judge by: 20, but a contract that allows fewer would never open a
 * circuit with that, so there half of what it allows is enough.
 */
function callsToJudge({ minuteMs, callsPerMinute }: PolicyOptions): number {
  const allowed = (callsPerMinute * BREAKER_WINDOW_MS) / minuteMs;
  return Math.max(2, Math.min(BREAKER_CALLS, Math.floor(allowed / 2)));
}

function refusal(call: UpstreamCall, reason: string, retryAfterMs: number): UpstreamUnavailableError {
  return new UpstreamUnavailableError(call, `not sent, ${reason}`, { retryAfterMs, fate: 'not done' });
}
