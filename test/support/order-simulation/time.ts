import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/clock.js';

interface Sleeper {
  readonly wakesAt: number;
  readonly isAlive: () => boolean;
  readonly wake: () => void;
}

/** The time of a whole simulated world; everything that waits, waits for it. */
export class SimulatedTime {
  #now = Date.UTC(2026, 0, 12, 9);
  readonly #startedAt = this.#now;
  readonly #sleeping = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  /** Seconds since the beginning, for whoever reads a trace. */
  label(): string {
    return `${((this.#now - this.#startedAt) / 1_000).toFixed(1)} s`;
  }

  /** A clock whose sleeps never end once `isAlive` says no: what was asleep in a process that died. */
  clockOf(isAlive: () => boolean): Clock {
    return {
      now: () => this.#now,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted === true) return resolve();
          const wake = (): void => {
            this.#sleeping.delete(sleeper);
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          const sleeper: Sleeper = { wakesAt: this.#now + Math.max(ms, 0), isAlive, wake };
          this.#sleeping.add(sleeper);
          signal?.addEventListener('abort', wake, { once: true });
        }),
    };
  }

  /** Moves on, waking whoever sleeps in the order of their times, and looks around with `onStep` after each. */
  async advance(ms: number, onStep: () => Promise<void>): Promise<void> {
    const end = this.#now + ms;
    await this.#settle(onStep);
    for (;;) {
      const wakesAt = this.#nextWake();
      if (wakesAt > end) break;
      this.#now = Math.max(this.#now, wakesAt);
      for (const sleeper of this.#sleeping) if (sleeper.wakesAt <= this.#now) sleeper.wake();
      await this.#settle(onStep);
    }
    this.#now = end;
    await this.#settle(onStep);
  }

  #nextWake(): number {
    let next = Infinity;
    for (const sleeper of this.#sleeping) {
      if (!sleeper.isAlive()) this.#sleeping.delete(sleeper);
      else next = Math.min(next, sleeper.wakesAt);
    }
    return next;
  }

  /** A journal in memory and everything else here is done within one turn of the event loop. */
  async #settle(onStep: () => Promise<void>): Promise<void> {
    await setImmediate();
    await onStep();
  }
}
