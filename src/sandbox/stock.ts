import type { InstitutionWorld, StockPlan } from './model.js';
import { isCategoryOpen, isComposedOnSale, isItemOnSale, isPerformanceRunning } from './sale-rules.js';
import { createStockIndex, type PlacedPerformance, type StockIndex } from './stock-index.js';
import type { StockGroup } from './stock-layout.js';
import type { AvailabilityLevel, PerformanceEntry, SeatEntry, SplitQuery, Stock } from './stock.types.js';
import { createVenueTime } from './venue-time.js';

export interface StockOptions {
  /** Products that the channel does not see: they are GREY, whatever is left. Nothing is hidden by default. */
  readonly isHidden?: (productId: number) => boolean;
}

const DEFAULT_ALERT_RATIO = 10;
/** In a list of ids: "one entry for each". */
const EACH = -1;

/** What is left to sell of an institution, seat by seat and item by item. */
export function createStock(world: InstitutionWorld, options: StockOptions = {}): Stock {
  const index = createStockIndex(world);
  const venueTime = createVenueTime(world.posConfig.organizationTimeZone);
  const isHidden = options.isHidden ?? (() => false);
  const movedAtMs = new Map<number, number>();

  function moved(productId: number, nowMs: number): void {
    movedAtMs.set(productId, Math.max(nowMs, movedAtMs.get(productId) ?? nowMs));
  }

  function level(productId: number, left: number, capacity: number): AvailabilityLevel {
    if (left <= 0) return 'RED';
    const alertRatio = world.stock.alertRatioByProductId[productId] ?? DEFAULT_ALERT_RATIO;
    return left * 100 <= capacity * alertRatio ? 'ORANGE' : 'GREEN';
  }

  return {
    performanceEntries(performanceIds, split, nowMs) {
      const open = openContingents(world.stock, split.composedProductId);
      return [...new Set(performanceIds)].flatMap((performanceId) => {
        const placed = index.performance(performanceId);
        if (!placed) return [];
        const onSale = isHidden(placed.product.id)
          ? new Set<number>()
          : categoriesOnSale(index, placed, split.composedProductId, nowMs);
        return partsOf(placed, split, open).map(({ groups, ...split }): PerformanceEntry => {
          const selling = groups.filter((group) => onSale.has(group.seatCategoryId));
          const left = selling.reduce((sum, group) => sum + placed.places.left(group), 0);
          const capacity = selling.reduce((sum, group) => sum + group.capacity, 0);
          const isOnSale =
            split.seatCategoryId === undefined ? onSale.size > 0 : onSale.has(split.seatCategoryId);
          return {
            eventId: placed.product.id,
            performanceId,
            ...split,
            availabilityLevel: isOnSale ? level(placed.product.id, left, capacity) : 'GREY',
            quantity: left,
          };
        });
      });
    },

    itemEntries(productIds, nowMs) {
      return [...new Set(productIds)].flatMap((productId) =>
        index.items(productId).map(({ season, product, item, timeslot, left, quota }) => {
          const isOnSale =
            !isHidden(productId) && isItemOnSale(season, product, item, timeslot, venueTime, nowMs);
          return {
            productId,
            itemId: item.itemId,
            ...(timeslot ? { timeslotId: timeslot.id } : {}),
            availabilityLevel: isOnSale ? level(productId, left, quota) : 'GREY',
            quantity: isOnSale ? left : 0,
          };
        }),
      );
    },

    seats(performanceId, seatCategoryIds, composedProductId) {
      const placed = index.performance(performanceId);
      if (!placed) return [];
      const open = openContingents(world.stock, composedProductId);
      const isWanted = (id: number): boolean =>
        seatCategoryIds.length === 0 || seatCategoryIds.includes(EACH) || seatCategoryIds.includes(id);
      return placed.places.layout.groups
        .filter((group) => open.includes(group.contingentId) && isWanted(group.seatCategoryId))
        .flatMap((group) => seatsOf(placed, group));
    },

    updatedSince(productIds, sinceMs) {
      return [...new Set(productIds)].flatMap((productId) => {
        const lastUpdateMs = movedAtMs.get(productId);
        return lastUpdateMs !== undefined && lastUpdateMs > sinceMs ? [{ productId, lastUpdateMs }] : [];
      });
    },

    take(performanceId, seatCategoryId, count, nowMs, composedProductId) {
      const placed = index.performance(performanceId);
      if (!placed) return null;
      const open = openContingents(world.stock, composedProductId);
      const groups = placed.places.layout.groups
        .filter((group) => group.seatCategoryId === seatCategoryId && open.includes(group.contingentId))
        // A dedicated contingent is used up before the places that everybody wants.
        .sort((one, other) => other.contingentId - one.contingentId);
      const seatIds = placed.places.take(groups, count);
      if (seatIds) moved(placed.product.id, nowMs);
      return seatIds;
    },

    takeSeats(performanceId, seatIds, nowMs) {
      const placed = index.performance(performanceId);
      if (!placed || !placed.places.takeSeats(seatIds)) return false;
      moved(placed.product.id, nowMs);
      return true;
    },

    giveBack(performanceId, seatIds, nowMs) {
      const placed = index.performance(performanceId);
      if (placed && placed.places.giveBack(seatIds) > 0) moved(placed.product.id, nowMs);
    },

    takeItem(productId, itemId, timeslotId, count, nowMs) {
      const entry = index.item(productId, itemId, timeslotId);
      if (!entry || !Number.isInteger(count) || count < 1 || count > entry.left) return false;
      entry.left -= count;
      moved(productId, nowMs);
      return true;
    },

    giveBackItem(productId, itemId, timeslotId, count, nowMs) {
      const entry = index.item(productId, itemId, timeslotId);
      if (!entry || !Number.isInteger(count) || count < 1) return;
      entry.left = Math.min(entry.quota, entry.left + count);
      moved(productId, nowMs);
    },

    setRemaining(performanceId, seatCategoryId, remaining, nowMs) {
      const placed = index.performance(performanceId);
      const groups = placed?.places.layout.groups.filter(
        (group) =>
          group.contingentId === 0 && (seatCategoryId === null || group.seatCategoryId === seatCategoryId),
      );
      if (!placed || !groups || groups.length === 0) return false;
      for (const { group, left } of spread(groups, remaining)) placed.places.setLeft(group, left);
      moved(placed.product.id, nowMs);
      return true;
    },

    touch: moved,
  };
}

