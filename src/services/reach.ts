import type { Loaders } from '../datasources/loaders.js';
import type { Reach } from '../domain/caller.js';
import type { ColorHistory } from '../journal/color-history.types.js';
import type { AvailabilityFeed } from './availability/availability-feed.types.js';
import type { Contacts } from './contacts/contacts.types.js';
import { contactsOfOne, isSame } from './contacts/contacts-of-one.js';
import { contactsWithin } from './contacts/contacts-within.js';
import { feedWithin } from './availability/feed-within.js';
import type { Institution } from './institution.types.js';
import { ordersOfContact } from './orders/orders-of-contact.js';
import type { Orders } from './orders/orders.types.js';

/** What the graph is made of, as far as it differs between callers. */
export interface GraphParts<One extends Institution> {
  readonly institutions: ReadonlyMap<string, One>;
  readonly feed: AvailabilityFeed;
  readonly colorHistory: ColorHistory;
  readonly contacts: Contacts;
  readonly orders: Orders;
}

/**
 * The same parts as one caller may see them: institutions outside his reach are as if they were not configured, and of
 * contacts and orders those of one contact are all there are. Untouched where nothing is limited.
 */
export function partsWithin<One extends Institution>(
  { institutions: codes, contact }: Reach,
  parts: GraphParts<One>,
): GraphParts<One> {
  if (codes === null && contact === null) return parts;
  const institutions =
    codes === null
      ? parts.institutions
      : new Map([...parts.institutions].filter(([code]) => codes.has(code)));
  const known = [...institutions.keys()];
  const contacts = contactsWithin(known, parts.contacts);
  return {
    institutions,
    feed: feedWithin(known, parts.feed),
    colorHistory: {
      ofPerformance: async (institution, performanceId, first) =>
        institutions.has(institution)
          ? parts.colorHistory.ofPerformance(institution, performanceId, first)
          : [],
    },
    contacts: contact === null ? contacts : contactsOfOne(contact, contacts),
    orders: contact === null ? parts.orders : ordersOfContact(contact, parts.orders),
  };
}

/** Loaders of such parts. */
export function loadersWithin({ contact: own }: Reach, loaders: Loaders): Loaders {
  if (own === null) return loaders;
  return {
    ...loaders,
    contact: async (contact, parts) => (isSame(contact, own) ? loaders.contact(contact, parts) : null),
  };
}
