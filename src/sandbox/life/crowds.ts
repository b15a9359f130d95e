import type { InstitutionWorld } from '../model.js';
import type { Random } from '../random.js';
import type { Stock } from '../stock.types.js';
import { itemsTarget, performanceTarget, type Basket, type Target } from './targets.js';
import { listSellableProducts, listSellablePerformances } from './sellable.js';

/** Many buyers after the same thing: they buy until nothing is left, wait a little, and bring everything back. */
export interface Crowd {
  /** Buys or brings back one share. */
  turn(nowMs: number): void;
  /** Brings everything back at once. */
  leave(nowMs: number): void;
}

export interface CrowdsOptions {
  readonly institution: InstitutionWorld;
  readonly stock: Stock;
  readonly random: Random;
}

const NEXT_PERFORMANCES = 4;
const OTHER_PERFORMANCES = 3;
const ITEM_PRODUCTS = 3;
const LARGEST_BASKET = 8;
/** Baskets that one crowd fills for one category in one turn; the last is as large as it must be. */
const BASKETS_PER_TURN = 5;
const TURNS_TO_SELL_OUT = 4;
const TURNS_OF_REST = 2;

/** The crowds of the hour: after the performances that come next, after a few others, and after some items. */
export function gatherCrowds({ institution, stock, random }: CrowdsOptions, nowMs: number): Crowd[] {
  const performances = listSellablePerformances(institution, nowMs);
  const chosen = new Set(performances.slice(0, NEXT_PERFORMANCES));
  for (let turn = 0; turn < OTHER_PERFORMANCES && performances.length > 0; turn += 1) {
    chosen.add(random.pick(performances));
  }
  const targets = [...chosen].map(({ productId, performance }) =>
    performanceTarget({ institution, stock }, productId, performance, nowMs),
  );
  const products = listSellableProducts(institution, stock, nowMs);
  const first = random.between(0, Math.max(0, products.length - 1));
  for (let turn = 0; turn < Math.min(ITEM_PRODUCTS, products.length); turn += 1) {
    const productId = products[(first + turn) % products.length]!;
    targets.push(itemsTarget({ institution, stock }, productId, nowMs));
  }
  // They do not all begin together: somebody who watches sees a change now and then, not all of them at once.
  return targets.map((target) => createCrowd(target, random.between(0, TURNS_TO_SELL_OUT)));
}

function createCrowd(target: Target, lateBy: number): Crowd {
  const baskets: Basket[] = [];
  let isBuying = true;
  let restingTurns = lateBy;
  let turnsDone = 0;

  function buy(nowMs: number): boolean {
    const parts = target.parts(nowMs).filter(({ left }) => left > 0);
    for (const part of parts) {
      let wanted = Math.ceil(part.left / Math.max(1, TURNS_TO_SELL_OUT - turnsDone));
      for (let basketsLeft = BASKETS_PER_TURN; basketsLeft > 0 && wanted > 0; basketsLeft -= 1) {
        const size = basketsLeft === 1 ? wanted : Math.min(wanted, LARGEST_BASKET);
        const basket = part.take(size, nowMs);
        if (basket) baskets.push(basket);
        wanted -= size;
      }
    }
    return parts.length === 0;
  }

  function bringBack(nowMs: number): boolean {
    const count = Math.ceil(baskets.length / Math.max(1, TURNS_TO_SELL_OUT - turnsDone));
    for (const basket of baskets.splice(-count, count)) basket.giveBack(nowMs);
    return baskets.length === 0;
  }

  return {
    turn(nowMs) {
      if (restingTurns > 0) {
        restingTurns -= 1;
        return;
      }
      const isDone = isBuying ? buy(nowMs) : bringBack(nowMs);
      turnsDone += 1;
      if (!isDone) return;
      isBuying = !isBuying;
      restingTurns = TURNS_OF_REST;
      turnsDone = 0;
    },
    leave(nowMs) {
      for (const basket of baskets.splice(0)) basket.giveBack(nowMs);
      target.reopen(nowMs);
    },
  };
}
