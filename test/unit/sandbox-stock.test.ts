import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstitutionWorld, Performance, SalePeriod, Zone } from '../../src/sandbox/model.js';
import { createStock } from '../../src/sandbox/stock.js';
import { createWorld } from '../../src/sandbox/worlds/world.js';

const NOW_MS = Date.parse('2026-03-05T14:20:00Z');
const PRODUCT = 10;
const PERFORMANCE = 100;
const CAT1 = 1;
const CAT2 = 2;
const SEASON_TICKET = 20;
const CONTINGENT = 7;
const ITEM = 30;
const ALL = { seatCategoryIds: [], contingentIds: [] };
const EACH_CATEGORY = { seatCategoryIds: [-1], contingentIds: [] };

/** CAT1: two rows of ten, and one of ten for the season ticket. CAT2: 30 places without numbers. */
const ZONES: Zone[] = [
  zone({
    seatCategoryId: CAT1,
    rows: [
      ['A', 10],
      ['B', 10],
    ],
    firstSeatId: 1000,
  }),
  zone({ seatCategoryId: CAT1, rows: [['C', 10]], firstSeatId: 1020, contingentId: CONTINGENT }),
  { ...zone({ seatCategoryId: CAT2, rows: [], firstSeatId: 2000 }), capacity: 30 },
];

/** Only for the parts that stock does not look at. */
const TEMPLATE = createWorld({ seed: 1, nowMs: NOW_MS, sizeMb: 1 }).institutions[0]!;

function zone(plan: {
  seatCategoryId: number;
  rows: [string, number][];
  firstSeatId: number;
  contingentId?: number;
}): Zone {
  const rows = plan.rows.map(([name, seats]) => ({ name, seats }));
  const capacity = rows.reduce((sum, { seats }) => sum + seats, 0);
  return { contingentId: 0, areaId: 1, blockId: 2, ...plan, rows, capacity };
}

function smallWorld(periods: SalePeriod[] = []): InstitutionWorld {
  const season = { ...TEMPLATE.seasons[0]!, products: [] };
  const name = { translations: [] };
  const bare = { externalName: name, state: 'RUNNING' as const, topicIds: [], crossSellProductLinks: [] };
  const performance: Performance = {
    id: PERFORMANCE,
    state: 'RUNNING',
    start: '2026-06-01T20:00:00.000+02:00',
    seatCategories: [CAT1, CAT2].map((id) => ({ id, code: `CAT${id}`, externalName: name })),
    prices: [CAT1, CAT2].map((seatCatId) => ({
      audSubCatId: 5,
      seatCatId,
      amount: 1000,
      salePeriods: periods,
    })),
  };
  const item = {
    itemId: ITEM,
    timeslotIds: [],
    itemPrices: [{ audSubCatId: 5, amount: 1000, salePeriods: periods }],
  };
  return {
    ...TEMPLATE,
    seasons: [
      {
        ...season,
        products: [
          {
            ...bare,
            id: PRODUCT,
            code: 'EVENT',
            productFamilyType: 'SINGLE_ENTRY',
            event: { performances: [performance] },
          },
          {
            ...bare,
            id: SEASON_TICKET,
            code: 'TICKET',
            productFamilyType: 'SEASONTICKET',
            seasonTicket: { items: [item], lines: [{ product: { id: PRODUCT } }] },
          },
        ],
      },
    ],
    stock: {
      alertRatioByProductId: { [PRODUCT]: 20 },
      dedicatedContingents: [{ id: CONTINGENT, code: 'ABO', composedProductIds: [SEASON_TICKET] }],
      performances: [{ performanceId: PERFORMANCE, productId: PRODUCT, zones: ZONES }],
      items: [{ productId: SEASON_TICKET, itemId: ITEM, timeslotId: null, quota: 5 }],
    },
  };
}

const stockOf = (periods?: SalePeriod[]) => createStock(smallWorld(periods));
type SmallStock = ReturnType<typeof stockOf>;
const leftOf = (stock: SmallStock, seatCategoryId: number): number =>
  stock.performanceEntries([PERFORMANCE], { ...ALL, seatCategoryIds: [seatCategoryId] }, NOW_MS)[0]!.quantity;
const levelOf = (stock: SmallStock, nowMs = NOW_MS): string =>
  stock.performanceEntries([PERFORMANCE], ALL, nowMs)[0]!.availabilityLevel;

