import { describe, expect, it } from 'vitest';
import { observedPerformances, observedProducts, seatsOf } from '../../src/datasources/availability.js';
import { composedObservation, worstColor } from '../../src/datasources/availability-composed.js';
import type { AvailabilityEntryWire } from '../../src/datasources/s360/wire/availability.js';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import { derivedAvailability } from '../../src/resolvers/availability/derived-availability.js';

const KNOWN = new Set(['GREEN', 'ORANGE', 'RED', 'GREY']);
const options = {
  colorOfLevel: (word: string): AvailabilityColor =>
    KNOWN.has(word) ? (word as AvailabilityColor) : 'UNKNOWN',
  observedAt: 1_000,
};

describe('entries of a performance', () => {
  it('become its categories; the whole is their best color and their sum', () => {
    expect(observed([entry('41', 'ORANGE', '9'), entry('42', 'RED', '0')])).toEqual({
      subject: { kind: 'performance', productId: '1', performanceId: '11' },
      color: 'ORANGE',
      rawLevel: null,
      remaining: 9,
      bySeatCategory: [
        { seatCategoryId: '41', color: 'ORANGE', remaining: 9 },
        { seatCategoryId: '42', color: 'RED', remaining: 0 },
      ],
      observedAt: 1_000,
    });
  });

  it('of several contingents are one category', () => {
    const { bySeatCategory } = observed([entry('41', 'RED', '0'), entry('41', 'GREEN', '30')]);
    expect(bySeatCategory).toEqual([{ seatCategoryId: '41', color: 'GREEN', remaining: 30 }]);
  });

  it('keep the word S-360 used, and an unknown one is UNKNOWN', () => {
    expect(observed([entry('41', 'PLENTY', '5')])).toMatchObject({ color: 'UNKNOWN', rawLevel: 'PLENTY' });
  });

  it.each([
    ['no quantity', undefined],
    ['a quantity that is none', '12.5'],
    ['a negative quantity', '-1'],
  ])('with %s make the sum unknown', (_, quantity) => {
    const { remaining, bySeatCategory } = observed([
      entry('41', 'GREEN', quantity),
      entry('42', 'GREEN', '3'),
    ]);
    expect([remaining, bySeatCategory[0]?.remaining]).toEqual([null, null]);
  });

  it('count the quota where it is lower than the stock', () => {
    expect(observed([{ ...entry('41', 'GREEN', '50'), quota: '8' }]).remaining).toBe(8);
  });

  it('without split are the whole; a sum beside a split is not added to it', () => {
    const sum = { performanceId: '11', availabilityLevel: 'GREEN', quantity: '12' };
    expect(observed([sum])).toMatchObject({ color: 'GREEN', remaining: 12, bySeatCategory: [] });
    expect(observed([entry('41', 'GREEN', '12'), sum]).remaining).toBe(12);
  });

  it('that are missing are UNKNOWN; entries of others are ignored', () => {
    expect(observed([{ performanceId: '99', availabilityLevel: 'GREEN' }])).toMatchObject({
      color: 'UNKNOWN',
      remaining: null,
    });
  });
});

describe('entries of a product', () => {
  it('add items and time slots up', () => {
    const entries = [
      { productId: '7', itemId: '71', timeslotId: '1', availabilityLevel: 'RED', quantity: '0' },
      { productId: '7', itemId: '71', timeslotId: '2', availabilityLevel: 'GREEN', quantity: '40' },
    ];
    expect(observedProducts(['7'], entries, options)).toMatchObject([{ color: 'GREEN', remaining: 40 }]);
  });
});

