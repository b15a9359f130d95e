import type { Zone } from './model.js';

/** The fixed side of a room's stock: its rows of seats, and which of them are sold together. Shared by performances. */
export interface StockLayout {
  readonly capacity: number;
  /** In the order of their first seat id. */
  readonly rows: readonly StockRow[];
  readonly groups: readonly StockGroup[];
}

export interface StockRow {
  readonly index: number;
  readonly zone: Zone;
  /** Null in an unnumbered zone, which is one long row. */
  readonly name: string | null;
  readonly seats: number;
  readonly firstSeatId: number;
  /** Where the row begins among all places of the layout. */
  readonly offset: number;
  readonly groupIndex: number;
}

/** One seat category in one contingent: what availability is counted by. */
export interface StockGroup {
  readonly index: number;
  readonly seatCategoryId: number;
  readonly contingentId: number;
  readonly capacity: number;
  /** Front rows first, over all zones of the group. */
  readonly bestRowsFirst: readonly StockRow[];
}

/** Throws RangeError when a zone's rows do not add up, or when two zones claim the same seat. */
export function createStockLayout(zones: readonly Zone[]): StockLayout {
  const groupByKey = new Map<
    string,
    { rows: { row: StockRow; depth: number }[]; capacity: number; zone: Zone }
  >();
  const groupIndexByKey = new Map<string, number>();
  const rows: StockRow[] = [];
  let offset = 0;

  for (const zone of zones.toSorted((one, other) => one.firstSeatId - other.firstSeatId)) {
    const key = `${zone.seatCategoryId}/${zone.contingentId}`;
    let group = groupByKey.get(key);
    if (!group) {
      group = { rows: [], capacity: 0, zone };
      groupIndexByKey.set(key, groupByKey.size);
      groupByKey.set(key, group);
    }
    let firstSeatId = zone.firstSeatId;
    for (const [depth, { name, seats }] of rowsOf(zone).entries()) {
      const groupIndex = groupIndexByKey.get(key) ?? 0;
      const row: StockRow = { index: rows.length, zone, name, seats, firstSeatId, offset, groupIndex };
      checkDistinct(rows.at(-1), row);
      rows.push(row);
      group.rows.push({ row, depth });
      firstSeatId += seats;
      offset += seats;
    }
    group.capacity += zone.capacity;
  }

  const groups = [...groupByKey.values()].map(({ rows: own, capacity, zone }, index) => ({
    index,
    seatCategoryId: zone.seatCategoryId,
    contingentId: zone.contingentId,
    capacity,
    bestRowsFirst: own.sort((one, other) => one.depth - other.depth).map(({ row }) => row),
  }));
  return { capacity: offset, rows, groups };
}

function rowsOf(zone: Zone): readonly { name: string | null; seats: number }[] {
  if (zone.rows.length === 0) return [{ name: null, seats: zone.capacity }];
  const seats = zone.rows.reduce((sum, row) => sum + row.seats, 0);
  if (seats !== zone.capacity) {
    throw new RangeError(
      `Cannot lay out block ${zone.blockId} of area ${zone.areaId}: expected rows of ${zone.capacity} seats, got ${seats}`,
    );
  }
  return zone.rows;
}

function checkDistinct(before: StockRow | undefined, row: StockRow): void {
  if (before && before.firstSeatId + before.seats > row.firstSeatId) {
    throw new RangeError(
      `Cannot lay out area ${row.zone.areaId}: expected seat ids of its own, got ${row.firstSeatId}, which another row has`,
    );
  }
}

/** The row that has this seat, or null. */
export function findRow(layout: StockLayout, seatId: number): StockRow | null {
  let low = 0;
  let high = layout.rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const row = layout.rows[middle]!;
    if (seatId < row.firstSeatId) high = middle - 1;
    else if (seatId >= row.firstSeatId + row.seats) low = middle + 1;
    else return row;
  }
  return null;
}
