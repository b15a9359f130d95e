import { describe, expect, it } from 'vitest';
import { steadyTime } from '../../src/clock.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-25T20:00:00Z');

/** A machine whose clock can be set, and on which time passes only when it is told to. */
function machine() {
  let passed = 0;
  let setBy = 0;
  const now = steadyTime({ wall: () => START + passed + setBy, elapsed: () => passed });
  return {
    pass: (ms: number) => (passed += ms),
    set: (byMs: number) => (setBy += byMs),
    /** Since the start. */
    now: () => now() - START,
  };
}

describe('steady time', () => {
  it('is the time of the machine while nobody sets it', () => {
    const { pass, now } = machine();
    for (let second = 1; second <= 100; second++) {
      pass(1_000);
      expect(now()).toBe(second * 1_000);
    }
  });

  it('never goes back, goes on at half its pace while the machine is behind, and then agrees with it', () => {
    const { pass, set, now } = machine();
    pass(MINUTE);
    expect(now()).toBe(MINUTE);
    set(-5 * MINUTE);
    expect(now()).toBe(MINUTE);
    pass(MINUTE);
    expect(now()).toBe(1.5 * MINUTE);
    pass(8 * MINUTE);
    expect(now()).toBe(5.5 * MINUTE);
    pass(2 * MINUTE);
    // The machine says 12 - 5.
    expect(now()).toBe(7 * MINUTE);
    pass(MINUTE);
    expect(now()).toBe(8 * MINUTE);
  });

  it('does not leap when the machine is set forward, and is never faster than the margin of a window', () => {
    const { pass, set, now } = machine();
    set(5 * MINUTE);
    expect(now()).toBe(0);
    pass(MINUTE);
    expect(now()).toBe(1.01 * MINUTE);
    pass(600 * MINUTE);
    expect(now()).toBe(606 * MINUTE);
  });

  it('follows at once when the machine has slept', () => {
    const { pass, set, now } = machine();
    pass(MINUTE);
    set(60 * MINUTE);
    expect(now()).toBe(61 * MINUTE);
  });
});
