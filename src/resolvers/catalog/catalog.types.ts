import { Args, ID, Int, ObjectType } from 'type-graphql';
import { colorOfProduct } from '../../cache/product-color.js';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { RequestContext } from '../../context.js';
import type { AvailabilityColor } from '../../domain/availability.js';
import type { CatalogState, Performance, Product, ProductKind } from '../../domain/catalog.js';
import { formatGlobalId } from '../../domain/ids.js';
import { formatLocal, type ZonedInstant } from '../../domain/local-time.js';
import { performanceSaleStatus, productSaleStatus, type SaleStatus } from '../../domain/sale-status.js';
import type { Institution } from '../../services/institution.types.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { LanguageArgs, textIn, type Languages } from '../languages.js';
import { MoneyRangeType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { CatalogStateEnum, ProductKindEnum, SaleStatusEnum } from './catalog.enums.js';
import { ProductItemType } from './item.types.js';
import { nameOf } from './named-record.js';
import {
  priceRangeOf,
  PricesArgs,
  pricesOf,
  PriceType,
  SalesPeriodType,
  salesPeriodsOf,
} from './price.types.js';
import { priceListsOf } from './price-range.js';
import { SeatCategoryType, seatCategoryOf } from './seat-category.types.js';
import { SeasonType, TopicType } from './topic.types.js';
import { VenueType } from './venue.types.js';
import { zoned } from './venue-time.js';
import { CachedFor, Key } from '../federation/directives.js';

/** `performances` and `availability` are added by their resolvers. */
@Key('id')
@CachedFor(600)
@ObjectType('Product', {
  description: 'What the institution sells: an event with its performances, a pass, a season ticket, goods.',
  simpleResolvers: true,
})
export class ProductType {
  constructor(
    readonly owner: Institution,
    readonly snapshot: CatalogSnapshot,
    readonly record: Product,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.owner.code, this.record.id);
  }

  @PlainField(() => String, { description: "S-360's own id, without the institution." })
  get s360Id(): string {
    return this.record.id;
  }

  @PlainField(() => InstitutionType)
  get institution(): InstitutionType {
    return new InstitutionType(this.owner, this.snapshot);
  }

  @PlainField(() => SeasonType, { nullable: true })
  get season(): SeasonType | null {
    const season = this.snapshot.season(this.record.seasonId);
    return season ? new SeasonType(this.snapshot, season) : null;
  }

  @PlainField(() => String)
  get code(): string {
    return this.record.code;
  }

  @PlainField(() => ProductKindEnum)
  get kind(): ProductKind {
    return this.record.kind;
  }

  @PlainField(() => String)
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    return nameOf(this.record, this.snapshot, args, context);
  }

  @PlainField(() => String, {
    nullable: true,
    description: 'As the organiser wrote it: it may hold HTML, to be sanitised before it is shown.',
  })
  description(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string | null {
    return textIn(this.record.description, this.snapshot, args, context);
  }

  @PlainField(() => String, {
    nullable: true,
    description:
      "As S-360 gives it: an http(s) address, or a path (`/images/…`) on the institution's own site.",
  })
  get imageUrl(): string | null {
    return safeImageUrl(this.record.imageUrl);
  }

  @PlainField(() => CatalogStateEnum)
  get state(): CatalogState {
    return this.record.state;
  }

  @CachedFor(10)
  @PlainField(() => SaleStatusEnum, {
    description: 'Of a product with performances: the best of theirs.',
  })
  saleStatus(_args: object, context: RequestContext): SaleStatus {
    return saleStatusOfProduct(this.owner, this.record, context.now());
  }

  @PlainField(() => [SalesPeriodType], {
    description: 'The distinct sales periods of its prices, the earliest first. Empty: not limited.',
  })
  get salesPeriods(): SalesPeriodType[] {
    return salesPeriodsOf(this.snapshot, priceListsOf(this.record));
  }

  @PlainField(() => [TopicType])
  get topics(): TopicType[] {
    return this.record.topicIds.flatMap((id) => {
      const topic = this.snapshot.topic(id);
      return topic ? [new TopicType(this.snapshot, topic)] : [];
    });
  }

  @PlainField(() => MoneyRangeType, {
    nullable: true,
    description:
      'Of the normal prices, without those for holders of a price level; free tickets count only where there is nothing else. Null: no price.',
  })
  get priceRange(): MoneyRangeType | null {
    return priceRangeOf(this.snapshot, priceListsOf(this.record));
  }

  @PlainField(() => [ProductItemType], {
    description: 'What is ordered for a product without performances: passes, services, goods.',
  })
  get items(): ProductItemType[] {
    return this.record.items.map((item) => new ProductItemType(this.snapshot, item));
  }
}

