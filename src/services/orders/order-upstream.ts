import type {
  Movement,
  Operation,
  OrderDelta,
  OrderDetails,
} from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderLine, Ticket } from '../../domain/order.js';

/** What an answer of S-360 makes of an order. Pure: nothing is asked and nothing is written here. */
type FromUpstream = Pick<Order, 's360OrderId' | 's360FileId' | 'lines' | 'totalMilli' | 'currency'>;

/** After createOrUpdateOrder made it. Operations that are no line of ours are fees: they count for the total. */
export function createdOrder(order: Order, delta: OrderDelta): FromUpstream {
  return {
    s360OrderId: delta.s360OrderId,
    s360FileId: delta.s360FileId ?? order.s360FileId,
    lines: matchedLines(order.lines, delta.operations, delta.movements),
    totalMilli: sumOf(delta.operations),
    currency: delta.currency ?? order.currency,
  };
}

/** The order as S-360 has it now. */
export function knownOrder(
  order: Order,
  details: OrderDetails,
): FromUpstream & Pick<Order, 'holdExpiresAt' | 'contactNumber'> {
  // A word that nobody knows ends no hold.
  const isOpen = details.state === 'OPEN' || details.state === 'UNKNOWN';
  return {
    s360OrderId: details.s360OrderId,
    s360FileId: details.s360FileId ?? order.s360FileId,
    lines: matchedLines(order.lines, details.operations, details.movements),
    totalMilli: details.saleMilli ?? sumOf(details.operations) ?? order.totalMilli,
    currency: details.currency ?? order.currency,
    holdExpiresAt: isOpen ? details.expiresAt : null,
    contactNumber: details.contactNumber ?? order.contactNumber,
  };
}

/**
 * The tickets of a closed order; null while a barcode is missing, or a place without a ticket: a closed order without
 * barcodes is not closed for us. Tickets that are no longer good need none. A ticket that was told once keeps its id,
 * and its barcode where S-360 does not say one at the moment.
 */
export function ticketsOf(order: Order, details: OrderDetails): readonly Ticket[] | null {
  const unitByOperation = new Map(details.operations.map(({ id, unitMilli }) => [id, unitMilli]));
  const lineByOperation = new Map(order.lines.map((line) => [line.operationId, line]));
  const movements = eachOnce(details.movements);
  const { pending } = order;
  const granted = new Set(pending?.kind === 'cancel' && pending.isGranted ? pending.ticketIds : []);
  const tickets = movements.map((movement): Ticket => {
    const operationId = movement.operationId ?? '';
    const before = toldBefore(order.tickets, movement, movements);
    const id = before?.id ?? movement.ticketId ?? movement.id;
    const state = movement.ticketState === 'UNKNOWN' && granted.has(id) ? 'CANCELLED' : movement.ticketState;
    const isGood = !isVoid(state);
    return {
      id,
      movementId: movement.id,
      operationId,
      state,
      seatId: movement.seatId,
      seatLabel: movement.seatLabel,
      unitMilli: unitByOperation.get(operationId) ?? lineByOperation.get(operationId)?.unitMilli ?? 0n,
      holder: movement.holder,
      barcode: movement.barcode ?? (isGood ? (before?.barcode ?? null) : null),
    };
  });
  const all = [...tickets, ...leftOut(order, movements)];
  const isComplete =
    all.length > 0 &&
    all.length >= placesIn(order) &&
    all.every(({ barcode, state }) => barcode !== null || isVoid(state));
  return isComplete ? all : null;
}

/** Of entries that say the same ticket twice, one that has its barcode. */
function eachOnce(movements: readonly Movement[]): readonly Movement[] {
  const byTicket = new Map<string, Movement>();
  for (const movement of movements) {
    const key = `${movement.id} ${movement.ticketId ?? ''}`;
    const known = byTicket.get(key);
    if (known === undefined || known.barcode === null) byTicket.set(key, movement);
  }
  return [...byTicket.values()];
}

/** A movement with a reissued ticket has two, and the one that was told is the one with that id. */
function toldBefore(
  told: readonly Ticket[],
  { id, ticketId }: Movement,
  movements: readonly Movement[],
): Ticket | undefined {
  const isOnly = movements.filter((movement) => movement.id === id).length === 1;
  return told.find((ticket) => ticket.movementId === id && (isOnly || ticket.id === ticketId));
}

/** Tickets that were told and are not in the answer: they are as they were, but for those that are being cancelled. */
function leftOut({ tickets, pending }: Order, movements: readonly Movement[]): readonly Ticket[] {
  const named = new Set(movements.map(({ id }) => id));
  const cancelled = new Set(pending?.kind === 'cancel' ? pending.ticketIds : []);
  return tickets
    .filter(({ movementId }) => !named.has(movementId))
    .map((ticket) => (cancelled.has(ticket.id) ? { ...ticket, state: 'CANCELLED', barcode: null } : ticket));
}

