import type { Clock } from '../../src/clock.js';

/** A clock for a real gateway against a real sandbox: it moves both, and only while nobody has anything to do. */
export interface DrivenClock extends Clock {
  /** Moves the time on, stopping wherever somebody wakes up, until what they do is done. */
  advance(ms: number): Promise<void>;
}

export interface DrivenClockOptions {
  /** How many loops sleep when nothing happens: two for each institution, and the orders'. */
  readonly loops: number;
  /** Moves the other side's clock by as much. */
  readonly moveOther: (ms: number) => Promise<void>;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

export function createDrivenClock({ loops, moveOther }: DrivenClockOptions): DrivenClock {
  let now = Date.now();
  const sleeping = new Set<Sleeper>();

  /** Work in hand is over when every loop sleeps again, and still does a moment later. */
  async function quiet(): Promise<void> {
    for (let calm = 0; calm < 3;) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      calm = sleeping.size >= loops ? calm + 1 : 0;
    }
  }

  async function moveTo(instant: number): Promise<void> {
    if (instant <= now) return;
    await moveOther(instant - now);
    now = instant;
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const wake = (): void => {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakesAt: now + Math.max(ms, 0), wake };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await quiet();
        const first = [...sleeping].toSorted((a, b) => a.wakesAt - b.wakesAt)[0];
        if (first === undefined || first.wakesAt > end) break;
        await moveTo(first.wakesAt);
        first.wake();
      }
      await moveTo(end);
    },
  };
}
