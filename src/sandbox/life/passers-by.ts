import type { Random } from '../random.js';
import { listSellablePerformances, type SellablePerformance } from './sellable.js';
import type { Basket, Market } from './targets.js';

/** Buyers who want any seat at all. */
export interface PassersBy {
  /** One purchase, and one return when enough was bought. */
  step(nowMs: number): void;
}

const MOST_BASKETS = 300;
/** How long the list of what is on sale is good for: in steps. */
const STEPS_PER_LIST = 200;

/** The oldest basket comes back when there are too many of them, so a long life does not empty the houses. */
export function createPassersBy({ institution, stock, random }: Market & { random: Random }): PassersBy {
  const baskets: Basket[] = [];
  let performances: readonly SellablePerformance[] = [];
  let steps = 0;

  return {
    step(nowMs) {
      if (steps % STEPS_PER_LIST === 0) performances = listSellablePerformances(institution, nowMs);
      steps += 1;
      if (baskets.length >= MOST_BASKETS) baskets.shift()?.giveBack(nowMs);
      if (performances.length === 0) return;

      const { id } = random.pick(performances).performance;
      const entries = stock
        .performanceEntries([id], { seatCategoryIds: [-1], contingentIds: [] }, nowMs)
        .filter(({ availabilityLevel }) => availabilityLevel === 'GREEN' || availabilityLevel === 'ORANGE');
      const count = random.between(1, 6);
      if (entries.length === 0) return;
      const seatIds = stock.take(id, random.pick(entries).seatCategoryId ?? 0, count, nowMs);
      if (seatIds) baskets.push({ giveBack: (backAtMs) => stock.giveBack(id, seatIds, backAtMs) });
    },
  };
}
