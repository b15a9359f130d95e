import type { Order, OrderLine, Ticket } from '../../src/domain/order.js';

/** An order that was just asked for, complete and valid; a test spells out what it is about. */
export function anOrder(facts: Partial<Order> = {}): Order {
  return {
    number: '179500000000000001',
    caller: '',
    institution: 'hall',
    clientOrderId: 'basket-1',
    fingerprint: 'f1',
    externalReference: 'FY-1',
    intent: 'HOLD',
    input: { lines: [], contactNumber: null, reference: null },
    state: 'CREATING',
    step: 'CREATE',
    pending: null,
    sentAt: 1_000,
    doubt: null,
    s360OrderId: null,
    s360FileId: null,
    lines: [],
    totalMilli: null,
    currency: null,
    holdExpiresAt: null,
    contactNumber: null,
    tickets: [],
    refusals: [],
    createdAt: 1_000,
    updatedAt: 1_000,
    version: 1,
    ...facts,
  };
}

/** Two places of one performance. */
export function anOrderLine(facts: Partial<OrderLine> = {}): OrderLine {
  return {
    operationId: '71',
    productId: '201',
    performanceId: '301',
    itemId: null,
    timeslotId: null,
    tariffId: '111',
    seatCategoryId: '401',
    seatIds: [],
    quantity: 2,
    unitMilli: 45_000n,
    names: {
      product: [['en', 'Evening']],
      productCode: 'EVENING',
      performance: [],
      item: [],
      tariff: [['en', 'Adult']],
      seatCategory: [['en', 'First']],
      venue: [],
      venueAddress: null,
      startsAt: null,
      endsAt: null,
    },
    ...facts,
  };
}

export function aTicket(facts: Partial<Ticket> = {}): Ticket {
  return {
    id: '91',
    movementId: '81',
    operationId: '71',
    state: 'VALID',
    seatId: null,
    seatLabel: null,
    unitMilli: 45_000n,
    holder: null,
    barcode: null,
    ...facts,
  };
}
