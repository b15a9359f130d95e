/** What is left to sell, as the operations ask for it. Implemented by `stock.ts`. */
export type AvailabilityLevel = 'GREEN' | 'ORANGE' | 'RED' | 'GREY';

export interface SplitQuery {
  /** Empty: one sum. `[-1]`: one entry for each. Else one for each id named. */
  readonly seatCategoryIds: readonly number[];
  readonly contingentIds: readonly number[];
  /** A season ticket or package: its dedicated contingents are open too. */
  readonly composedProductId?: number | undefined;
}

export interface PerformanceEntry {
  eventId: number;
  performanceId: number;
  seatCategoryId?: number;
  contingentId?: number;
  availabilityLevel: AvailabilityLevel;
  quantity: number;
}

export interface ItemEntry {
  productId: number;
  itemId: number;
  timeslotId?: number;
  availabilityLevel: AvailabilityLevel;
  quantity: number;
}

export interface SeatEntry {
  physicalSeatId: number;
  areaId: number;
  blockId: number;
  row: string | null;
  number: string | null;
  seatCategoryId: number;
  contingentId: number;
  available: boolean;
}

export interface Stock {
  /** Entries in the order asked; unknown performances are left out. `nowMs` decides about sale periods. */
  performanceEntries(performanceIds: readonly number[], split: SplitQuery, nowMs: number): PerformanceEntry[];
  itemEntries(productIds: readonly number[], nowMs: number): ItemEntry[];
  /** Numbered seats only, front row first; an unnumbered zone is one entry for each place left without row and number. */
  seats(performanceId: number, seatCategoryIds: readonly number[], composedProductId?: number): SeatEntry[];
  /** Products whose stock moved after `sinceMs`, with the moment of the last move. */
  updatedSince(productIds: readonly number[], sinceMs: number): { productId: number; lastUpdateMs: number }[];
  /**
   * Takes `count` places of a category, best seats first; answers the seat ids taken (for unnumbered places too),
   * or null when there are not enough: then nothing is taken. From contingent 0, and before it from the contingents
   * dedicated to `composedProductId`. Sale periods are the caller's business: see `sale-rules.ts`.
   */
  take(
    performanceId: number,
    seatCategoryId: number,
    count: number,
    nowMs: number,
    composedProductId?: number,
  ): number[] | null;
  /** Takes exactly these seats, whatever their contingent; false, with nothing taken, when one is not free or not there. */
  takeSeats(performanceId: number, seatIds: readonly number[], nowMs: number): boolean;
  giveBack(performanceId: number, seatIds: readonly number[], nowMs: number): void;
  takeItem(
    productId: number,
    itemId: number,
    timeslotId: number | null,
    count: number,
    nowMs: number,
  ): boolean;
  giveBackItem(
    productId: number,
    itemId: number,
    timeslotId: number | null,
    count: number,
    nowMs: number,
  ): void;
  /** Sets what is left of one category, or of all (spread by capacity); more than the capacity is the capacity. Unknown ids: false. */
  setRemaining(
    performanceId: number,
    seatCategoryId: number | null,
    remaining: number,
    nowMs: number,
  ): boolean;
  /** Marks a product as moved without moving it. */
  touch(productId: number, nowMs: number): void;
}
