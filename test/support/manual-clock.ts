import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/clock.js';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves the time on, waking whoever sleeps in the order of their times; after each, everything that can go on
   * without the clock does so before the time moves further.
   */
  advance(ms: number): Promise<void>;
  /** Lets everything go on that does not wait for the clock. */
  settle(): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** Work beside the clock (files, chunks of large catalogs) takes several turns of the event loop. */
const TURNS = 20;

export function createManualClock(startsAt = Date.UTC(2026, 0, 12, 9)): ManualClock {
  let now = startsAt;
  const sleeping = new Set<Sleeper>();
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
        const sleeper = { wakesAt: now + Math.max(ms, 0), wake };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...sleeping].sort((a, b) => a.wakesAt - b.wakesAt)[0];
        if (next === undefined || next.wakesAt > end) break;
        now = Math.max(now, next.wakesAt);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
    settle,
    sleepers: () => sleeping.size,
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
}