describe('a season ticket', () => {
  const [quota] = observedProducts(
    ['8'],
    [{ productId: '8', availabilityLevel: 'GREEN', quantity: '50' }],
    options,
  );

  it.each<[AvailabilityColor, number | null, AvailabilityColor, number | null]>([
    ['GREEN', 7, 'GREEN', 7],
    ['ORANGE', 90, 'ORANGE', 50],
    ['RED', 0, 'RED', 0],
    ['GREY', null, 'GREY', null],
    ['UNKNOWN', null, 'UNKNOWN', null],
  ])('with %s (%s) inside is %s (%s)', (color, remaining, expectedColor, expectedRemaining) => {
    const inside = { color, remaining, observedAt: 2_000 };
    expect(composedObservation(quota!, [inside])).toMatchObject({
      color: expectedColor,
      remaining: expectedRemaining,
      observedAt: 2_000,
    });
  });

  it('of which S-360 says nothing is what is inside, and UNKNOWN with nothing inside', () => {
    const [untold] = observedProducts(['8'], [], options);
    const inside = { color: 'ORANGE', remaining: 7, observedAt: 2_000 } as const;
    expect(composedObservation(untold!, [inside])).toMatchObject({ color: 'ORANGE', remaining: 7 });
    expect(composedObservation(untold!, [])).toMatchObject({ color: 'UNKNOWN', remaining: null });
  });

  it('with a word that nobody knows is UNKNOWN, whatever is inside', () => {
    const entries = [{ productId: '8', availabilityLevel: 'PLENTY', quantity: '50' }];
    const [odd] = observedProducts(['8'], entries, { ...options, colorOfLevel: () => 'UNKNOWN' });
    const inside = { color: 'GREEN', remaining: 7, observedAt: 2_000 } as const;
    expect(composedObservation(odd!, [inside])).toMatchObject({ color: 'UNKNOWN', remaining: 7 });
  });

  it('is RED whatever else is unknown', () => {
    expect(worstColor(['UNKNOWN', 'RED', 'GREEN'])).toBe('RED');
  });
});

describe('seats', () => {
  it('keep what is known of them; those without id or category are left out', () => {
    expect(
      seatsOf([{ physicalSeatId: '9', seatCategoryId: '41', row: 'A', available: true }, { row: 'B' }]),
    ).toEqual([
      {
        id: '9',
        seatCategoryId: '41',
        areaId: null,
        blockId: null,
        row: 'A',
        number: null,
        isAvailable: true,
      },
    ]);
  });
});

describe('the availability of a product with performances', () => {
  const fresh = { observedAt: 10, source: 'CACHE', staleReason: null, nextRefreshAt: 60 } as const;
  const stale = { observedAt: 5, source: 'STALE', staleReason: 'UPSTREAM_DOWN', nextRefreshAt: 70 } as const;

  it('is the best of them, never fresher than the oldest, without what is not on sale', () => {
    const [first, second] = observedPerformances(
      [
        { productId: '1', performanceId: '11' },
        { productId: '1', performanceId: '12' },
      ],
      [entry('41', 'ORANGE', '4'), { ...entry('41', 'GREY', '100'), performanceId: '12' }],
      options,
    );
    expect(
      derivedAvailability([
        { observed: first!, freshness: fresh },
        { observed: second!, freshness: stale },
      ]),
    ).toEqual({
      color: 'ORANGE',
      rawLevel: null,
      remaining: 4,
      bySeatCategory: [{ seatCategoryId: '41', color: 'ORANGE', remaining: 4 }],
      freshness: { observedAt: 5, source: 'STALE', staleReason: 'UPSTREAM_DOWN', nextRefreshAt: 60 },
    });
  });

  it('is UNKNOWN while none of them was observed', () => {
    expect(derivedAvailability([{ observed: null, freshness: stale }])).toMatchObject({
      color: 'UNKNOWN',
      remaining: null,
    });
  });
});

function observed(entries: readonly AvailabilityEntryWire[]) {
  return observedPerformances([{ productId: '1', performanceId: '11' }], entries, options)[0]!;
}

function entry(seatCategoryId: string, availabilityLevel: string, quantity?: string): AvailabilityEntryWire {
  return {
    performanceId: '11',
    seatCategoryId,
    availabilityLevel,
    ...(quantity === undefined ? {} : { quantity }),
  };
}
