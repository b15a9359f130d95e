import type { PoolTotals } from './call-pool.types.js';
import type { BudgetUsage } from './client.types.js';
import { monthAt, type MonthWindow } from './contract-month.js';

export interface MonthAllowance {
  readonly callsPerMonth: number;
  /** Null: bytes are counted, and without a limit. */
  readonly bytesPerMonth: number | null;
}

/** What the calls of the contract's running month have cost; what belongs to a month that is over counts no more. */
export class MonthSpending {
  #month: MonthWindow;
  #calls = 0;
  #bytes = 0;
  /** Calls that are counted here and about which the pool is being asked. */
  #asking = 0;

  constructor(
    private readonly minuteMs: number,
    now: number,
  ) {
    this.#month = monthAt(now, minuteMs);
  }

  /** Epoch ms. */
  get startsAt(): number {
    return this.#month.startsAt;
  }

  /** Epoch ms. */
  get endsAt(): number {
    return this.#month.endsAt;
  }

  get calls(): number {
    return this.#calls;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What the journal knows of the running month. */
  restore({ calls, bytes }: PoolTotals): void {
    this.#calls = calls;
    this.#bytes = bytes;
  }

  turn(now: number): void {
    if (now < this.#month.endsAt) return;
    this.#month = monthAt(now, this.minuteMs);
    this.#calls = 0;
    this.#bytes = 0;
  }

  addCall(): void {
    this.#calls += 1;
  }

  takeBackCall(monthStartsAt: number): void {
    if (this.#month.startsAt === monthStartsAt) this.#calls -= 1;
  }

  addBytes(monthStartsAt: number, bytes: number): void {
    if (this.#month.startsAt === monthStartsAt) this.#bytes += bytes;
  }

  /** The pool is asked about a call that is counted here already. */
  beginAsking(): void {
    this.#asking += 1;
  }

  /** To be called in the turn in which what it answered is learnt: another call may be answered in the next one. */
  endAsking(): void {
    this.#asking -= 1;
  }

  /** What all replicas have spent, besides what this one is just asking for. */
  learn(monthStartsAt: number, { calls, bytes }: PoolTotals): void {
    if (this.#month.startsAt !== monthStartsAt) return;
    this.#calls = calls + this.#asking;
    this.#bytes = bytes;
  }

  usage(now: number, { callsPerMonth, bytesPerMonth }: MonthAllowance): BudgetUsage[] {
    const { startsAt, endsAt } = this.#month;
    const elapsed = Math.max(now - startsAt, this.minuteMs) / (endsAt - startsAt);
    const monthly = (window: BudgetUsage['window'], limit: number | null, used: number): BudgetUsage => ({
      window,
      limit,
      used,
      resetsAt: endsAt,
      forecast: Math.round(used / elapsed),
    });
    return [monthly('MONTH', callsPerMonth, this.#calls), monthly('MONTH_BYTES', bytesPerMonth, this.#bytes)];
  }
}
