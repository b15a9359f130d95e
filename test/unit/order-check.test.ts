import { beforeEach, describe, expect, it } from 'vitest';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import type { ObservedAvailability } from '../../src/domain/availability.js';
import type { Freshness } from '../../src/domain/freshness.js';
import type { OrderLineInput } from '../../src/domain/order.js';
import { CatalogNotLoadedError } from '../../src/errors.js';
import type { AvailabilityAnswer } from '../../src/services/institution.types.js';
import { checkOrder, type DraftInstitution } from '../../src/services/orders/order-check.js';
import { performance, price, product, snapshotOf } from '../support/catalog-records.js';

const NOW = Date.UTC(2026, 0, 12, 9);
const CATALOG: Freshness = { observedAt: 5, source: 'CACHE', staleReason: null, nextRefreshAt: null };
const CACHE: Freshness = { observedAt: NOW - 1000, source: 'CACHE', staleReason: null, nextRefreshAt: null };
const LIVE: Freshness = { ...CACHE, observedAt: NOW, source: 'LIVE' };

let snapshot: CatalogSnapshot | null;
let answers: Map<string, AvailabilityAnswer>;
let asked: string[];
let institution: DraftInstitution;

beforeEach(async () => {
  snapshot = await snapshotOf([
    product('1', {
      performances: [
        performance('11', '1', { seatCategoryIds: ['401', '402'] }),
        performance('12', '1', { prices: [price({ amountMilli: 10_000n })] }),
        performance('13', '1', { seatCategoryIds: ['401', '402'] }),
      ],
    }),
    product('2', {
      kind: 'PASS',
      items: [{ id: '731', name: [], timeslots: [], prices: [price({ seatCategoryId: null })] }],
    }),
  ]);
  answers = new Map();
  asked = [];
  const ask = async (kind: string, ids: readonly string[]): Promise<AvailabilityAnswer[]> => {
    asked.push(`${kind} ${ids.join(',')}`);
    return ids.map((id) => answers.get(id) ?? { observed: null, freshness: CACHE });
  };
  institution = {
    code: 'lyric',
    catalog: { current: () => snapshot, freshness: () => CATALOG },
    availability: {
      ofPerformances: (ids) => ask('performances', ids),
      ofProducts: (ids) => ask('products', ids),
      async seats(performanceId) {
        await ask('seats', [performanceId]);
        const place = { areaId: null, blockId: null, row: null, number: null, isAvailable: true };
        return { seats: [{ id: '9001', seatCategoryId: '401', ...place }], freshness: LIVE };
      },
    },
    pendingAccountCode: 'PEND',
  };
});

function line(changes: Partial<OrderLineInput> = {}): OrderLineInput {
  return {
    performanceId: '11',
    itemId: null,
    timeslotId: null,
    tariffId: '111',
    seatCategoryId: '401',
    seatIds: [],
    quantity: 1,
    expectedUnitMilli: null,
    ...changes,
  };
}

function observed(color: ObservedAvailability['color'], freshness = CACHE): AvailabilityAnswer {
  const subject = { kind: 'product', productId: '0' } as const;
  const what = { subject, color, rawLevel: color, remaining: null, bySeatCategory: [] };
  return { observed: { ...what, observedAt: freshness.observedAt }, freshness };
}

function check(...lines: readonly OrderLineInput[]): ReturnType<typeof checkOrder> {
  const input = { lines, contactNumber: null, reference: null };
  return checkOrder({ institution: 'lyric', input }, institution, NOW);
}

describe('the check of an order', () => {
  it('says what it costs, and that nothing was asked from S-360', async () => {
    answers.set('11', observed('GREEN'));
    expect(await check(line(), line({ performanceId: '12', quantity: 2 }))).toEqual({
      isBookable: true,
      totalMilli: 65_000n,
      currency: { code: 'EUR', fractionDigits: 2 },
      problems: [],
      freshness: CACHE,
      upstreamCalls: 0,
    });
  });

  it('asks for all performances and all products once, and for nothing that the catalog does not have', async () => {
    await check(
      line(),
      line({ performanceId: '12' }),
      line({ tariffId: '112' }),
      line({ performanceId: '99' }),
      line({ performanceId: null, itemId: '731', seatCategoryId: null }),
      line({ performanceId: null, itemId: '799', seatCategoryId: null }),
    );
    expect(asked).toEqual(['performances 11,12', 'products 2']);
  });

  it('counts one call for each method that had to be asked', async () => {
    answers
      .set('11', observed('GREEN', LIVE))
      .set('12', observed('GREEN', LIVE))
      .set('2', observed('GREEN', LIVE));
    const item = line({ performanceId: null, itemId: '731', seatCategoryId: null });
    expect((await check(line(), line({ performanceId: '12' }), item)).upstreamCalls).toBe(2);
  });

  it('is as old as the oldest color it looked at', async () => {
    const old: Freshness = { ...CACHE, observedAt: 7, source: 'STALE', staleReason: 'UPSTREAM_DOWN' };
    answers.set('11', observed('GREEN', LIVE)).set('12', observed('GREEN', old));
    const { freshness } = await check(line(), line({ performanceId: '12' }));
    expect(freshness).toMatchObject({ observedAt: 7, source: 'STALE', staleReason: 'UPSTREAM_DOWN' });
  });

  it('is as old as the catalog when there was no color to look at', async () => {
    const checked = await check(line({ performanceId: '99' }));
    expect(checked).toMatchObject({ isBookable: false, totalMilli: null, freshness: CATALOG });
    expect(asked).toEqual([]);
  });

  it('tells every problem', async () => {
    answers.set('11', observed('RED', LIVE));
    const { isBookable, problems } = await check(line({ expectedUnitMilli: 1n }));
    expect(isBookable).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(['PRICE_CHANGED', 'SOLD_OUT']);
  });

  it('lets chosen seats say their category, asking for them only then', async () => {
    const chosen = await check(line({ seatCategoryId: null, seatIds: ['9001'] }));
    expect(chosen).toMatchObject({ isBookable: true, totalMilli: 45_000n, upstreamCalls: 1 });
    expect(asked).toContain('seats 11');
    asked = [];
    await check(
      line({ seatIds: ['9001'] }),
      line({ performanceId: '12', seatCategoryId: null, seatIds: ['1'] }),
    );
    expect(asked).toEqual(['performances 11,12']);
  });

  it('asks for the seats of one performance only, however many a draft names', async () => {
    const seats = (id: string) => line({ performanceId: id, seatCategoryId: null, seatIds: [`9${id}`] });
    const { problems } = await check(line({ seatCategoryId: null, seatIds: ['9001'] }), seats('13'));
    expect(asked.filter((question) => question.startsWith('seats'))).toEqual(['seats 11']);
    expect(problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines', '1', 'seatCategoryId'] }]);
  });

  it('throws as long as there is no catalog', async () => {
    snapshot = null;
    await expect(check(line())).rejects.toThrow(CatalogNotLoadedError);
    expect(asked).toEqual([]);
  });
});
