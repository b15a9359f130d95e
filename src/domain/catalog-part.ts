import type { Price, Product, Season, SeatCategory, Tariff, Topic, Venue } from './catalog.js';

/**
 * A piece of a catalog on its way from the parsing thread to the snapshot, and into the cache: small enough
 * (tens of kilobytes) that reading one never holds the event loop for long. Parts come in any order and
 * may refer to records of later parts.
 */
export interface CatalogPart {
  readonly seasons?: readonly Season[];
  readonly tariffs?: readonly Tariff[];
  readonly topics?: readonly Topic[];
  readonly venues?: readonly Venue[];
  readonly seatCategories?: readonly SeatCategory[];
  readonly products?: readonly Product[];
}

/** JSON text; amounts are decimal strings in it, since JSON has no bigint. */
export function encodeCatalogPart(part: CatalogPart): string {
  return JSON.stringify(part, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** The inverse of `encodeCatalogPart`; trusts its input, which only our own process writes. */
export function decodeCatalogPart(text: string): CatalogPart {
  const part = JSON.parse(text) as CatalogPart;
  for (const product of part.products ?? []) {
    for (const performance of product.performances) performance.prices.forEach(reviveAmount);
    for (const item of product.items) item.prices.forEach(reviveAmount);
  }
  return part;
}

function reviveAmount(price: Price): void {
  (price as { amountMilli: string | bigint }).amountMilli = BigInt(price.amountMilli);
}
