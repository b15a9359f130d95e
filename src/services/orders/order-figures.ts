import type { Clock } from '../../clock.js';
import { createSingleFlight } from '../../cache/single-flight.js';
import type { OrderState } from '../../domain/order.js';
import type { OrderJournal } from '../../journal/order-journal.types.js';

/** How many orders an institution has, for operators. */
export interface OrderFigures {
  /** As it is now: it looks at the orders that are in doubt alone. */
  inDoubt(institution: string): Promise<InDoubtFigures>;
  /** Every state, those without orders too; up to 5 s old, since the journal looks at every order for it. */
  byState(institution: string): Promise<OrderCounts>;
}

export interface InDoubtFigures {
  readonly orders: number;
  /** Milliseconds since the oldest doubt began; 0 when there is none. */
  readonly oldestMs: number;
}

export type OrderCounts = Readonly<Record<OrderState, number>>;

export interface OrderFiguresOptions {
  readonly journal: Pick<OrderJournal, 'counts' | 'doubts'>;
  readonly clock: Clock;
}

const KEPT_MS = 5_000;

const NONE: OrderCounts = {
  CREATING: 0,
  ON_HOLD: 0,
  CLOSING: 0,
  CLOSED: 0,
  IN_DOUBT: 0,
  EXPIRED: 0,
  ABANDONED: 0,
  CANCELLED: 0,
  REJECTED: 0,
};

/** Rejects with what the journal rejects with, and keeps nothing of it. */
export function createOrderFigures({ journal, clock }: OrderFiguresOptions): OrderFigures {
  const kept = new Map<string, { readonly counts: OrderCounts; readonly until: number }>();
  const flights = createSingleFlight<OrderCounts>();
  return {
    async inDoubt(institution) {
      const { orders, oldestSince } = await journal.doubts(institution);
      // A clock that was set back makes no age below zero.
      return { orders, oldestMs: oldestSince === null ? 0 : Math.max(0, clock.now() - oldestSince) };
    },
    async byState(institution) {
      const known = kept.get(institution);
      if (known !== undefined && known.until > clock.now()) return known.counts;
      return flights.run(institution, async () => {
        const counts = { ...NONE, ...Object.fromEntries(await journal.counts(institution)) };
        kept.set(institution, { counts, until: clock.now() + KEPT_MS });
        return counts;
      });
    },
  };
}
