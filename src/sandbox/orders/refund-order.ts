import { pay, pendingAccount } from './close-order.js';
import { findMovements, findOperations, withParts } from './leave-order.js';
import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Movement, Order, OrderOperation } from './order.types.js';
import { totalOf, type OrderChanges } from './place-order.js';

/**
 * Our stand-in for the cancellation of a closed sale [I]: a refund order in the same file, closed at once, whose
 * amounts are below zero and lower the pending account. The sale keeps its lines and amounts; its tickets are cancelled
 * and their places on sale again. Throws OrderRefusal for what the order has not, or what was cancelled before.
 */
export function refundOrder(
  office: OrderOffice,
  sale: Order,
  operationIds: readonly number[],
  movementIds: readonly number[],
): OrderChanges {
  const operations = withParts(sale, findOperations(sale, operationIds));
  const named = findMovements(sale, movementIds);
  if (operations.length + named.length === 0) {
    throw new OrderRefusal('missing', 'missing: operationIds or movementIds');
  }
  checkRefundable(sale, operations, named);
  const { book, ids } = office;
  const leaving = new Set([...operations.flatMap(({ movements }) => movements), ...named].filter(isHeld));

  const refund = book.draft('REFUND_CLIENT', sale.file);
  refund.purchaser = sale.purchaser;
  for (const operation of sale.operations) {
    const movements = operation.movements.filter((movement) => leaving.has(movement));
    const isWhole = operations.includes(operation) && operation.movements.length === 0;
    const quantity = isWhole ? operation.quantity : movements.length;
    if (quantity === 0) continue;
    refund.operations.push({
      ...operation,
      operationId: ids.next('operation'),
      number: refund.operations.length + 1,
      unitPrice: operation.unitPrice === 0 ? 0 : -operation.unitPrice,
      quantity,
      parentId: null,
      movements: [],
    });
    operation.isRefunded = operations.includes(operation);
    book.giveBack(operation, movements);
    for (const { ticket } of movements) if (ticket) ticket.state = 'CANCELLED';
  }
  creditPendingAccount(office, refund);
  book.enter(refund);
  book.close(refund);
  return {
    order: refund,
    operations: refund.operations,
    movements: [],
    removedOperationIds: operations.map(({ operationId }) => operationId),
    removedMovementIds: [...leaving].map(({ movementId }) => movementId),
  };
}

function checkRefundable(
  sale: Order,
  operations: readonly OrderOperation[],
  named: readonly Movement[],
): void {
  if (sale.type !== 'SALE') throw new OrderRefusal('alreadyClosed', `order ${sale.orderId} is a refund`);
  const isNothingLeft = operations.some(({ movements, isRefunded }) =>
    movements.length > 0 ? !movements.some(isHeld) : isRefunded,
  );
  if (!isNothingLeft && named.every(isHeld)) return;
  throw new OrderRefusal('alreadyClosed', `tickets of order ${sale.orderId} are cancelled already`);
}

function isHeld({ ticket }: Movement): boolean {
  return ticket !== null && ticket.state !== 'CANCELLED';
}

function creditPendingAccount(office: OrderOffice, refund: Order): void {
  const amount = totalOf(refund);
  const method = pendingAccount(office);
  if (amount === 0 || !method) return;
  refund.payments.push(pay(office, refund, method, { paymentMethodId: method.id, amount, identifier: null }));
}
