import { findRow, type StockGroup, type StockLayout, type StockRow } from './stock-layout.js';

const FREE = 0;
/** Held or bought by somebody who may give it back. */
const TAKEN = 1;
/** Gone without an owner, as `setLeft` makes it. Kept apart so that raising the stock spares what somebody holds. */
const BLOCKED = 2;

/** The places of one performance, seat by seat. Costs nothing until the first one is taken. */
export interface Places {
  readonly layout: StockLayout;
  left(group: StockGroup): number;
  isFree(row: StockRow, seatIndex: number): boolean;
  /** From the groups in the order given; best seats first, side by side when any row allows it. Null: not enough. */
  take(groups: readonly StockGroup[], count: number): number[] | null;
  takeSeats(seatIds: readonly number[]): boolean;
  /** Seats that nobody holds are ignored. Answers how many came back. */
  giveBack(seatIds: readonly number[]): number;
  setLeft(group: StockGroup, left: number): void;
}

export function createPlaces(layout: StockLayout): Places {
  let state: Uint8Array | null = null;
  let leftByRow: Uint32Array | null = null;
  let leftByGroup: Uint32Array | null = null;

  function write(row: StockRow, seatIndex: number, next: number): void {
    state ??= new Uint8Array(layout.capacity);
    leftByRow ??= Uint32Array.from(layout.rows, (each) => each.seats);
    leftByGroup ??= Uint32Array.from(layout.groups, (each) => each.capacity);
    const before = state[row.offset + seatIndex]!;
    if ((before === FREE) !== (next === FREE)) {
      const change = next === FREE ? 1 : -1;
      leftByRow[row.index]! += change;
      leftByGroup[row.groupIndex]! += change;
    }
    state[row.offset + seatIndex] = next;
  }

  const read = (row: StockRow, seatIndex: number): number => state?.[row.offset + seatIndex] ?? FREE;
  const left = (group: StockGroup): number => leftByGroup?.[group.index] ?? group.capacity;
  const leftIn = (row: StockRow): number => leftByRow?.[row.index] ?? row.seats;

  /** Where `count` free seats in a row begin, or -1. */
  function runIn(row: StockRow, count: number): number {
    let length = 0;
    for (let seatIndex = 0; seatIndex < row.seats; seatIndex += 1) {
      length = read(row, seatIndex) === FREE ? length + 1 : 0;
      if (length === count) return seatIndex - count + 1;
    }
    return -1;
  }

  function takeSideBySide(groups: readonly StockGroup[], count: number): number[] | null {
    for (const group of groups) {
      if (left(group) < count) continue;
      for (const row of group.bestRowsFirst) {
        if (leftIn(row) < count) continue;
        const start = runIn(row, count);
        if (start < 0) continue;
        return Array.from({ length: count }, (_, index) => {
          write(row, start + index, TAKEN);
          return row.firstSeatId + start + index;
        });
      }
    }
    return null;
  }

  function takeScattered(groups: readonly StockGroup[], count: number): number[] {
    const seatIds: number[] = [];
    for (const row of groups.flatMap((group) => group.bestRowsFirst)) {
      for (
        let seatIndex = 0;
        seatIndex < row.seats && leftIn(row) > 0 && seatIds.length < count;
        seatIndex += 1
      ) {
        if (read(row, seatIndex) !== FREE) continue;
        write(row, seatIndex, TAKEN);
        seatIds.push(row.firstSeatId + seatIndex);
      }
      if (seatIds.length === count) break;
    }
    return seatIds;
  }

  /** Turns up to `count` places of the group from one state to another; answers how many it could not. */
  function turn(rows: readonly StockRow[], count: number, from: number, to: number): number {
    let missing = count;
    for (const row of rows) {
      for (let seatIndex = 0; seatIndex < row.seats && missing > 0; seatIndex += 1) {
        if (read(row, seatIndex) !== from) continue;
        write(row, seatIndex, to);
        missing -= 1;
      }
      if (missing === 0) break;
    }
    return missing;
  }

  return {
    layout,
    left,
    isFree: (row, seatIndex) => read(row, seatIndex) === FREE,
    take(groups, count) {
      const total = groups.reduce((sum, group) => sum + left(group), 0);
      if (!Number.isInteger(count) || count < 1 || count > total) return null;
      return takeSideBySide(groups, count) ?? takeScattered(groups, count);
    },
    takeSeats(seatIds) {
      const wanted = [...new Set(seatIds)].map((seatId) => ({ seatId, row: findRow(layout, seatId) }));
      if (!wanted.every(({ seatId, row }) => row && read(row, seatId - row.firstSeatId) === FREE))
        return false;
      for (const { seatId, row } of wanted) if (row) write(row, seatId - row.firstSeatId, TAKEN);
      return true;
    },
    giveBack(seatIds) {
      let returned = 0;
      for (const seatId of seatIds) {
        const row = findRow(layout, seatId);
        if (!row || read(row, seatId - row.firstSeatId) !== TAKEN) continue;
        write(row, seatId - row.firstSeatId, FREE);
        returned += 1;
      }
      return returned;
    },
    setLeft(group, wanted) {
      const target = Math.min(Math.max(0, Math.floor(wanted)), group.capacity);
      const change = target - left(group);
      if (change < 0) turn(group.bestRowsFirst, -change, FREE, BLOCKED);
      if (change <= 0) return;
      // The last rows come back first: what was sold at the front stays sold.
      const backRowsFirst = group.bestRowsFirst.toReversed();
      const missing = turn(backRowsFirst, change, BLOCKED, FREE);
      turn(backRowsFirst, missing, TAKEN, FREE);
    },
  };
}
