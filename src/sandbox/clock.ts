/** The sandbox's time: the machine's, plus whatever the control endpoint moved it forward by. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock forward; sale periods, limits and kept results see the new time at once. */
  advance(ms: number): void;
}

export function createSandboxClock(machineNow: () => number = Date.now): SandboxClock {
  let offsetMs = 0;
  return {
    now: () => machineNow() + offsetMs,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) {
        throw new RangeError(`Cannot advance the clock: expected a number of ms >= 0, got ${ms}`);
      }
      offsetMs += ms;
    },
  };
}
