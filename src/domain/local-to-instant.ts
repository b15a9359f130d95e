import { formatLocal } from './local-time.js';

/**
 * The instant at which a clock of the place shows `date` (`2026-02-14`) and `time` (`20:00` or `20:00:00`); undefined
 * when they are none. A time that a change of the clocks skips is read as if they had not been changed yet.
 */
export function instantOfLocal(date: string, time: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d(:\d\d)?$/.test(time)) return undefined;
  const wanted = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wanted)) return undefined;
  const shownAt = (instant: number): number => Date.parse(`${formatLocal({ epochMs: instant, timeZone })}Z`);
  const first = wanted - (shownAt(wanted) - wanted);
  const second = first - (shownAt(first) - wanted);
  return shownAt(second) === wanted ? second : first;
}
