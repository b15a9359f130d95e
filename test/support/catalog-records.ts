import type { Performance, Price, Product } from '../../src/domain/catalog.js';
import type { CatalogPart } from '../../src/domain/catalog-part.js';
import type { PointOfSales } from '../../src/domain/institution.js';
import { CatalogSnapshotBuilder, type IndexedCatalog } from '../../src/cache/catalog-snapshot.js';

/** Valid records; a test spells out only what it is about. Ids are numbers as text, as S-360's are. */
export function pointOfSales(changes: Partial<PointOfSales> = {}): PointOfSales {
  return {
    id: '501',
    code: 'API',
    organizationName: [['en', 'Lyric Hall']],
    timeZone: 'Europe/Paris',
    currency: { code: 'EUR', fractionDigits: 2 },
    languages: ['fr', 'en'],
    maxSeatsPerPerformance: 10,
    paymentMethods: [{ id: '601', code: 'PEND', name: [['en', 'Pending account']] }],
    contactCreationAllowed: true,
    contactAccessAllowed: true,
    contactRequiredKinds: [],
    isSelling: true,
    ...changes,
  };
}

export function product(id: string, changes: Partial<Product> = {}): Product {
  return {
    id,
    seasonId: '11',
    code: `P${id}`,
    kind: 'EVENT',
    name: [['en', `Product ${id}`]],
    description: [],
    imageUrl: null,
    state: 'RUNNING',
    topicIds: [],
    performances: [],
    items: [],
    containedProductIds: [],
    ...changes,
  };
}

export function performance(id: string, productId: string, changes: Partial<Performance> = {}): Performance {
  return {
    id,
    productId,
    name: [],
    startsAt: Date.UTC(2026, 1, 14, 19),
    durationMinutes: 150,
    venueId: null,
    state: 'RUNNING',
    seatCategoryIds: ['401'],
    prices: [price()],
    ...changes,
  };
}

export function price(changes: Partial<Price> = {}): Price {
  return {
    tariffId: '111',
    seatCategoryId: '401',
    priceLevelId: null,
    amountMilli: 45_000n,
    minQuantity: null,
    maxQuantity: null,
    salesPeriods: [],
    ...changes,
  };
}

/** One season, two tariffs of which the child's needs the adult's, one seat category. */
export const SURROUNDINGS: CatalogPart = {
  seasons: [
    { id: '11', code: 'S26', name: [['en', 'Season 25/26']], state: 'RUNNING', startsAt: null, endsAt: null },
  ],
  tariffs: [
    { id: '111', code: 'ADULT', name: [['en', 'Adult']], kind: 'FULL', requiredTariffIds: [] },
    { id: '112', code: 'CHILD', name: [['en', 'Child']], kind: 'REDUCED', requiredTariffIds: ['111'] },
  ],
  seatCategories: [{ id: '401', code: 'CAT1', name: [['en', 'Category 1']] }],
};

export interface SnapshotOptions {
  readonly institution?: string;
  readonly parts?: readonly CatalogPart[];
  readonly setupUpdatedAt?: number | null;
  readonly observedAt?: number;
  readonly pointOfSales?: PointOfSales;
}

/** A snapshot of these products among the usual surroundings; the records are copied, as a builder takes them over. */
export async function snapshotOf(
  products: readonly Product[],
  { institution = 'lyric', parts = [], ...meta }: SnapshotOptions = {},
): Promise<IndexedCatalog> {
  const builder = new CatalogSnapshotBuilder(institution);
  for (const part of [SURROUNDINGS, { products }, ...parts]) await builder.add(structuredClone(part));
  return builder.finish({ setupUpdatedAt: null, observedAt: 0, pointOfSales: pointOfSales(), ...meta });
}
