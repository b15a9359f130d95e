import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import { sortInSlices, TimeSlice } from '../../cache/time-slice.js';
import type { CatalogState, Performance, Product } from '../../domain/catalog.js';
import { compareS360Ids } from '../../domain/ids.js';
import { translate } from '../../domain/text.js';
import type { Ordering } from '../paging.js';
import type { ProductSort } from './catalog.enums.js';
import { priceListsOf, priceRange } from './price-range.js';

/** A product at its place in one order. */
export interface RankedProduct<Key> {
  readonly key: Key;
  readonly product: Product;
}

export interface ProductOrder<Key> extends Ordering<RankedProduct<Key>, Key> {
  /** Remembered for as long as the snapshot is in use; sorting a large catalog takes long, and every page needs it. */
  entriesOf(snapshot: CatalogSnapshot): Promise<readonly RankedProduct<Key>[]>;
}

/** Orders that depend on the time are made anew each minute, so a few are in use at once; languages are few too. */
const ORDERS_KEPT = 8;
export const ORDER_MINUTE_MS = 60_000;

/** The products of each snapshot in the orders that are asked for. */
export class ProductOrders {
  private readonly ordersOf = new WeakMap<
    CatalogSnapshot,
    Map<string, Promise<readonly RankedProduct<unknown>[]>>
  >();

  /** `asOf` counts with NEXT_PERFORMANCE only, `languages` with NAME only: the caller's, best first. */
  order(sort: ProductSort, asOf: number, languages: readonly string[]): ProductOrder<unknown> {
    switch (sort) {
      case 'NEXT_PERFORMANCE':
        return this.byNextPerformance(asOf);
      case 'PRICE':
        return this.byPrice();
      case 'NAME':
        return this.byName(languages);
    }
  }

  /** Infinity: no performance to come. */
  private byNextPerformance(asOf: number): ProductOrder<number> {
    const compareKeys = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
    return {
      ...this.remembering(
        `NEXT_PERFORMANCE/${asOf}`,
        () => (product: Product) => nextStart(product.performances, asOf),
        compareKeys,
      ),
      sort: 'NEXT_PERFORMANCE',
      asOf,
      readKey: (key) => (typeof key === 'number' ? key : key === null ? Infinity : null),
      writeKey: (key) => (key === Infinity ? null : key),
    };
  }

  /** Thousandths as they are: prices in different currencies are compared by their figures. Null: no price. */
  private byPrice(): ProductOrder<bigint | typeof NO_PRICE> {
    const compareKeys = (a: bigint | typeof NO_PRICE, b: bigint | typeof NO_PRICE): number => {
      if (a === b) return 0;
      if (a === NO_PRICE) return 1;
      if (b === NO_PRICE) return -1;
      return a < b ? -1 : 1;
    };
    return {
      ...this.remembering('PRICE', () => lowestPrice, compareKeys),
      sort: 'PRICE',
      asOf: null,
      readKey: (key) => {
        if (key === null) return NO_PRICE;
        return typeof key === 'string' && /^-?\d{1,30}$/.test(key) ? BigInt(key) : null;
      },
      writeKey: (key) => (key === NO_PRICE ? null : key.toString()),
    };
  }

  private byName(languages: readonly string[]): ProductOrder<string> {
    const collator = collatorOf(languages);
    return {
      ...this.remembering(
        `NAME/${languages.join()}`,
        (snapshot) => (product: Product) =>
          nameOf(product, [...languages, ...snapshot.pointOfSales.languages]),
        (a, b) => collator.compare(a, b),
      ),
      sort: 'NAME',
      asOf: null,
      readKey: (key) => (typeof key === 'string' ? key : null),
      writeKey: (key) => key,
    };
  }

  private remembering<Key>(
    name: string,
    ranking: (snapshot: CatalogSnapshot) => (product: Product) => Key,
    compareKeys: (a: Key, b: Key) => number,
  ) {
    return {
      compareKeys,
      keyOf: ({ key }: RankedProduct<Key>) => key,
      idOf: ({ product }: RankedProduct<Key>) => product.id,
      entriesOf: (snapshot: CatalogSnapshot): Promise<readonly RankedProduct<Key>[]> => {
        const known =
          this.ordersOf.get(snapshot) ?? new Map<string, Promise<readonly RankedProduct<unknown>[]>>();
        this.ordersOf.set(snapshot, known);
        const remembered = known.get(name) as Promise<readonly RankedProduct<Key>[]> | undefined;
        if (remembered) return remembered;
        if (known.size >= ORDERS_KEPT) known.delete(known.keys().next().value!);
        const entries = rank(snapshot, ranking(snapshot), compareKeys);
        known.set(name, entries);
        return entries;
      },
    };
  }
}

/** In slices: names are compared by the rules of a language, which takes its time. */
async function rank<Key>(
  { products }: CatalogSnapshot,
  keyOf: (product: Product) => Key,
  compareKeys: (a: Key, b: Key) => number,
): Promise<readonly RankedProduct<Key>[]> {
  const slice = new TimeSlice();
  const entries: RankedProduct<Key>[] = [];
  for (const product of products) {
    entries.push({ key: keyOf(product), product });
    if (slice.isOver()) await slice.pause();
  }
  const compare = (a: RankedProduct<Key>, b: RankedProduct<Key>): number =>
    compareKeys(a.key, b.key) || compareS360Ids(a.product.id, b.product.id);
  return sortInSlices(entries, compare, slice);
}

const NO_PRICE = 'none';

function lowestPrice(product: Product): bigint | typeof NO_PRICE {
  return priceRange(priceListsOf(product))?.min ?? NO_PRICE;
}

const NOT_TO_COME: ReadonlySet<CatalogState> = new Set(['CANCELED', 'CLOSED', 'CANCELED_CLOSED']);

function nextStart(performances: readonly Performance[], asOf: number): number {
  const next = performances.find(({ startsAt, state }) => startsAt >= asOf && !NOT_TO_COME.has(state));
  return next?.startsAt ?? Infinity;
}

function nameOf(product: Product, languages: readonly string[]): string {
  return translate(product.name, languages) ?? product.code;
}

/** A header may hold what is no language. */
function collatorOf(languages: readonly string[]): Intl.Collator {
  const locales = languages.filter((language) => {
    try {
      return Intl.getCanonicalLocales(language).length === 1;
    } catch {
      return false;
    }
  });
  return new Intl.Collator(locales, { numeric: true });
}
