/** GREEN: on sale. ORANGE: few left. RED: none now, may come back. GREY: not on sale. UNKNOWN: S-360 did not say. */
export type AvailabilityColor = 'GREEN' | 'ORANGE' | 'RED' | 'GREY' | 'UNKNOWN';

/** What can have a color: a performance of an event, or a product without performances. Ids are S-360's own. */
export type AvailabilitySubject =
  | { readonly kind: 'performance'; readonly productId: string; readonly performanceId: string }
  | { readonly kind: 'product'; readonly productId: string };

/** One observation of one subject. Immutable; a newer one replaces it. */
export interface ObservedAvailability {
  readonly subject: AvailabilitySubject;
  readonly color: AvailabilityColor;
  /** S-360's own word; null where the color is derived from parts that differ. */
  readonly rawLevel: string | null;
  /** Null: S-360 gave a color only. */
  readonly remaining: number | null;
  readonly bySeatCategory: readonly SeatCategoryObservation[];
  /** Epoch ms. */
  readonly observedAt: number;
}

export interface SeatCategoryObservation {
  readonly seatCategoryId: string;
  readonly color: AvailabilityColor;
  readonly remaining: number | null;
}

export interface Seat {
  readonly id: string;
  readonly seatCategoryId: string;
  readonly areaId: string | null;
  readonly blockId: string | null;
  readonly row: string | null;
  readonly number: string | null;
  readonly isAvailable: boolean;
}

/** S-360 says that a product's availabilities may be others than before. */
export interface ProductMove {
  readonly productId: string;
  /** Epoch ms on S-360's clock; null when it is not dated. */
  readonly movedAt: number | null;
}

/** One change of color, as recorded in the log: of one seat category, or of the whole subject when it is null. */
export interface ColorChange {
  readonly institution: string;
  readonly subject: AvailabilitySubject;
  readonly seatCategoryId: string | null;
  readonly before: AvailabilityColor;
  readonly after: AvailabilityColor;
  readonly remaining: number | null;
  /** Epoch ms. */
  readonly at: number;
}

const BEST_FIRST: readonly AvailabilityColor[] = ['GREEN', 'ORANGE', 'RED', 'GREY'];

/**
 * The color of a whole made of parts: the best of them, so a performance is GREEN while any category is. Our own
 * reading, since S-360 documents no rule; it spares the second call that would ask for the sum.
 */
export function bestColor(colors: Iterable<AvailabilityColor>): AvailabilityColor {
  const present = new Set(colors);
  return BEST_FIRST.find((color) => present.has(color)) ?? 'UNKNOWN';
}
