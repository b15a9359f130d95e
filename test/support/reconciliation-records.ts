import type { OrderCalls, OrderDetails } from '../../src/datasources/s360/order-calls.types.js';
import type { OrderHere, OrderThere } from '../../src/services/orders/order-reconciliation.types.js';

/** A closed order of the journal with one good ticket; a test spells out what it is about. */
export function orderHere(facts: Partial<OrderHere> = {}): OrderHere {
  return {
    number: '179500000000000001',
    clientOrderId: 'shop-1',
    externalReference: 'shop-1',
    state: 'CLOSED',
    step: null,
    s360OrderId: '501',
    totalMilli: 90_000n,
    createdAt: 1_000,
    tickets: [{ id: '91', state: 'VALID' }],
    ...facts,
  };
}

/** The same order as S-360 lists it. */
export function orderThere(facts: Partial<OrderThere> = {}): OrderThere {
  return {
    s360OrderId: '501',
    isSale: true,
    state: 'CLOSED',
    createdAt: 1_000,
    externalReference: 'shop-1',
    saleMilli: 90_000n,
    ...facts,
  };
}

export function detailsOf(facts: Partial<OrderDetails> = {}): OrderDetails {
  return {
    s360OrderId: '501',
    state: 'CLOSED',
    createdAt: 1_000,
    expiresAt: null,
    contactNumber: null,
    saleMilli: 90_000n,
    currency: null,
    s360FileId: null,
    operations: [],
    movements: [],
    ...facts,
  };
}

type Calls = Pick<OrderCalls, 'ordersCreatedBetween' | 'ticketsSoldBetween' | 'orderDetails'>;

export interface ScriptedS360 extends Calls {
  /** One word for each call, in order. */
  readonly asked: string[];
}

/** An S-360 that has these orders and nothing else, in pages as asked. */
export function scriptedS360(history: {
  readonly orders?: readonly OrderThere[];
  readonly tickets?: Awaited<ReturnType<OrderCalls['ticketsSoldBetween']>>['tickets'];
  readonly details?: readonly OrderDetails[];
}): ScriptedS360 {
  const asked: string[] = [];
  const { orders = [], tickets = [], details = [] } = history;
  return {
    asked,
    async ordersCreatedBetween({ from, until, position, pageSize }) {
      asked.push('orders');
      const within = orders.filter(
        ({ createdAt }) => (createdAt ?? from) >= from && (createdAt ?? 0) <= until,
      );
      const page = within.slice(position, position + pageSize);
      return {
        orders: page.map((order) => ({ ...order, s360FileId: null })),
        entryCount: page.length,
        isLast: position + page.length >= within.length,
      };
    },
    async ticketsSoldBetween({ position, pageSize }) {
      asked.push('tickets');
      const page = tickets.slice(position, position + pageSize);
      return {
        tickets: page,
        entryCount: page.length,
        isLast: position + page.length >= tickets.length,
      };
    },
    async orderDetails(s360OrderId) {
      asked.push(`details of ${s360OrderId}`);
      return details.find((order) => order.s360OrderId === s360OrderId) ?? null;
    },
  };
}
