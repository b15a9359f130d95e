import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { AvailabilityColor } from '../../domain/availability.js';
import type { FeedChange, FeedUpdate } from '../../services/availability/availability-feed.types.js';
import { performanceOf, PerformanceType, productOf, ProductType } from '../catalog/catalog.types.js';
import { SeatCategoryType, seatCategoryOf } from '../catalog/seat-category.types.js';
import { AvailabilityColorEnum } from '../color.enum.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';

export const AvailabilityUpdateKindEnum = {
  SNAPSHOT: 'SNAPSHOT',
  CHANGES: 'CHANGES',
  HEARTBEAT: 'HEARTBEAT',
  GAP: 'GAP',
} as const satisfies Record<FeedUpdate['kind'], FeedUpdate['kind']>;

registerEnumType(AvailabilityUpdateKindEnum, {
  name: 'AvailabilityUpdateKind',
  valuesConfig: {
    SNAPSHOT: { description: 'All colors that match, as they are: forget what you knew.' },
    CHANGES: { description: 'What changed since the update before.' },
    HEARTBEAT: { description: 'A poll found no change.' },
    GAP: { description: 'The cursor is older than the kept history; a SNAPSHOT follows.' },
  },
});

@InputType('AvailabilityFilter', {
  description: 'Everything given restricts; an absent or empty list does not. At most 500 ids in a list.',
})
export class AvailabilityFilterInput {
  @Field(() => [ID], { nullable: true })
  institutions?: string[] | null;

  @Field(() => [ID], { nullable: true })
  productIds?: string[] | null;

  @Field(() => [ID], { nullable: true })
  performanceIds?: string[] | null;
}

@ObjectType('AvailabilityChange', { simpleResolvers: true })
export class AvailabilityChangeType {
  constructor(
    private readonly change: FeedChange,
    private readonly productOfIt: ProductType,
    private readonly performanceOfIt: PerformanceType | null,
  ) {}

  @PlainField(() => DateTimeScalar)
  get at(): number {
    return this.change.at;
  }

  @PlainField(() => ProductType)
  get product(): ProductType {
    return this.productOfIt;
  }

  @PlainField(() => PerformanceType, { nullable: true })
  get performance(): PerformanceType | null {
    return this.performanceOfIt;
  }

  @PlainField(() => SeatCategoryType, {
    nullable: true,
    description: 'Null when the change is that of the whole performance or product.',
  })
  get seatCategory(): SeatCategoryType | null {
    const { seatCategoryId } = this.change;
    return seatCategoryId === null ? null : seatCategoryOf(this.productOfIt.snapshot, seatCategoryId);
  }

  @PlainField(() => AvailabilityColorEnum, { nullable: true, description: 'Null in a SNAPSHOT.' })
  get before(): AvailabilityColor | null {
    return this.change.before;
  }

  @PlainField(() => AvailabilityColorEnum)
  get after(): AvailabilityColor {
    return this.change.after;
  }

  @PlainField(() => Int, { nullable: true })
  get remaining(): number | null {
    return this.change.remaining;
  }
}

@ObjectType('AvailabilityUpdate', { simpleResolvers: true })
export class AvailabilityUpdateType {
  constructor(private readonly update: FeedUpdate) {}

  @PlainField(() => String, {
    description:
      'Pass the last one seen as `after` to miss nothing after a disconnect, a deploy or a change of replica.',
  })
  get cursor(): string {
    return this.update.cursor;
  }

  @PlainField(() => AvailabilityUpdateKindEnum)
  get kind(): FeedUpdate['kind'] {
    return this.update.kind;
  }

  @PlainField(() => [AvailabilityChangeType])
  changes(_args: object, context: RequestContext): AvailabilityChangeType[] {
    return changesInCatalog(this.update.changes, context);
  }

  @PlainField(() => DateTimeScalar)
  get polledAt(): number {
    return this.update.polledAt;
  }

  @PlainField(() => DateTimeScalar)
  get nextPollAt(): number {
    return this.update.nextPollAt;
  }
}

/** What left the catalog since is left out: nothing could be said about it, and `catalogChanged` told of it. */
export function changesInCatalog(
  changes: readonly FeedChange[],
  { institutions }: Pick<RequestContext, 'institutions'>,
): AvailabilityChangeType[] {
  return changes.flatMap((change) => {
    const institution = institutions.get(change.institution);
    const snapshot = institution?.catalog.current() ?? null;
    if (institution === undefined || snapshot === null) return [];
    const { subject } = change;
    const product = productOf(institution, snapshot, subject.productId);
    const performance =
      subject.kind === 'performance' ? performanceOf(institution, snapshot, subject.performanceId) : null;
    if (product === null || (subject.kind === 'performance' && performance === null)) return [];
    return [new AvailabilityChangeType(change, product, performance)];
  });
}
