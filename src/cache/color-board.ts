import type {
  AvailabilitySubject,
  ColorChange,
  ObservedAvailability,
  SeatCategoryObservation,
} from '../domain/availability.js';
import type { ColorBoard } from './color-board.types.js';

/** `performance:<id>` or `product:<id>`. */
export type SubjectKey = string;

export function subjectKey(subject: AvailabilitySubject): SubjectKey {
  return subject.kind === 'performance'
    ? `performance:${subject.performanceId}`
    : `product:${subject.productId}`;
}

/**
 * The board that the poller writes. Besides the observations it knows, for each product, when S-360 last said that
 * nothing had moved: that makes an old observation as good as a new one.
 */
export class LiveColorBoard implements ColorBoard {
  readonly #observations = new Map<SubjectKey, ObservedAvailability>();
  readonly #restored = new Set<SubjectKey>();
  readonly #confirmedAt = new Map<string, number>();
  /** Products whose observations changed since the last save. */
  readonly #dirty = new Set<string>();

  constructor(readonly institution: string) {}

  get size(): number {
    return this.#observations.size;
  }

  performance(performanceId: string): ObservedAvailability | undefined {
    return this.#observations.get(`performance:${performanceId}`);
  }

  product(productId: string): ObservedAvailability | undefined {
    return this.#observations.get(`product:${productId}`);
  }

  of(subject: AvailabilitySubject): ObservedAvailability | undefined {
    return this.#observations.get(subjectKey(subject));
  }

  all(): IterableIterator<ObservedAvailability> {
    return this.#observations.values();
  }

  /** Epoch ms when S-360 last said so, by a reading or by saying that the product did not move. */
  asOf(observed: ObservedAvailability): number {
    return Math.max(observed.observedAt, this.#confirmedAt.get(observed.subject.productId) ?? 0);
  }

  /** From before a restart, and S-360 has not said anything about it since. */
  isRestored(observed: ObservedAvailability): boolean {
    return (
      this.#restored.has(subjectKey(observed.subject)) && !this.#confirmedAt.has(observed.subject.productId)
    );
  }

  /** What these observations would change, without changing it: so that the log can be written first. */
  diff(observations: readonly ObservedAvailability[]): ColorChange[] {
    return observations.flatMap((observed) => this.#changesTo(observed));
  }

  /** Takes the observations over and answers what changed. The remaining number alone is not a change. */
  apply(observations: readonly ObservedAvailability[]): ColorChange[] {
    const changes = this.diff(observations);
    for (const observed of observations) this.#put(observed);
    return changes;
  }

  /** S-360 said at `at` that these products had not moved since they were read. */
  confirm(productIds: Iterable<string>, at: number): void {
    for (const productId of productIds) this.#confirmedAt.set(productId, at);
  }

  /** Puts back what was saved; observations already made are newer and stay. */
  restore(observations: Iterable<ObservedAvailability>): void {
    for (const observed of observations) {
      const key = subjectKey(observed.subject);
      if (this.#observations.has(key)) continue;
      this.#observations.set(key, observed);
      this.#restored.add(key);
    }
  }

  /** Plays recorded changes, oldest first, on top of what was restored. */
  replay(changes: Iterable<ColorChange>): void {
    for (const change of changes) {
      const key = subjectKey(change.subject);
      const before = this.#observations.get(key) ?? unobserved(change);
      this.#put(withChange(before, change));
      this.#restored.add(key);
    }
  }

  /** Forgets what `isKept` refuses. */
  prune(isKept: (subject: AvailabilitySubject) => boolean): void {
    const keptProducts = new Set<string>();
    for (const [key, { subject }] of this.#observations) {
      if (isKept(subject)) {
        keptProducts.add(subject.productId);
        continue;
      }
      this.#observations.delete(key);
      this.#restored.delete(key);
      this.#dirty.add(subject.productId);
    }
    for (const productId of this.#confirmedAt.keys()) {
      if (!keptProducts.has(productId)) this.#confirmedAt.delete(productId);
    }
  }

  /** The products to save, once: the next call answers those that changed after this one. */
  takeDirty(): string[] {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    return dirty;
  }

  /** A save failed: these still have to be saved. */
  markDirty(productIds: Iterable<string>): void {
    for (const productId of productIds) this.#dirty.add(productId);
  }

  #put(observed: ObservedAvailability): void {
    const key = subjectKey(observed.subject);
    this.#observations.set(key, observed);
    this.#restored.delete(key);
    this.#dirty.add(observed.subject.productId);
  }

  #changesTo(observed: ObservedAvailability): ColorChange[] {
    const before = this.of(observed.subject);
    const changes: ColorChange[] = [];
    const compare = (
      seatCategoryId: string | null,
      was: ColorChange['before'],
      is: { color: ColorChange['after']; remaining: number | null },
    ): void => {
      if (was === is.color) return;
      changes.push({
        institution: this.institution,
        subject: observed.subject,
        seatCategoryId,
        before: was,
        after: is.color,
        remaining: is.remaining,
        at: observed.observedAt,
      });
    };
    compare(null, before?.color ?? 'UNKNOWN', observed);
    const earlier = new Map(before?.bySeatCategory.map((part) => [part.seatCategoryId, part.color]));
    for (const part of observed.bySeatCategory) {
      compare(part.seatCategoryId, earlier.get(part.seatCategoryId) ?? 'UNKNOWN', part);
      earlier.delete(part.seatCategoryId);
    }
    // A category that S-360 no longer mentions: it did not say.
    for (const [seatCategoryId, color] of earlier) {
      compare(seatCategoryId, color, { color: 'UNKNOWN', remaining: null });
    }
    return changes;
  }
}

function unobserved(change: ColorChange): ObservedAvailability {
  return {
    subject: change.subject,
    color: 'UNKNOWN',
    rawLevel: null,
    remaining: null,
    bySeatCategory: [],
    observedAt: change.at,
  };
}

function withChange(before: ObservedAvailability, change: ColorChange): ObservedAvailability {
  const observedAt = Math.max(before.observedAt, change.at);
  if (change.seatCategoryId === null) {
    return { ...before, color: change.after, rawLevel: null, remaining: change.remaining, observedAt };
  }
  const part: SeatCategoryObservation = {
    seatCategoryId: change.seatCategoryId,
    color: change.after,
    remaining: change.remaining,
  };
  const others = before.bySeatCategory.filter((other) => other.seatCategoryId !== change.seatCategoryId);
  return { ...before, bySeatCategory: [...others, part], observedAt };
}
