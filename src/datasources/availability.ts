import {
  bestColor,
  type AvailabilityColor,
  type ObservedAvailability,
  type Seat,
  type SeatCategoryObservation,
} from '../domain/availability.js';
import { colorOfLevel } from './s360/guesses.js';
import type { AvailabilityEntryWire, SeatWire } from './s360/wire/availability.js';

/** S-360's word for a level as our color; an unknown word is UNKNOWN. */
export type ColorOfLevel = (rawLevel: string) => AvailabilityColor;

/** `levels`: the institution's own words, where they differ from the usual ones. */
export function colorsOfLevels(levels?: Readonly<Record<string, AvailabilityColor>>): ColorOfLevel {
  return (rawLevel) => colorOfLevel(rawLevel, levels).color;
}

export interface ObservationOptions {
  readonly colorOfLevel: ColorOfLevel;
  /** Epoch ms. */
  readonly observedAt: number;
}

/**
 * One observation for each performance asked, in that order, from entries split by seat category
 * (`getEventAvailability`, `getPerformanceAvailability`; the shape of an entry is our guess). A performance that
 * S-360 left out is UNKNOWN: otherwise it would be asked for again by every query.
 */
export function observedPerformances(
  asked: readonly { readonly productId: string; readonly performanceId: string }[],
  entries: readonly AvailabilityEntryWire[],
  options: ObservationOptions,
): ObservedAvailability[] {
  const byPerformance = groupBy(entries, (entry) => entry.performanceId);
  return asked.map(({ productId, performanceId }) => {
    const own = byPerformance.get(performanceId) ?? [];
    const split = own.filter((entry) => entry.seatCategoryId !== undefined);
    // S-360 may send a sum beside the split; the split alone says everything, so the sum must not be added to it.
    return {
      subject: { kind: 'performance', productId, performanceId },
      ...whole(split.length > 0 ? split : own, options.colorOfLevel),
      bySeatCategory: seatCategories(split, options.colorOfLevel),
      observedAt: options.observedAt,
    };
  });
}

/** The same for products without performances (`getProductAvailability`): items and time slots are summed up. */
export function observedProducts(
  asked: readonly string[],
  entries: readonly AvailabilityEntryWire[],
  options: ObservationOptions,
): ObservedAvailability[] {
  const byProduct = groupBy(entries, (entry) => entry.productId);
  return asked.map((productId) => ({
    subject: { kind: 'product', productId },
    ...whole(byProduct.get(productId) ?? [], options.colorOfLevel),
    bySeatCategory: [],
    observedAt: options.observedAt,
  }));
}

/** `getSeatsAvailability`; a seat without id or category cannot be ordered and is left out. */
export function seatsOf(wire: readonly SeatWire[]): Seat[] {
  return wire.flatMap((seat) =>
    seat.physicalSeatId === undefined || seat.seatCategoryId === undefined
      ? []
      : [
          {
            id: seat.physicalSeatId,
            seatCategoryId: seat.seatCategoryId,
            areaId: seat.areaId ?? null,
            blockId: seat.blockId ?? null,
            row: seat.row ?? null,
            number: seat.number ?? null,
            isAvailable: seat.available === true,
          },
        ],
  );
}

/** The best color and the sum; the sum is null as soon as one part does not tell its own. */
function whole(
  entries: readonly AvailabilityEntryWire[],
  colorOfLevel: ColorOfLevel,
): Pick<ObservedAvailability, 'color' | 'rawLevel' | 'remaining'> {
  const words = new Set(entries.map((entry) => entry.availabilityLevel ?? null));
  return {
    color: bestColor(entries.map((entry) => colorOf(entry, colorOfLevel))),
    rawLevel: words.size === 1 ? [...words][0]! : null,
    remaining: sum(entries.map(sellable)),
  };
}

/** Several contingents of one category are one category here. */
function seatCategories(
  split: readonly AvailabilityEntryWire[],
  colorOfLevel: ColorOfLevel,
): SeatCategoryObservation[] {
  return [...groupBy(split, (entry) => entry.seatCategoryId)].map(([seatCategoryId, entries]) => ({
    seatCategoryId,
    color: bestColor(entries.map((entry) => colorOf(entry, colorOfLevel))),
    remaining: sum(entries.map(sellable)),
  }));
}

function colorOf(entry: AvailabilityEntryWire, colorOfLevel: ColorOfLevel): AvailabilityColor {
  return entry.availabilityLevel === undefined ? 'UNKNOWN' : colorOfLevel(entry.availabilityLevel);
}

/** The stock, or the quota where that is lower. */
function sellable(entry: AvailabilityEntryWire): number | null {
  const quantity = count(entry.quantity);
  const quota = count(entry.quota);
  return quantity !== null && quota !== null ? Math.min(quantity, quota) : quantity;
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}

function sum(parts: readonly (number | null)[]): number | null {
  if (parts.length === 0) return null;
  return parts.reduce((total, part) => (total === null || part === null ? null : total + part), 0);
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
