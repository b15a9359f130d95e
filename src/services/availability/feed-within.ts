import type { AvailabilityFeed } from './availability-feed.types.js';
import { checkFilter } from './availability-filter.js';

/** The colors of these institutions alone; a filter that names another one is refused as if there were none. */
export function feedWithin(institutions: readonly string[], feed: AvailabilityFeed): AvailabilityFeed {
  return {
    subscribe(filter, after, subscriber) {
      checkFilter(filter, institutions);
      return feed.subscribe({ institutions, ...filter }, after, subscriber);
    },
  };
}
