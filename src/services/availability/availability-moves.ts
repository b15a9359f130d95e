import type { ProductMove } from '../../domain/availability.js';
import type { Look } from '../../journal/shared-poll.types.js';

/** What `MoveFinder` needs to go on after a restart; plain JSON. */
export interface MoveProgress {
  readonly watermark: number | null;
  /** Epoch ms; null before the first look. */
  readonly firstAskedAt: number | null;
  readonly seen: readonly (readonly [productId: string, lastUpdate: number])[];
  /** Products that the next look finds again. */
  readonly fresh: readonly string[];
}

/** Late commits: what S-360 dates a moment before an answer may only appear in the next one. */
const OVERLAP_MS = 5_000;
/** How far two clocks may be apart. */
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * Finds what moved in the answers of `getUpdatedAvailabilities`. The date to ask from is the largest `lastUpdate`
 * seen, on S-360's clock, minus an overlap; what the overlap brings again is recognised. What moved at the moment of the
 * look is found once more by the next one: a move in the same unit of S-360's dates, right after, has the same date.
 */
export class MoveFinder {
  #watermark: number | null;
  readonly #seen: Map<string, number>;
  #firstAskedAt: number | null;
  readonly #fresh: Set<string>;
  /** By product: S-360's date of a move whose colors nobody was told yet. */
  readonly #untold = new Map<string, number>();

  constructor(progress: MoveProgress | null) {
    this.#watermark = progress?.watermark ?? null;
    this.#firstAskedAt = progress?.firstAskedAt ?? null;
    this.#seen = new Map(progress?.seen);
    this.#fresh = new Set(progress?.fresh);
  }

  /** Epoch ms. Before S-360 has dated anything, our own clock with a margin has to do. */
  since(now: number): number {
    this.#firstAskedAt ??= now;
    return this.#watermark === null ? this.#firstAskedAt - CLOCK_SKEW_MS : this.#watermark - OVERLAP_MS;
  }

  /** The products that moved since they were last found here, each once. */
  take(moves: readonly ProductMove[], now: number): string[] {
    const moved = new Set(this.#fresh);
    this.#fresh.clear();
    for (const { productId, movedAt: at } of moves) {
      if (at === null) {
        moved.add(productId);
        continue;
      }
      if (at > (this.#seen.get(productId) ?? -Infinity)) {
        this.#seen.set(productId, at);
        this.#untold.set(productId, at);
        moved.add(productId);
        if (isFresh(at, now)) this.#fresh.add(productId);
      }
      // A date far in our future would hide everything until then.
      if (at <= now + CLOCK_SKEW_MS) this.#watermark = Math.max(this.#watermark ?? at, at);
    }
    return [...moved];
  }

  /** Its colors were read: S-360's date of the move, epoch ms on its clock; null when that is not known, or was told. */
  told(productId: string): number | null {
    const at = this.#untold.get(productId) ?? null;
    this.#untold.delete(productId);
    return at;
  }

  /** What a look of this moment found, for other replicas. */
  lookOf(movedProductIds: readonly string[], at: number): Look {
    const moved = movedProductIds.map((id) => [id, this.#seen.get(id) ?? null] as const);
    return { at, moved, watermark: this.#watermark, firstAskedAt: this.#firstAskedAt };
  }

  /** Another replica looked: what it found is not found again, and the next look asks from there. */
  learn({ at, moved, watermark, firstAskedAt }: Look): void {
    for (const [id, lastUpdate] of moved) {
      if (lastUpdate !== null && isFresh(lastUpdate, at)) this.#fresh.add(id);
      else this.#fresh.delete(id);
      if (lastUpdate !== null) this.#seen.set(id, Math.max(this.#seen.get(id) ?? lastUpdate, lastUpdate));
    }
    if (watermark !== null) this.#watermark = Math.max(this.#watermark ?? watermark, watermark);
    // What moved between the last look there and the first one here is asked for too.
    if (firstAskedAt !== null)
      this.#firstAskedAt = Math.min(this.#firstAskedAt ?? firstAskedAt, firstAskedAt);
  }

  /** Drops what is asked no more, and what the next answers cannot bring again. */
  progress(isPolled: (productId: string) => boolean): MoveProgress {
    for (const [productId, at] of this.#seen) {
      const isOver = this.#watermark !== null && at < this.#watermark - OVERLAP_MS;
      if (isOver || !isPolled(productId)) this.#seen.delete(productId);
    }
    return {
      watermark: this.#watermark,
      firstAskedAt: this.#firstAskedAt,
      seen: [...this.#seen],
      fresh: [...this.#fresh],
    };
  }
}

function isFresh(lastUpdate: number, lookedAt: number): boolean {
  return Math.abs(lookedAt - lastUpdate) <= OVERLAP_MS;
}
