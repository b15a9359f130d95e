import type { Order, OrderActor } from '../../domain/order.js';
import { GatewayError } from '../../errors.js';
import type { OrderParts } from './order-parts.types.js';
import type { OrderRecords } from './order-records.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** However short the contract's minute is. */
const SHORTEST_WAIT_MS = 20;
/** From here on somebody should look at it. */
const MANY_ATTEMPTS = 10;
const MINUTE_MS = 60_000;

/** Orders of which nobody can say what became of them, and when S-360 is asked again. */
export class OrderDoubts {
  constructor(
    private readonly parts: Pick<OrderParts, 'clock' | 'timing' | 'log'>,
    private readonly records: OrderRecords,
  ) {}

  /** The answer was lost; `error` is how, null where only the look at the result failed. */
  begin(order: Order, error: unknown, by: OrderActor): Promise<Order> {
    const now = this.parts.clock.now();
    const facts = { order: order.number, step: order.step, err: error };
    this.parts.log.warn(facts, 'the outcome at S-360 is not known: it is asked for');
    const doubt = {
      since: order.doubt?.since ?? now,
      attempts: order.doubt?.attempts ?? 0,
      nextCheckAt: this.#nextCheckAt(order, order.doubt?.attempts ?? 0, error),
    };
    return this.records.settle(order, { state: 'IN_DOUBT', doubt }, by === 'CLIENT' ? 'GATEWAY' : by);
  }

  /** Its sender died before it could write down an answer; the order stays ours. */
  found(order: Order): Promise<Order> {
    const now = this.parts.clock.now();
    const doubt = { since: now, attempts: 0, nextCheckAt: now };
    return this.records.note(order, { state: 'IN_DOUBT', doubt }, 'RECONCILER');
  }

  /** S-360 was asked, and it is still not known. */
  goOn(order: Order, error: unknown): Promise<Order> {
    const attempts = (order.doubt?.attempts ?? 0) + 1;
    const since = order.doubt?.since ?? this.parts.clock.now();
    if (attempts % MANY_ATTEMPTS === 0) {
      const facts = { order: order.number, step: order.step, attempts, since, err: error };
      this.parts.log.error(facts, 'S-360 does not say what became of the order: look at it there');
    }
    const nextCheckAt = this.#nextCheckAt(order, attempts, error);
    return this.records.settle(
      order,
      { state: 'IN_DOUBT', doubt: { since, attempts, nextCheckAt } },
      'RECONCILER',
    );
  }

  /** Whether "it did not happen" may be believed of an answer to a question asked at `askedAt`. */
  isBeyondDoubt({ sentAt }: Order, askedAt: number): boolean {
    return sentAt === null || askedAt > sentAt + this.parts.timing.quarantineMs;
  }

  /** Doubling waits, but a question as soon as the answer can be final; S-360's and the budget's own wish goes first. */
  #nextCheckAt({ sentAt }: Order, attempts: number, error: unknown): number {
    const now = this.parts.clock.now();
    const { quarantineMs } = this.parts.timing;
    const wish = error instanceof GatewayError ? error.retryAfterMs : undefined;
    if (wish !== undefined) return now + wish;
    const wait = this.waitMs(attempts);
    const finalAt = (sentAt ?? 0) + quarantineMs + 1;
    const isFinalNear = finalAt > now && finalAt < now + wait;
    return isFinalNear ? finalAt : now + wait;
  }

  /** Before the attempt after so many. */
  waitMs(attempts: number): number {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 10));
    return Math.max(SHORTEST_WAIT_MS, (wait * this.parts.timing.minuteMs) / MINUTE_MS);
  }
}
