import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { UpstreamRateLimitedError, UpstreamUnavailableError, type UpstreamCall } from '../../errors.js';
import { TokenTakenError, type CallLedger } from '../../journal/call-ledger.js';
import type { CallPool, PoolOrder } from './call-pool.types.js';
import {
  AMONG_OTHERS,
  buyCall,
  orderOf,
  refusalAlone,
  SENT_WITHIN_MS,
  type AloneRules,
  type Purchase,
} from './call-purchase.js';
import { isPolling, POLLING_SHARE_OF_MONTH, shareOf } from './call-shares.js';
import type { BudgetUsage, CallAllowance, Lane } from './client.types.js';
import { longestTakenForMs, MARGIN, MethodTokens, type MethodToken } from './method-tokens.js';
import { MinuteWindow } from './minute-window.js';
import { MonthSpending } from './month-spending.js';

export interface CallBudgetOptions {
  readonly institution: string;
  readonly minuteMs: number;
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  readonly bytesPerMonth: number | null;
  readonly ledger: CallLedger;
  readonly clock: Clock;
  /** Told when the end of a call could not be written down; what was written before it keeps the call inside the contract. */
  readonly onJournalFailure?: (error: unknown) => void;
  /** Where several replicas buy their calls from; absent: there is one process. */
  readonly pool?: CallPool;
  /** What this replica may do while the pool is away; as if there were others, by default. */
  readonly alone?: AloneRules;
}

export interface BudgetRequest {
  readonly service: string;
  readonly method: string;
  readonly lane: Lane;
  /** For limits that count for each key: the performance of getSeatsAvailability. */
  readonly key?: string | undefined;
  /** How long the call may take at most: for so long nobody knows when S-360 counted it. */
  readonly deadlineMs: number;
  /** True for the repeated question about a job that S-360 already works on: its method limit does not count it. */
  readonly joinsJob?: boolean;
}

/** The right to make one call. Exactly one of its methods is called, once; they never reject. */
export interface CallTicket {
  /** The call ended in whatever way. */
  ended(transferredBytes: number): Promise<void>;
  /** Surely not one byte was sent: the call did not count, and the method may be asked again at once. */
  neverSent(): Promise<void>;
  /** S-360 itself refused: polling rests for a minute. */
  refused(transferredBytes: number): Promise<void>;
}

/** Under which S-360's own refusal is remembered over a restart. */
const REST: MethodToken = { name: 'rest', windowMs: 0 };
/**
 * What one institution may still be asked: by minute, by method, by month, in bytes. It refuses instead of waiting,
 * with the time after which asking again makes sense. A method's token is durable before the call goes out and
 * counts from the moment the answer ended, since S-360 may have counted it late; so neither a slow call nor a crash
 * nor a loop of restarts asks twice within a window.
 */
export class CallBudget implements CallAllowance {
  private readonly minute: MinuteWindow;
  private readonly month: MonthSpending;

  private constructor(
    private readonly options: CallBudgetOptions,
    private readonly tokens: MethodTokens,
  ) {
    this.minute = new MinuteWindow(options.minuteMs * (1 + MARGIN));
    this.month = new MonthSpending(options.minuteMs, options.clock.now());
  }

  static async open(options: CallBudgetOptions): Promise<CallBudget> {
    const now = options.clock.now();
    // What is taken for longer than anything is was written by a clock that was wrong.
    const latest = now + longestTakenForMs(options.minuteMs);
    const tokens = new Map(
      [...(await options.ledger.tokens(now))].map(([name, freeAt]) => [name, Math.min(freeAt, latest)]),
    );
    const budget = new CallBudget(options, new MethodTokens(options.minuteMs, tokens));
    budget.month.restore(await options.ledger.month(budget.month.startsAt));
    return budget;
  }

