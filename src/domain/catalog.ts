import type { TranslatedText } from './text.js';

/**
 * The catalog as plain records. Ids here are S-360's own (decimal strings), without the institution: a snapshot
 * belongs to one institution. Instants are epoch milliseconds. Records are shared by everyone and never changed.
 */
export type CatalogState =
  'PREPARING' | 'VALIDATED' | 'RUNNING' | 'SUSPENDED' | 'CANCELED' | 'CLOSED' | 'CANCELED_CLOSED' | 'UNKNOWN';

export type ProductKind =
  | 'EVENT'
  | 'PASS'
  | 'SEASON_TICKET'
  | 'PACKAGE'
  | 'MEMBERSHIP'
  | 'SERVICE'
  | 'GOODS'
  | 'TRANSPORT'
  | 'HOSPITALITY'
  | 'UNKNOWN';

export type TariffKind = 'FULL' | 'REDUCED' | 'FREE' | 'UNKNOWN';

export interface Season {
  readonly id: string;
  readonly code: string;
  readonly name: TranslatedText;
  readonly state: CatalogState;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
}

/** S-360's audience sub-category: what the public calls a tariff. */
export interface Tariff {
  readonly id: string;
  readonly code: string;
  readonly name: TranslatedText;
  readonly kind: TariffKind;
  /** One of these must be in the basket before this tariff may be; empty when it is free to take. */
  readonly requiredTariffIds: readonly string[];
}

export interface Topic {
  readonly id: string;
  readonly code: string;
  readonly name: TranslatedText;
}

/** S-360's physical configuration: the room as built, on its site. */
export interface Venue {
  readonly id: string;
  readonly name: TranslatedText;
  readonly code: string;
  readonly space: TranslatedText;
  readonly address: string | null;
  readonly town: string | null;
  readonly countryCode: string | null;
  /** Area id to its code, for seats. */
  readonly areas: readonly { readonly id: string; readonly code: string }[];
}

export interface SeatCategory {
  readonly id: string;
  readonly code: string | null;
  readonly name: TranslatedText;
}

export interface SalesPeriod {
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  /** Tariffs on sale in the period; empty means all. */
  readonly tariffIds: readonly string[];
}

export interface Price {
  readonly tariffId: string;
  readonly seatCategoryId: string | null;
  /** Null: the normal price. Otherwise only for holders of that price level. */
  readonly priceLevelId: string | null;
  readonly amountMilli: bigint;
  readonly minQuantity: number | null;
  readonly maxQuantity: number | null;
  readonly salesPeriods: readonly SalesPeriod[];
}

export interface Performance {
  readonly id: string;
  readonly productId: string;
  /** Empty when the performance has no name of its own: it then goes by its product's. */
  readonly name: TranslatedText;
  readonly startsAt: number;
  readonly durationMinutes: number | null;
  readonly venueId: string | null;
  readonly state: CatalogState;
  readonly seatCategoryIds: readonly string[];
  readonly prices: readonly Price[];
}

export interface Timeslot {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly quota: number | null;
}

/** What is ordered for a product without performances: a pass, a service, a season ticket. */
export interface ProductItem {
  readonly id: string;
  readonly name: TranslatedText;
  readonly timeslots: readonly Timeslot[];
  readonly prices: readonly Price[];
}

export interface Product {
  readonly id: string;
  readonly seasonId: string;
  readonly code: string;
  readonly kind: ProductKind;
  readonly name: TranslatedText;
  /** Plain text or HTML, as the organiser wrote it. */
  readonly description: TranslatedText;
  readonly imageUrl: string | null;
  readonly state: CatalogState;
  readonly topicIds: readonly string[];
  /** Sorted by start, then id. */
  readonly performances: readonly Performance[];
  readonly items: readonly ProductItem[];
  /** Products inside a season ticket or package. */
  readonly containedProductIds: readonly string[];
}
