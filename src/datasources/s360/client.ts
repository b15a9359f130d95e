import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import { correlationId } from '../../correlation.js';
import { traced, type OpenSpan, type Tracing } from '../../tracing/traced.js';
import {
  GatewayError,
  InvalidInputError,
  UpstreamRateLimitedError,
  UpstreamUnavailableError,
  type UpstreamCall,
} from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import { askUntilDone, type JobAnswer, type JobQuestion } from './async-loop.js';
import type { BudgetRequest, CallBudget, CallTicket } from './call-budget.js';
import { CallStatistics } from './call-statistics.js';
import type { CallObserver, CircuitState, EndedCall, Lane, UpstreamReport } from './client.types.js';
import { withinDeadline, withSignals } from './deadline.js';
import { DriftLog } from './drift.js';
import { jobStateOf, upstreamErrorOf } from './faults.js';
import { METHOD_LIMITS } from './guesses.js';
import { HttpExchange, NotSentError, type TransferMeter } from './http-exchange.js';
import { CallPolicies } from './policies.js';
import { deadlineOf, MAX_ANSWER_BYTES, type S360Settings, type ServiceName } from './settings.js';
import type { SoapArguments, WrittenRequest } from './soap-call.js';
import { SoapClient } from './soap-client.js';
import { UpstreamClock } from './upstream-clock.js';
import { WorkInHand } from '../../work-in-hand.js';

export interface S360Request {
  readonly service: ServiceName;
  readonly method: string;
  /** Without `requestId`. */
  readonly args: SoapArguments;
  readonly lane: Lane;
  /** For limits that count for each key. */
  readonly key?: string;
  /** Of the inflated answer. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Posts the envelope and reads the answer itself, where it is not done in the ordinary way. */
  readonly send?: (request: WrittenRequest, signal: AbortSignal, meter: TransferMeter) => Promise<WireObject>;
  /** Told whenever S-360 says that it still works on it. */
  readonly onInProgress?: () => void;
  /** Epoch ms: not a byte is sent later than this. Whoever waits for a lost call counts from there. */
  readonly sendBefore?: number;
}

/** `in progress`: S-360 took it and goes on without us. */
export type WriteAnswer = Pick<JobAnswer, 'state' | 'result'>;

export interface S360ClientOptions {
  readonly settings: S360Settings;
  readonly budget: CallBudget;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer?: CallObserver | undefined;
  readonly tracing?: Tracing | undefined;
}

/** What an operator tells S-360's support of; other errors are answers to what was asked. */
const TROUBLES: ReadonlySet<EndedCall['outcome']> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_INVALID',
  'UPSTREAM_RATE_LIMITED',
]);

/**
 * One institution's S-360: every call passes the same chain (asynchronous loop, policies, budget, deadline) and
 * throws nothing but UpstreamError classes, InvalidInputError, or the reason of the caller's signal.
 */
export class S360Client implements UpstreamReport {
  readonly driftLog: DriftLog;
  readonly upstreamClock: UpstreamClock;
  private readonly statistics: CallStatistics;
  private readonly policies: CallPolicies;
  private readonly services = new Map<ServiceName, Promise<SoapClient>>();
  private readonly connection: HttpExchange;
  private readonly stopping = new AbortController();
  private readonly underWay = new WorkInHand();

  constructor(private readonly options: S360ClientOptions) {
    const { settings, clock, log } = options;
    this.driftLog = new DriftLog(clock, (finding) => log.warn({ drift: finding }, 'S-360 differs'));
    this.statistics = new CallStatistics(clock);
    this.policies = new CallPolicies(settings);
    this.upstreamClock = new UpstreamClock(clock);
    this.connection = new HttpExchange(settings.baseUrl, (header) => this.upstreamClock.observe(header));
    // Every call listens while it is under way; more than ten are no leak.
    setMaxListeners(0, this.stopping.signal);
  }

  /** The result of a call that succeeded; asks again while S-360 says `in_progress`. */
  call(request: S360Request): Promise<WireObject> {
    const { minuteMs } = this.options.settings;
    const call = this.nameOf(request);
    const { service, method } = request;
    // A limited method cannot be asked again within its window: the next turn of whoever asked is the retry.
    const mayRetry = !METHOD_LIMITS.has(`${service}.${method}`);
    return this.whileRunning(call, request, (signal) =>
      askUntilDone(
        call,
        (question) =>
          this.policies.run(call, { mayRetry }, () => this.exchange(call, request, { ...question, signal })),
        { clock: this.options.clock, minuteMs, signal, onInProgress: request.onInProgress },
      ),
    );
  }

  /**
   * A call that changes something at S-360: it leaves at most once, whatever comes back. After an error `fateOf` says
   * what is known of the act.
   */
  write(request: S360Request): Promise<WriteAnswer> {
    const call = this.nameOf(request);
    return this.whileRunning(call, request, (signal) =>
      this.policies.run(call, { mayRetry: false }, () =>
        this.exchange(call, request, { requestId: undefined, isFirst: true, signal }),
      ),
    );
  }

  budgets(): ReturnType<UpstreamReport['budgets']> {
    return this.options.budget.usage();
  }

  calls(): ReturnType<UpstreamReport['calls']> {
    return this.statistics.list();
  }

