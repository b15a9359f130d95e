import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Price } from '../../domain/catalog.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import { MoneyRangeType, MoneyType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { priceRange, type PriceLists } from './price-range.js';
import { SeatCategoryType, seatCategoryOf } from './seat-category.types.js';
import { TariffType, tariffOf } from './tariff.types.js';
import { zonedOrNull } from './venue-time.js';

@ObjectType('Price', { description: 'What one place costs for a tariff.', simpleResolvers: true })
export class PriceType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: Price,
  ) {}

  @PlainField(() => TariffType)
  get tariff(): TariffType {
    return tariffOf(this.snapshot, this.record.tariffId);
  }

  @PlainField(() => SeatCategoryType, {
    nullable: true,
    description: 'Null when the price is the same wherever one sits, or there are no seats.',
  })
  get seatCategory(): SeatCategoryType | null {
    const { seatCategoryId } = this.record;
    return seatCategoryId === null ? null : seatCategoryOf(this.snapshot, seatCategoryId);
  }

  @PlainField(() => MoneyType)
  get amount(): MoneyType {
    return new MoneyType(this.record.amountMilli, this.snapshot.pointOfSales.currency);
  }

  @PlainField(() => Int, { nullable: true, description: 'Fewer than this cannot be ordered at this price.' })
  get minQuantity(): number | null {
    return this.record.minQuantity;
  }

  @PlainField(() => Int, { nullable: true, description: 'More than this cannot be ordered at this price.' })
  get maxQuantity(): number | null {
    return this.record.maxQuantity;
  }

  @PlainField(() => ID, {
    nullable: true,
    description:
      'Null: the normal price. Otherwise only for holders of this price level, such as subscribers.',
  })
  get priceLevelId(): string | null {
    const { priceLevelId } = this.record;
    return priceLevelId === null ? null : formatGlobalId(this.snapshot.institution, priceLevelId);
  }
}

@ArgsType()
export class PricesArgs {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Also the prices that only holders of a price level get; see `priceLevelId`.',
  })
  readonly includePriceLevels!: boolean;
}

@ObjectType('SalesPeriod', { description: 'When, and for whom, it is on sale.', simpleResolvers: true })
export class SalesPeriodType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: PublicSalesPeriod,
  ) {}

  @PlainField(() => DateTimeScalar, { nullable: true, description: 'Null: open from the beginning.' })
  get opensAt(): ZonedInstant | null {
    return zonedOrNull(this.snapshot, this.record.opensAt);
  }

  @PlainField(() => DateTimeScalar, { nullable: true, description: 'Null: open until the end.' })
  get closesAt(): ZonedInstant | null {
    return zonedOrNull(this.snapshot, this.record.closesAt);
  }

  @PlainField(() => [TariffType], { description: 'The tariffs on sale in this period.' })
  get tariffs(): TariffType[] {
    return [...this.record.tariffIds].map((id) => tariffOf(this.snapshot, id));
  }
}

interface PublicSalesPeriod {
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  readonly tariffIds: ReadonlySet<string>;
}

/** The normal prices, unless those for holders of a price level are wanted too: shown to everybody they would mislead. */
export function pricesOf(
  snapshot: CatalogSnapshot,
  prices: readonly Price[],
  { includePriceLevels }: PricesArgs,
): PriceType[] {
  const shown = includePriceLevels ? prices : prices.filter(({ priceLevelId }) => priceLevelId === null);
  return shown.map((price) => new PriceType(snapshot, price));
}

/** See `priceRange`; null when there is no price. */
export function priceRangeOf(snapshot: CatalogSnapshot, lists: PriceLists): MoneyRangeType | null {
  const range = priceRange(lists);
  if (range === null) return null;
  const { currency } = snapshot.pointOfSales;
  return new MoneyRangeType(new MoneyType(range.min, currency), new MoneyType(range.max, currency));
}

/** The distinct periods of all prices, the earliest first; those with the same dates are one, for all their tariffs. */
export function salesPeriodsOf(snapshot: CatalogSnapshot, lists: PriceLists): SalesPeriodType[] {
  const byDates = new Map<string, PublicSalesPeriod & { readonly tariffIds: Set<string> }>();
  for (const prices of lists) {
    for (const { tariffId, salesPeriods } of prices) {
      for (const { opensAt, closesAt, tariffIds } of salesPeriods) {
        const key = `${opensAt}/${closesAt}`;
        const period = byDates.get(key) ?? { opensAt, closesAt, tariffIds: new Set() };
        byDates.set(key, period);
        for (const id of tariffIds.length === 0 ? [tariffId] : tariffIds) period.tariffIds.add(id);
      }
    }
  }
  return [...byDates.values()]
    .sort((a, b) => (a.opensAt ?? -Infinity) - (b.opensAt ?? -Infinity) || closing(a) - closing(b))
    .map((period) => new SalesPeriodType(snapshot, period));
}

function closing({ closesAt }: PublicSalesPeriod): number {
  return closesAt ?? Number.MAX_SAFE_INTEGER;
}
