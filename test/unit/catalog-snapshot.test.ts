import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineDifferences, diffProducts } from '../../src/cache/catalog-diff.js';
import { CatalogSnapshotBuilder } from '../../src/cache/catalog-snapshot.js';
import { sortInSlices, TimeSlice } from '../../src/cache/time-slice.js';
import type { Product } from '../../src/domain/catalog.js';
import type { CatalogPart } from '../../src/domain/catalog-part.js';
import { decodeCatalogPart, encodeCatalogPart } from '../../src/domain/catalog-part.js';
import {
  performance as catalogPerformance,
  pointOfSales,
  price,
  product,
  snapshotOf,
  SURROUNDINGS,
} from '../support/catalog-records.js';

const META = { setupUpdatedAt: null, observedAt: 0, pointOfSales: pointOfSales() };

async function built(...parts: CatalogPart[]) {
  const builder = new CatalogSnapshotBuilder('lyric');
  for (const part of parts) await builder.add(structuredClone(part));
  return builder.finish(META);
}

const HAMLET = product('201', {
  name: [
    ['fr', 'Hamlet, drame en été'],
    ['en', 'Hamlet'],
  ],
  performances: [
    catalogPerformance('302', '201', { startsAt: 2_000 }),
    catalogPerformance('301', '201', { startsAt: 1_000 }),
  ],
});
const PASS = product('202', {
  kind: 'PASS',
  items: [{ id: '731', name: [], timeslots: [], prices: [price({ seatCategoryId: null })] }],
});

describe('a snapshot', () => {
  it('finds every record by its id, and answers undefined for what is not there', async () => {
    const snapshot = await built(SURROUNDINGS, { products: [HAMLET, PASS] });
    expect(snapshot.product('201')?.code).toBe('P201');
    expect(snapshot.performance('302')?.productId).toBe('201');
    expect(snapshot.tariff('112')?.requiredTariffIds).toEqual(['111']);
    expect(snapshot.seatCategory('401')?.code).toBe('CAT1');
    expect(snapshot.season('11')?.code).toBe('S26');
    expect([
      snapshot.product('9'),
      snapshot.performance('9'),
      snapshot.venue('9'),
      snapshot.topic('9'),
    ]).toEqual(Array(4).fill(undefined));
  });

  it('sorts performances by start, in the whole and in each product, whatever order S-360 sends', async () => {
    const snapshot = await built({ products: [HAMLET] });
    expect(snapshot.performances.map(({ id }) => id)).toEqual(['301', '302']);
    expect(snapshot.product('201')?.performances.map(({ id }) => id)).toEqual(['301', '302']);
  });

  it('searches names of all languages without case, accents and punctuation', async () => {
    const snapshot = await built({ products: [HAMLET] });
    expect(snapshot.searchText('201')).toBe('hamlet drame en ete hamlet');
    expect(snapshot.searchText('9')).toBe('');
  });

  it('keeps amounts exact beyond what a double holds', async () => {
    const huge = 9_007_199_254_740_993n;
    const part = {
      products: [
        product('1', {
          performances: [catalogPerformance('2', '1', { prices: [price({ amountMilli: huge })] })],
        }),
      ],
    };
    const snapshot = await built(decodeCatalogPart(encodeCatalogPart(part)));
    expect(snapshot.performance('2')?.prices[0]?.amountMilli).toBe(huge);
  });
});

