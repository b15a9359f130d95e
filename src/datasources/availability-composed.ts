import type { CatalogSnapshot } from '../cache/catalog-snapshot.types.js';
import type { ColorBoard } from '../cache/color-board.types.js';
import type { AvailabilityColor, ObservedAvailability } from '../domain/availability.js';
import type { Product } from '../domain/catalog.js';
import type { ComposedHalves } from '../journal/shared-poll.types.js';

/** A part of what is inside a season ticket or package. */
type Inside = Pick<ObservedAvailability, 'color' | 'remaining' | 'observedAt'>;

/** A season ticket or package: its availability has two halves that are asked separately. */
export function isComposed(product: Product): boolean {
  return product.performances.length === 0 && product.containedProductIds.length > 0;
}

/**
 * The two halves of season tickets and packages, until both are there: how many may still be sold
 * (`getProductAvailability`), and what is left inside (`getPerformanceAvailability` with `composedProductId`).
 */
export class ComposedReadings {
  readonly #quotas = new Map<string, ObservedAvailability>();
  readonly #insides = new Map<string, readonly Inside[]>();
  readonly #touched = new Set<string>();

  /** The performances inside as the season ticket sees them; an empty list when nothing inside restricts it. */
  noteInside(productId: string, inside: readonly Inside[]): void {
    this.#insides.set(productId, inside);
    this.#touched.add(productId);
  }

  hasInside(productId: string): boolean {
    return this.#insides.has(productId);
  }

  hasQuota(productId: string): boolean {
    return this.#quotas.has(productId);
  }

  /** The halves read of these season tickets and packages, for other replicas; of others, nothing. */
  halvesOf(quotaIds: readonly string[], insideIds: readonly string[]): ComposedHalves {
    return {
      quotas: quotaIds.flatMap((id) => this.#quotas.get(id) ?? []),
      insides: insideIds.map((id) => [id, (this.#insides.get(id) ?? []).map(insideOf)] as const),
    };
  }

  /** Halves that another replica read; it combined them as far as it could. */
  learn({ quotas, insides }: ComposedHalves): void {
    for (const quota of quotas) this.#quotas.set(quota.subject.productId, quota);
    for (const [id, inside] of insides) this.#insides.set(id, inside);
  }

  /**
   * Readings of products without performances as observations. A season ticket is among them once both halves are
   * known; before, its quota alone would promise places that may not exist.
   */
  combine(
    readings: readonly ObservedAvailability[],
    snapshot: CatalogSnapshot,
    board: ColorBoard,
  ): ObservedAvailability[] {
    const plain = new Map<string, ObservedAvailability>();
    for (const reading of readings) {
      const { productId } = reading.subject;
      const product = snapshot.product(productId);
      if (product === undefined || !isComposed(product)) plain.set(productId, reading);
      else {
        this.#quotas.set(productId, reading);
        this.#touched.add(productId);
      }
    }
    const composed = [...this.#touched].flatMap((productId) => {
      const quota = this.#quotas.get(productId);
      const inside = this.#insides.get(productId);
      if (quota === undefined || inside === undefined) return [];
      const contained = (snapshot.product(productId)?.containedProductIds ?? []).flatMap(
        (id) => plain.get(id) ?? board.product(id) ?? [],
      );
      return composedObservation(quota, [...inside, ...contained]);
    });
    this.#touched.clear();
    return [...plain.values(), ...composed];
  }
}

/**
 * A season ticket's availability: the smaller of how many may still be sold (`quota`) and of what is left inside
 * it. S-360 documents that both are asked; that the minimum counts is our reading, and so is that a package without a
 * quota of its own, about which S-360 says nothing, is limited by its parts alone.
 */
export function composedObservation(
  quota: ObservedAvailability,
  inside: readonly Inside[],
): ObservedAvailability {
  if (inside.length === 0) return quota;
  const parts = isUntold(quota) ? inside : [quota, ...inside];
  const color = worstColor(parts.map((part) => part.color));
  return {
    ...quota,
    color,
    rawLevel: color === quota.color ? quota.rawLevel : null,
    remaining: smallest(parts.map((part) => part.remaining)),
    // The halves are read one after the other; the earlier one has not moved since.
    observedAt: Math.max(...parts.map((part) => part.observedAt)),
  };
}

function insideOf({ color, remaining, observedAt }: Inside): Inside {
  return { color, remaining, observedAt };
}

function isUntold({ color, rawLevel, remaining }: ObservedAvailability): boolean {
  return color === 'UNKNOWN' && rawLevel === null && remaining === null;
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