describe('places', () => {
  it('give the front row first, side by side', () => {
    const stock = stockOf();

    expect(stock.take(PERFORMANCE, CAT1, 4, NOW_MS)).toEqual([1000, 1001, 1002, 1003]);
    expect(stock.take(PERFORMANCE, CAT1, 8, NOW_MS)).toEqual([
      1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017,
    ]);
    expect(stock.take(PERFORMANCE, CAT1, 2, NOW_MS)).toEqual([1004, 1005]);
  });

  it('are scattered when no row has enough side by side', () => {
    const stock = stockOf();
    stock.take(PERFORMANCE, CAT1, 7, NOW_MS);
    stock.take(PERFORMANCE, CAT1, 7, NOW_MS);

    expect(stock.take(PERFORMANCE, CAT1, 5, NOW_MS)).toEqual([1007, 1008, 1009, 1017, 1018]);
  });

  it.each([0, -1, 1.5, 21])('are not given %s at a time, and nothing is taken', (count) => {
    const stock = stockOf();

    expect(stock.take(PERFORMANCE, CAT1, count, NOW_MS)).toBeNull();
    expect(leftOf(stock, CAT1)).toBe(20);
  });

  it('of a dedicated contingent are open to its season ticket alone', () => {
    const stock = stockOf();
    const asked = { ...ALL, contingentIds: [-1] };

    expect(stock.performanceEntries([PERFORMANCE], ALL, NOW_MS)[0]!.quantity).toBe(50);
    expect(
      stock.performanceEntries([PERFORMANCE], { ...ALL, composedProductId: SEASON_TICKET }, NOW_MS)[0]!
        .quantity,
    ).toBe(60);
    expect(
      stock
        .performanceEntries([PERFORMANCE], { ...asked, composedProductId: SEASON_TICKET }, NOW_MS)
        .map(({ contingentId, quantity }) => [contingentId, quantity]),
    ).toEqual([
      [0, 50],
      [CONTINGENT, 10],
    ]);
    expect(stock.performanceEntries([PERFORMANCE], asked, NOW_MS)).toHaveLength(1);
    expect(stock.take(PERFORMANCE, CAT1, 2, NOW_MS, SEASON_TICKET)).toEqual([1020, 1021]);
    expect(leftOf(stock, CAT1)).toBe(20);
    expect(stock.seats(PERFORMANCE, [], undefined).every(({ contingentId }) => contingentId === 0)).toBe(
      true,
    );
  });

  it('are listed front row first; unnumbered ones only while they are left', () => {
    const stock = stockOf();
    stock.take(PERFORMANCE, CAT1, 1, NOW_MS);
    stock.take(PERFORMANCE, CAT2, 25, NOW_MS);
    const seats = stock.seats(PERFORMANCE, []);

    expect(seats[0]).toEqual({
      physicalSeatId: 1000,
      areaId: 1,
      blockId: 2,
      row: 'A',
      number: '1',
      seatCategoryId: CAT1,
      contingentId: 0,
      available: false,
    });
    expect(seats.filter(({ row }) => row !== null)).toHaveLength(20);
    expect(seats.filter(({ row, available }) => row === null && available)).toHaveLength(5);
    expect(stock.seats(PERFORMANCE, [CAT2])).toHaveLength(5);
  });

  it('are taken by name only when all of them are free', () => {
    const stock = stockOf();
    stock.takeSeats(PERFORMANCE, [1003], NOW_MS);

    expect(stock.takeSeats(PERFORMANCE, [1002, 1003], NOW_MS)).toBe(false);
    expect(stock.takeSeats(PERFORMANCE, [1002, 9999], NOW_MS)).toBe(false);
    expect(stock.takeSeats(PERFORMANCE, [1002, 1004], NOW_MS)).toBe(true);
    expect(leftOf(stock, CAT1)).toBe(17);
  });

  it('that somebody holds stay held when the stock is set', () => {
    const stock = stockOf();
    const held = stock.take(PERFORMANCE, CAT1, 5, NOW_MS)!;
    stock.setRemaining(PERFORMANCE, CAT1, 3, NOW_MS);
    stock.setRemaining(PERFORMANCE, CAT1, 15, NOW_MS);

    expect(stock.takeSeats(PERFORMANCE, held.slice(0, 1), NOW_MS)).toBe(false);
    stock.giveBack(PERFORMANCE, held, NOW_MS);
    expect(leftOf(stock, CAT1)).toBe(20);
  });

  it('are set for one category, or for all by their size', () => {
    const stock = stockOf();

    expect(stock.setRemaining(PERFORMANCE, CAT1, 4, NOW_MS)).toBe(true);
    expect([leftOf(stock, CAT1), leftOf(stock, CAT2)]).toEqual([4, 30]);
    expect(stock.setRemaining(PERFORMANCE, null, 25, NOW_MS)).toBe(true);
    expect([leftOf(stock, CAT1), leftOf(stock, CAT2)]).toEqual([10, 15]);
    expect(stock.setRemaining(PERFORMANCE, null, 1000, NOW_MS)).toBe(true);
    expect([leftOf(stock, CAT1), leftOf(stock, CAT2)]).toEqual([20, 30]);
    expect(stock.setRemaining(PERFORMANCE, 99, 1, NOW_MS)).toBe(false);
    expect(stock.setRemaining(99, null, 1, NOW_MS)).toBe(false);
  });
});

