import type { Caller } from './domain/caller.js';
import type { Institution } from './services/institution.types.js';
import type { Loaders } from './datasources/loaders.js';
import type { Contacts } from './services/contacts/contacts.types.js';
import type { AvailabilityFeed } from './services/availability/availability-feed.types.js';
import type { ColorHistory } from './journal/color-history.types.js';
import type { OrderFigures } from './services/orders/order-figures.js';
import type { Orders } from './services/orders/orders.types.js';

/** What one GraphQL operation gets; resolvers take everything from here. */
export interface RequestContext {
  /** Appears in logs, and in `extensions.correlationId` of every error. */
  readonly correlationId: string;
  /** From `Accept-Language`, best first; may be empty. A field's `lang` goes before it, the venue's languages after it. */
  readonly languages: readonly string[];
  /** By code, in the order of the configuration. */
  readonly institutions: ReadonlyMap<string, Institution>;
  /** New for each operation. */
  readonly loaders: Loaders;
  readonly feed: AvailabilityFeed;
  readonly colorHistory: ColorHistory;
  readonly contacts: Contacts;
  readonly orders: Orders;
  readonly orderFigures: OrderFigures;
  /** Whose orders and keys are meant by `id`; what else he may not see is not in the parts above. */
  readonly caller: Caller;
  readonly mayIntrospect: boolean;
  /** Null: no printed tickets are served. */
  readonly ticketLinks: {
    /** The absolute address under which the tickets of an order can be printed, for a while. `orderId` is its public id. */
    url(orderId: string): string;
  } | null;
  now(): number;
}
