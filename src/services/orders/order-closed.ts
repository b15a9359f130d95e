import type { OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order } from '../../domain/order.js';
import { isVoid, knownOrder, ticketsOf } from './order-upstream.js';
import { QUIET, type OrderWork } from './order-work.js';

/** S-360 says CLOSED: so does the order, with its tickets; without a barcode it goes on CLOSING. */
export async function becomeClosed(work: OrderWork, order: Order, details: OrderDetails): Promise<Order> {
  const known = knownOrder(order, details);
  const tickets = ticketsOf({ ...order, ...known }, details);
  if (tickets === null) {
    work.parts.log.warn({ order: order.number }, 'S-360 says closed, and gives no barcodes yet');
    return work.records.settle(order, { state: 'CLOSING', step: 'CLOSE', doubt: null }, 'UPSTREAM');
  }
  const isCancelled = tickets.every(({ state }) => isVoid(state));
  const closed = await work.records.settle(
    order,
    {
      ...known,
      tickets,
      state: isCancelled ? 'CANCELLED' : 'CLOSED',
      ...QUIET,
      refusals: [],
    },
    'UPSTREAM',
  );
  work.colorsMoved(closed);
  return closed;
}
