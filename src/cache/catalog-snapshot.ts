import type { Performance, Product, Season, SeatCategory, Tariff, Topic, Venue } from '../domain/catalog.js';
import type { CatalogPart } from '../domain/catalog-part.js';
import { compareS360Ids } from '../domain/ids.js';
import type { PointOfSales } from '../domain/institution.js';
import { foldForSearch } from '../domain/search-text.js';
import { fingerprint, productFingerprint } from './catalog-fingerprint.js';
import { CatalogInterning } from './catalog-interning.js';
import type { CatalogSnapshot } from './catalog-snapshot.types.js';
import { sortInSlices, TimeSlice } from './time-slice.js';

/** What belongs to a snapshot besides the catalog itself. */
export interface SnapshotMeta {
  readonly setupUpdatedAt: number | null;
  readonly observedAt: number;
  readonly pointOfSales: PointOfSales;
}

/** The indexes of one catalog, shared by all snapshots that differ in their meta only. */
interface CatalogIndex {
  readonly institution: string;
  readonly contentVersion: string;
  readonly seasons: ReadonlyMap<string, Season>;
  readonly tariffs: ReadonlyMap<string, Tariff>;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly venues: ReadonlyMap<string, Venue>;
  readonly seatCategories: ReadonlyMap<string, SeatCategory>;
  readonly products: ReadonlyMap<string, IndexedProduct>;
  readonly performances: ReadonlyMap<string, Performance>;
  readonly productList: readonly Product[];
  readonly performancesByStart: readonly Performance[];
}

interface IndexedProduct {
  readonly product: Product;
  readonly fingerprint: string;
  readonly searchText: string;
}

/** A CatalogSnapshot in memory, with what is needed to compare it with another. */
export class IndexedCatalog implements CatalogSnapshot {
  readonly version: string;
  readonly setupUpdatedAt: number | null;
  readonly observedAt: number;
  readonly pointOfSales: PointOfSales;
  readonly seasons: readonly Season[];
  readonly #index: CatalogIndex;

  constructor(index: CatalogIndex, { setupUpdatedAt, observedAt, pointOfSales }: SnapshotMeta) {
    this.#index = index;
    this.setupUpdatedAt = setupUpdatedAt;
    this.observedAt = observedAt;
    this.pointOfSales = pointOfSales;
    this.seasons = [...index.seasons.values()];
    this.version = fingerprint([index.contentVersion, pointOfSales]);
  }

  /** The same catalog, sold through a point of sales that has changed. */
  with(meta: Partial<SnapshotMeta>): IndexedCatalog {
    const { setupUpdatedAt, observedAt, pointOfSales } = this;
    return new IndexedCatalog(this.#index, { setupUpdatedAt, observedAt, pointOfSales, ...meta });
  }

  get institution(): string {
    return this.#index.institution;
  }

  get products(): readonly Product[] {
    return this.#index.productList;
  }

  get performances(): readonly Performance[] {
    return this.#index.performancesByStart;
  }

  product(id: string): Product | undefined {
    return this.#index.products.get(id)?.product;
  }

  performance(id: string): Performance | undefined {
    return this.#index.performances.get(id);
  }

  season(id: string): Season | undefined {
    return this.#index.seasons.get(id);
  }

  tariff(id: string): Tariff | undefined {
    return this.#index.tariffs.get(id);
  }

  seatCategory(id: string): SeatCategory | undefined {
    return this.#index.seatCategories.get(id);
  }

  topic(id: string): Topic | undefined {
    return this.#index.topics.get(id);
  }

  venue(id: string): Venue | undefined {
    return this.#index.venues.get(id);
  }

  searchText(productId: string): string {
    return this.#index.products.get(productId)?.searchText ?? '';
  }

  /** Equal fingerprints: equal products. Undefined when it is not in the catalog. */
  fingerprintOf(productId: string): string | undefined {
    return this.#index.products.get(productId)?.fingerprint;
  }
}

/**
 * Makes a snapshot of parts, in whatever order they come. Takes them over: they must not be used afterwards. Works in
 * slices of a few milliseconds, so that answering goes on beside even the largest catalog. Of records with the same
 * id, the first one counts.
 */
export class CatalogSnapshotBuilder {
  readonly #seasons = new Map<string, Season>();
  readonly #tariffs = new Map<string, Tariff>();
  readonly #topics = new Map<string, Topic>();
  readonly #venues = new Map<string, Venue>();
  readonly #seatCategories = new Map<string, SeatCategory>();
  readonly #products = new Map<string, IndexedProduct>();
  readonly #performances = new Map<string, Performance>();
  readonly #interning = new CatalogInterning();
  readonly #slice = new TimeSlice();

