import type { Product, StockPlan } from '../model.js';
import { itemsOf } from '../sale-rules.js';
import type { Room } from './rooms.js';

/** Collects the places and quotas while a world is built. */
export interface StockPlanBuilder {
  readonly plan: StockPlan;
  addPerformance(productId: number, performanceId: number, room: Room): void;
  /** The same quota for each item of the product; on each of its slots, the slot's own quota. */
  addItems(product: Product, quota: number): void;
  setAlertRatio(productId: number, percent: number): void;
}

export function createStockPlan(): StockPlanBuilder {
  const plan: StockPlan = {
    alertRatioByProductId: {},
    dedicatedContingents: [],
    performances: [],
    items: [],
  };
  return {
    plan,
    addPerformance(productId, performanceId, room) {
      plan.performances.push({ performanceId, productId, zones: room.zones });
    },
    addItems(product, quota) {
      const quotaBySlotId = new Map(product.pass?.timeslots.map((slot) => [slot.id, slot.quota]));
      for (const { itemId, timeslotIds } of itemsOf(product)) {
        if (timeslotIds.length === 0) {
          plan.items.push({ productId: product.id, itemId, timeslotId: null, quota });
        }
        for (const timeslotId of timeslotIds) {
          plan.items.push({
            productId: product.id,
            itemId,
            timeslotId,
            quota: quotaBySlotId.get(timeslotId) ?? quota,
          });
        }
      }
    },
    setAlertRatio(productId, percent) {
      plan.alertRatioByProductId[productId] = percent;
    },
  };
}
