import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Movement, Order, OrderOperation } from './order.types.js';
import type { OrderChanges } from './place-order.js';

/** Gives movements of an open order back; with the last one the order is abandoned. Throws OrderRefusal. */
export function abandonMovements(
  office: OrderOffice,
  orderId: number,
  movementIds: readonly number[],
): OrderChanges {
  const order = office.book.getOpen(orderId);
  if (movementIds.length === 0) throw new OrderRefusal('missing', 'missing: movementIds');
  const movements = findMovements(order, movementIds);
  return leave(office, order, movements, wholeOperations(order, movements));
}

/** Takes whole operations, or single movements, out of an open order; a composed product leaves with its parts. */
export function leaveOperations(
  office: OrderOffice,
  orderId: number,
  operationIds: readonly number[],
  movementIds: readonly number[],
): OrderChanges {
  const order = office.book.getOpen(orderId);
  const movements = findMovements(order, movementIds);
  const named = [...findOperations(order, operationIds), ...wholeOperations(order, movements)];
  const operations = withParts(order, named);
  if (operations.length + movements.length === 0) {
    throw new OrderRefusal('missing', 'missing: operationIds or movementIds');
  }
  return leave(office, order, movements, operations);
}

/** In the order asked, each once. Throws OrderRefusal for one that the order has not. */
export function findOperations(order: Order, operationIds: readonly number[]): OrderOperation[] {
  return [...new Set(operationIds)].map((id) => {
    const operation = order.operations.find(({ operationId }) => operationId === id);
    if (operation) return operation;
    throw new OrderRefusal('unknownReference', `order ${order.orderId} has no operation ${id}`);
  });
}

/** In the order asked, each once. Throws OrderRefusal for one that the order has not. */
export function findMovements(order: Order, movementIds: readonly number[]): Movement[] {
  const byId = new Map(
    order.operations.flatMap(({ movements }) => movements.map((each) => [each.movementId, each])),
  );
  return [...new Set(movementIds)].map((id) => {
    const movement = byId.get(id);
    if (movement) return movement;
    throw new OrderRefusal('unknownReference', `order ${order.orderId} has no movement ${id}`);
  });
}

/** The operations and the parts of those that are composed. */
export function withParts(order: Order, operations: readonly OrderOperation[]): OrderOperation[] {
  const ids = new Set(operations.map(({ operationId }) => operationId));
  return order.operations.filter(
    ({ operationId, parentId }) => ids.has(operationId) || (parentId !== null && ids.has(parentId)),
  );
}

/** The operations that lose all their movements, with their parts: without the whole, those are not for sale. */
function wholeOperations(order: Order, leaving: readonly Movement[]): OrderOperation[] {
  return withParts(
    order,
    order.operations.filter(
      ({ movements }) => movements.length > 0 && movements.every((movement) => leaving.includes(movement)),
    ),
  );
}

/** `operations` leave with all that they have. */
function leave(
  office: OrderOffice,
  order: Order,
  movements: readonly Movement[],
  operations: readonly OrderOperation[],
): OrderChanges {
  const { book } = office;
  const leaving = new Set([...operations.flatMap((each) => each.movements), ...movements]);
  const changed: OrderOperation[] = [];
  for (const operation of order.operations) {
    const gone = operation.movements.filter((movement) => leaving.has(movement));
    if (gone.length === 0) continue;
    book.giveBack(operation, gone);
    operation.movements = operation.movements.filter((movement) => !leaving.has(movement));
    operation.quantity = operation.movements.length;
    changed.push(operation);
  }
  const removed = new Set([...operations, ...changed.filter(({ movements }) => movements.length === 0)]);
  for (const each of order.operations) if (isEmptied(order, each, removed)) removed.add(each);
  order.operations = order.operations.filter((operation) => !removed.has(operation));
  order.expiresAtMs = order.operations.reduce(
    (latest, { expiresAtMs }) => Math.max(latest, expiresAtMs),
    order.operations.length === 0 ? order.expiresAtMs : 0,
  );
  if (order.operations.every(({ kind }) => kind === 'CHARGE')) book.abandon(order);
  else book.touch(order);
  return {
    order,
    operations: changed.filter((operation) => !removed.has(operation)),
    movements: [],
    removedOperationIds: [...removed].map(({ operationId }) => operationId),
    removedMovementIds: [...leaving].map(({ movementId }) => movementId),
  };
}

/** A composed product that is no place itself goes with the last of its parts. */
function isEmptied(
  order: Order,
  { operationId, sold }: OrderOperation,
  removed: ReadonlySet<OrderOperation>,
): boolean {
  if (sold.kind !== 'composed') return false;
  return order.operations.every((part) => part.parentId !== operationId || removed.has(part));
}
