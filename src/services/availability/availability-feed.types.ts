import type { ColorChange, ObservedAvailability } from '../../domain/availability.js';
import type { RecordedColorChange } from '../../journal/color-history.types.js';

/** What the subscription resolver reads: one institution-wide poll result, or the opening of a subscription. */
export interface FeedUpdate {
  /** Opaque; says "everything up to here was seen". */
  readonly cursor: string;
  readonly kind: 'SNAPSHOT' | 'CHANGES' | 'HEARTBEAT' | 'GAP';
  readonly changes: readonly FeedChange[];
  /** Epoch ms. */
  readonly polledAt: number;
  readonly nextPollAt: number;
  /** To be called when all that is needed was made of it: others wait for that. Absent: nobody does. */
  readonly onTaken?: () => void;
}

/** `before` is null in a SNAPSHOT. */
export type FeedChange = Omit<ColorChange, 'before'> & { readonly before: ColorChange['before'] | null };

export interface FeedFilter {
  /** Absent: all; empty: none. S-360 ids go with their institution, as global ids. */
  readonly institutions?: readonly string[];
  readonly productIds?: readonly string[];
  readonly performanceIds?: readonly string[];
}

export interface AvailabilityFeed {
  /**
   * First a SNAPSHOT (or, after a cursor, what was missed; or a GAP and a SNAPSHOT when it is too old), then every
   * poll. Ends when the subscriber's signal aborts or it returns. Throws InvalidInputError for a cursor that is not one.
   */
  subscribe(filter: FeedFilter, after: string | null, subscriber: FeedSubscriber): AsyncIterable<FeedUpdate>;
}

export interface FeedSubscriber {
  readonly signal: AbortSignal;
  /** `Caller.id`: the snapshots of each caller's subscriptions are made in turn with those of the others. */
  readonly callerId: string;
}

/** One institution's side of the feed: what a subscription opens with. */
export interface FeedSource {
  readonly institution: string;
  /** Resolves when what was kept over a restart is back on the board. */
  readonly ready: Promise<void>;
  observations(): Iterable<ObservedAvailability>;
  /** Epoch ms; null before the first poll. */
  polledAt(): number | null;
  nextPollAt(): number;
  /** The demand changed: the plan may have to. */
  onDemand(): void;
}

/** The result of one poll of one institution, made once for all subscribers. */
export interface FeedPoll {
  readonly institution: string;
  /** In order; empty when the poll found nothing new. */
  readonly changes: readonly RecordedColorChange[];
  /** Everything up to this position of the log is known to whoever has seen this poll and those before it. */
  readonly seq: number;
  /** Epoch ms. */
  readonly polledAt: number;
  readonly nextPollAt: number;
}
