import type { ColorChange } from '../domain/availability.js';

/** What the subscription resolver reads: one institution-wide poll result, or the opening of a subscription. */
export interface FeedUpdate {
  /** Opaque; says "everything up to here was seen". */
  readonly cursor: string;
  readonly kind: 'SNAPSHOT' | 'CHANGES' | 'HEARTBEAT' | 'GAP';
  readonly changes: readonly FeedChange[];
  /** Epoch ms. */
  readonly polledAt: number;
  readonly nextPollAt: number;
}

/** `before` is null in a SNAPSHOT. */
export type FeedChange = Omit<ColorChange, 'before'> & { readonly before: ColorChange['before'] | null };

export interface FeedFilter {
  /** Empty or absent: all. S-360 ids go with their institution, as global ids. */
  readonly institutions?: readonly string[];
  readonly productIds?: readonly string[];
  readonly performanceIds?: readonly string[];
}

export interface AvailabilityFeed {
  /**
   * First a SNAPSHOT (or, after a cursor, what was missed; or a GAP and a SNAPSHOT when it is too old), then every
   * poll. Ends when `signal` aborts or the reader returns. Throws InvalidInputError for a cursor that is not one.
   */
  subscribe(filter: FeedFilter, after: string | null, signal: AbortSignal): AsyncIterable<FeedUpdate>;
}
