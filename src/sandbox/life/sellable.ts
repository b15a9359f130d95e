import type { InstitutionWorld, Performance } from '../model.js';
import { isPerformanceRunning, isPriceOpen } from '../sale-rules.js';
import type { Stock } from '../stock.types.js';

export interface SellablePerformance {
  readonly productId: number;
  readonly performance: Performance;
}

/** A product with more items and slots than this takes too long to sell out. */
const MOST_PARTS = 12;

/** The performances on sale now, the next one first. */
export function listSellablePerformances(
  institution: InstitutionWorld,
  nowMs: number,
): SellablePerformance[] {
  return institution.seasons
    .flatMap((season) =>
      season.products.flatMap((product) =>
        (product.event?.performances ?? [])
          .filter(
            (performance) =>
              isPerformanceRunning(season, product, performance, nowMs) &&
              performance.prices.some((price) => isPriceOpen(price, nowMs)),
          )
          .map((performance) => ({
            productId: product.id,
            performance,
            startMs: Date.parse(performance.start),
          })),
      ),
    )
    .sort((one, other) => one.startMs - other.startMs);
}

/** Products without performances that are on sale now, and small enough to be sold out. */
export function listSellableProducts(institution: InstitutionWorld, stock: Stock, nowMs: number): number[] {
  return institution.seasons.flatMap((season) =>
    season.products
      .filter((product) => product.event === undefined)
      .map(({ id }) => ({ id, entries: stock.itemEntries([id], nowMs) }))
      .filter(
        ({ entries }) =>
          entries.length > 0 &&
          entries.length <= MOST_PARTS &&
          entries.some(({ availabilityLevel }) => availabilityLevel !== 'GREY'),
      )
      .map(({ id }) => id),
  );
}