describe('the version', () => {
  it('does not depend on how the catalog was cut into parts, nor on their order', async () => {
    const whole = await built({ ...SURROUNDINGS, products: [HAMLET, PASS] });
    const cut = await built({ products: [PASS] }, SURROUNDINGS, { products: [HAMLET] });
    expect(cut.version).toBe(whole.version);
  });

  it('survives encoding and decoding', async () => {
    const part = { ...SURROUNDINGS, products: [HAMLET, PASS] };
    const again = await built(decodeCatalogPart(encodeCatalogPart(part)));
    expect(again.version).toBe((await built(part)).version);
  });

  it.each<[string, CatalogPart]>([
    ['a name', { ...SURROUNDINGS, products: [{ ...HAMLET, name: [['en', 'Macbeth']] }, PASS] }],
    ['a state', { ...SURROUNDINGS, products: [{ ...HAMLET, state: 'SUSPENDED' }, PASS] }],
    [
      'an amount',
      {
        ...SURROUNDINGS,
        products: [
          {
            ...HAMLET,
            performances: HAMLET.performances.map((one) => ({
              ...one,
              prices: [price({ amountMilli: 45_001n })],
            })),
          },
          PASS,
        ],
      },
    ],
    ['a tariff', { ...SURROUNDINGS, tariffs: [], products: [HAMLET, PASS] }],
    ['a product', { ...SURROUNDINGS, products: [HAMLET] }],
  ])('changes with %s', async (_, changed) => {
    const before = await built({ ...SURROUNDINGS, products: [HAMLET, PASS] });
    expect((await built(changed)).version).not.toBe(before.version);
  });

  it('changes with the point of sales, and comes back with it', async () => {
    const before = await built({ products: [HAMLET] });
    const other = before.with({ pointOfSales: pointOfSales({ maxSeatsPerPerformance: 4 }) });
    expect(other.version).not.toBe(before.version);
    expect(other.with({ pointOfSales: pointOfSales() }).version).toBe(before.version);
    expect(other.product('201')).toBe(before.product('201'));
  });
});

describe('the difference of two catalogs', () => {
  const named = (id: string, name: string): Product => product(id, { name: [['en', name]] });

  it('names exactly the products that were added, changed and removed', async () => {
    const catalogs = fc.dictionary(fc.integer({ min: 1, max: 30 }).map(String), fc.constantFrom('a', 'b'));
    await fc.assert(
      fc.asyncProperty(catalogs, catalogs, async (before, after) => {
        const productsOf = (names: Record<string, string>) =>
          Object.entries(names).map(([id, name]) => named(id, name));
        const differences = await diffProducts(
          await snapshotOf(productsOf(before)),
          await snapshotOf(productsOf(after)),
        );
        const expected: Record<string, string> = {};
        for (const id of new Set([...Object.keys(before), ...Object.keys(after)])) {
          if (before[id] === after[id]) continue;
          expected[id] = before[id] === undefined ? 'ADDED' : after[id] === undefined ? 'REMOVED' : 'CHANGED';
        }
        expect(Object.fromEntries(differences.map(({ productId, kind }) => [productId, kind]))).toEqual(
          expected,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('combined with the next one is the difference of the first to the last', () => {
    const [added, changed, removed] = (['ADDED', 'CHANGED', 'REMOVED'] as const).map((kind) => [
      { productId: '1', kind },
    ]) as [
      { productId: string; kind: 'ADDED' }[],
      { productId: string; kind: 'CHANGED' }[],
      { productId: string; kind: 'REMOVED' }[],
    ];
    expect(combineDifferences(added, changed)).toEqual(added);
    expect(combineDifferences(added, removed)).toEqual([]);
    expect(combineDifferences(removed, added)).toEqual(changed);
    expect(combineDifferences(changed, removed)).toEqual(removed);
  });
});

describe('work in slices', () => {
  it('sorts as sorting at once does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer(), { maxLength: 5_000, size: 'max' }), async (numbers) => {
        const sorted = await sortInSlices(numbers, (a, b) => a - b, new TimeSlice());
        expect(sorted).toEqual([...numbers].sort((a, b) => a - b));
      }),
      { numRuns: 20 },
    );
  });

  it('lets other work in while a large catalog is built', async () => {
    const prices = Array.from({ length: 40 }, (_, index) => price({ amountMilli: BigInt(index) }));
    const products = Array.from({ length: 2_000 }, (_, index) => {
      const id = String(index + 1);
      return product(id, {
        performances: [1, 2, 3].map((n) => catalogPerformance(`${n}${id.padStart(6, '0')}`, id, { prices })),
      });
    });
    const texts = Array.from({ length: 20 }, (_, at) =>
      encodeCatalogPart({ products: products.slice(at * 100, at * 100 + 100) }),
    );
    let longestMs = 0;
    let last = performance.now();
    let isBuilding = true;
    const watch = (): void => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
      if (isBuilding) setImmediate(watch);
    };
    setImmediate(watch);
    const builder = new CatalogSnapshotBuilder('lyric');
    for (const text of texts) await builder.add(decodeCatalogPart(text));
    const snapshot = await builder.finish(META);
    isBuilding = false;
    expect(snapshot.performances).toHaveLength(6_000);
    // Far below what the same work takes at once (half a second), far above the noise of a busy machine.
    expect(longestMs).toBeLessThan(150);
  });
});
