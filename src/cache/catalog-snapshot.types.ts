import type { Performance, Product, Season, SeatCategory, Tariff, Topic, Venue } from '../domain/catalog.js';
import type { PointOfSales } from '../domain/institution.js';

/**
 * One institution's catalog at one moment: immutable, indexed, replaced as a whole. All ids are S-360's own.
 * Look-ups answer undefined for what is not there: sold tickets and dangling references are normal.
 */
export interface CatalogSnapshot {
  readonly institution: string;
  /** Changes with the content: equal versions have equal content. */
  readonly version: string;
  /** Epoch ms of `getLastSetupUpdate` when it was loaded; null when S-360 did not say. */
  readonly setupUpdatedAt: number | null;
  /** Epoch ms when S-360 sent it. */
  readonly observedAt: number;
  readonly pointOfSales: PointOfSales;
  readonly seasons: readonly Season[];
  readonly products: readonly Product[];
  /** Sorted by start, then id. */
  readonly performances: readonly Performance[];
  product(id: string): Product | undefined;
  performance(id: string): Performance | undefined;
  season(id: string): Season | undefined;
  tariff(id: string): Tariff | undefined;
  seatCategory(id: string): SeatCategory | undefined;
  topic(id: string): Topic | undefined;
  venue(id: string): Venue | undefined;
  /** The product's names in all languages, lower case, without diacritics: what text search looks through. */
  searchText(productId: string): string;
}
