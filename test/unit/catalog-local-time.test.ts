import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocal, formatUtc, formatZoned, parseInstant } from '../../src/domain/local-time.js';

const at = (text: string): number => Date.parse(text);

describe('an instant on the clock of a place', () => {
  it.each([
    ['2026-02-14T19:00:00Z', 'Europe/Paris', '2026-02-14T20:00:00+01:00'],
    ['2026-07-14T19:00:00Z', 'Europe/Paris', '2026-07-14T21:00:00+02:00'],
    ['2026-02-14T19:00:00.250Z', 'Europe/Paris', '2026-02-14T20:00:00.250+01:00'],
    ['2026-02-14T19:00:00Z', 'America/St_Johns', '2026-02-14T15:30:00-03:30'],
    ['2026-02-14T19:00:00Z', 'Asia/Kathmandu', '2026-02-15T00:45:00+05:45'],
    ['2026-02-14T19:00:00Z', 'UTC', '2026-02-14T19:00:00+00:00'],
    ['2026-02-14T19:00:00Z', 'Nowhere/AtAll', '2026-02-14T19:00:00+00:00'],
    // The night the clocks change: one second before, and at the change.
    ['2026-03-29T00:59:59Z', 'Europe/Paris', '2026-03-29T01:59:59+01:00'],
    ['2026-03-29T01:00:00Z', 'Europe/Paris', '2026-03-29T03:00:00+02:00'],
    ['2026-10-25T00:30:00Z', 'Europe/Paris', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25T01:30:00Z', 'Europe/Paris', '2026-10-25T02:30:00+01:00'],
  ])('%s in %s is %s', (instant, timeZone, shown) => {
    expect(formatZoned({ epochMs: at(instant), timeZone })).toBe(shown);
    expect(formatLocal({ epochMs: at(instant), timeZone })).toBe(shown.replace(/[+-]\d\d:\d\d$/, ''));
  });

  it('is the same instant when it is read again', () => {
    const zones = fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo');
    const instants = fc.integer({ min: at('1980-01-01T00:00:00Z'), max: at('2090-01-01T00:00:00Z') });
    fc.assert(
      fc.property(instants, zones, (epochMs, timeZone) => {
        expect(parseInstant(formatZoned({ epochMs, timeZone }))).toBe(epochMs);
        expect(parseInstant(formatUtc(epochMs))).toBe(epochMs);
      }),
    );
  });
});

describe('a text that should be an instant', () => {
  it.each([
    ['2024-02-29T23:59:59.5+14:00', at('2024-02-29T09:59:59.500Z')],
    ['2026-02-14t19:00:00z', at('2026-02-14T19:00:00Z')],
    ['2026-02-29T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-02-14T24:00:00Z', null],
    ['2026-02-14T19:00:00', null],
    ['2026-02-14 19:00:00Z', null],
    ['2026-02-14T19:00Z', null],
    ['2026-02-14T19:00:00+25:00', null],
    ['', null],
  ])('%j is %j', (text, epochMs) => {
    expect(parseInstant(text)).toBe(epochMs);
  });
});
