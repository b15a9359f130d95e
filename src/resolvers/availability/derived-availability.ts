import type { AvailabilityReading } from '../../datasources/loaders.js';
import {
  bestColor,
  type ObservedAvailability,
  type SeatCategoryObservation,
} from '../../domain/availability.js';
import { oldestFreshness, type Freshness } from '../../domain/freshness.js';

/** What `Availability` shows: an observation, or what follows from several. */
export interface ShownAvailability extends Pick<
  ObservedAvailability,
  'color' | 'rawLevel' | 'remaining' | 'bySeatCategory'
> {
  readonly freshness: Freshness;
}

export function shownAvailability({ observed, freshness }: AvailabilityReading): ShownAvailability {
  if (observed === null)
    return { color: 'UNKNOWN', rawLevel: null, remaining: null, bySeatCategory: [], freshness };
  const { color, rawLevel, remaining, bySeatCategory } = observed;
  return { color, rawLevel, remaining, bySeatCategory, freshness };
}

/** The availability of a product as a whole: the best of its performances, in all and in each seat category. */
export function derivedAvailability(
  readings: readonly [AvailabilityReading, ...AvailabilityReading[]],
): ShownAvailability {
  const parts = readings.map(shownAvailability);
  const words = new Set(parts.map(({ rawLevel }) => rawLevel));
  const categories = new Map<string, SeatCategoryObservation[]>();
  for (const part of parts.flatMap(({ bySeatCategory }) => bySeatCategory)) {
    categories.set(part.seatCategoryId, [...(categories.get(part.seatCategoryId) ?? []), part]);
  }
  return {
    color: bestColor(parts.map(({ color }) => color)),
    rawLevel: words.size === 1 ? [...words][0]! : null,
    remaining: sumOf(parts),
    bySeatCategory: [...categories].map(([seatCategoryId, own]) => ({
      seatCategoryId,
      color: bestColor(own.map(({ color }) => color)),
      remaining: sumOf(own),
    })),
    freshness: oldestFreshness(readings.map(({ freshness }) => freshness)),
  };
}

/** Places of what is not on sale are none that could be had; they count only where nothing is on sale. */
function sumOf(parts: readonly Pick<ShownAvailability, 'color' | 'remaining'>[]): number | null {
  const onSale = parts.filter(({ color }) => color !== 'GREY');
  return (onSale.length > 0 ? onSale : parts).reduce<number | null>(
    (sum, { remaining }) => (sum === null || remaining === null ? null : sum + remaining),
    0,
  );
}
