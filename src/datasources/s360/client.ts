import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState as BreakerState,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  retry,
  SamplingBreaker,
  wrap,
  type CircuitBreakerPolicy,
  type IPolicy,
} from 'cockatiel';
import type { Clock } from '../../clock.js';
import {
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  type UpstreamCall,
} from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import type { CallBudget } from './call-budget.js';
import { CallStatistics } from './call-statistics.js';
import type { CircuitState, Lane, UpstreamReport } from './client.types.js';
import { DriftLog } from './drift.js';
import { EnvelopeClient, type EnvelopeAnswer, type EnvelopeArguments } from './envelope-client.js';
import { checkStatusCode, DeadlinePassedError, upstreamErrorOf } from './faults.js';
import { METHOD_LIMITS } from './guesses.js';
import { HttpExchange, NotSentError } from './http-exchange.js';
import { DEFAULT_DEADLINES, MAX_ANSWER_BYTES, type S360Settings, type ServiceName } from './settings.js';

export interface S360Request {
  readonly service: ServiceName;
  readonly method: string;
  /** In the order of the service description, without `requestId`. */
  readonly args: EnvelopeArguments;
  readonly lane: Lane;
  /** For limits that count for each key. */
  readonly key?: string;
  readonly deadlineMs?: number;
  /** Of the inflated answer. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Makes the exchange itself, where it is not the ordinary one. */
  readonly send?: (args: EnvelopeArguments, signal: AbortSignal) => Promise<EnvelopeAnswer>;
  /** Told whenever S-360 says that it still works on it. */
  readonly onInProgress?: () => void;
}

/** How often an unfinished job is asked about: one client does so every 10 s, five times. */
const JOB_QUESTIONS = 30;
const JOB_QUESTIONS_PER_MINUTE = 6;
const BULKHEAD_CALLS = 10;
const BULKHEAD_QUEUE = 100;

const isDown = (error: Error): boolean =>
  error instanceof UpstreamUnavailableError || error instanceof UpstreamTimeoutError;

/**
 * One institution's S-360: every call passes the same chain (retry of reads without a limit of their own, circuit of
 * the service, bulkhead, budget, deadline) and throws nothing but UpstreamError classes, or the reason of `signal`.
 */
