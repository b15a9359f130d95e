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
