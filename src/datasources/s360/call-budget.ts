import type { Clock } from '../../clock.js';
import { UpstreamRateLimitedError, type UpstreamCall } from '../../errors.js';
import type { CallLedger } from '../../journal/call-ledger.js';
import type { BudgetUsage, CallAllowance, Lane } from './client.types.js';
import { monthAt, type MonthWindow } from './contract-month.js';
import { METHOD_LIMITS, type MethodLimit } from './guesses.js';

export interface CallBudgetOptions {
  readonly institution: string;
  readonly minuteMs: number;
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  readonly bytesPerMonth: number | null;
  readonly ledger: CallLedger;
  readonly clock: Clock;
}

export interface BudgetRequest {
  readonly service: string;
  readonly method: string;
  readonly lane: Lane;
  /** For limits that count for each key: the performance of getSeatsAvailability. */
  readonly key?: string;
  /** How long the call may take at most: for so long nobody knows when S-360 counted it. */
  readonly deadlineMs: number;
  /** False for the repeated question about a job that S-360 already works on, which its method limit does not count. */
  readonly countsForMethod?: boolean;
}

/** The right to make one call. Exactly one of its methods is called, once. */
export interface CallTicket {
  /** The call ended in whatever way. */
  ended(transferredBytes: number): Promise<void>;
  /** Surely not one byte was sent: the method may be asked again at once. */
  neverSent(): Promise<void>;
  /** S-360 itself refused: polling rests for a minute. */
  refused(): Promise<void>;
}

/** The share of the contract's minute that each lane may fill, so that polling cannot starve a sale. */
const MINUTE_SHARES: Readonly<Record<Lane, number>> = {
  orders: 1,
  contacts: 0.9,
  availability: 0.6,
  catalog: 0.5,
};
/** The share of the month's allowance that polling may spend; the rest is kept for sales. */
const POLLING_SHARE_OF_MONTH = 0.8;
const POLLING_LANES: ReadonlySet<Lane> = new Set<Lane>(['availability', 'catalog']);
/** Seats go in the orders' lane, but whoever only looks at seats must leave calls for those who buy them. */
const SEATS_METHOD = 'getSeatsAvailability';
const SEATS_SHARES = { minute: 0.7, month: 0.9 };
/** Added to each window, as a share of the minute: two machines' clocks do not run alike. */
const MARGIN = 0.01;

/**
 * What one institution may still be asked: by minute, by method, by month, in bytes. It refuses instead of waiting,
 * with the time after which asking again makes sense. A method's token is durable before the call goes out and
 * counts from the moment the answer ended, since S-360 may have counted it late; so neither a slow call nor a crash
 * nor a loop of restarts asks twice within a window.
 */
export class CallBudget implements CallAllowance {
  private readonly recentCalls: number[] = [];
  private restUntil = 0;
  private month: MonthWindow;
  private spent = { calls: 0, bytes: 0 };

  private constructor(
    private readonly options: CallBudgetOptions,
    private readonly freeAt: Map<string, number>,
  ) {
    this.month = monthAt(options.clock.now(), options.minuteMs);
  }

  static async open(options: CallBudgetOptions): Promise<CallBudget> {
    const budget = new CallBudget(options, new Map(await options.ledger.tokens(options.clock.now())));
    budget.spent = { ...(await options.ledger.month(budget.month.startsAt)) };
    return budget;
  }

  /** Throws UpstreamRateLimitedError when the call may not be made now; what it throws has spent nothing. */
  async take(request: BudgetRequest): Promise<CallTicket> {
    const now = this.options.clock.now();
    this.turnMonth(now);
    this.refuseUnlessAllowed(request, now);

    // Taken before anything is awaited, so that two callers cannot get the same token.
    const token = request.countsForMethod === false ? null : this.tokenOf(request);
    const windowMs = token === null ? 0 : this.windowMs(token.limit);
    if (token !== null) this.freeAt.set(token.name, now + request.deadlineMs + windowMs);
    this.recentCalls.push(now);
    this.spent.calls += 1;
    const { ledger, clock } = this.options;
    const { startsAt } = this.month;
    await ledger.recordCall(
      startsAt,
      token === null ? null : { method: token.name, freeAt: now + request.deadlineMs + windowMs },
    );

    const release = async (freeAt: number): Promise<void> => {
      if (token === null) return;
      this.freeAt.set(token.name, freeAt);
      await ledger.recordToken(token.name, freeAt);
    };
    return {
      ended: async (bytes) => {
        this.spent.bytes += bytes;
        await ledger.recordBytes(startsAt, bytes);
        await release(clock.now() + windowMs);
      },
      neverSent: () => release(clock.now()),
      refused: async () => {
        this.restUntil = clock.now() + this.options.minuteMs;
        await release(clock.now() + Math.max(windowMs, this.options.minuteMs));
      },
    };
  }

