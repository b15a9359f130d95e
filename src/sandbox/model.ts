import type { NewContact } from './contacts/contact.types.js';

/**
 * The sandbox's data, in S-360's own words and shapes (members as in the REST-RPC answers): what a world is made
 * of, and what the operations answer from. Plain data that a test can read and edit. Ids are integers below 2^53,
 * money is in thousandths, instants are ISO 8601 strings with offset, as S-360 writes them.
 */
export interface World {
  readonly institutions: InstitutionWorld[];
}

export interface InstitutionWorld {
  /** Lower case; also the first part of the path, and upper case with `_FOYER` the operator's name. */
  code: string;
  posConfig: PosConfig;
  /** The institution's own seasons, as `SetupService.listSeasons` would name them. */
  seasons: Season[];
  /** Seasons of another organisation that `getCatalogDetailed` lets through as well. */
  leakedSeasons: Season[];
  physicalConfigurations: PhysicalConfiguration[];
  externalVerifications: JsonObject[];
  groupCriterions: JsonObject[];
  vatCodes: VatCode[];
  /** ISO instant of the last change of the set-up. */
  lastSetupUpdate: string;
  stock: StockPlan;
  /** Who has a contact file at the start; numbers are given in this order. */
  contacts?: NewContact[];
  /** Made of a file, which it stays true to: the organiser leaves its set-up alone. */
  isCopy?: boolean;
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue };
export type JsonObject = { [member: string]: JsonValue };

export interface TranslatedString {
  translations: { locale: string; value: string }[];
}

export type State =
  'PREPARING' | 'VALIDATED' | 'RUNNING' | 'SUSPENDED' | 'CANCELED' | 'CLOSED' | 'CANCELED_CLOSED';

export type ProductFamilyType =
  | 'SINGLE_ENTRY'
  | 'SEASONTICKET'
  | 'PASS'
  | 'PACKAGE'
  | 'MEMBERSHIP'
  | 'SERVICE'
  | 'GOODS'
  | 'TRANSPORT'
  | 'HOSPITALITY';

export interface Season {
  id: number;
  code: string;
  externalName: TranslatedString;
  state: State;
  start: string;
  end: string;
  audienceCategories: AudienceCategory[];
  priceLevels: PriceLevel[];
  topics: { id: number; code: string; externalName: TranslatedString }[];
  products: Product[];
}

export interface AudienceCategory {
  id: number;
  code: string;
  externalName: TranslatedString;
  mainCategory: 'OCCASIONAL' | 'SUBSCRIBER' | 'INSIDE_SEASONTICKET' | 'MEMBER' | 'INVITED';
  secondaryCategory: 'INDIVIDUAL' | 'COMMUNITY' | 'GROUP' | 'TAXED' | 'FREE' | 'PROMOTIONAL' | 'ERROR';
  audienceSubCategories: AudienceSubCategory[];
}

export interface AudienceSubCategory {
  id: number;
  code: string;
  externalName: TranslatedString;
  externalDescription?: TranslatedString;
  audienceCategoryKind: 'FULL' | 'REDUCED' | 'FREE';
  requiredAudienceSubCategoryIds: number[];
  crossSeatCategory: boolean;
}

export interface PriceLevel {
  id: number;
  code: string;
  mainCategory: AudienceCategory['mainCategory'];
  reduction?: number;
}

export interface Product {
  id: number;
  code: string;
  externalName: TranslatedString;
  description?: TranslatedString;
  productFamilyType: ProductFamilyType;
  state: State;
  vatCodeId?: number;
  minQuantity?: number;
  exchangeable?: boolean;
  largeImageUrl?: string;
  logo?: string;
  /** [I] where topics hang on a product is not known; the sandbox names them so. */
  topicIds: number[];
  crossSellProductLinks: JsonObject[];
  event?: { performances: Performance[] };
  pass?: {
    consecutive: string;
    dateMandatory: boolean;
    guided: boolean;
    items: Item[];
    timeslots: Timeslot[];
  };
  service?: { items: Item[] };
  package?: { lines: { product: { id: number } }[] };
  seasonTicket?: { items: Item[]; lines: { product: { id: number } }[] };
  /** [I] MEMBERSHIP, GOODS, TRANSPORT and HOSPITALITY must have a member of their own that was never seen. */
  membership?: { items: Item[] };
  goods?: { items: Item[] };
  transport?: { items: Item[] };
  hospitality?: { items: Item[] };
}

