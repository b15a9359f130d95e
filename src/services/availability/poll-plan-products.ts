import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import { TimeSlice } from '../../cache/time-slice.js';
import { isComposed } from '../../datasources/availability-composed.js';
import type { Price, Product, SalesPeriod } from '../../domain/catalog.js';
import type { ReadKind } from './poll-plan.js';

/** What polling needs of one product of the catalog, worked out once for each snapshot. */
export interface PollableProduct {
  readonly product: Product;
  readonly kind: ReadKind;
  /** Epoch ms, ascending: when a sale opens or closes, or a performance begins. A color may change then without any sale. */
  readonly turningPoints: readonly number[];
  readonly openings: readonly number[];
  /** Without repetition; empty: no period restricts the sale. */
  readonly periods: readonly SalesPeriod[];
  /** Epoch ms of the last performance's start; null for a product without performances. */
  readonly lastStartsAt: number | null;
}

/** Every product of the catalog, by id: each can have a color. Works in slices, since it looks at every price. */
export async function pollableProducts(snapshot: CatalogSnapshot): Promise<Map<string, PollableProduct>> {
  const slice = new TimeSlice();
  const products = new Map<string, PollableProduct>();
  for (const product of snapshot.products) {
    products.set(product.id, pollable(product));
    if (slice.isOver()) await slice.pause();
  }
  return products;
}

export function isOnSale({ product, periods, lastStartsAt }: PollableProduct, now: number): boolean {
  if (product.state !== 'RUNNING' || (lastStartsAt !== null && lastStartsAt <= now)) return false;
  return (
    periods.length === 0 ||
    periods.some(({ opensAt, closesAt }) => (opensAt ?? -Infinity) <= now && now < (closesAt ?? Infinity))
  );
}

/** A sale opens, or opened, less than `withinMs` away from now. */
export function isOpening({ openings }: PollableProduct, now: number, withinMs: number): boolean {
  return openings.some((at) => Math.abs(at - now) < withinMs);
}

/** The color may have changed by the calendar alone after `since`, up to `now`. */
export function hasTurned({ turningPoints }: PollableProduct, since: number, now: number): boolean {
  return turningPoints.some((at) => since < at && at <= now);
}

function pollable(product: Product): PollableProduct {
  const starts = product.performances.map(({ startsAt }) => startsAt);
  const periods = distinctPeriods(product);
  const openings = periods.flatMap(({ opensAt }) => opensAt ?? []);
  const closings = periods.flatMap(({ closesAt }) => closesAt ?? []);
  return {
    product,
    kind: product.performances.length > 0 ? 'EVENT' : isComposed(product) ? 'COMPOSED' : 'PRODUCT',
    turningPoints: [...new Set([...openings, ...closings, ...starts])].sort((a, b) => a - b),
    openings,
    periods,
    lastStartsAt: starts.length === 0 ? null : Math.max(...starts),
  };
}

/** Prices of one product mostly share their few periods, and the snapshot shares equal lists among them. */
function distinctPeriods(product: Product): SalesPeriod[] {
  const seen = new Set<readonly SalesPeriod[]>();
  const distinct = new Map<string, SalesPeriod>();
  const add = (prices: readonly Price[]): void => {
    for (const { salesPeriods } of prices) {
      if (seen.has(salesPeriods)) continue;
      seen.add(salesPeriods);
      for (const period of salesPeriods) distinct.set(`${period.opensAt}-${period.closesAt}`, period);
    }
  };
  for (const { prices } of product.performances) add(prices);
  for (const { prices } of product.items) add(prices);
  return [...distinct.values()];
}
