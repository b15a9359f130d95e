import { OrderRefusal } from './order-codes.js';
import type { OrderInput } from './order-input.types.js';
import type { OrderOffice } from './order-office.js';
import { checkOrder } from './order-rules.js';
import type { Movement, Order, OrderOperation, Seat } from './order.types.js';
import { PlaceTaker } from './place-taker.js';
import { planLine, type PlannedLine } from './planned-lines.js';

/** What an update did to an order: only what is new or changed, and what left. */
export interface OrderChanges {
  readonly order: Order;
  readonly operations: readonly OrderOperation[];
  readonly movements: readonly Movement[];
  readonly removedOperationIds: readonly number[];
  readonly removedMovementIds: readonly number[];
}

/** The longest text that is kept of a reference [I]. */
const LONGEST_REFERENCE = 250;
/** Under which the reference given with an order is kept [I]. */
export const ORDER_REFERENCE = 'ORDER';

/**
 * Makes a new order, or adds to an open one and changes whose it is: all of it or, with OrderRefusal, nothing. Called
 * twice without an order id it makes two orders.
 */
export function placeOrder(office: OrderOffice, input: OrderInput): OrderChanges {
  const { book } = office;
  const known = input.orderId === undefined ? null : book.getOpen(input.orderId);
  checkInput(office, input, known);
  const file = input.fileId === undefined ? undefined : book.getFile(input.fileId);
  const lines = input.lines.map((line) => planLine(office, line));
  // The rules look at the order as it will be, and nothing of the real one may change before they agree.
  const seen = known ?? book.draft('SALE', file);
  checkOrder(office, { ...seen, purchaser: input.purchaser ?? seen.purchaser }, lines);
  const taken = takeAll(office, lines);

  const order = seen;
  const operations = taken.flatMap((line) => addOperations(office, order, line));
  order.purchaser = input.purchaser ?? order.purchaser;
  order.originCode = input.originCode ?? order.originCode;
  if (input.externalReference !== undefined) setReference(order, ORDER_REFERENCE, input.externalReference);
  nameContacts(order, input);
  if (known) book.touch(order);
  else book.enter(order);
  return {
    order,
    operations,
    movements: operations.flatMap(({ movements }) => movements),
    removedOperationIds: [],
    removedMovementIds: [],
  };
}

/** The latest one counts. */
export function setReference(order: Order, key: string, value: string): void {
  checkReference(value);
  order.externalReferences.delete(key);
  order.externalReferences.set(key, value);
}

function checkReference(value: string): void {
  if (value.length <= LONGEST_REFERENCE) return;
  throw new OrderRefusal(
    'invalid',
    `externalReference must have at most ${LONGEST_REFERENCE} characters, got ${value.length}`,
  );
}

/** Whether there is a contact of that number; leading zeros count. Throws OrderRefusal when not. */
export function checkContact({ contacts }: OrderOffice, contactNumber: string | undefined): void {
  if (contactNumber === undefined || contacts.has(contactNumber)) return;
  // The number is somebody's: it stays out of the answer, which is logged in places.
  throw new OrderRefusal('contactNotFound', 'there is no active contact with that contactReference');
}

function checkInput(office: OrderOffice, input: OrderInput, known: Order | null): void {
  checkContact(office, input.purchaser);
  for (const { contactReference } of input.fileContacts) checkContact(office, contactReference);
  if (input.externalReference !== undefined) checkReference(input.externalReference);
  const changesSomething =
    input.purchaser !== undefined ||
    input.externalReference !== undefined ||
    input.originCode !== undefined ||
    input.fileContacts.length > 0;
  if (input.lines.length > 0 || (known && changesSomething)) return;
  throw new OrderRefusal('missing', 'missing: at least one of the lists of operations');
}

interface TakenLine {
  readonly line: PlannedLine;
  readonly seats: readonly (Seat | null)[];
  readonly parts: readonly TakenLine[];
}

function takeAll(office: OrderOffice, lines: readonly PlannedLine[]): TakenLine[] {
  const taker = new PlaceTaker(office);
  const take = (line: PlannedLine): TakenLine => ({
    line,
    seats: taker.take(line),
    parts: line.parts.map(take),
  });
  try {
    return lines.map(take);
  } catch (error) {
    taker.giveAllBack();
    throw error;
  }
}

function addOperations(
  office: OrderOffice,
  order: Order,
  { line, seats, parts }: TakenLine,
  parentId: number | null = null,
): OrderOperation[] {
  const { ids, rules, clock } = office;
  const operationId = ids.next('operation');
  const operation: OrderOperation = {
    operationId,
    number: (order.operations.at(-1)?.number ?? 0) + 1,
    kind: line.kind,
    sold: line.sold,
    tariffId: line.tariffId,
    unitPrice: line.unitPrice,
    quantity: line.quantity,
    parentId,
    expiresAtMs: rules.expiryOf(clock.now(), order.createdAtMs),
    movements: seats.map((seat) => ({ movementId: ids.next('movement'), operationId, seat, ticket: null })),
    isRefunded: false,
  };
  order.operations.push(operation);
  order.expiresAtMs = Math.max(order.expiresAtMs, operation.expiresAtMs);
  return [operation, ...parts.flatMap((part) => addOperations(office, order, part, operationId))];
}

function nameContacts({ file }: Order, { purchaser, fileContacts }: OrderInput): void {
  const named = [
    ...(purchaser === undefined ? [] : [{ contactReference: purchaser, type: 'SALE' }]),
    ...fileContacts,
  ];
  for (const { contactReference, type } of named) {
    const isKnown = file.contacts.some(
      (each) => each.contactReference === contactReference && each.type === type,
    );
    if (!isKnown) file.contacts.push({ contactReference, type });
  }
}

/** Thousandths. */
export function totalOf({ operations }: Pick<Order, 'operations'>): number {
  return operations.reduce((sum, operation) => sum + amountOf(operation), 0);
}

export function amountOf({ unitPrice, quantity }: OrderOperation): number {
  return unitPrice * quantity;
}