  nextCallAt(service: string, method: string, key?: string): number {
    const token = this.tokenOf({ service, method, ...(key === undefined ? {} : { key }) });
    return Math.max(this.restUntil, token === null ? 0 : (this.freeAt.get(token.name) ?? 0));
  }

  pollingCallsLeft(): number {
    this.turnMonth(this.options.clock.now());
    return Math.max(0, Math.floor(this.options.callsPerMonth * POLLING_SHARE_OF_MONTH) - this.spent.calls);
  }

  monthEndsAt(): number {
    this.turnMonth(this.options.clock.now());
    return this.month.endsAt;
  }

  usage(): readonly BudgetUsage[] {
    const now = this.options.clock.now();
    this.turnMonth(now);
    const { callsPerMinute, callsPerMonth, bytesPerMonth, minuteMs } = this.options;
    const inMinute = this.callsInMinute(now);
    const elapsed = Math.max(now - this.month.startsAt, minuteMs) / (this.month.endsAt - this.month.startsAt);
    const monthly = (window: BudgetUsage['window'], limit: number, used: number): BudgetUsage => ({
      window,
      limit,
      used,
      resetsAt: this.month.endsAt,
      forecast: Math.round(used / elapsed),
    });
    return [
      {
        window: 'MINUTE',
        limit: callsPerMinute,
        used: inMinute,
        resetsAt: (this.recentCalls[0] ?? now) + minuteMs,
        forecast: inMinute,
      },
      monthly('MONTH', callsPerMonth, this.spent.calls),
      // Without a limit the bytes are counted all the same: the largest Int stands for "none".
      monthly('MONTH_BYTES', bytesPerMonth ?? Number.MAX_SAFE_INTEGER, this.spent.bytes),
    ];
  }

  private refuseUnlessAllowed(request: BudgetRequest, now: number): void {
    const { callsPerMinute, callsPerMonth, bytesPerMonth, minuteMs, institution } = this.options;
    const isPolling = POLLING_LANES.has(request.lane);
    const share = sharesOf(request);
    const call: UpstreamCall = { institution, service: request.service, method: request.method };
    const refuse = (by: UpstreamRateLimitedError['refusedBy'], until: number): never => {
      const retryAfterMs = Math.max(1, Math.ceil(until - now));
      throw new UpstreamRateLimitedError(call, `not sent, the ${WORDS[by]} does not allow it now`, by, {
        retryAfterMs,
      });
    };
    if (this.spent.calls >= callsPerMonth * share.month) refuse('MONTH', this.month.endsAt);
    if (bytesPerMonth !== null && this.spent.bytes >= bytesPerMonth * share.month)
      refuse('MONTH_BYTES', this.month.endsAt);
    if (isPolling && this.restUntil > now) refuse('S360', this.restUntil);
    const token = request.countsForMethod === false ? null : this.tokenOf(request);
    const freeAt = token === null ? 0 : (this.freeAt.get(token.name) ?? 0);
    if (freeAt > now) refuse('METHOD', freeAt);
    if (this.callsInMinute(now) >= Math.max(1, Math.floor(callsPerMinute * share.minute))) {
      refuse('MINUTE', this.recentCalls[0]! + minuteMs);
    }
  }

  private callsInMinute(now: number): number {
    const since = now - this.options.minuteMs * (1 + MARGIN);
    while (this.recentCalls.length > 0 && this.recentCalls[0]! <= since) this.recentCalls.shift();
    return this.recentCalls.length;
  }

  private turnMonth(now: number): void {
    if (now < this.month.endsAt) return;
    this.month = monthAt(now, this.options.minuteMs);
    this.spent = { calls: 0, bytes: 0 };
    // Seats make a token for each performance; those of past windows are of no use.
    for (const [name, freeAt] of this.freeAt) if (freeAt <= now) this.freeAt.delete(name);
  }

  private tokenOf({
    service,
    method,
    key,
  }: Pick<BudgetRequest, 'service' | 'method' | 'key'>): { name: string; limit: MethodLimit } | null {
    const name = `${service}.${method}`;
    const limit = METHOD_LIMITS.get(name);
    if (limit === undefined) return null;
    return { name: limit.perKey && key !== undefined ? `${name}/${key}` : name, limit };
  }

  private windowMs({ minutes }: MethodLimit): number {
    return this.options.minuteMs * (minutes + MARGIN);
  }
}

function sharesOf({ method, lane }: BudgetRequest): { readonly minute: number; readonly month: number } {
  if (method === SEATS_METHOD) return SEATS_SHARES;
  return { minute: MINUTE_SHARES[lane], month: POLLING_LANES.has(lane) ? POLLING_SHARE_OF_MONTH : 1 };
}

const WORDS: Readonly<Record<UpstreamRateLimitedError['refusedBy'], string>> = {
  S360: 'rest after a refusal of S-360',
  MINUTE: 'limit of calls a minute',
  METHOD: 'limit of this method',
  MONTH: "month's allowance of calls",
  MONTH_BYTES: "month's allowance of bytes",
};
