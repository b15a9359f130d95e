import { isFinal, type Order } from '../../domain/order.js';
import { InDoubtError } from '../../errors.js';
import { WorkInHand } from '../../work-in-hand.js';
import { NO_ORDER, outcomeOf, refused } from './order-outcome.js';
import type { OrderFeed } from './order-feed.js';
import { hasOpenStep, OrderTakenError } from './order-records.js';
import type { OrderParts } from './order-parts.types.js';
import type { OrderReconciler } from './order-reconciler.js';
import type { OrderOutcome, OrderRef } from './orders.types.js';

/** Between two looks at an order that another request or process is at work on. */
const LOOK_AGAIN_MS = 100;

/** Requests about one order one after the other, whichever process the one before is at. */
export class OrderTurns {
  readonly #inHand = new WorkInHand();

  constructor(
    private readonly parts: OrderParts,
    private readonly feed: OrderFeed,
    private readonly reconciler: Pick<OrderReconciler, 'nudge'>,
  ) {}

  /** Runs `act` on the order once nobody else is at work on it, and again when somebody was faster. */
  async whenFree(ref: OrderRef, act: (order: Order) => Promise<OrderOutcome>): Promise<OrderOutcome> {
    const giveUpAt = this.parts.clock.now() + this.#patienceMs();
    for (;;) {
      const found = await this.find(ref);
      if (found === null) return refused(null, NO_ORDER);
      const order = await this.untilFree(found);
      if (order.state === 'IN_DOUBT') this.reconciler.nudge(order.number);
      try {
        return await act(order);
      } catch (error) {
        if (!(error instanceof OrderTakenError)) throw error;
        if (this.parts.clock.now() > giveUpAt) throw new InDoubtError(BUSY, { cause: error });
        await this.feed.next(order.number, LOOK_AGAIN_MS);
      }
    }
  }

  async find({ caller, institution, number }: OrderRef): Promise<Order | null> {
    const order = await this.parts.journal.byNumber(number);
    return order?.caller === caller && order.institution === institution ? order : null;
  }

  /** The order once no step of it is under way, or as it is when that takes too long. */
  async untilFree(order: Order): Promise<Order> {
    const giveUpAt = this.parts.clock.now() + this.#patienceMs();
    let seen = order;
    while (isUnderWay(seen) && this.parts.clock.now() < giveUpAt) {
      // Another process does not tell: the journal is asked now and then.
      await this.feed.next(seen.number, LOOK_AGAIN_MS);
      seen = (await this.parts.journal.byNumber(seen.number)) ?? seen;
    }
    return seen;
  }

  /** What came of an act: the order as somebody else left it, where somebody else took it. */
  async outcome(begun: Order, act: Promise<Order>): Promise<OrderOutcome> {
    try {
      return outcomeOf(await this.#inHand.add(act));
    } catch (error) {
      if (!(error instanceof OrderTakenError)) throw error;
      return outcomeOf((await this.parts.journal.byNumber(begun.number)) ?? begun);
    }
  }

  /** Every act that was begun has ended. */
  settled(): Promise<void> {
    return this.#inHand.settled();
  }

  #patienceMs(): number {
    return this.parts.timing.callMs + this.parts.timing.readMs;
  }
}

function isUnderWay(order: Order): boolean {
  return order.state !== 'IN_DOUBT' && !isFinal(order.state) && hasOpenStep(order);
}

const BUSY = 'The order is being worked on by another process: ask for it again';
