import { createVenueTime, type VenueTime } from '../venue-time.js';

/** A world's dates, counted from the day it is made on the venue's clock, so that the future stays the future. */
export interface Calendar {
  readonly venueTime: VenueTime;
  /** `YYYY-MM-DD`, `days` after today. */
  date(days: number): string;
  /** 0 is Sunday. */
  weekday(days: number): number;
  /** The instant at which the venue's clock shows `time` (`HH:MM`), `days` after today. */
  at(days: number, time: string): string;
  /** The year, `days` after today. */
  year(days: number): number;
}

const DAY_MS = 86_400_000;

export function createCalendar(nowMs: number, timeZone: string): Calendar {
  const venueTime = createVenueTime(timeZone);
  // Counted on the calendar, not in hours: a day of daylight saving change has 23 or 25 of them.
  const todayMs = Date.parse(`${venueTime.wallClock(nowMs).slice(0, 10)}T00:00:00Z`);
  const date = (days: number): string => new Date(todayMs + days * DAY_MS).toISOString().slice(0, 10);

  return {
    venueTime,
    date,
    weekday: (days) => new Date(todayMs + days * DAY_MS).getUTCDay(),
    at: (days, time) => venueTime.iso(venueTime.instant(date(days), time)),
    year: (days) => Number(date(days).slice(0, 4)),
  };
}