/** A place is a movement, and a movement a ticket; what an item is made of is S-360's own business. */
function placesIn({ lines }: Order): number {
  return lines.reduce((sum, { performanceId, quantity }) => sum + (performanceId === null ? 0 : quantity), 0);
}

/**
 * How many of the tickets that are to be cancelled S-360 shows as cancelled. One that it leaves out is; one in a word
 * that nobody knows is when S-360 said yes. Nothing is known from details in words that nobody knows.
 */
export function cancelledShareOf(
  { tickets, pending }: Order,
  { state, movements }: OrderDetails,
): 'all' | 'some' | 'none' | 'unknown' {
  if (pending?.kind !== 'cancel' || state === 'UNKNOWN') return 'unknown';
  // S-360 may have given a ticket its number only after we had to name it by its movement.
  const wanted = new Set(
    tickets.filter(({ id }) => pending.ticketIds.includes(id)).map(({ movementId }) => movementId),
  );
  const isGone = (word: Ticket['state']): boolean =>
    isVoid(word) || (word === 'UNKNOWN' && pending.isGranted === true);
  const kept = new Set(
    movements.filter(({ id, ticketState }) => wanted.has(id) && !isGone(ticketState)).map(({ id }) => id),
  );
  if (kept.size === 0) return 'all';
  return kept.size === wanted.size ? 'none' : 'some';
}

export function isVoid(state: Ticket['state']): boolean {
  return state === 'CANCELLED' || state === 'INVALIDATED';
}

/** Whether S-360 has an operation that is none of the order's lines: what a lost update would have added. */
export function hasNewOperation({ lines }: Order, { operations }: OrderDetails): boolean {
  const known = new Set(lines.map(({ operationId }) => operationId));
  const strangers = operations.filter((operation) => !known.has(operation.id) && isPlaceOrItem(operation));
  // A line whose operation S-360 has not named yet is one of them.
  return strangers.length > lines.filter(({ operationId }) => operationId === null).length;
}

/** Which places each line with chosen seats has and should have; empty when all are where they should be. */
export function seatingOf(
  lines: readonly OrderLine[],
  movements: readonly Movement[],
): { readonly operationIds: string[]; readonly seats: { movementId: string; seatId: string }[] } {
  const seats: { movementId: string; seatId: string }[] = [];
  const operationIds: string[] = [];
  for (const { operationId, seatIds } of lines) {
    if (operationId === null || seatIds.length === 0) continue;
    const own = movements.filter((movement) => movement.operationId === operationId);
    const wanted = new Set(seatIds);
    const isSeated = own.every(({ seatId }) => seatId !== null && wanted.has(seatId));
    if (isSeated && own.length === seatIds.length) continue;
    operationIds.push(operationId);
    own.forEach(({ id }, index) => {
      const seatId = seatIds[index];
      if (seatId !== undefined) seats.push({ movementId: id, seatId });
    });
  }
  return { operationIds, seats };
}

/** S-360 does not say which operation is whose line: they are found by what was ordered, each taken once. */
function matchedLines(
  lines: readonly OrderLine[],
  operations: readonly Operation[],
  movements: readonly Movement[],
): readonly OrderLine[] {
  const free = new Map(operations.map((operation) => [operation.id, operation]));
  for (const { operationId } of lines) if (operationId !== null) free.delete(operationId);
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  return lines.map((line) => {
    const found =
      line.operationId === null
        ? [...free.values()].find((operation) => isOf(line, operation, movements))
        : byId.get(line.operationId);
    if (found === undefined) return line;
    free.delete(found.id);
    return { ...line, operationId: found.id, unitMilli: found.unitMilli ?? line.unitMilli };
  });
}

function isOf(line: OrderLine, operation: Operation, movements: readonly Movement[]): boolean {
  const category = movements.find(({ operationId }) => operationId === operation.id)?.seatCategoryId;
  return (
    operation.performanceId === line.performanceId &&
    (line.performanceId !== null || operation.itemId === line.itemId) &&
    (operation.timeslotId ?? line.timeslotId) === line.timeslotId &&
    operation.tariffId === line.tariffId &&
    (operation.quantity ?? line.quantity) === line.quantity &&
    (category ?? line.seatCategoryId) === line.seatCategoryId
  );
}

function isPlaceOrItem({ performanceId, itemId }: Operation): boolean {
  return performanceId !== null || itemId !== null;
}

/** Null when one does not say its own. */
function sumOf(operations: readonly Operation[]): bigint | null {
  let sum = 0n;
  for (const { totalMilli, unitMilli, quantity } of operations) {
    const total =
      totalMilli ?? (unitMilli === null || quantity === null ? null : unitMilli * BigInt(quantity));
    if (total === null) return null;
    sum += total;
  }
  return sum;
}