  circuit(): CircuitState {
    return this.policies.circuit();
  }

  drift(): ReturnType<UpstreamReport['drift']> {
    return this.driftLog.list();
  }

  /** Cuts what is under way, and waits until that is written down. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connection.close();
    await this.underWay.settled();
  }

  private nameOf({ service, method }: S360Request): ServiceCall {
    return { institution: this.options.settings.institution, service, method };
  }

  /** Gives up when the caller does or the gateway stops. */
  private whileRunning<T>(
    call: ServiceCall,
    request: S360Request,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const answer = withSignals([this.stopping.signal, request.signal], ask).catch((error: unknown) => {
      request.signal?.throwIfAborted();
      throw error instanceof GatewayError ? error : new UpstreamUnavailableError(call, 'the gateway stops');
    });
    return this.underWay.add(answer);
  }

  private exchange(
    call: ServiceCall,
    request: S360Request,
    question: JobQuestion & { readonly signal: AbortSignal },
  ): Promise<JobAnswer> {
    const { institution, service, method } = call;
    const attributes = { 'foyer.institution': institution, 'rpc.service': service, 'rpc.method': method };
    return traced(this.options.tracing, [`S-360 ${method}`, { kind: 'client', attributes }], (span) =>
      this.paidExchange(call, request, { ...question, span }),
    );
  }

  /** One exchange, paid for. */
  private async paidExchange(
    call: ServiceCall,
    request: S360Request,
    {
      requestId,
      isFirst,
      signal,
      span,
    }: JobQuestion & { readonly signal: AbortSignal; readonly span: OpenSpan },
  ): Promise<JobAnswer> {
    signal.throwIfAborted();
    const { settings, log, observer } = this.options;
    const { service, method, lane, key } = request;
    const deadlineMs = deadlineOf(settings, service, method);
    const ticket = await this.buy({ service, method, lane, key, deadlineMs, joinsJob: !isFirst });
    const meter: TransferMeter = { bytes: 0 };
    const startedAt = performance.now();
    if (request.sendBefore !== undefined && this.options.clock.now() > request.sendBefore) {
      await ticket.neverSent();
      throw new UpstreamUnavailableError(call, 'not sent, it waited too long', { fate: 'not done' });
    }
    const note = (outcome: EndedCall['outcome']): void => {
      this.statistics.count(service, method, outcome === 'success');
      const ms = Math.round(performance.now() - startedAt);
      const { bytes } = meter;
      observer?.callEnded({ service, method, lane, outcome, ms, bytes });
      span.set({ 'foyer.lane': lane, 'foyer.outcome': outcome, 'foyer.bytes': bytes });
      const facts = { service, method, lane, outcome, ms, bytes, correlationId: correlationId() };
      if (TROUBLES.has(outcome)) log.warn(facts, 'a call to S-360 failed');
      else log.debug(facts, 'called S-360');
    };
    try {
      const args = { requestId, ...request.args };
      const result = await withinDeadline(deadlineMs, signal, (within) =>
        this.send(request, args, within, meter),
      );
      const state = jobStateOf(call, result);
      // A limited method may not be asked again before its token says so; for the others only bytes are counted, and
      // whoever waits for an order need not wait for that.
      const counted = this.underWay.add(ticket.ended(meter.bytes));
      if (METHOD_LIMITS.has(`${service}.${method}`)) await counted;
      note('success');
      return { state, result };
    } catch (failure) {
      const error = upstreamErrorOf(call, failure, settings.minuteMs);
      if (failure instanceof NotSentError || error instanceof InvalidInputError) await ticket.neverSent();
      else if (error instanceof UpstreamRateLimitedError) await ticket.refused(meter.bytes);
      else await ticket.ended(meter.bytes);
      note(signal.aborted ? 'given_up' : error.code);
      // Who gave up says nothing about S-360: its circuit must not hear of it.
      signal.throwIfAborted();
      throw error;
    }
  }

  private async buy(order: BudgetRequest): Promise<CallTicket> {
    try {
      return await this.options.budget.take(order);
    } catch (error) {
      if (error instanceof UpstreamRateLimitedError)
        this.options.observer?.callRefused({ lane: order.lane, by: error.refusedBy });
      throw error;
    }
  }

  private async send(
    { service, method, maxBytes, send }: S360Request,
    args: SoapArguments,
    signal: AbortSignal,
    meter: TransferMeter,
  ): Promise<WireObject> {
    const client = await this.serviceOf(service);
    if (send !== undefined) {
      return client.sendBy({ method, args, signal }, (request) => send(request, signal, meter));
    }
    return client.send({
      method,
      args,
      signal,
      maxBytes: maxBytes ?? MAX_ANSWER_BYTES,
      meter,
      onUnknownMember: (path) => this.driftLog.note(service, path, 'unknown-member'),
    });
  }

  private serviceOf(service: ServiceName): Promise<SoapClient> {
    const { username, password } = this.options.settings;
    let client = this.services.get(service);
    if (client === undefined) {
      client = SoapClient.open({ service, username, password, exchange: this.connection });
      this.services.set(service, client);
    }
    return client;
  }
}

type ServiceCall = UpstreamCall & { readonly service: ServiceName };
