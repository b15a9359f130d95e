import type { Zone } from '../model.js';
import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Seat, Sold } from './order.types.js';
import type { PlannedLine } from './planned-lines.js';
import type { SeatEntry } from '../stock.types.js';

type SoldPerformance = Extract<Sold, { kind: 'performance' }>;

/** Takes places line by line, and can give all of them back: an order gets everything or nothing. */
export class PlaceTaker {
  private readonly undo: (() => void)[] = [];

  constructor(private readonly office: OrderOffice) {}

  /** One for each unit of the line, null where a unit is no place. Throws OrderRefusal when not all can be had. */
  take({ sold, quantity, areaIds }: PlannedLine): (Seat | null)[] {
    switch (sold.kind) {
      case 'performance':
        return this.takeSeats(sold, quantity, areaIds);
      case 'item':
        return this.takeItems(sold, quantity);
      default:
        return [];
    }
  }

  giveAllBack(): void {
    for (const giveBack of this.undo.splice(0)) giveBack();
  }

  private takeSeats(sold: SoldPerformance, quantity: number, areaIds: readonly number[]): Seat[] {
    const { stock, clock } = this.office;
    const { performance, seatCategoryId, composedProductId } = sold;
    const nowMs = clock.now();
    const seatIds =
      this.takePreferred(sold, quantity, areaIds) ??
      stock.take(performance.id, seatCategoryId, quantity, nowMs, composedProductId);
    if (!seatIds) {
      throw new OrderRefusal(
        'availability',
        `Not enough places: ${quantity} of category ${seatCategoryId} for performance ${performance.id}`,
      );
    }
    this.undo.push(() => stock.giveBack(performance.id, seatIds, nowMs));
    return seatIds.map((seatId) => findSeat(this.office, performance.id, seatId));
  }

  /** All in one of the areas, side by side where a row allows it; null when none has enough. */
  private takePreferred(
    sold: SoldPerformance,
    quantity: number,
    areaIds: readonly number[],
  ): number[] | null {
    if (areaIds.length === 0) return null;
    const { stock, clock } = this.office;
    const { performance, seatCategoryId, composedProductId } = sold;
    const free = stock
      .seats(performance.id, [seatCategoryId], composedProductId)
      .filter(({ available }) => available);
    for (const wanted of areaIds) {
      const seats = bestOf(
        free.filter(({ areaId }) => areaId === wanted),
        quantity,
      );
      if (seats && stock.takeSeats(performance.id, seats, clock.now())) return seats;
    }
    return null;
  }

  private takeItems({ product, item, timeslot }: Extract<Sold, { kind: 'item' }>, quantity: number): null[] {
    const { stock, clock } = this.office;
    const nowMs = clock.now();
    const slotId = timeslot?.id ?? null;
    if (!stock.takeItem(product.id, item.itemId, slotId, quantity, nowMs)) {
      throw new OrderRefusal('availability', `Not enough left: ${quantity} of item ${item.itemId}`);
    }
    this.undo.push(() => stock.giveBackItem(product.id, item.itemId, slotId, quantity, nowMs));
    return Array.from({ length: quantity }, () => null);
  }
}

export function findSeat({ catalog }: OrderOffice, performanceId: number, seatId: number): Seat {
  const zone = catalog.zone(performanceId, seatId);
  if (!zone) throw new OrderRefusal('unknownReference', `there is no seat ${seatId}`);
  const { seatCategoryId, contingentId, areaId, rows } = zone;
  return {
    seatId,
    isNumbered: rows.length > 0,
    ...chairOf(zone, seatId),
    seatCategoryId,
    contingentId,
    areaId,
  };
}

/** Seats of a row are numbered from 1, in the order of their ids. */
function chairOf({ rows, firstSeatId }: Zone, seatId: number): Pick<Seat, 'row' | 'number'> {
  let index = seatId - firstSeatId;
  for (const { name, seats } of rows) {
    if (index < seats) return { row: name, number: String(index + 1) };
    index -= seats;
  }
  return { row: null, number: null };
}

function bestOf(free: readonly SeatEntry[], quantity: number): number[] | null {
  if (free.length < quantity) return null;
  const ids = free.map(({ physicalSeatId }) => physicalSeatId);
  const start = free.findIndex(
    ({ row, blockId }, index) =>
      free[index + quantity - 1]?.row === row &&
      free[index + quantity - 1]?.blockId === blockId &&
      ids[index + quantity - 1] === ids[index]! + quantity - 1,
  );
  return ids.slice(Math.max(start, 0), Math.max(start, 0) + quantity);
}
