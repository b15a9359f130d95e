import type { Price, Product } from '../../domain/catalog.js';

/** Prices of one or more performances or items. */
export type PriceLists = Iterable<readonly Price[]>;

export interface AmountRange {
  readonly min: bigint;
  readonly max: bigint;
}

/**
 * The lowest and highest normal price, without those for holders of a price level. Free tickets (for children, for
 * companions) count only where there is nothing else: "from 0.00" says nothing of a product. Null: no price.
 */
export function priceRange(lists: PriceLists): AmountRange | null {
  let paid: AmountRange | null = null;
  let free: AmountRange | null = null;
  for (const prices of lists) {
    for (const { priceLevelId, amountMilli } of prices) {
      if (priceLevelId !== null) continue;
      if (amountMilli === 0n) free = FREE;
      else paid = widened(paid, amountMilli);
    }
  }
  return paid ?? free;
}

const FREE: AmountRange = { min: 0n, max: 0n };

function widened(range: AmountRange | null, amount: bigint): AmountRange {
  if (range === null) return { min: amount, max: amount };
  if (amount < range.min) return { min: amount, max: range.max };
  return amount > range.max ? { min: range.min, max: amount } : range;
}

export function* priceListsOf(product: Product): Iterable<readonly Price[]> {
  for (const { prices } of product.performances) yield prices;
  for (const { prices } of product.items) yield prices;
}