export class S360Client implements UpstreamReport {
  readonly driftLog: DriftLog;
  private readonly statistics: CallStatistics;
  private readonly services = new Map<ServiceName, Promise<EnvelopeClient>>();
  private readonly exchange: HttpExchange;
  private readonly breakers = new Map<ServiceName, CircuitBreakerPolicy>();
  private readonly chains = new Map<string, IPolicy>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly settings: S360Settings,
    private readonly budget: CallBudget,
    private readonly clock: Clock,
  ) {
    this.driftLog = new DriftLog(clock);
    this.statistics = new CallStatistics(clock);
    this.exchange = new HttpExchange(settings.baseUrl);
  }

  /** The result of a call that succeeded; asks again while S-360 says `in_progress`. */
  async call(request: S360Request): Promise<WireObject> {
    const call = this.nameOf(request);
    let requestId: string | undefined;
    for (let question = 0; question < JOB_QUESTIONS; question += 1) {
      const result = await this.chainOf(request)
        .execute(() => this.once(request, requestId, question === 0))
        .catch((error: unknown) => {
          throw error instanceof BrokenCircuitError
            ? new UpstreamUnavailableError(call, 'not sent, too many calls failed just now', {
                retryAfterMs: 5_000,
              })
            : error;
        });
      if (checkStatusCode(call, result) === 'success') return result;
      request.onInProgress?.();
      // Without an id S-360 recognises the identical call.
      requestId = typeof result['requestId'] === 'string' ? result['requestId'] : undefined;
      await this.clock.sleep(
        this.settings.minuteMs / JOB_QUESTIONS_PER_MINUTE,
        this.signalOf(request.signal),
      );
      this.signalOf(request.signal).throwIfAborted();
    }
    throw new UpstreamTimeoutError(call, `still in progress after ${JOB_QUESTIONS} questions`);
  }

  budgets(): ReturnType<UpstreamReport['budgets']> {
    return this.budget.usage();
  }

  calls(): ReturnType<UpstreamReport['calls']> {
    return this.statistics.list();
  }

  circuit(): CircuitState {
    const states = new Set([...this.breakers.values()].map(({ state }) => state));
    if (states.has(BreakerState.Open) || states.has(BreakerState.Isolated)) return 'OPEN';
    return states.has(BreakerState.HalfOpen) ? 'HALF_OPEN' : 'CLOSED';
  }

  drift(): ReturnType<UpstreamReport['drift']> {
    return this.driftLog.list();
  }

  /** Cuts what is under way. */
  async stop(): Promise<void> {
    this.stopped.abort(new Error('the gateway stops'));
    await this.exchange.close();
  }

  /** One exchange, paid for. */
  private async once(
    request: S360Request,
    requestId: string | undefined,
    isFirst: boolean,
  ): Promise<WireObject> {
    const { service, method, lane, key } = request;
    const call = this.nameOf(request);
    const deadlineMs = request.deadlineMs ?? this.settings.deadlines?.callMs ?? DEFAULT_DEADLINES.callMs;
    const ticket = await this.budget.take({
      service,
      method,
      lane,
      deadlineMs,
      countsForMethod: isFirst,
      ...(key === undefined ? {} : { key }),
    });
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new DeadlinePassedError(`no complete answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
    const signal = AbortSignal.any([deadline.signal, this.signalOf(request.signal)]);
    const args: EnvelopeArguments = { requestId, ...request.args };
    try {
      const answer = await (request.send ?? this.ordinarySend(request))(args, signal);
      await ticket.ended(answer.transferredBytes);
      this.statistics.count(service, method, true);
      return answer.result;
    } catch (failure) {
      this.statistics.count(service, method, false);
      const error = upstreamErrorOf(call, failure, this.settings.minuteMs);
      if (failure instanceof NotSentError) await ticket.neverSent();
      else if (error instanceof UpstreamRateLimitedError) await ticket.refused();
      else await ticket.ended(0);
      request.signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private ordinarySend(request: S360Request): NonNullable<S360Request['send']> {
    return async (args, signal) => {
      const client = await this.serviceOf(request.service);
      return client.send({
        method: request.method,
        args,
        signal,
        maxBytes: request.maxBytes ?? MAX_ANSWER_BYTES,
        onUnknownMember: (path) => this.driftLog.note(request.service, path, 'unknown-member'),
      });
    };
  }

  private serviceOf(service: ServiceName): Promise<EnvelopeClient> {
    const { username, password } = this.settings;
    let client = this.services.get(service);
    if (client === undefined) {
      client = EnvelopeClient.open({ service, username, password, exchange: this.exchange });
      this.services.set(service, client);
    }
    return client;
  }

  private chainOf({ service, method }: S360Request): IPolicy {
    const name = `${service}.${method}`;
    let chain = this.chains.get(name);
    if (chain === undefined) {
      const guarded = wrap(this.breakerOf(service), bulkhead(BULKHEAD_CALLS, BULKHEAD_QUEUE));
      // A limited method cannot be asked again within its window: the next turn of whoever asked is the retry.
      chain = METHOD_LIMITS.has(name) ? guarded : wrap(retryOnce(), guarded);
      this.chains.set(name, chain);
    }
    return chain;
  }

  private breakerOf(service: ServiceName): CircuitBreakerPolicy {
    let breaker = this.breakers.get(service);
    if (breaker === undefined) {
      breaker = circuitBreaker(handleWhen(isDown), {
        halfOpenAfter: new ExponentialBackoff({ initialDelay: 5_000, maxDelay: 60_000 }),
        // Half of at least 20 calls in 10 seconds.
        breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
      });
      this.breakers.set(service, breaker);
    }
    return breaker;
  }

  private signalOf(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.stopped.signal : AbortSignal.any([signal, this.stopped.signal]);
  }

  private nameOf({ service, method }: S360Request): UpstreamCall {
    return { institution: this.settings.institution, service, method };
  }
}

function retryOnce(): IPolicy {
  const backoff = new ExponentialBackoff({
    initialDelay: 200,
    maxDelay: 1_000,
    generator: fullJitterGenerator,
  });
  return retry(handleWhen(isDown), { maxAttempts: 1, backoff });
}
