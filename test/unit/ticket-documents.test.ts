import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import type { PrintableTicket } from '../../src/printing/printable-ticket.js';
import { createTicketDocuments, type TicketDocuments } from '../../src/services/tickets/ticket-documents.js';
import { anOrder, aTicket } from '../support/order-records.js';

const PDF = Buffer.from('%PDF-');
const A4 = { format: 'a4', languages: ['de'] } as const;

describe('the document of an order', () => {
  it('holds its tickets in the reader’s language, then the venue’s', async () => {
    const { documents, printed } = houseWith(sold({ tickets: [aTicket({ barcode: '0042' })] }));
    expect(await documents.document('hall:1', A4)).toEqual({ pdf: PDF });
    expect(printed).toMatchObject([
      { language: 'de', institution: 'The Hall', barcode: { value: '0042', symbology: 'CODE128' } },
    ]);
    await documents.document('hall:1', { format: 'thermal', languages: [] });
    expect(printed[1]).toMatchObject({ language: 'fr' });
  });

  it.each<[string, Order | null]>([
    ['no order', null],
    ['an order without tickets', sold({ tickets: [] })],
    ['an order of a house that is gone', sold({ institution: 'gone' })],
    ['an order on hold', sold({ state: 'ON_HOLD' })],
    ['an order whose closing is in doubt', sold({ state: 'IN_DOUBT', step: 'CLOSE' })],
  ])('is none for %s', async (_what, order) => {
    const { documents, printed } = houseWith(order);
    expect(await documents.document('hall:1', A4)).toBeNull();
    expect(printed).toEqual([]);
  });

  it('stays while it is in doubt whether the order was cancelled', async () => {
    const { documents } = houseWith(sold({ state: 'IN_DOUBT', step: 'CANCEL' }));
    expect(await documents.document('hall:1', A4)).toEqual({ pdf: PDF });
  });
});

function sold(facts: Partial<Order> = {}): Order {
  return anOrder({ state: 'CLOSED', step: null, tickets: [aTicket()], ...facts });
}

function houseWith(order: Order | null): { documents: TicketDocuments; printed: PrintableTicket[] } {
  const printed: PrintableTicket[] = [];
  const documents = createTicketDocuments({
    orderById: async () => order,
    factsOf: (institution) =>
      institution === 'hall'
        ? { institutionName: 'The Hall', timeZone: 'Europe/Paris', symbology: 'CODE128', languages: ['fr'] }
        : null,
    printer: {
      print: async (tickets) => {
        printed.push(...tickets);
        return PDF;
      },
    },
    now: () => 0,
  });
  return { documents, printed };
}
