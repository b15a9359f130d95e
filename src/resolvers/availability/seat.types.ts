import { ID, ObjectType } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { Seat } from '../../domain/availability.js';
import type { Freshness } from '../../domain/freshness.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { PerformanceType } from '../catalog/catalog.types.js';
import { SeatCategoryType, seatCategoryOf } from '../catalog/seat-category.types.js';
import { FreshnessType } from '../freshness.types.js';
import { PlainField } from '../plain-field.js';
import { CachedFor } from '../federation/directives.js';

@ObjectType('Seat', { simpleResolvers: true })
export class SeatType {
  constructor(
    private readonly performance: PerformanceType,
    private readonly record: Seat,
    private readonly areaCodes: ReadonlyMap<string, string>,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.performance.owner.code, this.record.id);
  }

  @PlainField(() => SeatCategoryType, { nullable: true })
  get seatCategory(): SeatCategoryType {
    return seatCategoryOf(this.performance.snapshot, this.record.seatCategoryId);
  }

  @PlainField(() => String, {
    nullable: true,
    description: "The area's code, or its id where the catalog has none.",
  })
  get area(): string | null {
    const { areaId } = this.record;
    return areaId === null ? null : (this.areaCodes.get(areaId) ?? areaId);
  }

  @PlainField(() => String, { nullable: true })
  get block(): string | null {
    return this.record.blockId;
  }

  @PlainField(() => String, { nullable: true, description: 'Null in unnumbered areas.' })
  get row(): string | null {
    return this.record.row;
  }

  @PlainField(() => String, { nullable: true, description: 'Null in unnumbered areas.' })
  get number(): string | null {
    return this.record.number;
  }

  @PlainField(() => Boolean)
  get available(): boolean {
    return this.record.isAvailable;
  }
}

@CachedFor(60)
@ObjectType('SeatList', { description: 'Single seats of a performance.', simpleResolvers: true })
export class SeatListType {
  constructor(
    private readonly performance: PerformanceType,
    private readonly answer: { readonly seats: readonly Seat[]; readonly freshness: Freshness },
  ) {}

  @PlainField(() => [SeatType])
  get seats(): SeatType[] {
    const { snapshot, record } = this.performance;
    const venue = record.venueId === null ? undefined : snapshot.venue(record.venueId);
    const areaCodes = new Map(venue?.areas.map(({ id, code }) => [id, code]));
    return this.answer.seats.map((seat) => new SeatType(this.performance, seat, areaCodes));
  }

  @PlainField(() => FreshnessType)
  freshness(_args: object, context: RequestContext): FreshnessType {
    return new FreshnessType(this.answer.freshness, context.now());
  }
}
