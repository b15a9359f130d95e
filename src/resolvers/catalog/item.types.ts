import { Args, ID, Int, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { ProductItem, Timeslot } from '../../domain/catalog.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { globalIdOf } from './named-record.js';
import { PricesArgs, PriceType, pricesOf } from './price.types.js';
import { zoned } from './venue-time.js';
import { NamedType } from './named.type.js';

@ObjectType('Timeslot', { description: 'When a visit may begin.', simpleResolvers: true })
export class TimeslotType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: Timeslot,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return globalIdOf(this.snapshot, this.record);
  }

  @PlainField(() => DateTimeScalar)
  get startsAt(): ZonedInstant {
    return zoned(this.snapshot, this.record.startsAt);
  }

  @PlainField(() => DateTimeScalar, { nullable: true })
  get endsAt(): ZonedInstant {
    return zoned(this.snapshot, this.record.endsAt);
  }

  @PlainField(() => Int, {
    nullable: true,
    description: 'How many may be sold at most; null when there is no limit of its own.',
  })
  get quota(): number | null {
    return this.record.quota;
  }
}

@ObjectType('ProductItem', {
  description: 'What is ordered for a product without performances.',
  simpleResolvers: true,
})
export class ProductItemType extends NamedType<ProductItem> {
  @PlainField(() => [TimeslotType])
  get timeslots(): TimeslotType[] {
    return this.record.timeslots.map((slot) => new TimeslotType(this.snapshot, slot));
  }

  @PlainField(() => [PriceType])
  prices(@Args(() => PricesArgs) args: PricesArgs): PriceType[] {
    return pricesOf(this.snapshot, this.record.prices, args);
  }
}
