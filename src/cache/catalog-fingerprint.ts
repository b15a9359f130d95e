import { createHash, type Hash } from 'node:crypto';
import type { Price, Product } from '../domain/catalog.js';
import type { TimeSlice } from './time-slice.js';

/** Enough that no two of a million contents ever meet. */
const LENGTH = 22;

/** A short text that differs when anything in the product differs, its performances and prices included. */
export async function productFingerprint(product: Product, slice: TimeSlice): Promise<string> {
  const { performances, items, ...own } = product;
  const hash = createHash('sha256').update(JSON.stringify(own));
  for (const { prices, ...performance } of performances) {
    addWithPrices(hash, performance, prices);
    if (slice.isOver()) await slice.pause();
  }
  for (const { prices, ...item } of items) {
    addWithPrices(hash, item, prices);
    if (slice.isOver()) await slice.pause();
  }
  return short(hash);
}

/** The same for anything that JSON can tell. */
export function fingerprint(value: unknown): string {
  return short(createHash('sha256').update(JSON.stringify(value)));
}

function addWithPrices(hash: Hash, owner: object, prices: readonly Price[]): void {
  hash.update(JSON.stringify(owner));
  // JSON has no bigint, and its replacer function is called for every member: ten times slower.
  for (const { amountMilli, ...price } of prices) hash.update(`${JSON.stringify(price)}${amountMilli}`);
}

function short(hash: Hash): string {
  return hash.digest('base64url').slice(0, LENGTH);
}
