import { beforeEach, describe, expect, it } from 'vitest';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import type {
  AvailabilityColor,
  ObservedAvailability,
  Seat,
  SeatCategoryObservation,
} from '../../src/domain/availability.js';
import type { ProductKind } from '../../src/domain/catalog.js';
import type { PointOfSales } from '../../src/domain/institution.js';
import type { OrderInput, OrderLineInput } from '../../src/domain/order.js';
import {
  checkDraft,
  pendingAccountOf,
  type CheckedDraft,
  type DraftContext,
} from '../../src/services/orders/order-draft.js';
import { performance, pointOfSales, price, product, snapshotOf } from '../support/catalog-records.js';

const NOW = Date.UTC(2026, 0, 12, 9);
const DAY = 24 * 60 * 60_000;
const HOUR = 60 * 60_000;
const EARLY = { opensAt: NOW - 2 * DAY, closesAt: NOW - DAY, tariffIds: [] };
const OPEN = { opensAt: NOW - DAY, closesAt: NOW + DAY, tariffIds: [] };

const OPERA = product('1', {
  code: 'CARMEN',
  performances: [
    performance('11', '1', {
      name: [['en', 'First night']],
      startsAt: NOW + 30 * DAY,
      venueId: '81',
      seatCategoryIds: ['401', '402'],
      prices: [
        price({ salesPeriods: [OPEN] }),
        price({ priceLevelId: '7', amountMilli: 1n }),
        price({ seatCategoryId: '402', amountMilli: 30_000n }),
        price({ tariffId: '112', amountMilli: 22_500n, maxQuantity: 4 }),
        price({ tariffId: '113', amountMilli: 40_000n, minQuantity: 10 }),
        price({ tariffId: '114', amountMilli: 5_000n, salesPeriods: [EARLY] }),
        price({ tariffId: '115', amountMilli: 6_000n, salesPeriods: [{ ...OPEN, tariffIds: ['111'] }] }),
      ],
    }),
    performance('12', '1', { startsAt: NOW + 40 * DAY }),
    performance('13', '1', { startsAt: NOW - DAY }),
    performance('14', '1', { state: 'SUSPENDED' }),
    performance('15', '1', { startsAt: NOW + 40 * DAY, prices: [price({ salesPeriods: [EARLY] })] }),
  ],
});
const PASS = product('2', {
  kind: 'PASS',
  items: [
    {
      id: '731',
      name: [['en', 'Morning']],
      timeslots: [
        { id: '711', startsAt: NOW + DAY, endsAt: NOW + DAY + HOUR, quota: 30 },
        { id: '712', startsAt: NOW - DAY, endsAt: NOW - DAY + HOUR, quota: null },
      ],
      prices: [
        price({ seatCategoryId: null, amountMilli: 12_340n }),
        price({ seatCategoryId: null, tariffId: '112', amountMilli: 5_000n }),
      ],
    },
    { id: '732', name: [], timeslots: [], prices: [price({ seatCategoryId: null, amountMilli: 9_000n })] },
  ],
});

const PARTS = [
  {
    tariffs: [
      { id: '113', code: 'GROUP', name: [], kind: 'REDUCED' as const, requiredTariffIds: [] },
      { id: '114', code: 'EARLY', name: [], kind: 'REDUCED' as const, requiredTariffIds: [] },
      { id: '115', code: 'LATE', name: [], kind: 'REDUCED' as const, requiredTariffIds: [] },
    ],
    seatCategories: [{ id: '402', code: 'CAT2', name: [['en', 'Category 2'] as const] }],
    venues: [
      {
        id: '81',
        name: [['fr', 'Grande salle'] as const],
        code: 'GS',
        space: [],
        address: '1 rue de la Paix, 75002',
        town: 'Paris',
        countryCode: 'FR',
        areas: [],
      },
    ],
  },
];

let snapshot: CatalogSnapshot;
let observations: Map<string, ObservedAvailability>;

beforeEach(async () => {
  snapshot = await snapshotOf([OPERA, PASS], { parts: PARTS });
  observations = new Map();
});

function line(changes: Partial<OrderLineInput> = {}): OrderLineInput {
  return {
    performanceId: '11',
    itemId: null,
    timeslotId: null,
    tariffId: '111',
    seatCategoryId: '401',
    seatIds: [],
    quantity: 2,
    expectedUnitMilli: null,
    ...changes,
  };
}

