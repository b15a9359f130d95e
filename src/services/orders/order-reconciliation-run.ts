import type { Clock } from '../../clock.js';
import type { OrderCalls, OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { PointOfSales } from '../../domain/institution.js';
import type { Order, TicketState } from '../../domain/order.js';
import type { OrderJournal } from '../../journal/order-journal.types.js';
import {
  comparePair,
  isSoldHere,
  missingHere,
  missingThere,
  pairOrders,
  sorted,
  type OrderPair,
} from './order-reconciliation.js';
import type {
  Finding,
  MonthWindow,
  OrderHere,
  OrderThere,
  Reconciliation,
} from './order-reconciliation.types.js';
import { allOrders } from './order-search.js';
import { isVoid } from './order-upstream.js';

/** Orders of the journal in one reading. */
const ROWS = 500;
/** S-360's own default. */
const TICKETS_IN_PAGE = 5_000;
/** 100,000 orders, and half a million tickets: more is no month of a partner. */
const MOST_ORDER_PAGES = 200;
const MOST_TICKET_PAGES = 100;
/** S-360 dates an order when it gets to it, and closes it some time later; what is later still is asked for alone. */
const MARGIN_MS = 60 * 60_000;
/** Orders that are asked for alone, since the history does not show them as it should. */
export const MOST_LOOK_UPS = 10;

export interface ReconciliationParts {
  readonly institution: string;
  readonly journal: Pick<OrderJournal, 'createdBetween' | 'byS360OrderIds'>;
  readonly calls: Pick<OrderCalls, 'ordersCreatedBetween' | 'ticketsSoldBetween' | 'orderDetails'>;
  readonly pointOfSales: Pick<PointOfSales, 'id' | 'currency'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly upstreamClock: { now(): number };
}

/**
 * Compares what was sold in a month, by the journal and by S-360's history. An order is of the month in which the
 * journal dates it, or S-360 where the journal does not have it. S-360 is read first: what is sold meanwhile is then
 * missing there, and asked for alone. Changes nothing. Rejects when one side could not be read to the end; a few
 * hundred bytes of each order are in memory.
 */
export async function reconcileOrders(
  parts: ReconciliationParts,
  month: MonthWindow,
): Promise<Reconciliation> {
  const { clock, upstreamClock, pointOfSales, calls } = parts;
  const offset = upstreamClock.now() - clock.now();
  const window = {
    pointOfSalesId: pointOfSales.id,
    from: month.from + offset - MARGIN_MS,
    until: Math.min(month.until, clock.now()) + offset + MARGIN_MS,
  };
  const there: readonly OrderThere[] = await allOrders(calls, window, MOST_ORDER_PAGES);
  const tally = new Tally(await readVoidTickets(calls, window));
  const here = await readHere(parts, month);

  const { pairs, onlyHere, onlyThere } = pairOrders(here, there);
  const isOfMonth = (at: number | null): boolean => at === null || (at >= month.from && at < month.until);
  const listed = pairs.filter((pair) => isOfMonth(pair.here.createdAt));
  const isMissing = (pair: OrderPair): boolean => isSoldHere(pair.here) && pair.there.state !== 'CLOSED';
  for (const pair of listed) if (!isMissing(pair)) tally.compare(pair);
  const unlisted = onlyHere.filter((order) => isSoldHere(order) && isOfMonth(order.createdAt));
  await lookUp(parts, tally, [
    ...listed.filter(isMissing),
    ...unlisted.map((order) => ({ here: order, there: null })),
  ]);
  const strangers = onlyThere.filter(
    ({ state, createdAt }) => state === 'CLOSED' && isOfMonth(createdAt === null ? null : createdAt - offset),
  );
  tally.add(...(await missingFrom(parts, here, strangers)));
  return {
    currency: pointOfSales.currency,
    findings: sorted(tally.findings),
    matched: tally.matched,
    withoutAmount: tally.withoutAmount,
    inDoubt: here.filter(({ state, createdAt }) => state === 'IN_DOUBT' && isOfMonth(createdAt)).length,
  };
}

/** What came out so far. */
class Tally {
  readonly findings: Finding[] = [];
  matched = 0;
  withoutAmount = 0;

  constructor(private readonly voidTickets: Map<string, TicketState>) {}

  add(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }

  compare(pair: OrderPair): void {
    this.add(...comparePair(pair, this.voidTickets));
    if (!isSoldHere(pair.here) || pair.there.state !== 'CLOSED') return;
    this.matched += 1;
    if (pair.there.saleMilli === null) this.withoutAmount += 1;
  }

  learn({ movements }: OrderDetails): void {
    for (const { id, ticketId, ticketState } of movements)
      if (isVoid(ticketState)) this.voidTickets.set(ticketId ?? id, ticketState);
  }
}

/** The list may be older than the sale, or the sale dated in another month: S-360 knows better when it is asked. */
async function lookUp(
  { calls }: ReconciliationParts,
  tally: Tally,
  missing: readonly { readonly here: OrderHere; readonly there: OrderThere | null }[],
): Promise<void> {
  for (const [index, { here, there }] of missing.entries()) {
    if (index >= MOST_LOOK_UPS || here.s360OrderId === null) {
      tally.add(missingThere(here, there ?? 'not asked'));
      continue;
    }
    const details = await calls.orderDetails(here.s360OrderId);
    if (details === null) tally.add(missingThere(here, null));
    else {
      tally.learn(details);
      tally.compare({ here, there: thereOf(details) });
    }
  }
}

/** Sales of S-360 that the journal has in no month. */
async function missingFrom(
  { institution, journal }: ReconciliationParts,
  here: readonly OrderHere[],
  sales: readonly OrderThere[],
): Promise<readonly Finding[]> {
  const ids = sales.map(({ s360OrderId }) => s360OrderId);
  const known = new Set(
    (await journal.byS360OrderIds(institution, ids)).map(({ s360OrderId }) => s360OrderId),
  );
  const byReference = new Map(here.map((order) => [order.externalReference, order]));
  return sales
    .filter(({ s360OrderId }) => !known.has(s360OrderId))
    .map((sale) => missingHere(sale, byReference.get(sale.externalReference ?? '')));
}

/** With a margin on both sides, for what never got an S-360 id and is dated there in the other month. */
async function readHere(
  { institution, journal }: ReconciliationParts,
  { from, until }: MonthWindow,
): Promise<readonly OrderHere[]> {
  const here: OrderHere[] = [];
  const window = { institution, from: from - MARGIN_MS, before: until + MARGIN_MS, limit: ROWS };
  for (let after: OrderHere | null = null; ;) {
    const page: readonly Order[] = await journal.createdBetween({ ...window, after });
    here.push(...page.map(hereOf));
    if (page.length < ROWS) return here;
    after = here.at(-1) ?? null;
  }
}

/** A copy of what is compared, so that the rest of the order can be forgotten. */
function hereOf(order: Order): OrderHere {
  const { number, clientOrderId, externalReference, state, step, s360OrderId, totalMilli, createdAt } = order;
  return {
    number,
    clientOrderId,
    externalReference,
    state,
    step,
    s360OrderId,
    totalMilli,
    createdAt,
    tickets: order.tickets.map((ticket) => ({ id: ticket.id, state: ticket.state })),
  };
}

/** S-360 lists tickets by the sale of their order. */
async function readVoidTickets(
  calls: ReconciliationParts['calls'],
  { from, until }: MonthWindow,
): Promise<Map<string, TicketState>> {
  const voidTickets = new Map<string, TicketState>();
  let position = 0;
  for (let pageNumber = 0; pageNumber < MOST_TICKET_PAGES; pageNumber += 1) {
    const page = await calls.ticketsSoldBetween({ from, until, position, pageSize: TICKETS_IN_PAGE });
    for (const { ticketId, state } of page.tickets) if (isVoid(state)) voidTickets.set(ticketId, state);
    position += page.entryCount;
    if (page.isLast) return voidTickets;
  }
  throw new Error(`S-360 lists more than ${MOST_TICKET_PAGES * TICKETS_IN_PAGE} tickets of the month`);
}

function thereOf({ s360OrderId, state, createdAt, saleMilli }: OrderDetails): OrderThere {
  return { s360OrderId, isSale: true, state, createdAt, externalReference: null, saleMilli };
}
