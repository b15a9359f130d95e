/** How often one method may be called. */
export interface MethodLimit {
  /** Contract minutes from one accepted call to the next. */
  readonly minutes: number;
  /** Methods that are limited for each value of a parameter name it; the others have one limit altogether. */
  readonly perParameter?: string;
}

export interface LimitsOptions {
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  readonly callsPerMinute?: number;
}

/**
 * What the contract allows. A refused call counts nowhere: it neither fills the minute nor restarts a window. All
 * versions and protocols of an institution share the counters.
 */
export interface Limits {
  /** Takes one call of the institution's budget; false when the last minute is full. */
  takeCall(institution: string, nowMs: number): boolean;
  /** Whether the method's last turn is older than its window. */
  isTurnFree(turn: Turn, nowMs: number): boolean;
  takeTurn(turn: Turn, nowMs: number): void;
}

/** What has a window of its own. */
export interface Turn {
  readonly institution: string;
  readonly method: string;
  readonly limit: MethodLimit;
  /** Value of the parameter that the limit names. */
  readonly part?: string | undefined;
}

const CALLS_PER_MINUTE = 180;
const LONGEST_WINDOW_MINUTES = 10;

export function createLimits({ minuteMs, callsPerMinute = CALLS_PER_MINUTE }: LimitsOptions): Limits {
  const callsAt = new Map<string, number[]>();
  const turnAt = new Map<string, number>();

  return {
    takeCall(institution, nowMs) {
      const recent = (callsAt.get(institution) ?? []).filter((at) => at > nowMs - minuteMs);
      callsAt.set(institution, recent);
      if (recent.length >= callsPerMinute) return false;
      recent.push(nowMs);
      return true;
    },
    isTurnFree(turn, nowMs) {
      const last = turnAt.get(keyOf(turn));
      return last === undefined || nowMs - last >= turn.limit.minutes * minuteMs;
    },
    takeTurn(turn, nowMs) {
      const key = keyOf(turn);
      turnAt.delete(key);
      turnAt.set(key, nowMs);
      forgetOldTurns(nowMs - LONGEST_WINDOW_MINUTES * minuteMs);
    },
  };

  /** The map keeps the order of the turns, so the old ones are at its front. */
  function forgetOldTurns(beforeMs: number): void {
    for (const [key, at] of turnAt) {
      if (at >= beforeMs) return;
      turnAt.delete(key);
    }
  }
}

function keyOf({ institution, method, part = '' }: Turn): string {
  return `${institution} ${method} ${part}`;
}