function item(changes: Partial<OrderLineInput> = {}): OrderLineInput {
  return line({ performanceId: null, itemId: '731', timeslotId: '711', seatCategoryId: null, ...changes });
}

function observe(
  id: string,
  color: AvailabilityColor,
  remaining: number | null = null,
  bySeatCategory: readonly SeatCategoryObservation[] = [],
): void {
  const subject = { kind: 'product', productId: id } as const;
  observations.set(id, { subject, color, rawLevel: color, remaining, bySeatCategory, observedAt: NOW });
}

function check(
  lines: readonly OrderLineInput[],
  context: Partial<DraftContext> = {},
  input: Partial<OrderInput> = {},
): CheckedDraft {
  const draft = { institution: 'lyric', input: { lines, contactNumber: null, reference: null, ...input } };
  return checkDraft(draft, {
    snapshot,
    now: NOW,
    colors: { performance: (id) => observations.get(id), product: (id) => observations.get(id) },
    pendingAccountCode: 'PEND',
    ...context,
  });
}

/** Each refusal as `CODE path`. */
function codes({ refusals }: CheckedDraft): string[] {
  return refusals.map(({ code, path }) => `${code} ${path === null ? '-' : path.join('.')}`);
}

describe('a draft that can be sold', () => {
  it('has lines with the prices of now and what is printed of them', () => {
    const { lines, totalMilli, refusals, pendingAccount } = check([line()]);
    expect(refusals).toEqual([]);
    expect(totalMilli).toBe(90_000n);
    expect(pendingAccount?.id).toBe('601');
    expect(lines).toEqual([
      {
        operationId: null,
        productId: '1',
        performanceId: '11',
        itemId: null,
        timeslotId: null,
        tariffId: '111',
        seatCategoryId: '401',
        seatIds: [],
        quantity: 2,
        unitMilli: 45_000n,
        names: {
          product: [['en', 'Product 1']],
          productCode: 'CARMEN',
          performance: [['en', 'First night']],
          item: [],
          tariff: [['en', 'Adult']],
          seatCategory: [['en', 'Category 1']],
          venue: [['fr', 'Grande salle']],
          venueAddress: '1 rue de la Paix, 75002, Paris',
          startsAt: NOW + 30 * DAY,
          endsAt: NOW + 30 * DAY + 150 * 60_000,
        },
      },
    ]);
  });

  it('has the price of the seat category, and adds up different lines', () => {
    const { lines, totalMilli } = check([
      line({ seatCategoryId: '402' }),
      item({ quantity: 3 }),
      item({ itemId: '732', timeslotId: null, quantity: 1 }),
    ]);
    expect(lines.map(({ unitMilli }) => unitMilli)).toEqual([30_000n, 12_340n, 9_000n]);
    expect(totalMilli).toBe(106_020n);
  });

  it('names the times of a time slot, and none where there are none', () => {
    const { lines } = check([item(), item({ itemId: '732', timeslotId: null })]);
    expect(lines.map(({ names: { startsAt, endsAt } }) => [startsAt, endsAt])).toEqual([
      [NOW + DAY, NOW + DAY + HOUR],
      [null, null],
    ]);
  });

  it('shares its texts with the catalog', () => {
    expect(check([line()]).lines[0]!.names.product).toBe(snapshot.product('1')!.name);
  });

  it.each(['UNKNOWN', 'GREEN', 'ORANGE'] as const)('may be %s', (color) => {
    observe('11', color);
    expect(codes(check([line()]))).toEqual([]);
  });

  it('may name the price it expects', () => {
    expect(codes(check([line({ expectedUnitMilli: 45_000n })]))).toEqual([]);
  });
});

