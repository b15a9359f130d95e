import type { OrderActs } from './order-acts.js';
import { OrderCancelling } from './order-cancelling.js';
import { OrderChanges } from './order-changes.js';
import { OrderClosing } from './order-closing.js';
import { OrderCreation } from './order-creation.js';
import { OrderDesk } from './order-desk.js';
import { OrderDoubts } from './order-doubts.js';
import { OrderDrafts } from './order-drafts.js';
import { OrderExchange } from './order-exchange.js';
import { OrderFeed } from './order-feed.js';
import { OrderInquiry } from './order-inquiry.js';
import { guardedJournal } from './order-journal-guard.js';
import { OrderLeaving } from './order-leaving.js';
import type { OrderParts } from './order-parts.types.js';
import { OrderReconciler } from './order-reconciler.js';
import { OrderRecords } from './order-records.js';
import { OrderRequests } from './order-requests.js';
import { OrderTurns } from './order-turns.js';
import { OrderWork } from './order-work.js';
import type { Orders } from './orders.types.js';

/** Orders, with the work that goes on without a request. */
export interface RunningOrders {
  readonly orders: Orders;
  /** Looks after what a former process left, from now on. */
  start(): void;
  /** Lets every act that was begun end. May be called twice. */
  stop(): Promise<void>;
}

/** Builds the parts that keep orders. Nothing is asked before `start` or a request. */
export function createOrders(given: OrderParts): RunningOrders {
  const parts = { ...given, journal: guardedJournal(given.journal) };
  const feed = new OrderFeed(parts.clock);
  const records = new OrderRecords(parts, feed);
  const doubts = new OrderDoubts(parts, records);
  const work = new OrderWork(parts, records, doubts);
  const leaving = new OrderLeaving(work);
  const closing = new OrderClosing(work, leaving);
  const creation = new OrderCreation(work, closing, leaving);
  const changes = new OrderChanges(work);
  const acts: OrderActs = { creation, closing, leaving, changes, cancelling: new OrderCancelling(work) };
  const inquiry = new OrderInquiry(work, acts);
  const reconciler = new OrderReconciler(parts, { feed, records, acts, inquiry, doubts });
  const turns = new OrderTurns(parts, feed, reconciler);
  const drafts = new OrderDrafts(parts);
  const desk = new OrderDesk(parts, { feed, records, acts, turns, drafts });
  const requests = new OrderRequests(parts, { records, acts, turns, drafts });
  const { messages } = parts;
  const exchange = messages === undefined ? null : new OrderExchange({ ...parts, messages }, feed);
  return {
    orders: {
      create: (request) => desk.create(request),
      check: (draft) => desk.check(draft),
      find: (ref) => desk.find(ref),
      findByClientOrderId: (caller, clientOrderId) => desk.findByClientOrderId(caller, clientOrderId),
      findByTickets: (caller, institution, ticketIds) => desk.findByTickets(caller, institution, ticketIds),
      list: (query) => desk.list(query),
      transitions: (number) => desk.transitions(number),
      watch: (ref, signal) => desk.watch(ref, signal),
      close: (request) => requests.close(request),
      update: (request) => requests.update(request),
      abandon: (request) => requests.abandon(request),
      cancel: (request) => requests.cancel(request),
    },
    start() {
      reconciler.start();
      exchange?.start();
    },
    async stop() {
      await reconciler.stop();
      await turns.settled();
      await exchange?.stop();
    },
  };
}