/** `availability` and `seats` are added by their resolvers. */
@Key('id')
@CachedFor(600)
@ObjectType('Performance', { description: 'An event on a date, at a place.', simpleResolvers: true })
export class PerformanceType {
  constructor(
    readonly owner: Institution,
    readonly snapshot: CatalogSnapshot,
    readonly record: Performance,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.owner.code, this.record.id);
  }

  @PlainField(() => String, { description: "S-360's own id, without the institution." })
  get s360Id(): string {
    return this.record.id;
  }

  @PlainField(() => InstitutionType)
  get institution(): InstitutionType {
    return new InstitutionType(this.owner, this.snapshot);
  }

  @PlainField(() => ProductType)
  get product(): ProductType {
    return new ProductType(this.owner, this.snapshot, this.snapshot.product(this.record.productId)!);
  }

  @PlainField(() => String, { description: "Its own name, or its product's where it has none." })
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    return textIn(this.record.name, this.snapshot, args, context) ?? this.product.name(args, context);
  }

  @PlainField(() => DateTimeScalar)
  get startsAt(): ZonedInstant {
    return zoned(this.snapshot, this.record.startsAt);
  }

  @PlainField(() => String, { description: "The same moment on the venue's clock, without offset." })
  get localStart(): string {
    return formatLocal(this.startsAt);
  }

  @PlainField(() => Int, { nullable: true })
  get durationMinutes(): number | null {
    return this.record.durationMinutes;
  }

  @PlainField(() => VenueType, { nullable: true })
  get venue(): VenueType | null {
    const venue = this.record.venueId === null ? undefined : this.snapshot.venue(this.record.venueId);
    return venue ? new VenueType(this.snapshot, venue) : null;
  }

  @PlainField(() => CatalogStateEnum)
  get state(): CatalogState {
    return this.record.state;
  }

  @CachedFor(10)
  @PlainField(() => SaleStatusEnum)
  saleStatus(_args: object, context: RequestContext): SaleStatus {
    return saleStatusOfPerformance(this.owner, this.product.record, this.record, context.now());
  }

  @PlainField(() => [SeatCategoryType], { description: 'The price zones of this performance.' })
  get seatCategories(): SeatCategoryType[] {
    return this.record.seatCategoryIds.map((id) => seatCategoryOf(this.snapshot, id));
  }

  @PlainField(() => [PriceType])
  prices(@Args(() => PricesArgs) args: PricesArgs): PriceType[] {
    return pricesOf(this.snapshot, this.record.prices, args);
  }

  @PlainField(() => MoneyRangeType, {
    nullable: true,
    description:
      'Of the normal prices, without those for holders of a price level; free tickets count only where there is nothing else. Null: no price.',
  })
  get priceRange(): MoneyRangeType | null {
    return priceRangeOf(this.snapshot, [this.record.prices]);
  }
}

/** Null when the snapshot does not have it. `id` is S-360's own. */
export function productOf(
  institution: Institution,
  snapshot: CatalogSnapshot,
  id: string,
): ProductType | null {
  const record = snapshot.product(id);
  return record ? new ProductType(institution, snapshot, record) : null;
}

/** Null when the snapshot does not have it, or not its product. `id` is S-360's own. */
export function performanceOf(
  institution: Institution,
  snapshot: CatalogSnapshot,
  id: string,
): PerformanceType | null {
  const record = snapshot.performance(id);
  return record && snapshot.product(record.productId)
    ? new PerformanceType(institution, snapshot, record)
    : null;
}

export function saleStatusOfProduct(owner: Institution, product: Product, now: number): SaleStatus {
  return productSaleStatus(product, colorsOf(owner, product), now);
}

export function saleStatusOfPerformance(
  owner: Institution,
  product: Product,
  performance: Performance,
  now: number,
): SaleStatus {
  return performanceSaleStatus(product, performance, colorsOf(owner, product), now);
}

function colorsOf({ availability: { board } }: Institution, product: Product) {
  return {
    ofPerformance: (id: string): AvailabilityColor => board.performance(id)?.color ?? 'UNKNOWN',
    ofProduct: (): AvailabilityColor => colorOfProduct(board, product),
  };
}

/** An organiser's text that could run as a script where a page shows it is no picture. */
function safeImageUrl(url: string | null): string | null {
  if (url === null) return null;
  return /^(https?:\/\/|\/)/i.test(url) ? url : null;
}
