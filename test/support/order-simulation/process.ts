import { pino } from 'pino';
import type { IndexedCatalog } from '../../../src/cache/catalog-snapshot.js';
import type { OrderJournal } from '../../../src/journal/order-journal.types.js';
import { createOrders } from '../../../src/services/orders/orders.js';
import type { OrderMessages } from '../../../src/services/orders/order-exchange.js';
import type { Orders } from '../../../src/services/orders/orders.types.js';
import { CALL_MS, onlyIfAlive, READ_MS, type SimulatedLine } from './line.js';
import type { SimulatedTime } from './time.js';

export const INSTITUTION = 'hall';
export const QUARANTINE_MS = 10_000;

export interface World {
  readonly time: SimulatedTime;
  readonly line: SimulatedLine;
  readonly journal: OrderJournal;
  readonly snapshot: IndexedCatalog;
  /** Where several processes tell each other of orders. */
  readonly messages?: OrderMessages;
}

/** A gateway's order services, which can die at any moment and lose all but the journal. */
export class SimulatedProcess {
  #life = { isAlive: false };
  #orders: Orders | null = null;
  #journalFault: { readonly until: number; readonly isWritten: boolean } | null = null;

  constructor(private readonly world: World) {
    this.start();
  }

  /** Null while it is dead. */
  get orders(): Orders | null {
    return this.#orders;
  }

  /** Whatever it was doing is never heard of again. */
  crash(): void {
    this.#life.isAlive = false;
    this.#orders = null;
  }

  start(): void {
    if (this.#life.isAlive) return;
    const life = { isAlive: true };
    const isAlive = (): boolean => life.isAlive;
    const { time, line, journal, snapshot, messages } = this.world;
    const clock = time.clockOf(isAlive);
    const nothing = (): undefined => undefined;
    const running = createOrders({
      journal: this.#journal(journal, isAlive),
      clock,
      ...(messages === undefined ? {} : { messages }),
      timing: { minuteMs: 60_000, callMs: CALL_MS, readMs: READ_MS, quarantineMs: QUARANTINE_MS },
      log: pino({ level: 'silent' }),
      institutions: new Map([
        [
          INSTITUTION,
          {
            code: INSTITUTION,
            orderCalls: line.callsOf(isAlive),
            catalog: {
              current: () => snapshot,
              freshness: () => ({
                observedAt: 0,
                ageSeconds: 0,
                source: 'LIVE',
                staleReason: null,
                nextRefreshAt: null,
              }),
              changes: () => never(),
              notReadyReason: () => null,
            },
            availability: {
              board: { institution: INSTITUTION, performance: nothing, product: nothing, asOf: () => 0 },
              ofPerformances: () => Promise.resolve([]),
              ofProducts: () => Promise.resolve([]),
              expectMoves: nothing,
            },
            pendingAccountCode: 'PEND',
            upstreamClock: clock,
          },
        ],
      ]),
    });
    running.start();
    this.#life = life;
    this.#orders = running.orders;
  }

  failJournal(forMs: number, isWritten: boolean): void {
    this.#journalFault = { until: this.world.time.now() + forMs, isWritten };
  }

  recover(): void {
    this.#journalFault = null;
  }

  #journal(journal: OrderJournal, isAlive: () => boolean): OrderJournal {
    const through = <T>(work: () => Promise<T>, writes: boolean): Promise<T> =>
      onlyIfAlive(isAlive, this.#statement(work, writes));
    return {
      create: (...args) => through(() => journal.create(...args), true),
      write: (...args) => through(() => journal.write(...args), true),
      acquire: (...args) => through(() => journal.acquire(...args), true),
      claimRequest: (...args) => through(() => journal.claimRequest(...args), true),
      byNumber: (...args) => through(() => journal.byNumber(...args), false),
      byClientOrderId: (...args) => through(() => journal.byClientOrderId(...args), false),
      bySeveral: (...args) => through(() => journal.bySeveral(...args), false),
      unsettled: (...args) => through(() => journal.unsettled(...args), false),
      holdsEndingBefore: (...args) => through(() => journal.holdsEndingBefore(...args), false),
      transitions: (...args) => through(() => journal.transitions(...args), false),
      list: (...args) => through(() => journal.list(...args), false),
      counts: (...args) => through(() => journal.counts(...args), false),
      findRequest: (...args) => through(() => journal.findRequest(...args), false),
      byS360OrderIds: (...args) => through(() => journal.byS360OrderIds(...args), false),
      createdBetween: (...args) => through(() => journal.createdBetween(...args), false),
      doubts: (...args) => through(() => journal.doubts(...args), false),
      byTicketIds: (...args) => through(() => journal.byTicketIds(...args), false),
    };
  }

  async #statement<T>(work: () => Promise<T>, writes: boolean): Promise<T> {
    const fault = this.#journalFault;
    if (fault === null || fault.until <= this.world.time.now()) return work();
    if (writes && fault.isWritten) await work();
    throw new Error('the journal does not answer');
  }
}

function never(): never {
  throw new Error('not part of this world');
}
