import { colorOfProduct } from '../../cache/product-color.js';
import type { Performance, Product } from '../../domain/catalog.js';
import type { GlobalId } from '../../domain/ids.js';
import { containsAll, searchWords } from '../../domain/search-text.js';
import { InvalidInputError } from '../../errors.js';
import { parseIds } from '../arguments.js';
import type { PerformanceFilter, ProductFilter } from './catalog.args.js';
import { saleStatusOfPerformance, saleStatusOfProduct } from './catalog.types.js';
import type { LoadedInstitution } from './loaded.js';

/** Says of an institution which of its entries a filter shows; null shows all. */
export type FilterFor<Entry> = (of: LoadedInstitution) => ((entry: Entry) => boolean) | null;

type Given<T> = T | null | undefined;

const MAX_TEXT = 200;

/** Checks the caller's filter first: throws InvalidInputError naming the member. `now` decides about sale status. */
export function productFilter(filter: Given<ProductFilter>, now: number): FilterFor<Product> {
  if (!filter) return () => null;
  const ids = idsByInstitution('filter.ids', filter.ids);
  const kinds = setOf(filter.kinds);
  const words = wordsOf(filter.text);
  const isWithin = startsWithin(filter);
  const statuses = setOf(filter.saleStatus);
  const colors = setOf(filter.colors);
  return ({ institution, snapshot }) => {
    const ownIds = ids === null ? null : (ids.get(institution.code) ?? NONE);
    const { board } = institution.availability;
    return all<Product>([
      ownIds && (({ id }) => ownIds.has(id)),
      kinds && (({ kind }) => kinds.has(kind)),
      words && (({ id }) => words.length > 0 && containsAll(snapshot.searchText(id), words)),
      isWithin &&
        (({ performances, items }) =>
          performances.some(isWithin) || items.some((item) => item.timeslots.some(isWithin))),
      statuses && ((product) => statuses.has(saleStatusOfProduct(institution, product, now))),
      colors && ((product) => colors.has(colorOfProduct(board, product))),
    ]);
  };
}

/** As `productFilter`, for performances. */
export function performanceFilter(filter: Given<PerformanceFilter>, now: number): FilterFor<Performance> {
  if (!filter) return () => null;
  const ids = idsByInstitution('filter.ids', filter.ids);
  const productIds = idsByInstitution('filter.productIds', filter.productIds);
  const isWithin = startsWithin(filter);
  const statuses = setOf(filter.saleStatus);
  const colors = setOf(filter.colors);
  return ({ institution, snapshot }) => {
    const ownIds = ids === null ? null : (ids.get(institution.code) ?? NONE);
    const ownProducts = productIds === null ? null : (productIds.get(institution.code) ?? NONE);
    const { board } = institution.availability;
    return all<Performance>([
      ownIds && (({ id }) => ownIds.has(id)),
      ownProducts && (({ productId }) => ownProducts.has(productId)),
      isWithin,
      statuses &&
        ((performance) => {
          const product = snapshot.product(performance.productId);
          if (product === undefined) return false;
          return statuses.has(saleStatusOfPerformance(institution, product, performance, now));
        }),
      colors && (({ id }) => colors.has(board.performance(id)?.color ?? 'UNKNOWN')),
    ]);
  };
}

const NONE: ReadonlySet<string> = new Set();

function all<Entry>(
  conditions: readonly (((entry: Entry) => boolean) | null)[],
): ((entry: Entry) => boolean) | null {
  const given = conditions.filter((condition) => condition !== null);
  return given.length === 0 ? null : (entry) => given.every((holds) => holds(entry));
}

function setOf<T>(values: Given<readonly T[]>): ReadonlySet<T> | null {
  return values ? new Set(values) : null;
}

function idsByInstitution(
  argument: string,
  ids: Given<readonly string[]>,
): ReadonlyMap<string, ReadonlySet<string>> | null {
  if (!ids) return null;
  const byInstitution = new Map<string, Set<string>>();
  for (const { institution, s360Id } of parseIds(argument, ids) satisfies GlobalId[]) {
    const known = byInstitution.get(institution);
    if (known) known.add(s360Id);
    else byInstitution.set(institution, new Set([s360Id]));
  }
  return byInstitution;
}

/** Null: no text, or nothing but spaces. Empty: a text without a single letter or digit, which no name has. */
function wordsOf(text: Given<string>): readonly string[] | null {
  if (!text || text.trim() === '') return null;
  if (text.length > MAX_TEXT) {
    throw new InvalidInputError(
      'filter.text',
      `must have at most ${MAX_TEXT} characters, got ${text.length}`,
    );
  }
  return searchWords(text);
}

interface Period {
  readonly startsFrom?: Given<number>;
  readonly startsBefore?: Given<number>;
}

function startsWithin({
  startsFrom,
  startsBefore,
}: Period): ((of: { readonly startsAt: number }) => boolean) | null {
  const from = startsFrom ?? -Infinity;
  const before = startsBefore ?? Infinity;
  if (from === -Infinity && before === Infinity) return null;
  return ({ startsAt }) => startsAt >= from && startsAt < before;
}
