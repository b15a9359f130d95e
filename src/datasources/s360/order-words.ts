import type { OrderRefusalCode, TicketState } from '../../domain/order.js';
import type { UpstreamOrderState } from './order-calls.types.js';

/**
 * The words of S-360's order services that this project knows. Documented are `CLOSED`, `error.order.availability`,
 * the ticket states and the file states; the rest is by analogy or our guess. A word that is not here becomes
 * UNKNOWN, or reaches the client as it is.
 */
const ORDER_STATES: Readonly<Record<string, UpstreamOrderState>> = {
  RUNNING: 'OPEN',
  CLOSED: 'CLOSED',
  ABANDONNED: 'ABANDONED',
  ABANDONED: 'ABANDONED',
  TECH_ERROR: 'FAILED',
};

const TICKET_STATES: Readonly<Record<string, TicketState>> = {
  VALID: 'VALID',
  PRINTED: 'VALID',
  NOT_PRINTED: 'NOT_PRINTED',
  CANCELLED: 'CANCELLED',
  INVALIDATED: 'INVALIDATED',
};

/** What a refusal means to whoever ordered; all but the first are ours. */
const REFUSALS: Readonly<Record<string, OrderRefusalCode>> = {
  'error.order.availability': 'SOLD_OUT',
  'error.order.seatNotFree': 'SOLD_OUT',
  'error.order.maxSeats': 'QUANTITY_LIMIT',
  'error.order.quantity': 'QUANTITY_LIMIT',
  'error.order.tariffCondition': 'TARIFF_NOT_ALLOWED',
  'error.order.notOnSale': 'NOT_ON_SALE',
  'error.order.contactRequired': 'CONTACT_REQUIRED',
  'error.contact.notFound': 'NOT_FOUND',
  'error.order.unknownReference': 'NOT_FOUND',
  'error.order.expired': 'HOLD_EXPIRED',
  'error.order.paymentAmount': 'PAYMENT_REFUSED',
  'error.payment.methodNotAllowed': 'PAYMENT_REFUSED',
};

/** The order is closed already: what was asked for is done. */
export const ALREADY_CLOSED = 'error.order.alreadyClosed';
/** The hold is over: S-360 has given the places back. */
export const HOLD_OVER = 'error.order.expired';
/** What we paid is not what S-360 asks for: our own mistake. */
export const WRONG_AMOUNT = 'error.order.paymentAmount';
/** The order, contact or product is not there. */
export const UNKNOWN_REFERENCE = 'error.order.unknownReference';

export const SALE = 'SALE';
export const ORDER_REFERENCE_KIND = 'ORDER';
/** The deepest level: tickets, and all levels above. */
export const TICKET_GRANULARITY = 'TICKETS';

export function orderStateOf(word: string | undefined): UpstreamOrderState {
  return lookUp(ORDER_STATES, word) ?? 'UNKNOWN';
}

/** Absent until the order is closed; an unknown word is UNKNOWN. */
export function ticketStateOf(word: string | undefined): TicketState {
  return word === undefined ? 'VALID' : (lookUp(TICKET_STATES, word) ?? 'UNKNOWN');
}

/** Undefined: S-360's own business, passed on as it is. */
export function refusalCodeOf(upstreamCode: string): OrderRefusalCode | undefined {
  return lookUp(REFUSALS, upstreamCode);
}

function lookUp<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
