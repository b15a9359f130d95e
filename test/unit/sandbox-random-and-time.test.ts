import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/sandbox/random.js';
import { createVenueTime } from '../../src/sandbox/venue-time.js';

describe('random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    const drawn = (seed: string | number) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };

    expect(drawn(7)).toEqual(drawn('7'));
    expect(drawn(7)).not.toEqual(drawn(8));
    expect(drawn(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('of one part do not move when another part draws', () => {
    const calm = createRandom(1);
    const busy = createRandom(1);
    busy.next();

    expect(busy.fork('part').next()).toBe(calm.fork('part').next());
    expect(calm.fork('part').next()).not.toBe(calm.fork('other').next());
  });

  it('reach both ends of a range and every choice', () => {
    const random = createRandom(1);
    const drawn = new Set(Array.from({ length: 200 }, () => random.between(1, 3)));

    expect(drawn).toEqual(new Set([1, 2, 3]));
    expect(() => random.pick([])).toThrow(/expected at least one choice/);
  });
});

describe('venue time', () => {
  const paris = createVenueTime('Europe/Paris');

  it.each([
    ['in winter', '2026-01-10', '20:00', '2026-01-10T20:00:00.000+01:00'],
    ['in summer', '2026-07-10', '20:00', '2026-07-10T20:00:00.000+02:00'],
    ['an hour before summer time', '2026-03-29', '01:30', '2026-03-29T01:30:00.000+01:00'],
    ['an hour after it began', '2026-03-29', '03:30', '2026-03-29T03:30:00.000+02:00'],
    ['on the evening of the change', '2026-03-29', '20:00', '2026-03-29T20:00:00.000+02:00'],
    ['on the day summer time ends', '2026-10-25', '20:00', '2026-10-25T20:00:00.000+01:00'],
  ])('is written with the offset of the day %s', (_, date, time, iso) => {
    expect(paris.iso(paris.instant(date, time))).toBe(iso);
    expect(paris.wallClock(Date.parse(iso))).toBe(`${date}T${time}:00`);
  });

  it('knows offsets west of Greenwich and of half an hour', () => {
    expect(createVenueTime('America/St_Johns').iso(Date.parse('2026-01-10T12:00:00Z'))).toBe(
      '2026-01-10T08:30:00.000-03:30',
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createVenueTime('Europe/Atlantis')).toThrow(RangeError);
  });
});