describe('levels', () => {
  it('follow the alert ratio of the product', () => {
    const stock = stockOf();
    const levelAt = (remaining: number): string => {
      stock.setRemaining(PERFORMANCE, null, remaining, NOW_MS);
      return levelOf(stock);
    };

    expect([50, 11, 10, 1, 0].map(levelAt)).toEqual(['GREEN', 'GREEN', 'ORANGE', 'ORANGE', 'RED']);
  });

  it.each([
    ['before the period', { start: '2026-03-06T00:00:00Z' }, 'GREY'],
    ['in the period', { start: '2026-03-01T00:00:00Z', end: '2026-03-10T00:00:00Z' }, 'GREEN'],
    ['after the period', { end: '2026-03-05T00:00:00Z' }, 'GREY'],
  ])('%s', (_, period, level) => {
    expect(levelOf(stockOf([{ ...period, audienceSubCatIds: [5] }]))).toBe(level);
    expect(levelOf(stockOf([{ ...period, audienceSubCatIds: [6] }]))).toBe('GREY');
  });

  it('are GREY once it has begun, while it is suspended, and where the channel does not see it', () => {
    const world = smallWorld();
    const [product] = world.seasons[0]!.products;
    const stock = createStock(world);
    expect(levelOf(stock, Date.parse('2026-06-01T18:00:00Z'))).toBe('GREY');

    product!.state = 'SUSPENDED';
    expect(levelOf(stock)).toBe('GREY');
    expect(
      stock.performanceEntries([PERFORMANCE], EACH_CATEGORY, NOW_MS).map(({ quantity }) => quantity),
    ).toEqual([0, 0]);

    product!.state = 'RUNNING';
    expect(levelOf(stock)).toBe('GREEN');
    expect(levelOf(createStock(world, { isHidden: (id) => id === PRODUCT }))).toBe('GREY');
  });

  it('leave out performances and categories that are not known', () => {
    const stock = stockOf();

    expect(stock.performanceEntries([7, PERFORMANCE, 8], ALL, NOW_MS)).toHaveLength(1);
    expect(
      stock.performanceEntries([PERFORMANCE], { ...ALL, seatCategoryIds: [99, CAT2] }, NOW_MS),
    ).toHaveLength(1);
    expect(stock.itemEntries([7, PRODUCT], NOW_MS)).toEqual([]);
  });
});

describe('items', () => {
  it('have a quota that is neither oversold nor overfilled', () => {
    const stock = stockOf();
    const left = () => stock.itemEntries([SEASON_TICKET], NOW_MS)[0];

    expect(stock.takeItem(SEASON_TICKET, ITEM, null, 3, NOW_MS)).toBe(true);
    expect(stock.takeItem(SEASON_TICKET, ITEM, null, 3, NOW_MS)).toBe(false);
    expect(left()).toMatchObject({ quantity: 2, availabilityLevel: 'GREEN' });
    stock.takeItem(SEASON_TICKET, ITEM, null, 2, NOW_MS);
    expect(left()).toMatchObject({ quantity: 0, availabilityLevel: 'RED' });
    stock.giveBackItem(SEASON_TICKET, ITEM, null, 99, NOW_MS);
    expect(left()).toMatchObject({ quantity: 5 });
    expect(stock.takeItem(SEASON_TICKET, ITEM, 4, 1, NOW_MS)).toBe(false);
  });

  it('of a slot are on sale until its departure and the tolerance are over', () => {
    const atlas = createWorld({ seed: 1, nowMs: NOW_MS }).institutions[1]!;
    const pass = atlas.seasons[0]!.products.find(({ code }) => code === 'ENTRY')!;
    const slot = pass.pass!.timeslots.find(({ startDate }) => startDate === '2026-03-06')!;
    const stock = createStock(atlas);
    const levelAt = (at: string) =>
      stock.itemEntries([pass.id], Date.parse(at)).find(({ timeslotId }) => timeslotId === slot.id)
        ?.availabilityLevel;

    expect([slot.startTime, slot.salesTolerance]).toEqual(['10:00', 900]);
    expect(levelAt('2026-03-06T10:14:59Z')).toBe('GREEN');
    expect(levelAt('2026-03-06T10:15:00Z')).toBe('GREY');
  });
});