  constructor(private readonly institution: string) {}

  async add(part: CatalogPart): Promise<void> {
    await this.#keepFirst(this.#seasons, part.seasons);
    await this.#keepFirst(this.#tariffs, part.tariffs);
    await this.#keepFirst(this.#topics, part.topics);
    await this.#keepFirst(this.#venues, part.venues);
    await this.#keepFirst(this.#seatCategories, part.seatCategories);
    for (const product of part.products ?? []) {
      if (!this.#products.has(product.id)) await this.#addProduct(product);
    }
  }

  async finish(meta: SnapshotMeta): Promise<IndexedCatalog> {
    const products = await this.#sorted(
      [...this.#products.values()].map(({ product }) => product),
      (a, b) => compareS360Ids(a.id, b.id),
    );
    const performancesByStart = await this.#sorted([...this.#performances.values()], byStart);
    const index = {
      institution: this.institution,
      contentVersion: await this.#contentVersion(products),
      seasons: this.#seasons,
      tariffs: this.#tariffs,
      topics: this.#topics,
      venues: this.#venues,
      seatCategories: this.#seatCategories,
      products: this.#products,
      performances: this.#performances,
      productList: products,
      performancesByStart,
    };
    return new IndexedCatalog(index, meta);
  }

  async #addProduct(product: Product): Promise<void> {
    this.#interning.internProduct(product);
    // Paging relies on it, and S-360 promises no order.
    (product.performances as Performance[]).sort(byStart);
    for (const performance of product.performances) {
      if (!this.#performances.has(performance.id)) this.#performances.set(performance.id, performance);
      this.#interning.internPrices(performance.prices);
      await this.#breathe();
    }
    for (const item of product.items) {
      this.#interning.internPrices(item.prices);
      await this.#breathe();
    }
    this.#products.set(product.id, {
      product,
      fingerprint: await productFingerprint(product, this.#slice),
      searchText: [...new Set(product.name.map(([, value]) => foldForSearch(value)))].join(' '),
    });
    await this.#breathe();
  }

  async #keepFirst<T extends { readonly id: string }>(
    known: Map<string, T>,
    records: readonly T[] = [],
  ): Promise<void> {
    for (const record of records) {
      if (!known.has(record.id)) known.set(record.id, record);
      await this.#breathe();
    }
  }

  /** Of everything, whatever the order of the parts was. */
  async #contentVersion(products: readonly Product[]): Promise<string> {
    const prints: string[] = [];
    for (const records of [this.#seasons, this.#tariffs, this.#topics, this.#venues, this.#seatCategories]) {
      const own = await this.#sorted<{ readonly id: string }>([...records.values()], (a, b) =>
        compareS360Ids(a.id, b.id),
      );
      for (const record of own) {
        prints.push(fingerprint(record));
        await this.#breathe();
      }
      prints.push('/');
    }
    for (const { id } of products) prints.push(this.#products.get(id)!.fingerprint);
    return fingerprint(prints.join(' '));
  }

  #sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
    return sortInSlices(items, compare, this.#slice);
  }

  async #breathe(): Promise<void> {
    if (this.#slice.isOver()) await this.#slice.pause();
  }
}

function byStart(a: Performance, b: Performance): number {
  return a.startsAt - b.startsAt || compareS360Ids(a.id, b.id);
}
