import type { IndexedCatalog } from './catalog-snapshot.js';
import { TimeSlice } from './time-slice.js';

export interface ProductDifference {
  readonly productId: string;
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
}

/** What happened to products between two catalogs, by S-360 id; all are new when there was none before. */
export async function diffProducts(
  before: IndexedCatalog | null,
  after: IndexedCatalog,
): Promise<ProductDifference[]> {
  const slice = new TimeSlice();
  const differences: ProductDifference[] = [];
  for (const { id } of after.products) {
    const old = before?.fingerprintOf(id);
    if (old === undefined) differences.push({ productId: id, kind: 'ADDED' });
    else if (old !== after.fingerprintOf(id)) differences.push({ productId: id, kind: 'CHANGED' });
    if (slice.isOver()) await slice.pause();
  }
  for (const { id } of before?.products ?? []) {
    if (after.product(id) === undefined) differences.push({ productId: id, kind: 'REMOVED' });
    if (slice.isOver()) await slice.pause();
  }
  return differences;
}

/** Two differences in a row, as one: what was added and removed again never was. */
export function combineDifferences(
  first: readonly ProductDifference[],
  second: readonly ProductDifference[],
): ProductDifference[] {
  const kinds = new Map(first.map(({ productId, kind }) => [productId, kind]));
  for (const { productId, kind } of second) {
    const combined = combineKinds(kinds.get(productId), kind);
    if (combined === null) kinds.delete(productId);
    else kinds.set(productId, combined);
  }
  return [...kinds].map(([productId, kind]) => ({ productId, kind }));
}

type Kind = ProductDifference['kind'];

function combineKinds(first: Kind | undefined, second: Kind): Kind | null {
  if (first === 'ADDED') return second === 'REMOVED' ? null : 'ADDED';
  return first === 'REMOVED' && second === 'ADDED' ? 'CHANGED' : second;
}
