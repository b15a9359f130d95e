/** What the contract says about time and calls; all lengths are in its minutes, of `minuteMs` each. */
export interface RefreshContract {
  readonly minuteMs: number;
  readonly callsPerMonth: number;
}

/** When the catalog is looked after, in milliseconds of the clock. */
export interface RefreshPlan {
  /** Between two `getLastSetupUpdate`. */
  readonly checkMs: number;
  /** After which the catalog and the point of sales are asked again whatever S-360 says about the set-up. */
  readonly dayMs: number;
  /** After the first failure in a row; doubled by each further one up to `checkMs`. */
  readonly retryMs: number;
  /** The same when only a person can mend it: repeating a wrong password quickly locks accounts. */
  readonly refusedRetryMs: number;
}

const MINUTES_PER_DAY = 24 * 60;
const MINUTES_PER_MONTH = 30 * MINUTES_PER_DAY;
/**
 * Of the month's calls, for asking whether the set-up moved: 720 of 10,000, which is once an hour. The checks of a
 * large contract come closer together, never below a minute; those of a small one are a day apart at most.
 */
const SHARE_FOR_CHECKS = 0.072;
const REFUSED_RETRY_MINUTES = 5;

export function refreshPlan({ minuteMs, callsPerMonth }: RefreshContract): RefreshPlan {
  const checkMinutes = MINUTES_PER_MONTH / Math.max(1, callsPerMonth * SHARE_FOR_CHECKS);
  return {
    checkMs: Math.min(Math.max(checkMinutes, 1), MINUTES_PER_DAY) * minuteMs,
    dayMs: MINUTES_PER_DAY * minuteMs,
    retryMs: minuteMs,
    refusedRetryMs: REFUSED_RETRY_MINUTES * minuteMs,
  };
}

/** Up to a tenth more, so that institutions that failed together do not all come back together. */
export function withJitter(ms: number, random: () => number): number {
  return Math.round(ms * (1 + random() / 10));
}

/** `failures` in a row, at least one. */
export function retryDelayMs(firstMs: number, failures: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 20), Math.max(longestMs, firstMs));
}
