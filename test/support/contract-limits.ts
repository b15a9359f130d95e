import type { JournalCall } from './sandbox.js';

/** Contract minutes from one call of a method to the next, as the contract says it and not as anybody's code does. */
const WINDOWS: Readonly<Record<string, number>> = {
  getCatalog: 10,
  getCatalogDetailed: 10,
  getUpdatedAvailabilities: 1,
  getProductAvailability: 1,
  getEventAvailability: 1,
  getPerformanceAvailability: 1,
  getTimeslotAvailability: 1,
};
const CALLS_PER_MINUTE = 180;

/** What these calls, in the order of arrival, did against the contract; nothing when they kept to it. */
export function violationsOf(calls: readonly JournalCall[], minuteMs: number): string[] {
  const violations = calls
    .filter(({ httpStatus }) => httpStatus === 509)
    .map(({ institution, method }) => `${institution} ${method}: refused as over a limit`);
  const lastAt = new Map<string, number>();
  const minutes = new Map<string, number[]>();
  for (const { at, institution, method } of calls) {
    const windowMs = (WINDOWS[method] ?? 0) * minuteMs;
    const key = `${institution} ${method}`;
    const sinceMs = at - (lastAt.get(key) ?? -Infinity);
    if (sinceMs < windowMs) violations.push(`${key}: ${sinceMs} ms after the one before, not ${windowMs}`);
    lastAt.set(key, at);
    const minute = (minutes.get(institution) ?? []).filter((before) => before > at - minuteMs);
    minute.push(at);
    minutes.set(institution, minute);
    if (minute.length === CALLS_PER_MINUTE + 1)
      violations.push(`${institution}: over ${CALLS_PER_MINUTE} a minute`);
  }
  return violations;
}
