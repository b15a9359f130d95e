import type { ObservedAvailability } from '../../domain/availability.js';
import type { FeedChange, FeedSource, FeedUpdate } from './availability-feed.types.js';
import { matches, type CheckedFilter } from './availability-filter.js';

/**
 * The boards as one SNAPSHOT: the color of each whole, then of its seat categories. Its `polledAt` is that of the
 * institution polled longest ago, as it must not claim to be fresher than its oldest part. Null: no changes.
 */
export function snapshotOf(
  sources: readonly FeedSource[],
  filter: CheckedFilter | null,
  now: number,
): Omit<FeedUpdate, 'cursor'> {
  const changes: FeedChange[] = [];
  for (const source of filter === null ? [] : sources) {
    for (const observed of source.observations()) {
      if (filter !== null && matches(filter, source.institution, observed.subject)) {
        changes.push(...changesOf(source.institution, observed));
      }
    }
  }
  return {
    kind: 'SNAPSHOT',
    changes,
    polledAt: Math.min(now, ...sources.flatMap((source) => source.polledAt() ?? [])),
    nextPollAt: sources.length === 0 ? now : Math.min(...sources.map((source) => source.nextPollAt())),
  };
}

function changesOf(institution: string, observed: ObservedAvailability): FeedChange[] {
  const { subject, observedAt: at } = observed;
  const whole = { seatCategoryId: null, color: observed.color, remaining: observed.remaining };
  return [whole, ...observed.bySeatCategory].map(({ seatCategoryId, color, remaining }) => ({
    institution,
    subject,
    seatCategoryId,
    before: null,
    after: color,
    remaining,
    at,
  }));
}
