import type { UpstreamRateLimitedError } from '../../errors.js';

/** One call that somebody wants to buy. Limits are those of its lane; times are lengths in milliseconds. */
export interface PoolOrder {
  /** Nobody else has it; it names the call until its end. */
  readonly id: string;
  readonly monthStartsAt: number;
  readonly minuteMost: number;
  readonly monthMost: number;
  readonly bytesMost: number | null;
  /** Waits while S-360 itself refuses. */
  readonly isPolling: boolean;
  readonly token: PoolToken | null;
}

export interface PoolToken {
  readonly name: string;
  /** For how long it is taken, from now on, when nobody tells of the end. */
  readonly takenForMs: number;
  /** Takes it even if somebody has it. */
  readonly joinsJob: boolean;
}

/** What all replicas together have spent of the month. */
export interface PoolTotals {
  readonly calls: number;
  readonly bytes: number;
}

export type PoolAnswer =
  /** `isYoung`: the pool has forgotten who took what, not longer ago than a token lasts. */
  | { readonly kind: 'granted'; readonly totals: PoolTotals; readonly isYoung: boolean }
  | {
      readonly kind: 'refused';
      readonly by: UpstreamRateLimitedError['refusedBy'];
      /** From now. The month's end is known without it: 0. */
      readonly untilMs: number;
      readonly totals: PoolTotals;
    }
  /** Nobody could be asked; `isUnsure`: somebody was, and perhaps granted it. */
  | { readonly kind: 'away'; readonly isUnsure: boolean };

/** How a call ended. Lengths are from now. */
export interface PoolEnd {
  readonly bytes: number;
  readonly tokenTakenForMs: number;
  /** How long polling rests, as S-360 refused; 0: it did not. */
  readonly restMs: number;
}

/**
 * One institution's calls, bought by all replicas from the same place. Nothing here rejects, and nothing waits longer
 * than the deadline of one operation: what cannot be told now is told when the pool can be reached again.
 */
export interface CallPool {
  /** False: `buy` answers `away` at once. */
  isReachable(): boolean;
  buy(order: PoolOrder): Promise<PoolAnswer>;
  /** The call goes out all the same: count it. */
  made(order: PoolOrder): void;
  /** It does not go out, whatever became of `buy`: give everything back. */
  takeBack(order: PoolOrder): void;
  ended(order: PoolOrder, end: PoolEnd): void;
  /** Calls of the last minute that all have made, as far as is known here. */
  minuteUsed(now: number): number;
  /** Tells what is still to be told, if that is possible now. */
  stop(): Promise<void>;
}
