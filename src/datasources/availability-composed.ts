import type { AvailabilityColor, ObservedAvailability } from '../domain/availability.js';
import type { Product } from '../domain/catalog.js';

/** What a season ticket or package has to share: the places of everything inside it. */
export type InsideObservation = Pick<ObservedAvailability, 'color' | 'remaining' | 'observedAt'>;

/** A season ticket or package: its availability has two halves that are asked separately. */
export function isComposed(product: Product): boolean {
  return product.performances.length === 0 && product.containedProductIds.length > 0;
}

/**
 * A season ticket's availability: the smaller of how many may still be sold (`quota`) and of what is left inside
 * it. S-360 documents that both are asked; that the minimum counts is our reading.
 */
export function composedObservation(
  quota: ObservedAvailability,
  inside: readonly InsideObservation[],
): ObservedAvailability {
  if (inside.length === 0) return quota;
  const parts = [quota, ...inside];
  const color = worstColor(parts.map((part) => part.color));
  return {
    ...quota,
    color,
    rawLevel: color === quota.color ? quota.rawLevel : null,
    remaining: smallest(parts.map((part) => part.remaining)),
    // Never fresher than its oldest half.
    observedAt: Math.min(...parts.map((part) => part.observedAt)),
  };
}

const WORST_FIRST: readonly AvailabilityColor[] = ['GREY', 'RED', 'UNKNOWN', 'ORANGE', 'GREEN'];

/** The color of a whole that needs all its parts. An UNKNOWN part could be RED, so it outweighs GREEN and ORANGE. */
export function worstColor(colors: Iterable<AvailabilityColor>): AvailabilityColor {
  const present = new Set(colors);
  return WORST_FIRST.find((color) => present.has(color)) ?? 'UNKNOWN';
}

function smallest(parts: readonly (number | null)[]): number | null {
  return parts.reduce((least, part) => (least === null || part === null ? null : Math.min(least, part)));
}
