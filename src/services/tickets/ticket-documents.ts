import type { Order } from '../../domain/order.js';
import type { TicketFormat } from '../../printing/printable-ticket.js';
import type { TicketPrinter } from '../../printing/ticket-printer.js';
import { printableTickets, type PrintingFacts } from './printable-tickets.js';

/** All tickets of an order, ready to be printed. */
export interface TicketDocument {
  readonly pdf: Buffer;
}

export interface TicketDocumentOptions {
  readonly format: TicketFormat;
  /** The reader's, best first; may be empty. */
  readonly languages: readonly string[];
}

export interface TicketDocuments {
  /**
   * `order` is a public id. Null when there is no such order or it has no tickets (yet). Throws what the printer throws.
   */
  document(order: string, options: TicketDocumentOptions): Promise<TicketDocument | null>;
}

export interface TicketDocumentsOptions {
  /** By public id, from the journal; null when there is none. */
  readonly orderById: (id: string) => Promise<Order | null>;
  /** The languages are the venue's: they are tried after the reader's. */
  readonly factsOf: (institution: string) => PrintingFacts | null;
  readonly printer: Pick<TicketPrinter, 'print'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** From the journal alone: S-360 and the catalog may be away. */
export function createTicketDocuments({
  orderById,
  factsOf,
  printer,
  now,
}: TicketDocumentsOptions): TicketDocuments {
  return {
    document: async (id, { format, languages }) => {
      const order = await orderById(id);
      if (order === null || !isSold(order) || order.tickets.length === 0) return null;
      const facts = factsOf(order.institution);
      if (facts === null) return null;
      const tickets = printableTickets(order, { ...facts, languages: [...languages, ...facts.languages] });
      return { pdf: await printer.print(tickets, { format, printedAt: now() }) };
    },
  };
}

/** Closed once: whatever was done since, its tickets say how they stand. */
export function isSold({ state, step }: Order): boolean {
  return state === 'CLOSED' || state === 'CANCELLED' || (state === 'IN_DOUBT' && step === 'CANCEL');
}
