import type { ColorLog } from '../../journal/color-log.js';
import type { Clock } from '../../clock.js';
import { decodeCursor } from './availability-cursor.js';
import type {
  AvailabilityFeed,
  FeedFilter,
  FeedSubscriber,
  FeedPoll,
  FeedSource,
  FeedUpdate,
} from './availability-feed.types.js';
import { checkFilter, type CheckedFilter } from './availability-filter.js';
import { PublishedPoll } from './availability-published-poll.js';
import { FeedSubscription } from './availability-subscription.js';
import { WeightedTurns } from '../../weighted-turns.js';
import { Watchers, type WatcherCounts } from './availability-watchers.js';

export interface RunningFeed extends AvailabilityFeed {
  /** Called once for each institution, before anyone subscribes to it. */
  join(source: FeedSource): void;
  /** To be called in the turn in which the board and the log's head moved (`ColorLog.append`). */
  publish(poll: FeedPoll): void;
  /** To be called in the turn in which positions of the log begin to count anew: followers get a GAP. */
  restart(): void;
  /** Who watches what of one institution now. */
  watchersOf(institution: string): WatcherCounts;
  /** Ends every subscription. May be called twice. */
  stop(): Promise<void>;
}

export interface AvailabilityFeedOptions {
  /** By code: what a filter may name. May still be empty while institutions are being opened. */
  readonly institutions: ReadonlyMap<string, unknown>;
  readonly colorLog: ColorLog;
  readonly clock: Clock;
  /** Polls that wait for a slow reader before it is sent to the log instead; 32 by default. */
  readonly maxPending?: number;
}

const DEFAULT_MAX_PENDING = 32;
/** Each is some megabytes, and tens of milliseconds, while it is made of the colors of a large catalog. */
const SNAPSHOTS_AT_ONCE = 2;
/** Whoever watches no more than so many products or performances waits for others like him only. */
const FEW_IDS = 20;

/** The color changes of all institutions as one feed, in the order of the log. */
export function createAvailabilityFeed(options: AvailabilityFeedOptions): RunningFeed {
  const { institutions, colorLog, clock, maxPending = DEFAULT_MAX_PENDING } = options;
  const sources = new Map<string, FeedSource>();
  const subscriptions = new Set<FeedSubscription>();
  const watchers = new Watchers();
  const snapshots = new WeightedTurns(SNAPSHOTS_AT_ONCE);
  const smallSnapshots = new WeightedTurns(SNAPSHOTS_AT_ONCE);
  let isStopped = false;

  function tellDemand(filter: CheckedFilter): void {
    for (const code of filter.institutions) sources.get(code)?.onDemand();
  }

  function open(subscription: FeedSubscription, filter: CheckedFilter): () => void {
    subscriptions.add(subscription);
    const unwatch = watchers.add(filter);
    tellDemand(filter);
    return () => {
      subscriptions.delete(subscription);
      unwatch();
      tellDemand(filter);
    };
  }

  return {
    join(source) {
      sources.set(source.institution, source);
    },
    publish(poll) {
      const published = new PublishedPoll(poll, colorLog.id);
      for (const subscription of subscriptions) subscription.offer(published);
    },
    restart() {
      for (const subscription of subscriptions) subscription.restart();
    },
    watchersOf: (institution) => watchers.of(institution),
    subscribe(
      given: FeedFilter,
      after: string | null,
      { signal, callerId }: FeedSubscriber,
    ): AsyncIterable<FeedUpdate> {
      const filter = checkFilter(given, [...institutions.keys()]);
      const resume = after === null ? null : { cursor: after, ...decodeCursor('after', after) };
      return {
        [Symbol.asyncIterator]: () => {
          const subscription: FeedSubscription = new FeedSubscription({
            filter,
            resume,
            colorLog,
            clock,
            sources: filter.institutions.flatMap((code) => sources.get(code) ?? []),
            maxPending,
            snapshots: watchesFew(filter) ? smallSnapshots : snapshots,
            callerId,
            signal: isStopped ? AbortSignal.abort() : signal,
            onOpen: () => open(subscription, filter),
          });
          return subscription;
        },
      };
    },
    async stop() {
      isStopped = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.return()));
    },
  };
}

function watchesFew({ productIds, performanceIds }: CheckedFilter): boolean {
  return [productIds, performanceIds].some((ids) => ids !== null && ids.size <= FEW_IDS);
}
