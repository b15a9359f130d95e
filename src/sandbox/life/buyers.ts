import type { InstitutionWorld } from '../model.js';
import type { Random } from '../random.js';
import type { Stock } from '../stock.types.js';
import { gatherCrowds, type Crowd } from './crowds.js';
import { createPassersBy } from './passers-by.js';

export interface BuyersOptions {
  readonly institution: InstitutionWorld;
  readonly stock: Stock;
  readonly clock: { now(): number };
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  /** 1 is the pace of a demonstration, 2 is twice as fast, 0 is nobody. */
  readonly speed: number;
  readonly random: Random;
}

export interface Buyers {
  start(): void;
  stop(): void;
  /** What the timer does each time: a bounded number of purchases and returns. */
  step(): void;
}

const STEPS_PER_MINUTE = 6;
const SHORTEST_STEP_MS = 20;
/** How often the crowds move on to what is popular now: in steps. */
const STEPS_BETWEEN_CHOICES = 600;

/**
 * Simulated buyers. Crowds push a few popular performances and items from "few left" to nothing and back again, so
 * that colors change while somebody watches; passers-by buy a little of everything. All of them bring back what they
 * bought in the end, so the houses never stay sold out.
 */
export function createBuyers({ institution, stock, clock, minuteMs, speed, random }: BuyersOptions): Buyers {
  const passersBy = createPassersBy({ institution, stock, random: random.fork('passers-by') });
  const crowdRandom = random.fork('crowds');
  let crowds: readonly Crowd[] = [];
  let steps = 0;
  let timer: NodeJS.Timeout | null = null;

  function step(): void {
    const nowMs = clock.now();
    if (steps % STEPS_BETWEEN_CHOICES === 0) {
      for (const crowd of crowds) crowd.leave(nowMs);
      crowds = gatherCrowds({ institution, stock, random: crowdRandom }, nowMs);
    }
    steps += 1;
    if (crowds.length > 0) crowds[steps % crowds.length]!.turn(nowMs);
    passersBy.step(nowMs);
  }

  return {
    step,
    start() {
      if (timer || speed <= 0) return;
      const stepMs = Math.max(SHORTEST_STEP_MS, minuteMs / STEPS_PER_MINUTE / speed);
      timer = setInterval(step, stepMs);
      timer.unref();
    },
    stop() {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
