import type { AvailabilityColor } from './availability.js';
import type { CatalogState, Performance, Price, Product, SalesPeriod } from './catalog.js';

/** Whether something can be bought, in the words S-360 gives to web sites; sold out is temporary there, never final. */
export type SaleStatus =
  'SOON_ON_SALE' | 'ON_SALE' | 'TEMPORARILY_UNAVAILABLE' | 'SALES_ENDED' | 'CANCELED' | 'UNKNOWN';

/** The color of a performance, or of a product without performances. */
export interface Colors {
  ofPerformance(performanceId: string): AvailabilityColor;
  ofProduct(productId: string): AvailabilityColor;
}

/**
 * S-360's table "additional state of product for external websites" [D], computed here because the member that
 * carries S-360's own code is not known. It leaves out what is not exported: CLOSED reads as SALES_ENDED,
 * CANCELED_CLOSED as CANCELED, PREPARING as UNKNOWN. Sales end at the start, as the tolerance is not in the catalog.
 */
export function performanceSaleStatus(
  product: Product,
  performance: Performance,
  colors: Colors,
  now: number,
): SaleStatus {
  const ofState = statusOfState(product.state) ?? statusOfState(performance.state);
  if (ofState !== null) return ofState;
  if (performance.startsAt <= now) return 'SALES_ENDED';
  return statusWithin([performance.prices], () => colors.ofPerformance(performance.id), now, [
    product.state,
    performance.state,
  ]);
}

/** Of a product with performances: the most hopeful of theirs. Else its own, by the prices and slots of its items. */
export function productSaleStatus(product: Product, colors: Colors, now: number): SaleStatus {
  const ofState = statusOfState(product.state);
  if (ofState !== null) return ofState;
  if (product.performances.length > 0) {
    let best: SaleStatus = 'UNKNOWN';
    for (const performance of product.performances) {
      const status = performanceSaleStatus(product, performance, colors, now);
      if (status === 'ON_SALE') return status;
      if (HOPE[status] > HOPE[best]) best = status;
    }
    return best;
  }
  const slots = product.items.flatMap((item) => item.timeslots);
  if (slots.length > 0 && slots.every((slot) => slot.endsAt <= now)) return 'SALES_ENDED';
  const prices = product.items.map((item) => item.prices);
  return statusWithin(prices, () => colors.ofProduct(product.id), now, [product.state]);
}

const HOPE: Readonly<Record<SaleStatus, number>> = {
  ON_SALE: 5,
  TEMPORARILY_UNAVAILABLE: 4,
  SOON_ON_SALE: 3,
  SALES_ENDED: 2,
  CANCELED: 1,
  UNKNOWN: 0,
};

/** Null where the dates and the color decide. */
function statusOfState(state: CatalogState): SaleStatus | null {
  switch (state) {
    case 'RUNNING':
    case 'VALIDATED':
      return null;
    case 'SUSPENDED':
      return 'TEMPORARILY_UNAVAILABLE';
    case 'CANCELED':
    case 'CANCELED_CLOSED':
      return 'CANCELED';
    case 'CLOSED':
      return 'SALES_ENDED';
    default:
      return 'UNKNOWN';
  }
}

function statusWithin(
  prices: readonly (readonly Price[])[],
  color: () => AvailabilityColor,
  now: number,
  states: readonly CatalogState[],
): SaleStatus {
  if (states.includes('VALIDATED')) return 'SOON_ON_SALE';
  switch (phaseOfSales(prices, now)) {
    case 'before':
      return 'SOON_ON_SALE';
    case 'after':
      return 'SALES_ENDED';
    case 'between':
      return 'TEMPORARILY_UNAVAILABLE';
    case 'open':
      return isTakeable(color()) ? 'ON_SALE' : 'TEMPORARILY_UNAVAILABLE';
  }
}

/** A color that S-360 did not give is no reason to call something unavailable. */
function isTakeable(color: AvailabilityColor): boolean {
  return color !== 'RED' && color !== 'GREY';
}

type SalesPhase = 'before' | 'open' | 'between' | 'after';

/**
 * Where `now` lies among the sales periods of the normal prices. A price without periods, and a product without
 * prices, are always open: S-360 documents periods for items only.
 */
export function phaseOfSales(prices: readonly (readonly Price[])[], now: number): SalesPhase {
  let seen: readonly SalesPeriod[] | null = null;
  let isOneComing = false;
  let isOneOver = false;
  for (const list of prices) {
    for (const price of list) {
      if (price.priceLevelId !== null) continue;
      if (price.salesPeriods.length === 0) return 'open';
      // Prices of one performance mostly share their periods, which are then the same array.
      if (price.salesPeriods === seen) continue;
      seen = price.salesPeriods;
      for (const { opensAt, closesAt } of price.salesPeriods) {
        if (opensAt !== null && now < opensAt) isOneComing = true;
        else if (closesAt !== null && now >= closesAt) isOneOver = true;
        else return 'open';
      }
    }
  }
  if (isOneComing) return isOneOver ? 'between' : 'before';
  return isOneOver ? 'after' : 'open';
}
