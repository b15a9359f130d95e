import { Arg, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { FeedFilter } from '../../services/availability/availability-feed.types.js';
import type { FeedUpdate } from '../../services/availability/availability-feed.types.js';
import { AvailabilityFilterInput, AvailabilityUpdateType } from './availability-update.types.js';

interface AvailabilityChangedArgs {
  readonly filter?: AvailabilityFilterInput | null;
  readonly after?: string | null;
}

@Resolver()
export class AvailabilityChangedResolver {
  @Subscription(() => AvailabilityUpdateType, {
    description:
      'First a SNAPSHOT (or, with `after`, what was missed), then CHANGES as the poller finds them, and a HEARTBEAT for every poll that found none.',
    subscribe,
  })
  availabilityChanged(
    @Root() update: FeedUpdate,
    @Arg('filter', () => AvailabilityFilterInput, { nullable: true })
    _filter?: AvailabilityFilterInput | null,
    @Arg('after', () => String, { nullable: true }) _after?: string | null,
  ): AvailabilityUpdateType {
    return new AvailabilityUpdateType(update);
  }
}

/** The subscription ends when its reader returns; nothing else has to end it. */
function subscribe({
  args,
  context,
}: SubscribeResolverData<unknown, AvailabilityChangedArgs, RequestContext>): AsyncIterable<FeedUpdate> {
  const { institutions, productIds, performanceIds } = args.filter ?? {};
  const filter: FeedFilter = {
    ...(institutions ? { institutions } : {}),
    ...(productIds ? { productIds } : {}),
    ...(performanceIds ? { performanceIds } : {}),
  };
  return context.feed.subscribe(filter, args.after ?? null, {
    signal: new AbortController().signal,
    callerId: context.caller.id,
  });
}
