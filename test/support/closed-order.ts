import type { Order, OrderLine, Ticket } from '../../src/domain/order.js';
import { anOrder, anOrderLine, aTicket } from './order-records.js';

/** An order that was sold; a test spells out only what it is about. */
export function aClosedOrder(changes: Partial<Order> = {}): Order {
  return anOrder({
    number: '7001',
    institution: 'lyric',
    clientOrderId: 'shop-1',
    externalReference: 'shop-1',
    input: { lines: [], contactNumber: null, reference: 'Shop 12' },
    state: 'CLOSED',
    step: null,
    sentAt: null,
    s360OrderId: '640077',
    s360FileId: '580031',
    lines: [aSoldLine()],
    totalMilli: 90_000n,
    currency: { code: 'EUR', fractionDigits: 2 },
    tickets: [aSoldTicket()],
    createdAt: Date.UTC(2026, 0, 12, 9),
    updatedAt: Date.UTC(2026, 0, 12, 9),
    version: 3,
    ...changes,
  });
}

/** With the names that things had then. */
export function aSoldLine(changes: Partial<OrderLine> = {}): OrderLine {
  const line = anOrderLine({ operationId: '501', productId: '1', performanceId: '11' });
  return {
    ...line,
    names: {
      ...line.names,
      product: [['en', 'Carmen as sold']],
      productCode: 'CARMEN',
      tariff: [['en', 'Adult as sold']],
      seatCategory: [['en', 'Category as sold']],
      startsAt: Date.UTC(2026, 1, 14, 19),
      endsAt: Date.UTC(2026, 1, 14, 21, 30),
    },
    ...changes,
  };
}

export function aSoldTicket(changes: Partial<Ticket> = {}): Ticket {
  return aTicket({
    id: '90001',
    movementId: '80001',
    operationId: '501',
    seatLabel: 'Row A, seat 1',
    barcode: '310000640077906000010417',
    ...changes,
  });
}
