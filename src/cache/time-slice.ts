import { setImmediate } from 'node:timers/promises';

/** Long enough that pausing costs little, short enough that nobody waits noticeably. */
const SLICE_MS = 8;

/** Divides long work on the event loop: whoever does it asks often whether its turn is over, and then pauses. */
export class TimeSlice {
  #endsAt = performance.now() + SLICE_MS;

  isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** Lets everything else that is ready run first, timers too. */
  async pause(): Promise<void> {
    // The first comes still in this turn of the event loop, the second in the next.
    await setImmediate();
    await setImmediate();
    this.#endsAt = performance.now() + SLICE_MS;
  }
}

/** Few enough to sort within a slice. */
const RUN = 1_000;

/** A sorted copy, as `toSorted` with a comparison that never answers 0, but made in slices: runs first, then merges. */
export async function sortInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  slice: TimeSlice,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(compare));
    if (slice.isOver()) await slice.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      const [left, right] = [runs[index]!, runs[index + 1]];
      merged.push(right === undefined ? left : await mergeInSlices(left, right, compare, slice));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergeInSlices<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  slice: TimeSlice,
): Promise<T[]> {
  const merged: T[] = [];
  let [fromLeft, fromRight] = [0, 0];
  while (fromLeft < left.length && fromRight < right.length) {
    const takesLeft = compare(left[fromLeft]!, right[fromRight]!) <= 0;
    merged.push(takesLeft ? left[fromLeft++]! : right[fromRight++]!);
    if (merged.length % RUN === 0 && slice.isOver()) await slice.pause();
  }
  return merged.concat(left.slice(fromLeft), right.slice(fromRight));
}
