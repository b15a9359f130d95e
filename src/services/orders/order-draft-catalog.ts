import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Performance, Price, Product, ProductItem, Timeslot } from '../../domain/catalog.js';
import type { OrderLineNames } from '../../domain/order.js';

/** What a line is for, as the catalog has it. */
export type LineTarget =
  | { readonly kind: 'performance'; readonly product: Product; readonly performance: Performance }
  | {
      readonly kind: 'item';
      readonly product: Product;
      readonly item: ProductItem;
      /** Null where the item has no timeslots. */
      readonly timeslot: Timeslot | null;
    };

interface ItemOfProduct {
  readonly product: Product;
  readonly item: ProductItem;
}

const itemsOfSnapshots = new WeakMap<CatalogSnapshot, ReadonlyMap<string, ItemOfProduct>>();

/** The item with its product; undefined when the catalog has no such item. Indexed once for each snapshot. */
export function itemOf(snapshot: CatalogSnapshot, itemId: string): ItemOfProduct | undefined {
  let items = itemsOfSnapshots.get(snapshot);
  if (items === undefined) {
    const found = snapshot.products.flatMap((product) =>
      product.items.map((item) => [item.id, { product, item }] as const),
    );
    items = new Map(found);
    itemsOfSnapshots.set(snapshot, items);
  }
  return items.get(itemId);
}

/** What one place costs: `open` now, `closed` when its sales periods say no, `none` when there is no such price. */
export type PriceFound =
  { readonly kind: 'open' | 'closed'; readonly price: Price } | { readonly kind: 'none' };

/**
 * The normal price of the tariff in the seat category. A price that names the category goes before one that is the
 * same everywhere, one that is on sale before one that is not.
 */
export function priceOf(
  prices: readonly Price[],
  { tariffId, seatCategoryId }: { readonly tariffId: string; readonly seatCategoryId: string | null },
  now: number,
): PriceFound {
  const fitting = prices.filter(
    (price) =>
      price.priceLevelId === null &&
      price.tariffId === tariffId &&
      (price.seatCategoryId === null || price.seatCategoryId === seatCategoryId),
  );
  const named = fitting.filter((price) => price.seatCategoryId !== null);
  const best = named.length > 0 ? named : fitting;
  const open = best.find((price) => isOnSale(price, now));
  if (open !== undefined) return { kind: 'open', price: open };
  return best[0] === undefined ? { kind: 'none' } : { kind: 'closed', price: best[0] };
}

/** No period means always, a period without tariffs means every tariff; its end does not belong to it. */
function isOnSale({ salesPeriods, tariffId }: Price, now: number): boolean {
  if (salesPeriods.length === 0) return true;
  return salesPeriods.some(
    ({ opensAt, closesAt, tariffIds }) =>
      (tariffIds.length === 0 || tariffIds.includes(tariffId)) &&
      (opensAt === null || now >= opensAt) &&
      (closesAt === null || now < closesAt),
  );
}

/** What is printed of a line; the texts are the catalog's own records. */
export function namesOf(
  snapshot: CatalogSnapshot,
  target: LineTarget,
  { tariffId, seatCategoryId }: { readonly tariffId: string; readonly seatCategoryId: string | null },
): OrderLineNames {
  const { product } = target;
  const performance = target.kind === 'performance' ? target.performance : null;
  const item = target.kind === 'item' ? target.item : null;
  const venueId = performance?.venueId ?? null;
  const venue = venueId === null ? undefined : snapshot.venue(venueId);
  const category = seatCategoryId === null ? undefined : snapshot.seatCategory(seatCategoryId);
  const address = [venue?.address, venue?.town].filter((part) => (part ?? '') !== '').join(', ');
  return {
    product: product.name,
    productCode: product.code,
    performance: performance?.name ?? [],
    item: item?.name ?? [],
    tariff: snapshot.tariff(tariffId)?.name ?? [],
    seatCategory: category?.name ?? [],
    venue: venue?.name ?? [],
    venueAddress: address === '' ? null : address,
    ...timesOf(target),
  };
}

function timesOf(target: LineTarget): Pick<OrderLineNames, 'startsAt' | 'endsAt'> {
  if (target.kind === 'item') {
    return { startsAt: target.timeslot?.startsAt ?? null, endsAt: target.timeslot?.endsAt ?? null };
  }
  const { startsAt, durationMinutes } = target.performance;
  return { startsAt, endsAt: durationMinutes === null ? null : startsAt + durationMinutes * 60_000 };
}