/** 0 for everybody, and the contingents that only this composed product may sell from. */
function openContingents(plan: StockPlan, composedProductId: number | undefined): readonly number[] {
  if (composedProductId === undefined) return [0];
  const dedicated = plan.dedicatedContingents.filter((each) =>
    each.composedProductIds.includes(composedProductId),
  );
  return [0, ...dedicated.map(({ id }) => id)];
}

/** Which of the performance's categories can be bought now: alone, or inside a composed product. */
function categoriesOnSale(
  index: StockIndex,
  { season, product, performance }: PlacedPerformance,
  composedProductId: number | undefined,
  nowMs: number,
): ReadonlySet<number> {
  if (!isPerformanceRunning(season, product, performance, nowMs)) return new Set();
  const ids = performance.seatCategories.map(({ id }) => id);
  const composed = composedProductId === undefined ? undefined : index.product(composedProductId);
  // Inside a season ticket its own sale period counts, not that of the single performance [I].
  if (composed) return new Set(isComposedOnSale(composed.season, composed.product, nowMs) ? ids : []);
  return new Set(ids.filter((id) => isCategoryOpen(performance, id, nowMs)));
}

interface Part {
  readonly seatCategoryId?: number;
  readonly contingentId?: number;
  readonly groups: readonly StockGroup[];
}

/** The groups behind each entry of the answer: category x contingent, each split or summed. */
function partsOf(
  { performance, places }: PlacedPerformance,
  split: SplitQuery,
  open: readonly number[],
): Part[] {
  const sold = performance.seatCategories.map(({ id }) => id);
  const groups = places.layout.groups.filter(
    (group) => open.includes(group.contingentId) && sold.includes(group.seatCategoryId),
  );
  const byCategory: Part[] =
    split.seatCategoryIds.length === 0
      ? [{ groups }]
      : named(split.seatCategoryIds, sold).map((seatCategoryId) => ({
          seatCategoryId,
          groups: groups.filter((group) => group.seatCategoryId === seatCategoryId),
        }));
  if (split.contingentIds.length === 0) return byCategory;
  return byCategory.flatMap((part) =>
    named(split.contingentIds, open).flatMap((contingentId) => {
      const own = part.groups.filter((group) => group.contingentId === contingentId);
      return own.length === 0 ? [] : [{ ...part, contingentId, groups: own }];
    }),
  );
}

function named(asked: readonly number[], possible: readonly number[]): readonly number[] {
  return asked.includes(EACH) ? possible : [...new Set(asked)].filter((id) => possible.includes(id));
}

function seatsOf({ places }: PlacedPerformance, group: StockGroup): SeatEntry[] {
  return group.bestRowsFirst.flatMap((row) => {
    const entries: SeatEntry[] = [];
    for (let seatIndex = 0; seatIndex < row.seats; seatIndex += 1) {
      const available = places.isFree(row, seatIndex);
      if (row.name === null && !available) continue;
      entries.push({
        physicalSeatId: row.firstSeatId + seatIndex,
        areaId: row.zone.areaId,
        blockId: row.zone.blockId,
        row: row.name,
        number: row.name === null ? null : String(seatIndex + 1),
        seatCategoryId: group.seatCategoryId,
        contingentId: group.contingentId,
        available,
      });
    }
    return entries;
  });
}

/** Shares `remaining` out by capacity, so that the shares add up to it exactly and none exceeds its group. */
function spread(groups: readonly StockGroup[], remaining: number): { group: StockGroup; left: number }[] {
  let capacity = groups.reduce((sum, group) => sum + group.capacity, 0);
  let rest = Math.min(Math.max(0, Math.floor(remaining)), capacity);
  return groups.map((group) => {
    const left = capacity === 0 ? 0 : Math.round((rest * group.capacity) / capacity);
    capacity -= group.capacity;
    rest -= left;
    return { group, left };
  });
}
