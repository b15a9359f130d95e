import type { ProductKind } from './catalog.js';
import type { Currency } from './money.js';
import type { TranslatedText } from './text.js';

/** What `CatalogService.getPOSConfig` says about the operator's point of sales, as far as we use it. */
export interface PointOfSales {
  /** `posId`: the `pointOfSalesId` of all later calls. */
  readonly id: string;
  readonly code: string;
  readonly organizationName: TranslatedText;
  /** IANA name, `organizationTimeZone`. */
  readonly timeZone: string;
  readonly currency: Currency;
  /** The main language first. */
  readonly languages: readonly string[];
  readonly maxSeatsPerPerformance: number | null;
  readonly paymentMethods: readonly PaymentMethod[];
  /** Whether contacts may be created (`contactAccountCreationAllowed`). */
  readonly contactCreationAllowed: boolean;
  /** Whether contact files may be read and changed (`contactFileAccessAllowed`). */
  readonly contactAccessAllowed: boolean;
  /** Kinds of products that are sold to a contact only (`productFamilies[].contactRequired`). */
  readonly contactRequiredKinds: readonly ProductKind[];
  /** False while the point of sales or its sales channel is switched off. */
  readonly isSelling: boolean;
}

export interface PaymentMethod {
  readonly id: string;
  readonly code: string;
  readonly name: TranslatedText;
}

/** NORMAL: all works. DEGRADED: answers come from the cache. SALES_CLOSED: S-360 takes no orders now. */
export type ServiceLevel = 'NORMAL' | 'DEGRADED' | 'SALES_CLOSED';