describe('a line for what the catalog does not have', () => {
  it.each([
    ['performanceId', line({ performanceId: '99' })],
    ['itemId', item({ itemId: '99' })],
    ['timeslotId', item({ timeslotId: '99' })],
    ['timeslotId', item({ itemId: '732', timeslotId: '711' })],
    ['tariffId', line({ tariffId: '99' })],
    ['seatCategoryId', line({ seatCategoryId: '499' })],
  ])('is refused with the %s', (member, input) => {
    const checked = check([line(), input]);
    expect(codes(checked)).toEqual([`NOT_FOUND lines.1.${member}`]);
    expect(checked.totalMilli).toBeNull();
    expect(checked.lines).toHaveLength(1);
  });

  it('needs a time slot where the item has some', () => {
    expect(codes(check([item({ timeslotId: null })]))).toEqual(['INVALID_INPUT lines.0.timeslotId']);
  });
});

describe('a line for what is not on sale', () => {
  it.each([
    ['has begun', line({ performanceId: '13' }), 'performanceId', 'is not on sale any more'],
    ['is suspended', line({ performanceId: '14' }), 'performanceId', 'is not on sale at the moment'],
    ['has its sales periods behind it', line({ performanceId: '15' }), 'performanceId', 'any more'],
    ['is a time slot that is over', item({ timeslotId: '712' }), 'itemId', 'is not on sale any more'],
  ])('is refused when it %s, and still has its price', (_what, input, member, words) => {
    const checked = check([input]);
    expect(codes(checked)).toEqual([`NOT_ON_SALE lines.0.${member}`]);
    expect(checked.refusals[0]!.message).toContain(words);
    expect(checked.totalMilli).not.toBeNull();
  });

  it.each<ProductKind>(['SEASON_TICKET', 'PACKAGE', 'HOSPITALITY'])(
    'is refused for a product of the kind %s, which needs more than a line',
    async (kind) => {
      snapshot = await snapshotOf([{ ...PASS, kind }]);
      const checked = check([item()]);
      expect(codes(checked)).toEqual(['NOT_ON_SALE lines.0.itemId']);
      expect(checked.refusals[0]!.message).toContain(kind);
    },
  );

  it('is refused when the color says so', () => {
    observe('11', 'GREY');
    expect(codes(check([line()]))).toEqual(['NOT_ON_SALE lines.0.performanceId']);
  });
});

describe('a line for what is sold out', () => {
  it('is refused when nothing is left, with what was asked for', () => {
    observe('11', 'RED', 0);
    const checked = check([line(), line({ seatCategoryId: '402' })]);
    expect(codes(checked)).toEqual(['SOLD_OUT lines.0.performanceId']);
    expect(checked.refusals[0]!.facts).toEqual({
      kind: 'availability',
      performanceId: '11',
      productId: '1',
    });
  });

  it('is refused when fewer are left than all lines want together', () => {
    observe('11', 'ORANGE', 3);
    const checked = check([line(), line({ seatCategoryId: '402' })]);
    expect(codes(checked)).toEqual(['SOLD_OUT lines.0.performanceId']);
    expect(checked.refusals[0]!.message).toContain('has 3 places left, got 4');
    expect(codes(check([line({ quantity: 3 })]))).toEqual([]);
  });

  it('is refused when its seat category has none or too few, and only then', () => {
    observe('11', 'GREEN', null, [
      { seatCategoryId: '401', color: 'ORANGE', remaining: 1 },
      { seatCategoryId: '402', color: 'RED', remaining: null },
    ]);
    const lines = [line(), line({ seatCategoryId: '402' }), line({ quantity: 1 })];
    expect(codes(check(lines))).toEqual([
      'SOLD_OUT lines.0.seatCategoryId',
      'SOLD_OUT lines.1.seatCategoryId',
    ]);
    expect(codes(check([line({ quantity: 1 })]))).toEqual([]);
  });

  it('is refused by the color of its product when it has no performance', () => {
    observe('2', 'RED');
    const checked = check([item()]);
    expect(codes(checked)).toEqual(['SOLD_OUT lines.0.itemId']);
    expect(checked.refusals[0]!.facts).toEqual({ kind: 'availability', performanceId: null, productId: '2' });
  });
});

