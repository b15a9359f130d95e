import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { OrderRefusal } from '../../domain/order.js';
import { unreachable } from '../../errors.js';
import type { Institution } from '../../services/institution.types.js';
import { MoneyType } from '../money.types.js';
import { SimpleUserErrorType, type UserErrorType } from '../user-errors.types.js';
import {
  AvailabilityUserErrorType,
  PriceChangedUserErrorType,
  UpstreamUserErrorType,
} from './order-user-errors.types.js';

/** The institution that a refusal is about. */
export interface RefusedAt {
  readonly owner: Institution;
  readonly catalog: CatalogSnapshot;
}

/** A refusal as the type that has its facts; without an institution there are none to show. */
export function refusedAs(refusal: OrderRefusal, at: RefusedAt | null): UserErrorType {
  const { facts } = refusal;
  if (at === null) return new SimpleUserErrorType(refusal);
  const { owner, catalog } = at;
  const { currency } = catalog.pointOfSales;
  switch (facts.kind) {
    case 'availability':
      return new AvailabilityUserErrorType(refusal, facts, { institution: owner, snapshot: catalog });
    case 'price':
      return new PriceChangedUserErrorType(
        refusal,
        new MoneyType(facts.expectedMilli, currency),
        new MoneyType(facts.actualMilli, currency),
      );
    case 'upstream':
      return new UpstreamUserErrorType(refusal, facts);
    case 'conflict':
    case 'none':
      return new SimpleUserErrorType(refusal);
    default:
      return unreachable(facts);
  }
}
