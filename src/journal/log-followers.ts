import type { StreamEntry } from './color-stream.js';
import type { LogFollower } from './shared-color-log.types.js';

/** Who follows the shared log, and up to where each one's board holds everything. */
export class LogFollowers {
  /** Null before it has begun. */
  readonly #positions = new Map<LogFollower, number | null>();

  join(follower: LogFollower): void {
    this.#positions.set(follower, null);
  }

  /** With those that join while they are gone through. */
  all(): Iterable<LogFollower> {
    return this.#positions.keys();
  }

  /** Those that have not begun. */
  late(): readonly LogFollower[] {
    return [...this.#positions].filter(([, position]) => position === null).map(([follower]) => follower);
  }

  /** Those whose board lacks the entry. */
  behind({ seq, poll: { institution } }: StreamEntry): readonly LogFollower[] {
    return [...this.#positions]
      .filter(
        ([follower, position]) => follower.institution === institution && position !== null && position < seq,
      )
      .map(([follower]) => follower);
  }

  moveTo(follower: LogFollower, seq: number): void {
    this.#positions.set(follower, seq);
  }

  areAllAt(headSeq: number): boolean {
    return [...this.#positions.values()].every((position) => position === headSeq);
  }

  /** From where to read, so that nobody misses anything. */
  leastPosition(headSeq: number): number {
    const positions = [...this.#positions.values()].flatMap((position) => position ?? []);
    return Math.min(headSeq, ...positions);
  }

  /** The head moves, with those that were at it. */
  advance(before: number, headSeq: number): void {
    for (const [follower, position] of this.#positions) {
      if (position !== null && position >= before) this.#positions.set(follower, headSeq);
    }
  }
}
