import { findOperations } from './leave-order.js';
import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Movement, Order, OrderOperation, Seat } from './order.types.js';
import { findSeat } from './place-taker.js';

export interface ChosenSeat {
  readonly movementId: number;
  readonly physicalSeatId: number;
}

interface Move {
  readonly operation: OrderOperation;
  readonly movement: Movement;
  readonly performanceId: number;
  readonly to: Seat;
}

export interface SeatedMovements {
  readonly order: Order;
  readonly movements: readonly Movement[];
}

/**
 * Moves movements of one open order to the seats chosen: of their performance and category, and free, or held by the
 * movements that are moved. All of them or, with OrderRefusal, none.
 */
export function chooseSeats(
  office: OrderOffice,
  operationIds: readonly number[],
  chosen: readonly ChosenSeat[],
): SeatedMovements {
  if (chosen.length === 0) throw new OrderRefusal('missing', 'missing: seatingInformation');
  const [first] = operationIds;
  if (first === undefined) throw new OrderRefusal('missing', 'missing: operationIds');
  const order = office.book.getOpen(office.book.getByOperationId(first).orderId);
  const operations = findOperations(order, operationIds);
  const moves = chosen.map((each) => planMove(office, operations, each));
  for (const performanceId of new Set(moves.map((move) => move.performanceId))) {
    checkDistinct(moves.filter((move) => move.performanceId === performanceId));
  }
  moveAll(office, moves);
  office.book.touch(order);
  return { order, movements: moves.map(({ movement }) => movement) };
}

function planMove(office: OrderOffice, operations: readonly OrderOperation[], chosen: ChosenSeat): Move {
  const { movementId, physicalSeatId } = chosen;
  for (const operation of operations) {
    const movement = operation.movements.find((each) => each.movementId === movementId);
    if (!movement) continue;
    const { sold } = operation;
    if (sold.kind !== 'performance') break;
    const to = findSeat(office, sold.performance.id, physicalSeatId);
    const isOpen = to.contingentId === 0 || to.contingentId === movement.seat?.contingentId;
    if (to.seatCategoryId !== sold.seatCategoryId || !isOpen) notFree(physicalSeatId);
    return { operation, movement, performanceId: sold.performance.id, to };
  }
  throw new OrderRefusal('unknownReference', `the operations have no movement ${movementId} with a seat`);
}

function checkDistinct(moves: readonly Move[]): void {
  const seatIds = new Set<number>();
  const movements = new Set<Movement>();
  for (const { movement, to } of moves) {
    if (seatIds.has(to.seatId)) notFree(to.seatId);
    if (movements.has(movement)) {
      throw new OrderRefusal('invalid', `movement ${movement.movementId} is named twice`);
    }
    seatIds.add(to.seatId);
    movements.add(movement);
  }
}

/** New seats are taken before any is given back, so that nobody else can come in between and a refusal costs nothing. */
function moveAll({ stock, clock, book }: OrderOffice, moves: readonly Move[]): void {
  const nowMs = clock.now();
  const own = new Set(
    moves.map(({ performanceId, movement }) => keyOf(performanceId, movement.seat?.seatId)),
  );
  const taken: Move[] = [];
  for (const move of moves) {
    if (own.has(keyOf(move.performanceId, move.to.seatId))) continue;
    if (!stock.takeSeats(move.performanceId, [move.to.seatId], nowMs)) {
      for (const { performanceId, to } of taken) stock.giveBack(performanceId, [to.seatId], nowMs);
      notFree(move.to.seatId);
    }
    taken.push(move);
  }
  const kept = new Set(moves.map(({ performanceId, to }) => keyOf(performanceId, to.seatId)));
  for (const { operation, movement, performanceId } of moves) {
    if (!kept.has(keyOf(performanceId, movement.seat?.seatId))) book.giveBack(operation, [movement]);
  }
  for (const { movement, to } of moves) movement.seat = to;
}

function keyOf(performanceId: number, seatId: number | undefined): string {
  return `${performanceId}/${seatId ?? ''}`;
}

function notFree(seatId: number): never {
  throw new OrderRefusal('seatNotFree', `seat ${seatId} cannot be had for this performance and category`);
}
