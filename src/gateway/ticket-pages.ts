import { parseGlobalId } from '../domain/ids.js';
import { translate } from '../domain/text.js';
import { CatalogNotLoadedError } from '../errors.js';
import type { OrderJournal } from '../journal/order-journal.types.js';
import { createTicketPrinter } from '../printing/ticket-printer.js';
import type { SecretKey } from '../secret-key.js';
import type { TicketPages } from '../server/ticket-route.js';
import type { Institution } from '../services/institution.types.js';
import type { PrintingFacts } from '../services/tickets/printable-tickets.js';
import { createTicketDocuments } from '../services/tickets/ticket-documents.js';
import { createTicketLinks } from '../services/tickets/ticket-links.js';

export interface OpenTicketPages {
  readonly pages: TicketPages;
  /** The absolute address under which the tickets of an order (public id) can be printed, for a while. */
  url(order: string): string;
  stop(): Promise<void>;
}

export interface TicketPagesOptions {
  readonly journal: Pick<OrderJournal, 'byNumber'>;
  readonly institutions: ReadonlyMap<string, Institution>;
  readonly key: SecretKey;
  readonly lifetimeMs: number;
  readonly now: () => number;
  /** Where browsers reach the gateway, without a slash at the end; known once it listens. */
  readonly baseUrl: () => string;
}

/** Connects what prints tickets: signed addresses, the journal's orders, the printer on its thread. */
export function openTicketPages(options: TicketPagesOptions): OpenTicketPages {
  const { journal, institutions, key, lifetimeMs, now, baseUrl } = options;
  const links = createTicketLinks({ key, lifetimeMs, now, baseUrl: '' });
  const printer = createTicketPrinter();
  const documents = createTicketDocuments({
    orderById: async (id) => {
      const { institution, s360Id } = parseGlobalId('order', id);
      const order = await journal.byNumber(s360Id);
      return order?.institution === institution ? order : null;
    },
    factsOf: (code) => factsOf(institutions.get(code)),
    printer,
    now,
  });
  return {
    pages: { ...documents, links },
    url: (order) => baseUrl() + links.path(order),
    stop: () => printer.stop(),
  };
}

/** Null: the institution is not configured any more. The catalog may be as old as it likes, but there must have been one. */
function factsOf(institution: Institution | undefined): PrintingFacts | null {
  if (institution === undefined) return null;
  const snapshot = institution.catalog.current();
  if (snapshot === null) throw new CatalogNotLoadedError(institution.code, null);
  const { organizationName, timeZone, languages } = snapshot.pointOfSales;
  return {
    institutionName: translate(organizationName, languages) ?? institution.code,
    timeZone,
    symbology: institution.symbology,
    languages,
  };
}