describe('a tariff', () => {
  it.each([
    ['that is not sold there', line({ performanceId: '12', tariffId: '113' })],
    ['whose sales period is over', line({ tariffId: '114' })],
    ['whose sales period is for others', line({ tariffId: '115' })],
    ['that needs another one', line({ tariffId: '112' })],
  ])('%s is not allowed', (_what, input) => {
    expect(codes(check([input]))).toEqual(['TARIFF_NOT_ALLOWED lines.0.tariffId']);
  });

  it('whose price is only for holders of a price level is not allowed', async () => {
    const prices = [price({ priceLevelId: '7' })];
    snapshot = await snapshotOf([product('1', { performances: [performance('11', '1', { prices })] })]);
    expect(codes(check([line()]))).toEqual(['TARIFF_NOT_ALLOWED lines.0.tariffId']);
  });

  it('that needs another one is content with it for the same performance, in any line', () => {
    const child = line({ tariffId: '112', quantity: 1 });
    expect(codes(check([child, line()]))).toEqual([]);
    expect(codes(check([child, line({ performanceId: '12' })]))).toEqual([
      'TARIFF_NOT_ALLOWED lines.0.tariffId',
    ]);
    const held = { lines: check([line()]).lines, contactNumber: null };
    expect(codes(check([child], { held }))).toEqual([]);
  });

  it('that needs another one finds it among the items of the same product', () => {
    const child = item({ tariffId: '112' });
    expect(codes(check([child]))).toEqual(['TARIFF_NOT_ALLOWED lines.0.tariffId']);
    expect(codes(check([child, item({ itemId: '732', timeslotId: null })]))).toEqual([]);
  });

  it('names the ones it needs by their codes', () => {
    expect(check([line({ tariffId: '112' })]).refusals[0]!.message).toContain('needs one of ADULT');
  });
});

describe('a quantity', () => {
  it.each([
    [
      'above the limit of the point of sales, over all lines of a performance',
      [line({ quantity: 6 }), line({ seatCategoryId: '402', quantity: 5 })],
      'lines.1.quantity',
      'At most 10 seats of a performance in one order, got 11',
    ],
    [
      'above that of the price',
      [line(), line({ tariffId: '112', quantity: 3 }), line({ tariffId: '112', quantity: 2 })],
      'lines.2.quantity',
      'At most 4 at this price in one order, got 5',
    ],
    [
      'below that of the price',
      [line({ tariffId: '113', quantity: 9 })],
      'lines.0.quantity',
      'At least 10 at this price in one order, got 9',
    ],
    [
      'above what a time slot may sell',
      [item({ quantity: 31 })],
      'lines.0.quantity',
      'At most 30 can be sold of the time slot, got 31',
    ],
  ])('is refused %s', (_what, lines, path, message) => {
    const checked = check(lines);
    expect(codes(checked)).toEqual([`QUANTITY_LIMIT ${path}`]);
    expect(checked.refusals[0]!.message).toBe(message);
  });

  it('counts what the order holds already', () => {
    const held = { lines: check([line({ quantity: 9 })]).lines, contactNumber: null };
    expect(codes(check([line({ quantity: 2 })], { held }))).toEqual(['QUANTITY_LIMIT lines.0.quantity']);
    expect(codes(check([line({ quantity: 1 })], { held }))).toEqual([]);
  });

  it('is not limited where neither says so', async () => {
    snapshot = await snapshotOf([OPERA, PASS], {
      parts: PARTS,
      pointOfSales: pointOfSales({ maxSeatsPerPerformance: null }),
    });
    expect(codes(check([line({ quantity: 1000 })]))).toEqual([]);
  });
});

describe('a price', () => {
  it('that is not the expected one is refused with both', () => {
    const checked = check([line({ expectedUnitMilli: 40_000n })]);
    expect(checked.refusals).toEqual([
      {
        code: 'PRICE_CHANGED',
        path: ['lines', '0', 'expectedUnitPrice'],
        message: 'The price is 45.00, not 40.00',
        retryable: false,
        facts: { kind: 'price', expectedMilli: 40_000n, actualMilli: 45_000n },
      },
    ]);
    expect(checked.totalMilli).toBe(90_000n);
  });
});

