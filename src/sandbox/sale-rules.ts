import type { Item, Performance, Product, SalePeriod, Season, Timeslot } from './model.js';
import type { VenueTime } from './venue-time.js';

/** What both prices of performances and prices of items tell about when they are on sale. */
interface PeriodPrice {
  readonly audSubCatId: number;
  readonly salePeriods: readonly SalePeriod[];
}

/**
 * Is this price on sale now? No period at all means always, a period without tariffs means every tariff [I].
 * The end of a period no longer belongs to it.
 */
export function isPriceOpen(price: PeriodPrice, nowMs: number): boolean {
  if (price.salePeriods.length === 0) return true;
  return price.salePeriods.some((period) => covers(period, price.audSubCatId, nowMs));
}

function covers(period: SalePeriod, tariffId: number, nowMs: number): boolean {
  if (period.audienceSubCatIds.length > 0 && !period.audienceSubCatIds.includes(tariffId)) return false;
  if (period.start !== undefined && nowMs < Date.parse(period.start)) return false;
  return period.end === undefined || nowMs < Date.parse(period.end);
}

/** Season, product and performance run, and it has not begun. Selling ends at the start [I]. */
export function isPerformanceRunning(
  season: Season,
  product: Product,
  performance: Performance,
  nowMs: number,
): boolean {
  return (
    season.state === 'RUNNING' &&
    product.state === 'RUNNING' &&
    performance.state === 'RUNNING' &&
    nowMs < Date.parse(performance.start)
  );
}

/** Is one price of this category, or one that names no category, on sale now? */
export function isCategoryOpen(performance: Performance, seatCategoryId: number, nowMs: number): boolean {
  return performance.prices.some(
    (price) =>
      (price.seatCatId === undefined || price.seatCatId === seatCategoryId) && isPriceOpen(price, nowMs),
  );
}

/** Can this item be bought now; on this slot, when one is given? A slot closes at its departure plus the tolerance. */
export function isItemOnSale(
  season: Season,
  product: Product,
  item: Item,
  timeslot: Timeslot | null,
  venueTime: VenueTime,
  nowMs: number,
): boolean {
  if (season.state !== 'RUNNING' || product.state !== 'RUNNING') return false;
  if (timeslot && nowMs >= slotClosesAtMs(timeslot, venueTime)) return false;
  return item.itemPrices.some((price) => isPriceOpen(price, nowMs));
}

/** A season ticket or package as a whole: it runs, and one of its own items, where it has some, is on sale. */
export function isComposedOnSale(season: Season, product: Product, nowMs: number): boolean {
  if (season.state !== 'RUNNING' || product.state !== 'RUNNING') return false;
  const items = itemsOf(product);
  return (
    items.length === 0 || items.some((item) => item.itemPrices.some((price) => isPriceOpen(price, nowMs)))
  );
}

/** The items of a product, whichever member holds them; none for events and packages. */
export function itemsOf(product: Product): readonly Item[] {
  const holder =
    product.pass ??
    product.service ??
    product.seasonTicket ??
    product.membership ??
    product.goods ??
    product.transport ??
    product.hospitality;
  return holder?.items ?? [];
}

function slotClosesAtMs(timeslot: Timeslot, venueTime: VenueTime): number {
  return venueTime.instant(timeslot.endDate, timeslot.startTime) + timeslot.salesTolerance * 1000;
}
