import { registerEnumType } from 'type-graphql';
import type { CatalogState, ProductKind, TariffKind } from '../../domain/catalog.js';
import type { SaleStatus } from '../../domain/sale-status.js';

export const ProductKindEnum = {
  EVENT: 'EVENT',
  PASS: 'PASS',
  SEASON_TICKET: 'SEASON_TICKET',
  PACKAGE: 'PACKAGE',
  MEMBERSHIP: 'MEMBERSHIP',
  SERVICE: 'SERVICE',
  GOODS: 'GOODS',
  TRANSPORT: 'TRANSPORT',
  HOSPITALITY: 'HOSPITALITY',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<ProductKind, ProductKind>;

registerEnumType(ProductKindEnum, {
  name: 'ProductKind',
  valuesConfig: {
    EVENT: { description: 'Sold by its performances.' },
    PASS: { description: 'An admission without a seat, with or without a time slot.' },
    SEASON_TICKET: { description: 'Several performances sold as one.' },
    PACKAGE: { description: 'Several products sold as one.' },
    UNKNOWN: { description: 'A kind that S-360 added since.' },
  },
});

export const CatalogStateEnum = {
  PREPARING: 'PREPARING',
  VALIDATED: 'VALIDATED',
  RUNNING: 'RUNNING',
  SUSPENDED: 'SUSPENDED',
  CANCELED: 'CANCELED',
  CLOSED: 'CLOSED',
  CANCELED_CLOSED: 'CANCELED_CLOSED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<CatalogState, CatalogState>;

registerEnumType(CatalogStateEnum, {
  name: 'CatalogState',
  description: 'What the organiser set in S-360. Whether it can be bought now is `saleStatus`.',
  valuesConfig: {
    PREPARING: { description: 'Being set up.' },
    VALIDATED: { description: 'Complete, not yet on sale.' },
    RUNNING: { description: 'On sale, within its sales periods.' },
    SUSPENDED: { description: 'Sale stopped for a while.' },
    CANCELED: { description: 'Canceled; whether tickets are refunded is another matter.' },
    CLOSED: { description: 'Figures locked; no sale any more.' },
    CANCELED_CLOSED: { description: 'Canceled and locked.' },
    UNKNOWN: { description: 'A state that S-360 added since, or none.' },
  },
});

export const SaleStatusEnum = {
  SOON_ON_SALE: 'SOON_ON_SALE',
  ON_SALE: 'ON_SALE',
  TEMPORARILY_UNAVAILABLE: 'TEMPORARILY_UNAVAILABLE',
  SALES_ENDED: 'SALES_ENDED',
  CANCELED: 'CANCELED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<SaleStatus, SaleStatus>;

registerEnumType(SaleStatusEnum, {
  name: 'SaleStatus',
  description: 'Whether it can be bought, from state, sales periods, start and the color last seen.',
  valuesConfig: {
    TEMPORARILY_UNAVAILABLE: { description: 'Nothing left now, or stopped for a while; it may come back.' },
  },
});

export const TariffKindEnum = {
  FULL: 'FULL',
  REDUCED: 'REDUCED',
  FREE: 'FREE',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<TariffKind, TariffKind>;

registerEnumType(TariffKindEnum, { name: 'TariffKind' });

export type ProductSort = 'NEXT_PERFORMANCE' | 'NAME' | 'PRICE';

export const ProductSortEnum = {
  NEXT_PERFORMANCE: 'NEXT_PERFORMANCE',
  NAME: 'NAME',
  PRICE: 'PRICE',
} as const satisfies Record<ProductSort, ProductSort>;

registerEnumType(ProductSortEnum, {
  name: 'ProductSort',
  valuesConfig: {
    NEXT_PERFORMANCE: { description: 'By the next performance to come; products without one last.' },
    NAME: { description: "By name, in the caller's language." },
    PRICE: { description: 'By the lowest price, as a number; products without prices last.' },
  },
});

export type ProductChangeKind = 'ADDED' | 'CHANGED' | 'REMOVED';

export const ProductChangeKindEnum = {
  ADDED: 'ADDED',
  CHANGED: 'CHANGED',
  REMOVED: 'REMOVED',
} as const satisfies Record<ProductChangeKind, ProductChangeKind>;

registerEnumType(ProductChangeKindEnum, { name: 'ProductChangeKind' });