describe('what moved', () => {
  it('is told by product, after the moment asked', () => {
    const stock = stockOf();
    stock.take(PERFORMANCE, CAT1, 1, NOW_MS + 5);
    stock.take(PERFORMANCE, CAT1, 99, NOW_MS + 50);
    stock.giveBack(PERFORMANCE, [1005], NOW_MS + 60);

    expect(stock.updatedSince([PRODUCT, SEASON_TICKET], NOW_MS)).toEqual([
      { productId: PRODUCT, lastUpdateMs: NOW_MS + 5 },
    ]);
    expect(stock.updatedSince([PRODUCT], NOW_MS + 5)).toEqual([]);
    stock.touch(SEASON_TICKET, NOW_MS + 9);
    expect(stock.updatedSince([SEASON_TICKET], NOW_MS)).toHaveLength(1);
  });
});

describe('any sequence of purchases and returns', () => {
  const step = fc.record({
    act: fc.constantFrom('take', 'takeInside', 'giveBack', 'set'),
    category: fc.constantFrom(CAT1, CAT2),
    count: fc.integer({ min: 1, max: 12 }),
  });

  it('never sells a seat twice, never goes below nothing, and adds up', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stock = stockOf();
        const held: number[][] = [];
        const miscounted: number[] = [];
        for (const { act, category, count } of steps) {
          if (act === 'giveBack') stock.giveBack(PERFORMANCE, held.shift() ?? [], NOW_MS);
          else if (act === 'set')
            stock.setRemaining(PERFORMANCE, category, leftOf(stock, category) - count, NOW_MS);
          else {
            const inside = act === 'takeInside' ? SEASON_TICKET : undefined;
            const seatIds = stock.take(PERFORMANCE, category, count, NOW_MS, inside);
            if (seatIds) held.push(seatIds);
            if (seatIds && seatIds.length !== count) miscounted.push(count);
          }
          const all = held.flat();
          expect(miscounted).toEqual([]);
          expect(new Set(all).size).toBe(all.length);
          const parts = stock
            .performanceEntries([PERFORMANCE], EACH_CATEGORY, NOW_MS)
            .map(({ quantity }) => quantity);
          const [total] = stock.performanceEntries([PERFORMANCE], ALL, NOW_MS);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
          expect(parts.reduce((sum, quantity) => sum + quantity, 0)).toBe(total!.quantity);
          const free = stock.seats(PERFORMANCE, []).filter(({ available }) => available).length;
          expect(free).toBe(total!.quantity);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves everything as it was when all comes back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stock = stockOf();
        const before = stock.seats(PERFORMANCE, [], SEASON_TICKET);
        const held = steps.flatMap(({ category, count }) => [
          stock.take(PERFORMANCE, category, count, NOW_MS, SEASON_TICKET) ?? [],
        ]);
        for (const seatIds of held) stock.giveBack(PERFORMANCE, seatIds, NOW_MS);
        expect(stock.seats(PERFORMANCE, [], SEASON_TICKET)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a stadium', () => {
  it('counts 24 matches of 60,000 places in a blink', () => {
    const arena = createWorld({ seed: 1, nowMs: NOW_MS, sizeMb: 1 }).institutions[2]!;
    const stock = createStock(arena);
    const performanceIds = arena.stock.performances.map(({ performanceId }) => performanceId);
    for (const performanceId of performanceIds) stock.setRemaining(performanceId, null, 10_000, NOW_MS);

    const startedAt = performance.now();
    const entries = stock.performanceEntries(performanceIds, EACH_CATEGORY, NOW_MS);

    // It takes two milliseconds; counting seat by seat would take more than this even on a fast machine.
    expect(performance.now() - startedAt).toBeLessThan(300);
    expect(entries).toHaveLength(24 * 8);
  });

  it('sees a performance that was added later', () => {
    const arena = createWorld({ seed: 1, nowMs: NOW_MS, sizeMb: 1 }).institutions[2]!;
    const stock = createStock(arena);
    const match = arena.seasons[0]!.products[1]!;
    const plan = arena.stock.performances.find(({ productId }) => productId === match.id);
    match.event!.performances.push({ ...match.event!.performances[0]!, id: 5 });
    arena.stock.performances.push({ ...plan!, performanceId: 5 });

    expect(stock.performanceEntries([5], ALL, NOW_MS)).toHaveLength(1);
  });
});