  /**
   * Throws UpstreamRateLimitedError when the call may not be made now, UpstreamUnavailableError when that could not be
   * written down; what it throws has spent nothing.
   */
  async take(request: BudgetRequest): Promise<CallTicket> {
    const { ledger, clock, minuteMs, pool } = this.options;
    const now = clock.now();
    this.month.turn(now);
    const token = this.tokens.of(request.service, request.method, request.key);
    this.refuseUnlessAllowed(request, token, now);

    // Taken before anything is awaited, so that two callers cannot get the same token.
    const { startsAt } = this.month;
    const before = token === null ? 0 : this.tokens.freeAt(token);
    const reservedUntil = now + request.deadlineMs + (token?.windowMs ?? 0);
    let isGivenBack = false;
    const giveBack = (): void => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.minute.remove(now);
      this.month.takeBackCall(startsAt);
      if (token !== null) this.tokens.set(token, before, now);
    };
    this.minute.add(now);
    this.month.addCall();
    if (token !== null) this.tokens.set(token, reservedUntil, now);
    const order = pool === undefined ? null : orderOf(randomUUID(), request, token, this.options, startsAt);
    let isGranted = false;
    try {
      const purchase = order === null ? null : await this.buy(order, request, giveBack);
      isGranted = purchase?.isGranted === true;
      const recorded = token === null ? null : { method: token.name, freeAt: reservedUntil };
      const ifFree = purchase?.isJournalAsked === true && request.joinsJob !== true ? { ifFreeAt: now } : {};
      await ledger.recordCall(startsAt, recorded === null ? null : { ...recorded, ...ifFree });
    } catch (cause) {
      if (cause instanceof UpstreamRateLimitedError) throw cause;
      giveBack();
      if (order !== null) pool?.takeBack(order);
      if (cause instanceof TokenTakenError) {
        if (token !== null) this.tokens.set(token, cause.freeAt, now);
        throw this.refusal(request, 'METHOD', cause.freeAt - now);
      }
      const reason = 'not sent, since the journal that must know of it first cannot be written';
      throw new UpstreamUnavailableError(this.nameOf(request), reason, { cause, fate: 'not done' });
    }

