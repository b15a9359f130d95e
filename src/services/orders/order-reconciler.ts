import { isFinal, type Order } from '../../domain/order.js';
import type { OrderActs } from './order-acts.js';
import type { OrderDoubts } from './order-doubts.js';
import type { OrderFeed } from './order-feed.js';
import type { OrderInquiry } from './order-inquiry.js';
import { OrderTakenError, type OrderRecords } from './order-records.js';
import type { OrderInstitution, OrderParts } from './order-parts.types.js';
import { createOrderSearch } from './order-search.js';

/** Rounds in a contract minute while there is something to look after; else one, for what other processes leave. */
const ROUNDS_IN_MINUTE = 60;
const SHORTEST_PAUSE_MS = 20;
const ORDERS_IN_ROUND = 50;
/** Looked at side by side: each is one or two calls, in the orders' lane. */
const AT_ONCE = 5;
/** S-360's clock in whole seconds: a hold that ends in this second has not ended. */
const HOLD_MARGIN_MS = 1_000;

export interface ReconcilerTools {
  readonly feed: OrderFeed;
  readonly records: OrderRecords;
  readonly acts: OrderActs;
  readonly inquiry: OrderInquiry;
  readonly doubts: OrderDoubts;
}

/**
 * Looks after every order that nobody is working on: what a dead process left, what is in doubt, what S-360 is still
 * closing, and holds that have ended. Runs from the start of the process on; one process for each order, by lease.
 */
export class OrderReconciler {
  readonly #stopping = new AbortController();
  /** Orders that are looked at again later though the journal calls them due, by number. */
  readonly #waiting = new Map<string, { readonly attempts: number; readonly until: number }>();
  readonly #watches: readonly Watch[];
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: OrderParts,
    private readonly tools: ReconcilerTools,
  ) {
    this.#watches = [...parts.institutions.values()].map((institution) => new Watch(institution));
  }

  /** Whatever is written here may have to be looked after: from idleness it is looked at soon. */
  start(): void {
    this.tools.feed.onPublish(({ institution, state }) => {
      if (isFinal(state)) return;
      for (const watch of this.#watches) if (watch.institution.code === institution) watch.hasMore();
    });
    // Each at its own pace: an S-360 that hangs holds up its own orders only.
    this.#running = Promise.all(this.#watches.map((watch) => this.#run(watch)));
  }

  /** A client waits for this one: it is looked at now. */
  nudge(number: string): void {
    this.#waiting.delete(number);
    for (const { wake } of this.#watches) wake.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { wake } of this.#watches) wake.abort();
    await this.#running;
  }

  async #run(watch: Watch): Promise<void> {
    const { clock, timing, log } = this.parts;
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, timing.minuteMs / ROUNDS_IN_MINUTE);
    while (!this.#stopping.signal.aborted) {
      watch.begin();
      try {
        if (await this.round(watch.institution)) watch.isBusy = true;
      } catch (error) {
        watch.isBusy = true;
        log.error({ institution: watch.institution.code, err: error }, 'orders could not be looked after');
      }
      if (this.#stopping.signal.aborted) return;
      await clock.sleep(watch.isBusy ? pauseMs : timing.minuteMs, watch.wake.signal);
    }
  }

  /** Everything that is due at one institution, once. Answers whether something will have to be looked after soon. */
  async round(institution: OrderInstitution): Promise<boolean> {
    const { journal, clock } = this.parts;
    const now = clock.now();
    // Those that wait must not stand in the way of those behind them.
    const limit = ORDERS_IN_ROUND + this.#waiting.size;
    const unsettled = await journal.unsettled(institution.code, now, limit);
    const due = unsettled
      .filter(({ number }) => (this.#waiting.get(number)?.until ?? 0) <= now)
      .slice(0, ORDERS_IN_ROUND);
    const sentAts = due.flatMap(({ s360OrderId, sentAt, createdAt }) =>
      s360OrderId === null ? [createdAt, sentAt ?? createdAt] : [],
    );
    const search = createOrderSearch({
      institution,
      parts: this.parts,
      since: Math.min(now, ...sentAts),
      until: Math.max(0, ...sentAts) + this.parts.timing.quarantineMs,
    });
    await inParallel(due, AT_ONCE, (order) =>
      this.#lookAt(order, (mine) => this.tools.inquiry.settle(mine, search)),
    );
    const hasHolds = await this.#endHolds(institution);
    return hasHolds || (await this.#hasUnsettled(institution));
  }

  /** Whoever works on them, and whenever they are looked at again. */
  async #hasUnsettled({ code }: OrderInstitution): Promise<boolean> {
    const [one] = await this.parts.journal.unsettled(code, Number.MAX_SAFE_INTEGER, 1);
    return one !== undefined;
  }

  /** Answers whether there are holds that go on. */
  async #endHolds(institution: OrderInstitution): Promise<boolean> {
    const { journal } = this.parts;
    const endedBefore = institution.upstreamClock.now() - HOLD_MARGIN_MS;
    const held = await journal.holdsEndingBefore(institution.code, Number.MAX_SAFE_INTEGER, 1);
    if (held.length === 0) return false;
    const ended = await journal.holdsEndingBefore(institution.code, endedBefore, ORDERS_IN_ROUND);
    await inParallel(ended, AT_ONCE, (order) =>
      this.#lookAt(order, (mine) => this.tools.acts.leaving.expire(mine, 'UPSTREAM')),
    );
    return true;
  }

  async #lookAt(order: Order, work: (mine: Order) => Promise<Order>): Promise<void> {
    try {
      const mine = await this.tools.records.acquire(order);
      if (mine === null) return;
      const isLeftBehind = mine.state === 'CREATING' && mine.s360OrderId === null;
      // Whoever sent it is gone, and with it the answer.
      const after = await work(isLeftBehind ? await this.tools.doubts.found(mine) : mine);
      this.#remember(after);
    } catch (error) {
      if (error instanceof OrderTakenError) return;
      this.#postpone(order.number);
      this.parts.log.error({ order: order.number, err: error }, 'the order could not be looked after');
    }
  }

  /** IN_DOUBT the journal knows when to look again; for what S-360 is still at, this process does. */
  #remember({ number, step, state }: Order): void {
    if (step === null || state === 'IN_DOUBT') this.#waiting.delete(number);
    else this.#postpone(number);
  }

  #postpone(number: string): void {
    const attempts = (this.#waiting.get(number)?.attempts ?? -1) + 1;
    const until = this.parts.clock.now() + this.tools.doubts.waitMs(attempts);
    this.#waiting.set(number, { attempts, until });
  }
}

/** One institution's rounds. */
class Watch {
  /** Ends the pause between two rounds. */
  wake = new AbortController();
  isBusy = true;

  constructor(readonly institution: OrderInstitution) {}

  begin(): void {
    this.wake = new AbortController();
    this.isBusy = false;
  }

  hasMore(): void {
    if (this.isBusy) return;
    this.isBusy = true;
    this.wake.abort();
  }
}

async function inParallel<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, queue.length) }, worker));
}
