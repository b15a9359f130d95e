import type { HistoryOrder } from '../../datasources/s360/order-calls.types.js';
import type { Currency } from '../../domain/money.js';
import type { Order, Ticket, TicketState } from '../../domain/order.js';

/** An order of the journal, as far as it is compared; nobody's data and no barcode are in it. */
export interface OrderHere extends Pick<
  Order,
  | 'number'
  | 'clientOrderId'
  | 'externalReference'
  | 'state'
  | 'step'
  | 's360OrderId'
  | 'totalMilli'
  | 'createdAt'
> {
  readonly tickets: readonly Pick<Ticket, 'id' | 'state'>[];
}

/** An order of S-360's history. */
export type OrderThere = Pick<
  HistoryOrder,
  's360OrderId' | 'isSale' | 'state' | 'createdAt' | 'externalReference' | 'saleMilli'
>;

/** States at S-360 of tickets that are no longer good, by ticket id. */
export type VoidTickets = ReadonlyMap<string, TicketState>;

/**
 * `missing_here`: sold at S-360 and not CLOSED in the journal. `missing_there`: the other way round. `ticket_invalidated`:
 * good in the journal and void at S-360.
 */
export const FINDING_KINDS = [
  'missing_here',
  'missing_there',
  'amount_differs',
  'ticket_invalidated',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that differs. Null where the side does not have it. */
export interface Finding {
  readonly kind: FindingKind;
  /** The journal's number. */
  readonly order: string | null;
  /** The shop's key; of an order that the journal does not have, the external reference that S-360 has. */
  readonly clientOrderId: string | null;
  readonly s360OrderId: string | null;
  readonly ticketId: string | null;
  readonly hereMilli: bigint | null;
  readonly thereMilli: bigint | null;
  readonly detail: string;
}

/** Epoch ms: `from` included, `until` excluded. */
export interface MonthWindow {
  readonly from: number;
  readonly until: number;
}

export interface Reconciliation {
  readonly currency: Currency;
  /** Those of the journal first, by their creation. */
  readonly findings: readonly Finding[];
  /** Sales that were found on both sides. */
  readonly matched: number;
  /** Of these, sales whose amount S-360 does not list. */
  readonly withoutAmount: number;
  /** In the journal, of the month. */
  readonly inDoubt: number;
}