    const release = async (token: MethodToken | null, freeAt: number): Promise<void> => {
      if (token === null) return;
      this.tokens.set(token, freeAt, clock.now());
      await ledger.recordToken(token.name, freeAt);
    };
    const count = async (bytes: number): Promise<void> => {
      this.month.addBytes(startsAt, bytes);
      await ledger.recordBytes(startsAt, bytes);
    };
    // Told last: what the journal knows counts where the pool's data were lost.
    const tell = (bytes: number, tokenTakenForMs: number, restMs: number): void => {
      if (order !== null) pool?.ended(order, { bytes, tokenTakenForMs, restMs });
    };
    const neverSent = async (): Promise<void> => {
      giveBack();
      await this.written(release(token, before), ledger.takeBackCall(startsAt));
      if (order !== null) pool?.takeBack(order);
    };
    if (order !== null && clock.now() - now > SENT_WITHIN_MS) {
      // This process stood still, and who bought the next token may not wait for it.
      await neverSent();
      throw new UpstreamUnavailableError(this.nameOf(request), 'not sent, it waited too long', {
        fate: 'not done',
      });
    }
    if (order !== null && !isGranted) pool?.made(order);
    return {
      ended: async (bytes) => {
        const takenForMs = token?.windowMs ?? 0;
        await this.written(release(token, clock.now() + takenForMs), count(bytes));
        tell(bytes, takenForMs, 0);
      },
      neverSent,
      refused: async (bytes) => {
        const takenForMs = Math.max(minuteMs, token?.windowMs ?? 0);
        const restUntil = clock.now() + minuteMs;
        const freeAt = clock.now() + takenForMs;
        await this.written(release(REST, restUntil), release(token, freeAt), count(bytes));
        tell(bytes, takenForMs, minuteMs);
      },
    };
  }

  /** Answers what was bought. Throws UpstreamRateLimitedError when it is refused, with everything given back. */
  private async buy(
    order: PoolOrder,
    request: BudgetRequest,
    giveBack: () => void,
  ): Promise<Purchase & { kind: 'bought' }> {
    const { pool, clock, alone = AMONG_OTHERS, callsPerMinute } = this.options;
    // The call is already counted here.
    const freeAfterMs = (most: number): number => this.minute.freeAt(most + 1, clock.now()) - clock.now();
    this.month.beginAsking();
    const purchase = await buyCall(pool!, order, () => {
      const refusal = refusalAlone(request, alone, callsPerMinute, freeAfterMs);
      // At once: it leaves room for the next one that is being decided.
      if (refusal !== null) giveBack();
      return refusal;
    });
    this.month.endAsking();
    if (purchase.kind === 'refused') giveBack();
    if (purchase.totals !== null) this.month.learn(order.monthStartsAt, purchase.totals);
    if (purchase.kind === 'bought') return purchase;
    const { by, untilMs } = purchase;
    const now = clock.now();
    const token = this.tokens.of(request.service, request.method, request.key);
    if (by === 'S360') this.tokens.set(REST, now + untilMs, now);
    if (by === 'METHOD' && token !== null) this.tokens.set(token, now + untilMs, now);
    const isSpent = by === 'MONTH' || by === 'MONTH_BYTES';
    throw this.refusal(request, by, isSpent ? this.month.endsAt - now : untilMs);
  }

  private refusal(
    request: BudgetRequest,
    by: UpstreamRateLimitedError['refusedBy'],
    untilMs: number,
  ): UpstreamRateLimitedError {
    const facts = { retryAfterMs: Math.max(1, Math.ceil(untilMs)) };
    const reason = `not sent, the ${WORDS[by]} does not allow it now`;
    return new UpstreamRateLimitedError(this.nameOf(request), reason, by, facts);
  }

  nextCallAt(service: string, method: string, key?: string): number {
    const token = this.tokens.of(service, method, key);
    return Math.max(this.tokens.freeAt(REST), token === null ? 0 : this.tokens.freeAt(token));
  }

  pollingCallsLeft(): number {
    this.month.turn(this.options.clock.now());
    return Math.max(0, Math.floor(this.options.callsPerMonth * POLLING_SHARE_OF_MONTH) - this.month.calls);
  }

  monthEndsAt(): number {
    this.month.turn(this.options.clock.now());
    return this.month.endsAt;
  }

  usage(): readonly BudgetUsage[] {
    const now = this.options.clock.now();
    this.month.turn(now);
    const { callsPerMinute, pool } = this.options;
    const used = Math.max(this.minute.used(now), pool?.minuteUsed(now) ?? 0);
    return [
      { window: 'MINUTE', limit: callsPerMinute, used, resetsAt: this.minute.movesAt(now), forecast: used },
      ...this.month.usage(now, this.options),
    ];
  }

  private refuseUnlessAllowed(request: BudgetRequest, token: MethodToken | null, now: number): void {
    const { callsPerMinute, callsPerMonth, bytesPerMonth } = this.options;
    const share = shareOf(request.method, request.lane);
    const refuse = (by: UpstreamRateLimitedError['refusedBy'], until: number): never => {
      throw this.refusal(request, by, until - now);
    };
    if (this.month.calls >= callsPerMonth * share.month) refuse('MONTH', this.month.endsAt);
    if (bytesPerMonth !== null && this.month.bytes >= bytesPerMonth * share.month)
      refuse('MONTH_BYTES', this.month.endsAt);
    const restUntil = this.tokens.freeAt(REST);
    if (isPolling(request.lane) && restUntil > now) refuse('S360', restUntil);
    const freeAt = token === null || request.joinsJob === true ? 0 : this.tokens.freeAt(token);
    if (freeAt > now) refuse('METHOD', freeAt);
    const minuteFreeAt = this.minute.freeAt(Math.max(1, Math.floor(callsPerMinute * share.minute)), now);
    if (minuteFreeAt > now) refuse('MINUTE', minuteFreeAt);
  }

  private async written(...writes: readonly Promise<void>[]): Promise<void> {
    for (const write of await Promise.allSettled(writes)) {
      if (write.status === 'rejected') this.options.onJournalFailure?.(write.reason);
    }
  }

  private nameOf({ service, method }: BudgetRequest): UpstreamCall {
    return { institution: this.options.institution, service, method };
  }
}

const WORDS: Readonly<Record<UpstreamRateLimitedError['refusedBy'], string>> = {
  S360: 'rest after a refusal of S-360',
  MINUTE: 'limit of calls a minute',
  METHOD: 'limit of this method',
  MONTH: "month's allowance of calls",
  MONTH_BYTES: "month's allowance of bytes",
  REPLICA: 'rule that a replica cut off from the others does not poll',
};
