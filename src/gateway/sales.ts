import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.js';
import { createContactRequests } from '../journal/contact-requests.js';
import { createOrderJournal } from '../journal/order-journal.js';
import { watchUnreadableOrders } from '../metrics/unreadable-orders.js';
import { createContacts } from '../services/contacts/contacts.js';
import type { Contacts } from '../services/contacts/contacts.types.js';
import { createOrderFigures, type OrderFigures } from '../services/orders/order-figures.js';
import { guardedJournal } from '../services/orders/order-journal-guard.js';
import { createOrders, type RunningOrders } from '../services/orders/orders.js';
import type { OpenInstitution } from './institution.js';
import type { Releases } from './releases.js';
import type { Stores } from './stores.js';
import { openTicketPages, type OpenTicketPages } from './ticket-pages.js';

/** What it takes to sell: orders, who buys, and the tickets to print. */
export interface Sales {
  readonly orders: RunningOrders;
  readonly orderFigures: OrderFigures;
  readonly contacts: Contacts;
  readonly tickets: OpenTicketPages;
}

export interface SalesDependencies {
  readonly stores: Stores;
  readonly institutions: ReadonlyMap<string, OpenInstitution>;
  /** Where browsers reach the gateway, without a slash at the end; known once it listens. */
  readonly baseUrl: () => string;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly releases: Releases;
}

export function openSales(
  config: Config,
  { stores, institutions, baseUrl, metrics, log, releases }: SalesDependencies,
): Sales {
  const { journal, clock, secretKey, shared } = stores;
  const { minuteMs, deadlines, quarantineMs } = config.contract;
  const orderJournal = createOrderJournal(journal, {
    sealing: secretKey,
    onUnreadable: watchUnreadableOrders(metrics, log),
  });
  const orders = createOrders({
    journal: orderJournal,
    institutions: new Map([...institutions].map(([code, { orderPart }]) => [code, orderPart])),
    clock,
    timing: { minuteMs, callMs: deadlines.orderMs, readMs: deadlines.callMs, quarantineMs },
    ...(shared && { messages: shared.link }),
    log,
  });
  releases.add(() => orders.stop());
  const contacts = createContacts({
    institutions,
    requests: createContactRequests(journal),
    secret: secretKey,
    clock,
    callMs: deadlines.callMs,
    quarantineMs,
    log,
  });
  const tickets = openTicketPages({
    journal: orderJournal,
    institutions,
    key: secretKey,
    lifetimeMs: config.ticketLinkHours * 3_600_000,
    now: () => clock.now(),
    baseUrl,
  });
  releases.add(() => tickets.stop());
  const orderFigures = createOrderFigures({ journal: guardedJournal(orderJournal), clock });
  return { orders, orderFigures, contacts, tickets };
}
