/** An instant to be shown on the clock of a place. */
export interface ZonedInstant {
  /** Milliseconds since the epoch. */
  readonly epochMs: number;
  /** IANA name; one that this machine does not know counts as UTC. */
  readonly timeZone: string;
}

/** RFC 3339 with the offset of the place: `2026-02-14T20:00:00+01:00`; milliseconds only where there are some. */
export function formatZoned({ epochMs, timeZone }: ZonedInstant): string {
  const offsetMinutes = offsetAt(epochMs, timeZone);
  return `${localText(epochMs, offsetMinutes)}${offsetText(offsetMinutes)}`;
}

/** What the clock of the place shows, without offset: `2026-02-14T20:00:00`. */
export function formatLocal({ epochMs, timeZone }: ZonedInstant): string {
  return localText(epochMs, offsetAt(epochMs, timeZone));
}

/** RFC 3339 in UTC: `2026-02-14T19:00:00Z`. */
export function formatUtc(epochMs: number): string {
  return `${localText(epochMs, 0)}Z`;
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Epoch ms; null when the text is not RFC 3339 with an offset, or names a day that does not exist. */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const epochMs = Date.parse(text.toUpperCase());
  return Number.isNaN(epochMs) ? null : epochMs;
}

function localText(epochMs: number, offsetMinutes: number): string {
  const text = new Date(epochMs + offsetMinutes * 60_000).toISOString();
  return text.endsWith('.000Z') ? text.slice(0, -5) : text.slice(0, -1);
}

function offsetText(offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+';
  const minutes = Math.abs(offsetMinutes);
  return `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}

/** Offsets change only at whole quarters of an hour. */
const QUARTER_MS = 15 * 60_000;
const MAX_OFFSETS = 10_000;

/** Asking Intl costs microseconds for each time and 50 for a formatter, and a page shows hundreds of times. */
const zones = new Map<
  string,
  { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> }
>();

function offsetAt(epochMs: number, timeZone: string): number {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = { format: formatterOf(timeZone), offsets: new Map() };
    zones.set(timeZone, zone);
  }
  const quarter = Math.floor(epochMs / QUARTER_MS);
  let offsetMinutes = zone.offsets.get(quarter);
  if (offsetMinutes === undefined) {
    offsetMinutes = readOffset(zone.format, quarter * QUARTER_MS);
    if (zone.offsets.size >= MAX_OFFSETS) zone.offsets.clear();
    zone.offsets.set(quarter, offsetMinutes);
  }
  return offsetMinutes;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const options = { timeZoneName: 'longOffset' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}

/** From `GMT+01:00`, `GMT-03:30` or `GMT`; seconds of offsets before 1972 are dropped, as RFC 3339 has no place for them. */
function readOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
