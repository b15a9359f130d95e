import type { Clock } from '../../src/clock.js';

/** A clock on which nobody waits: whoever sleeps wakes at once, and it is later. */
export interface LeapingClock extends Clock {
  leap(ms: number): void;
}

export function createLeapingClock(): LeapingClock {
  let now = Date.now();
  const leap = (ms: number): void => void (now += ms);
  return {
    now: () => now,
    leap,
    sleep(ms) {
      leap(ms);
      return Promise.resolve();
    },
  };
}
