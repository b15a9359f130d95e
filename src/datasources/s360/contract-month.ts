const MINUTES_IN_MONTH = 30 * 24 * 60;
const REAL_MINUTE_MS = 60_000;

export interface MonthWindow {
  /** Epoch ms. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * The month that the allowance counts in: the calendar's month in UTC while the contract's minute is a real one,
 * else 43,200 contract minutes, counted from the epoch. S-360 does not say where its own month begins.
 */
export function monthAt(now: number, minuteMs: number): MonthWindow {
  if (minuteMs === REAL_MINUTE_MS) {
    const date = new Date(now);
    return {
      startsAt: Date.UTC(date.getUTCFullYear(), date.getUTCMonth()),
      endsAt: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
    };
  }
  const lengthMs = MINUTES_IN_MONTH * minuteMs;
  const startsAt = Math.floor(now / lengthMs) * lengthMs;
  return { startsAt, endsAt: startsAt + lengthMs };
}
