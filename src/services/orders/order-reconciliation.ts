import { compareS360Ids } from '../../domain/ids.js';
import type { UpstreamOrderState } from '../../datasources/s360/order-calls.types.js';
import type { Finding, OrderHere, OrderThere, VoidTickets } from './order-reconciliation.types.js';
import { isVoid } from './order-upstream.js';

/** The journal's orders and S-360's sales, put together. Pure: nothing is asked here. */
export interface PairedOrders {
  readonly pairs: readonly OrderPair[];
  readonly onlyHere: readonly OrderHere[];
  readonly onlyThere: readonly OrderThere[];
}

export interface OrderPair {
  readonly here: OrderHere;
  readonly there: OrderThere;
}

/**
 * By S-360's order id; then, for what never got one, by the reference that it was sent with. Refunds are orders of
 * their own at S-360 and none of ours: they are left out.
 */
export function pairOrders(here: readonly OrderHere[], there: readonly OrderThere[]): PairedOrders {
  const sales = new Map(there.filter(({ isSale }) => isSale).map((sale) => [sale.s360OrderId, sale]));
  const pairs: OrderPair[] = [];
  const withoutId: OrderHere[] = [];
  const onlyHere: OrderHere[] = [];
  for (const order of here) {
    if (order.s360OrderId === null) {
      withoutId.push(order);
      continue;
    }
    const sale = sales.get(order.s360OrderId);
    if (sale === undefined) onlyHere.push(order);
    else {
      pairs.push({ here: order, there: sale });
      sales.delete(order.s360OrderId);
    }
  }
  const byReference = closedFirst([...sales.values()]);
  for (const order of withoutId) {
    const sale = byReference.get(order.externalReference);
    if (sale === undefined || !sales.delete(sale.s360OrderId)) onlyHere.push(order);
    else pairs.push({ here: order, there: sale });
  }
  return { pairs, onlyHere, onlyThere: [...sales.values()] };
}

/** Sold as far as the journal knows: what was cancelled before it was sold has no tickets. */
export function isSoldHere({ state, tickets }: OrderHere): boolean {
  return state === 'CLOSED' || (state === 'CANCELLED' && tickets.length > 0);
}

/** What differs between the two sides of one order. */
export function comparePair({ here, there }: OrderPair, voidTickets: VoidTickets): readonly Finding[] {
  const isSoldThere = there.state === 'CLOSED';
  if (!isSoldHere(here)) {
    if (!isSoldThere) return [];
    return [findingOf({ here, there }, 'missing_here', `CLOSED at S-360, here ${wordOf(here)}`)];
  }
  if (!isSoldThere) return [missingThere(here, there)];
  const findings: Finding[] = [];
  if (there.saleMilli !== null && there.saleMilli !== here.totalMilli) {
    findings.push(findingOf({ here, there }, 'amount_differs', ''));
  }
  for (const { id, state } of here.tickets) {
    const stateThere = voidTickets.get(id);
    if (stateThere === undefined || isVoid(state)) continue;
    const finding = findingOf({ here, there }, 'ticket_invalidated', `${state} here, ${stateThere} at S-360`);
    findings.push({ ...finding, ticketId: id });
  }
  return findings;
}

/** Sold here, and at S-360 unknown (null), not sold, or not looked for (`not asked`). */
export function missingThere(here: OrderHere, there: OrderThere | null | 'not asked'): Finding {
  if (there === null)
    return findingOf({ here, there: null }, 'missing_there', 'S-360 does not know the order');
  if (there === 'not asked') {
    const detail = "not in S-360's history of the month; S-360 was not asked for it alone";
    return findingOf({ here, there: null }, 'missing_there', detail);
  }
  return findingOf({ here, there }, 'missing_there', THERE[there.state]);
}

/** S-360 sold it, and no order of the journal has its id. `twin` has the same reference. */
export function missingHere(there: OrderThere, twin: OrderHere | undefined): Finding {
  return {
    kind: 'missing_here',
    order: null,
    clientOrderId: there.externalReference,
    s360OrderId: there.s360OrderId,
    ticketId: null,
    hereMilli: null,
    thereMilli: there.saleMilli,
    detail:
      twin === undefined
        ? 'not in the journal'
        : `not in the journal; order ${twin.number} has the same reference and another S-360 order`,
  };
}

/** Those of the journal by their number, which grows with time; then S-360's own by their ids. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => {
    if (a.order === null || b.order === null) {
      if (a.order !== b.order) return a.order === null ? 1 : -1;
      return compareS360Ids(a.s360OrderId ?? '', b.s360OrderId ?? '');
    }
    return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
  });
}

const THERE: Readonly<Record<UpstreamOrderState, string>> = {
  OPEN: 'still open at S-360',
  CLOSED: 'CLOSED at S-360',
  ABANDONED: 'abandoned at S-360',
  FAILED: 'failed at S-360',
  UNKNOWN: 'in a state at S-360 that this Foyer does not know',
};

function wordOf({ state, step }: OrderHere): string {
  return state === 'IN_DOUBT' ? `IN_DOUBT at the step ${step ?? 'unknown'}, being resolved` : state;
}

function findingOf(
  { here, there }: { readonly here: OrderHere; readonly there: OrderThere | null },
  kind: Finding['kind'],
  detail: string,
): Finding {
  return {
    kind,
    order: here.number,
    clientOrderId: here.clientOrderId,
    s360OrderId: there?.s360OrderId ?? here.s360OrderId,
    ticketId: null,
    hereMilli: here.totalMilli,
    thereMilli: there?.saleMilli ?? null,
    detail,
  };
}

/** Of several under one reference the one that was sold stands for them. */
function closedFirst(sales: readonly OrderThere[]): ReadonlyMap<string, OrderThere> {
  const byReference = new Map<string, OrderThere>();
  for (const sale of sales) {
    if (sale.externalReference === null) continue;
    if (sale.state === 'CLOSED' || !byReference.has(sale.externalReference))
      byReference.set(sale.externalReference, sale);
  }
  return byReference;
}
