import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { parseGlobalId, type GlobalId } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import { noteFreshness } from '../answer-age.js';
import { parseIds } from '../arguments.js';
import { performanceOf, PerformanceType, ProductType } from '../catalog/catalog.types.js';
import { loaded } from '../catalog/loaded.js';
import { AvailabilityChangeType, changesInCatalog } from './availability-update.types.js';
import { AvailabilityType } from './availability.types.js';
import { availabilityOfPerformance, availabilityOfProduct } from './availability-of.js';
import { SeatListType } from './seat.types.js';

const MAX_HISTORY = 100;

@Resolver()
export class AvailabilityResolver {
  @Query(() => [AvailabilityType], {
    nullable: 'items',
    description: 'Many at once, in the order asked; null where the performance is not in the catalog.',
  })
  availabilities(
    @Arg('performanceIds', () => [ID], { description: 'At most 500.' }) performanceIds: string[],
    @Ctx() context: RequestContext,
  ): Promise<AvailabilityType | null>[] {
    // A list of promises: an institution that cannot answer fails its own slots only.
    return parseIds('performanceIds', performanceIds).map(async (id) => {
      const performance = performanceById(context, id);
      return performance === null ? null : availabilityOfPerformance(performance, context);
    });
  }

  @Query(() => [AvailabilityChangeType], {
    description:
      'The recorded color changes of a performance, newest first. Empty when it is not in the catalog.',
  })
  async availabilityHistory(
    @Arg('performanceId', () => ID) performanceId: string,
    @Arg('first', () => Int, { defaultValue: 50, description: `From 1 to ${MAX_HISTORY}.` }) first: number,
    @Ctx() context: RequestContext,
  ): Promise<AvailabilityChangeType[]> {
    const { institution, s360Id } = parseGlobalId('performanceId', performanceId);
    if (first < 1 || first > MAX_HISTORY) {
      throw new InvalidInputError('first', `must be from 1 to ${MAX_HISTORY}, got ${first}`);
    }
    return changesInCatalog(await context.colorHistory.ofPerformance(institution, s360Id, first), context);
  }
}

@Resolver(() => ProductType)
export class ProductAvailabilityResolver {
  @FieldResolver(() => AvailabilityType)
  availability(@Root() product: ProductType, @Ctx() context: RequestContext): Promise<AvailabilityType> {
    return availabilityOfProduct(product, context);
  }
}

@Resolver(() => PerformanceType)
export class PerformanceAvailabilityResolver {
  @FieldResolver(() => AvailabilityType)
  availability(
    @Root() performance: PerformanceType,
    @Ctx() context: RequestContext,
  ): Promise<AvailabilityType> {
    return availabilityOfPerformance(performance, context);
  }

  @FieldResolver(() => SeatListType, {
    description:
      'Single seats, for choosing places. Asks S-360 at most once a minute for the same answer. One performance in an operation; without `seatCategoryId` at most 10,000 seats.',
  })
  async seats(
    @Root() performance: PerformanceType,
    @Ctx() context: RequestContext,
    @Arg('seatCategoryId', () => ID, { nullable: true }) seatCategoryId?: string | null,
  ): Promise<SeatListType> {
    const { owner, record } = performance;
    const category = seatCategoryId ?? null;
    const s360Id = category === null ? null : ownSeatCategory(owner.code, category);
    const key = { institution: owner.code, s360Id: record.id };
    const answer = await context.loaders.seats(key, s360Id);
    noteFreshness(context, answer.freshness);
    if (s360Id === null && answer.seats.length > MAX_SEATS) {
      const rule = `must be given: the performance has ${answer.seats.length} seats, at most ${MAX_SEATS} are answered at once`;
      throw new InvalidInputError('seatCategoryId', rule);
    }
    return new SeatListType(performance, answer);
  }
}

/** A stadium's 60,000 seats would stop the process for as long as it writes them. */
const MAX_SEATS = 10_000;

/** Null when it is not in the catalog; throws CatalogNotLoadedError when there is no catalog yet to look in. */
function performanceById(
  { institutions }: RequestContext,
  { institution, s360Id }: GlobalId,
): PerformanceType | null {
  const owner = institutions.get(institution);
  return owner === undefined ? null : performanceOf(owner, loaded(owner).snapshot, s360Id);
}

function ownSeatCategory(institution: string, id: string): string {
  const parsed = parseGlobalId('seatCategoryId', id);
  if (parsed.institution === institution) return parsed.s360Id;
  throw new InvalidInputError(
    'seatCategoryId',
    `must be one of ${institution}, got one of ${parsed.institution}`,
  );
}
