import type { Order, OrderLine, Ticket } from '../../src/domain/order.js';
import type { Orders } from '../../src/services/orders/orders.types.js';

/** Orders that answer nothing; a test gives what it is about. */
export function noOrders(answers: Partial<Orders> = {}): Orders {
  return {
    create: never,
    update: never,
    close: never,
    abandon: never,
    cancel: never,
    check: never,
    find: never,
    findByClientOrderId: never,
    findByTickets: never,
    list: never,
    transitions: never,
    watch: never,
    ...answers,
  };
}

function never(): never {
  throw new Error('not part of this test');
}

/** Valid records of a closed order; a test spells out only what it is about. */
export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    number: '7001',
    caller: '',
    institution: 'lyric',
    clientOrderId: 'shop-1',
    fingerprint: 'f',
    externalReference: 'shop-1',
    intent: 'HOLD',
    input: { lines: [], contactNumber: null, reference: 'Shop 12' },
    state: 'CLOSED',
    step: null,
    pending: null,
    sentAt: null,
    doubt: null,
    s360OrderId: '640077',
    s360FileId: '580031',
    lines: [anOrderLine()],
    totalMilli: 90_000n,
    currency: { code: 'EUR', fractionDigits: 2 },
    holdExpiresAt: null,
    contactNumber: null,
    tickets: [aTicket()],
    refusals: [],
    createdAt: Date.UTC(2026, 0, 12, 9),
    updatedAt: Date.UTC(2026, 0, 12, 9),
    version: 3,
    ...changes,
  };
}

export function anOrderLine(changes: Partial<OrderLine> = {}): OrderLine {
  return {
    operationId: '501',
    productId: '1',
    performanceId: '11',
    itemId: null,
    timeslotId: null,
    tariffId: '111',
    seatCategoryId: '401',
    seatIds: [],
    quantity: 2,
    unitMilli: 45_000n,
    names: {
      product: [['en', 'Carmen as sold']],
      productCode: 'CARMEN',
      performance: [],
      item: [],
      tariff: [['en', 'Adult as sold']],
      seatCategory: [['en', 'Category as sold']],
      venue: [],
      venueAddress: null,
      startsAt: Date.UTC(2026, 1, 14, 19),
      endsAt: Date.UTC(2026, 1, 14, 21, 30),
    },
    ...changes,
  };
}

export function aTicket(changes: Partial<Ticket> = {}): Ticket {
  return {
    id: '90001',
    movementId: '80001',
    operationId: '501',
    state: 'VALID',
    seatId: null,
    seatLabel: 'Row A, seat 1',
    unitMilli: 45_000n,
    holder: null,
    barcode: '310000640077906000010417',
    ...changes,
  };
}
