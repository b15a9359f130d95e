import type { PosConfig } from '../model.js';

/** How long an open order holds its places. Contract minutes: with a shorter minute, holds are shorter too. */
export interface HoldRules {
  /** Restarted by every addition; what the point of sales calls `orderAbandonDelay`. */
  delayMinutes: number;
  /** From the order's creation, never restarted. */
  lifespanMinutes: number;
  /** When something added now to an order of that age is to be given back. */
  expiryOf(addedAtMs: number, orderCreatedAtMs: number): number;
}

/** [I]; how long the delay is, the point of sales says. */
const LIFESPAN_MINUTES = 45;

export function createHoldRules(posConfig: PosConfig, minuteMs: number): HoldRules {
  return {
    get delayMinutes() {
      return posConfig.orderAbandonDelay;
    },
    set delayMinutes(minutes) {
      posConfig.orderAbandonDelay = minutes;
    },
    lifespanMinutes: LIFESPAN_MINUTES,
    expiryOf(addedAtMs, orderCreatedAtMs) {
      return Math.min(
        addedAtMs + this.delayMinutes * minuteMs,
        orderCreatedAtMs + this.lifespanMinutes * minuteMs,
      );
    },
  };
}
