/** Conversions between instants and what the clock on a venue's wall shows, daylight saving included. */
export interface VenueTime {
  /** Epoch ms to ISO 8601 with milliseconds and the venue's offset, as S-360 writes instants. */
  iso(atMs: number): string;
  /** Epoch ms to `YYYY-MM-DDTHH:MM:SS` on the venue's clock. */
  wallClock(atMs: number): string;
  /** The instant at which the venue's clock shows `date` (`YYYY-MM-DD`) and `time` (`HH:MM` or `HH:MM:SS`). */
  instant(date: string, time: string): number;
}

const HOUR_MS = 3_600_000;

/** `timeZone` is an IANA name; an unknown one throws RangeError. */
export function createVenueTime(timeZone: string): VenueTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetByHour = new Map<number, number>();

  function offsetMs(atMs: number): number {
    // Zones change their offset on a full hour of UTC, so one look-up serves the hour; Intl is slow.
    const hour = Math.floor(atMs / HOUR_MS);
    const known = offsetByHour.get(hour);
    if (known !== undefined) return known;
    const offset = readAsUtc(format, hour * HOUR_MS) - hour * HOUR_MS;
    offsetByHour.set(hour, offset);
    return offset;
  }

  function wallClock(atMs: number): string {
    return new Date(atMs + offsetMs(atMs)).toISOString().slice(0, 19);
  }

  return {
    wallClock,
    iso(atMs) {
      const offset = offsetMs(atMs);
      const shifted = new Date(atMs + offset).toISOString();
      return `${shifted.slice(0, -1)}${offsetText(offset)}`;
    },
    instant(date, time) {
      const asUtc = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
      const guess = asUtc - offsetMs(asUtc);
      // The first guess is off by an hour when a change of offset lies between it and the answer.
      const better = asUtc - offsetMs(guess);
      return wallClock(better) === new Date(asUtc).toISOString().slice(0, 19) ? better : guess;
    },
  };
}

function readAsUtc(format: Intl.DateTimeFormat, atMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value);
  return Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
}

function offsetText(offsetMs: number): string {
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