export interface Performance {
  id: number;
  state: State;
  start: string;
  /** Seconds. */
  duration?: number;
  externalName?: TranslatedString;
  physicalConfigurationId?: number;
  seatCategories: { id: number; code: string; externalName: TranslatedString }[];
  prices: Price[];
}

export interface Price {
  audSubCatId: number;
  seatCatId?: number;
  priceLevelId?: number;
  amount: number;
  minQty?: number;
  maxQty?: number;
  salePeriods: SalePeriod[];
}

export interface SalePeriod {
  start?: string;
  end?: string;
  audienceSubCatIds: number[];
}

export interface Item {
  itemId: number;
  externalName?: TranslatedString;
  timeslotIds: number[];
  itemPrices: (Omit<Price, 'seatCatId'> & { rateTypeId?: number })[];
}

export interface Timeslot {
  id: number;
  /** Local dates `YYYY-MM-DD` and time `HH:MM` of the organisation's zone; the sandbox's slots last one day each. */
  startDate: string;
  endDate: string;
  startTime: string;
  /** Seconds. */
  duration: number;
  /** Seconds after departure during which selling goes on. */
  salesTolerance: number;
  quota: number;
  allVisitLanguages: boolean;
  allVisitThemes: boolean;
  themes: { themeId: number; languageCode: string }[];
}

export interface PhysicalConfiguration {
  id: number;
  code: string;
  externalName: TranslatedString;
  type: string;
  kind: string;
  mapType?: string;
  siteId: number;
  siteCode: string;
  siteExternalName: TranslatedString;
  spaceId: number;
  spaceCode: string;
  spaceExternalName: TranslatedString;
  countryCode: string;
  formattedAddress: string;
  street: string;
  zipcode: string;
  town: string;
  physicalGauge: number;
  securityGauge: number;
  areas: { id: number; code: string; externalName?: TranslatedString }[];
}

export interface VatCode {
  id: number;
  code: string;
  /** Per cent x 1000: 2100 is 2.1 %. */
  currentRate: number;
  country: string;
}

export interface PosConfig {
  posId: number;
  posCode: string;
  institCode: string;
  organizationName: TranslatedString;
  organizationTimeZone: string;
  currencyCode: string;
  organizationCurrency: { currencyCode: string; symbol: string; fractionDigit: number; minAmount: number };
  mainLanguage: string;
  languageList: string;
  maxSeatsPerPerformance: number;
  orderAbandonDelay: number;
  testInstitution: boolean;
  virtualOperatorName: string;
  paymentMethods: {
    id: number;
    code: string;
    externalName: TranslatedString;
    paymentType: string;
    forPayment: boolean;
    rank: number;
  }[];
  [member: string]: unknown;
}

/** How many places there are, before anyone bought one. */
export interface StockPlan {
  /** Per cent of the places at or below which a product counts as "few left"; 10 where a product is not named. */
  alertRatioByProductId: Record<number, number>;
  /** Shares of the stock that only the composed products named here may sell from. */
  dedicatedContingents: { id: number; code: string; composedProductIds: number[] }[];
  performances: PerformanceStock[];
  items: ItemStock[];
}

export interface PerformanceStock {
  performanceId: number;
  productId: number;
  zones: Zone[];
}

/** Places of one seat category in one contingent. `rows` empty: an unnumbered area with `capacity` places. */
export interface Zone {
  seatCategoryId: number;
  /** 0 is "without contingent", open to everybody. */
  contingentId: number;
  areaId: number;
  /** 0 where the area has no blocks. */
  blockId: number;
  capacity: number;
  /** Numbered zones: the rows, front first, each with its name and how many seats it has. Their sum is `capacity`. */
  rows: { name: string; seats: number }[];
  /** Physical id of the first seat; the others follow by one, row after row. */
  firstSeatId: number;
}

export interface ItemStock {
  productId: number;
  itemId: number;
  timeslotId: number | null;
  /** How many may be sold. */
  quota: number;
}