describe('chosen seats', () => {
  const seats: readonly Seat[] = [
    seat('9001', '402', true),
    seat('9002', '402', false),
    seat('9003', '401', true),
  ];
  const seatOf = (_performanceId: string, id: string): Seat | undefined => seats.find((one) => one.id === id);

  function seat(id: string, seatCategoryId: string, isAvailable: boolean): Seat {
    return { id, seatCategoryId, areaId: null, blockId: null, row: null, number: null, isAvailable };
  }

  it('say their category themselves where they are known', () => {
    const { lines, refusals } = check([line({ seatCategoryId: null, seatIds: ['9001'], quantity: 1 })], {
      seatOf,
    });
    expect(refusals).toEqual([]);
    expect(lines[0]).toMatchObject({ seatCategoryId: '402', seatIds: ['9001'], unitMilli: 30_000n });
  });

  it('need none where the performance has one only', () => {
    const only = line({ performanceId: '12', seatCategoryId: null, seatIds: ['1'], quantity: 1 });
    expect(check([only]).lines[0]).toMatchObject({ seatCategoryId: '401' });
  });

  it.each([
    ['taken', { seatCategoryId: '402', seatIds: ['9002'] }, 'SOLD_OUT lines.0.seatIds.0'],
    ['of another category', { seatCategoryId: '401', seatIds: ['9001'] }, 'INVALID_INPUT lines.0.seatIds'],
    [
      'of several categories',
      { seatCategoryId: null, seatIds: ['9001', '9003'] },
      'INVALID_INPUT lines.0.seatIds',
    ],
    [
      'of a category that nobody knows',
      { seatCategoryId: null, seatIds: ['1'] },
      'INVALID_INPUT lines.0.seatCategoryId',
    ],
  ])('are refused when they are %s', (_what, chosen, expected) => {
    const checked = check([line({ ...chosen, quantity: chosen.seatIds.length })], { seatOf });
    expect(codes(checked)).toEqual([expected]);
  });
});

describe('the point of sales', () => {
  async function soldBy(changes: Partial<PointOfSales>): Promise<void> {
    snapshot = await snapshotOf([OPERA, PASS], {
      parts: PARTS,
      pointOfSales: pointOfSales(changes),
    });
  }

  it('that does not sell refuses everything', async () => {
    await soldBy({ isSelling: false });
    expect(codes(check([line()]))).toEqual(['NOT_ON_SALE -']);
  });

  it('may sell a kind of product to contacts only', async () => {
    await soldBy({ contactRequiredKinds: ['PASS'] });
    expect(codes(check([line(), item()]))).toEqual(['CONTACT_REQUIRED contactId']);
    expect(codes(check([line()]))).toEqual([]);
    expect(codes(check([item()], {}, { contactNumber: '7' }))).toEqual([]);
    expect(codes(check([item()], { held: { lines: [], contactNumber: '7' } }))).toEqual([]);
  });

  it.each([
    ['PEND', '601'],
    ['CARD', undefined],
    [null, undefined],
  ])('closes orders on the payment method with the code %s', (code, id) => {
    expect(pendingAccountOf(pointOfSales(), code)?.id).toBe(id);
    expect(codes(check([line()], { pendingAccountCode: code }))).toEqual([]);
  });
});

describe('an order of a hundred items', () => {
  it('looks through the products of a catalog once, however often drafts are held against it', () => {
    let walks = 0;
    const counting: CatalogSnapshot = new Proxy(snapshot, {
      get(target, member) {
        if (member === 'products') walks += 1;
        const value: unknown = Reflect.get(target, member, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const lines = Array.from({ length: 100 }, () => item({ quantity: 1, itemId: '732', timeslotId: null }));
    expect(codes(check(lines, { snapshot: counting }))).toEqual([]);
    expect(check(lines, { snapshot: counting }).totalMilli).toBe(900_000n);
    expect(walks).toBe(1);
  });
});

describe('several problems', () => {
  it('are all told, in the order of the lines and then of the rules', () => {
    observe('12', 'RED');
    const lines = [
      line({ performanceId: '99' }),
      line({ expectedUnitMilli: 1n, quantity: 11 }),
      line({ performanceId: '12' }),
    ];
    expect(codes(check(lines))).toEqual([
      'NOT_FOUND lines.0.performanceId',
      'PRICE_CHANGED lines.1.expectedUnitPrice',
      'QUANTITY_LIMIT lines.1.quantity',
      'SOLD_OUT lines.2.performanceId',
    ]);
  });

  it('are at most twenty', () => {
    expect(check(Array.from({ length: 100 }, () => line({ performanceId: '99' }))).refusals).toHaveLength(20);
  });
});
