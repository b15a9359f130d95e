import { Int, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { RequestContext } from '../../context.js';
import type { AvailabilityColor, SeatCategoryObservation } from '../../domain/availability.js';
import { PerformanceType, ProductType } from '../catalog/catalog.types.js';
import { SeatCategoryType, seatCategoryOf } from '../catalog/seat-category.types.js';
import { AvailabilityColorEnum } from '../color.enum.js';
import { FreshnessType } from '../freshness.types.js';
import { PlainField } from '../plain-field.js';
import type { ShownAvailability } from './derived-availability.js';
import { CachedFor } from '../federation/directives.js';

@ObjectType('SeatCategoryAvailability', { simpleResolvers: true })
export class SeatCategoryAvailabilityType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly observed: SeatCategoryObservation,
  ) {}

  @PlainField(() => SeatCategoryType)
  get seatCategory(): SeatCategoryType {
    return seatCategoryOf(this.snapshot, this.observed.seatCategoryId);
  }

  @PlainField(() => AvailabilityColorEnum)
  get color(): AvailabilityColor {
    return this.observed.color;
  }

  @PlainField(() => Int, { nullable: true })
  get remaining(): number | null {
    return this.observed.remaining;
  }
}

@CachedFor(60)
@ObjectType('Availability', {
  description: 'What is left to sell, as S-360 last said it. Never a promise: the order is.',
  simpleResolvers: true,
})
export class AvailabilityType {
  constructor(
    private readonly shown: ShownAvailability,
    private readonly productOfIt: ProductType,
    private readonly performanceOfIt: PerformanceType | null,
  ) {}

  @PlainField(() => PerformanceType, {
    nullable: true,
    description: 'Null when it is that of a whole product.',
  })
  get performance(): PerformanceType | null {
    return this.performanceOfIt;
  }

  @PlainField(() => ProductType)
  get product(): ProductType {
    return this.productOfIt;
  }

  @PlainField(() => AvailabilityColorEnum, {
    description: 'The best of its seat categories; of a product with performances, the best of theirs.',
  })
  get color(): AvailabilityColor {
    return this.shown.color;
  }

  @PlainField(() => String, {
    nullable: true,
    description: 'The word S-360 used, for the day it uses a new one. Null where its parts differ.',
  })
  get rawLevel(): string | null {
    return this.shown.rawLevel;
  }

  @PlainField(() => Int, { nullable: true, description: 'Null when S-360 gave a color only.' })
  get remaining(): number | null {
    return this.shown.remaining;
  }

  @PlainField(() => [SeatCategoryAvailabilityType])
  get bySeatCategory(): SeatCategoryAvailabilityType[] {
    const { snapshot } = this.productOfIt;
    return this.shown.bySeatCategory.map((part) => new SeatCategoryAvailabilityType(snapshot, part));
  }

  @PlainField(() => FreshnessType)
  freshness(_args: object, context: RequestContext): FreshnessType {
    return new FreshnessType(this.shown.freshness, context.now());
  }
}
