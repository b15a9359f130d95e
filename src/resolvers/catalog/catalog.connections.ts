import type { Performance } from '../../domain/catalog.js';
import { InvalidInputError } from '../../errors.js';
import { connectionType } from '../connection.types.js';
import { decodeCursor, type Cursor } from '../cursor.js';
import type { Ordering, Page, Place } from '../paging.js';
import { PerformanceType, ProductType } from './catalog.types.js';
import type { LoadedInstitution } from './loaded.js';
import type { RankedProduct } from './product-orders.js';

export const ProductConnectionType = connectionType('Product', () => ProductType);
export const PerformanceConnectionType = connectionType('Performance', () => PerformanceType);

type ProductConnection = InstanceType<typeof ProductConnectionType>;
type PerformanceConnection = InstanceType<typeof PerformanceConnectionType>;

export function productConnection(
  page: Page<RankedProduct<unknown>>,
  institutions: readonly LoadedInstitution[],
): ProductConnection {
  const byCode = indexed(institutions);
  const nodes = page.entries.map(({ institution: code, entry }) => {
    const { institution, snapshot } = byCode.get(code)!;
    return new ProductType(institution, snapshot, entry.product);
  });
  return new ProductConnectionType(page, nodes);
}

export function performanceConnection(
  page: Page<Performance>,
  institutions: readonly LoadedInstitution[],
): PerformanceConnection {
  const byCode = indexed(institutions);
  const nodes = page.entries.map(({ institution: code, entry }) => {
    const { institution, snapshot } = byCode.get(code)!;
    return new PerformanceType(institution, snapshot, entry);
  });
  return new PerformanceConnectionType(page, nodes);
}

/** By start. */
export const PERFORMANCE_ORDER: Ordering<Performance, number> = {
  sort: 'START',
  asOf: null,
  keyOf: ({ startsAt }) => startsAt,
  idOf: ({ id }) => id,
  compareKeys: (a, b) => a - b,
  readKey: (key) => (typeof key === 'number' ? key : null),
  writeKey: (key) => key,
};

/** The caller's `after`, checked as far as it can be before the order is known; null when there is none. */
export function cursorAfter(after: string | null | undefined, sort: string): Cursor | null {
  return after === null || after === undefined ? null : decodeCursor('after', after, sort);
}

/** Where the page begins in this order; null at the beginning. */
export function placeAfter<Entry, Key>(
  cursor: Cursor | null,
  ordering: Ordering<Entry, Key>,
): Place<Key> | null {
  if (cursor === null) return null;
  const key = ordering.readKey(cursor.key);
  if (key === null) throw new InvalidInputError('after', 'must be a cursor that this list has given');
  return { key, institution: cursor.institution, s360Id: cursor.s360Id };
}

function indexed(institutions: readonly LoadedInstitution[]): ReadonlyMap<string, LoadedInstitution> {
  return new Map(institutions.map((loaded) => [loaded.institution.code, loaded]));
}
