import { z } from 'zod';
import type { Order, OrderActor, OrderDoubt, OrderTransition, Ticket } from '../domain/order.js';
import type { Currency } from '../domain/money.js';
import { InvalidInputError, UnreadableOrderError } from '../errors.js';
import {
  jsonOf,
  orderActor,
  orderChange,
  orderInput,
  orderIntent,
  orderLines,
  orderRefusals,
  orderState,
  orderStep,
  orderTickets,
} from './order-json.js';
import type { Lease } from './order-journal.types.js';
import type { CustomerOrderRow } from './tables.js';

/** Makes a secret unreadable for whoever has the database but not the key, and back. */
export interface Sealing {
  seal(text: string): string;
  /** Throws when it was not sealed with this key, or was changed since. */
  open(sealed: string): string;
}

/** A row without its history. */
export type OrderRow = Omit<CustomerOrderRow, 'timeline'>;

/** A row with everything that an order says. Throws InvalidInputError for text that PostgreSQL could not keep. */
export function rowOf(order: Order, lease: Lease | null, sealing: Sealing): OrderRow {
  const row: OrderRow = {
    number: order.number,
    caller: order.caller,
    institution: order.institution,
    client_order_id: order.clientOrderId,
    fingerprint: order.fingerprint,
    external_reference: order.externalReference,
    intent: order.intent,
    input: jsonOf(order.input),
    reference: order.input.reference,
    state: order.state,
    step: order.step,
    pending: order.pending === null ? null : jsonOf(order.pending),
    sent_at: order.sentAt,
    doubt_since: order.doubt?.since ?? null,
    doubt_attempts: order.doubt?.attempts ?? null,
    next_check_at: order.doubt?.nextCheckAt ?? null,
    s360_order_id: order.s360OrderId,
    s360_file_id: order.s360FileId,
    lines: jsonOf(order.lines),
    total_milli: order.totalMilli?.toString() ?? null,
    currency_code: order.currency?.code ?? null,
    currency_digits: order.currency?.fractionDigits ?? null,
    hold_expires_at: order.holdExpiresAt,
    contact_number: order.contactNumber,
    tickets: jsonOf(order.tickets.map((ticket) => withSecrets(ticket, (text) => sealing.seal(text)))),
    refusals: jsonOf(order.refusals),
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    version: order.version,
    lease_owner: lease?.owner ?? null,
    lease_until: lease?.until ?? null,
  };
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === 'string' && !isStorable(value)) {
      throw new InvalidInputError(
        argumentOf(column),
        'must be text without NUL and without half a surrogate pair',
      );
    }
  }
  return row;
}

/** The order of a row. Throws UnreadableOrderError when it is not what `rowOf` writes, or its secrets do not open. */
export function orderOf(row: CustomerOrderRow, sealing: Sealing): Order {
  try {
    return readOrder(row, sealing);
  } catch (error) {
    throw new UnreadableOrderError(row.number, error);
  }
}

function readOrder(row: CustomerOrderRow, sealing: Sealing): Order {
  const read = new RowReader(row);
  return {
    number: row.number,
    caller: row.caller,
    institution: row.institution,
    clientOrderId: row.client_order_id,
    fingerprint: row.fingerprint,
    externalReference: row.external_reference,
    intent: read.word('intent', orderIntent),
    input: read.json('input', orderInput),
    state: read.word('state', orderState),
    step: row.step === null ? null : read.word('step', orderStep),
    pending: row.pending === null ? null : read.json('pending', orderChange),
    sentAt: row.sent_at,
    doubt: doubtOf(row),
    s360OrderId: row.s360_order_id,
    s360FileId: row.s360_file_id,
    lines: read.json('lines', orderLines),
    totalMilli: row.total_milli === null ? null : BigInt(row.total_milli),
    currency: currencyOf(row),
    holdExpiresAt: row.hold_expires_at,
    contactNumber: row.contact_number,
    tickets: read
      .json('tickets', orderTickets)
      .map((ticket) => withSecrets(ticket, (text) => sealing.open(text))),
    refusals: read.json('refusals', orderRefusals),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

/** What is added to `timeline` when the order comes into its state. */
export function timelineEntry({ state, updatedAt }: Order, by: OrderActor): string {
  return `${JSON.stringify({ at: updatedAt, to: state, by })}\n`;
}

export function transitionsOf(timeline: string): OrderTransition[] {
  const entries = timeline
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => timelineLine.parse(JSON.parse(line)));
  return entries.map((entry, index) => ({ ...entry, from: entries[index - 1]?.to ?? null }));
}

const timelineLine = z.object({ at: z.number(), to: orderState, by: orderActor });

/** `client_order_id` is called `clientOrderId` outside. */
function argumentOf(column: string): string {
  return column.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** NUL cannot be kept by PostgreSQL, and half a pair by no UTF-8. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

function withSecrets(ticket: Ticket, change: (text: string) => string): Ticket {
  const { holder, barcode } = ticket;
  return {
    ...ticket,
    holder: holder === null ? null : change(holder),
    barcode: barcode === null ? null : change(barcode),
  };
}

function doubtOf(row: CustomerOrderRow): OrderDoubt | null {
  const { doubt_since: since, doubt_attempts: attempts, next_check_at: nextCheckAt } = row;
  return since === null || attempts === null || nextCheckAt === null
    ? null
    : { since, attempts, nextCheckAt };
}

function currencyOf({
  currency_code: code,
  currency_digits: fractionDigits,
}: CustomerOrderRow): Currency | null {
  return code === null || fractionDigits === null ? null : { code, fractionDigits };
}

/** Reads checked values; an error names order and column, and repeats nothing of the value. */
class RowReader {
  constructor(private readonly row: CustomerOrderRow) {}

  word<T>(column: 'intent' | 'state' | 'step', type: z.ZodType<T>): T {
    return this.#checked(column, type, this.row[column]);
  }

  json<T>(column: 'input' | 'pending' | 'lines' | 'tickets' | 'refusals', type: z.ZodType<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(this.row[column] ?? 'null');
    } catch {
      throw this.#problem(column, 'is not JSON');
    }
    return this.#checked(column, type, value);
  }

  #checked<T>(column: string, type: z.ZodType<T>, value: unknown): T {
    const { success, data, error } = type.safeParse(value);
    if (success) return data;
    const path = error.issues[0]?.path.map(String) ?? [];
    throw this.#problem([column, ...path].join('.'), 'is not what a Foyer of this version writes');
  }

  #problem(where: string, what: string): Error {
    return new Error(`the journal's order ${this.row.number} cannot be read: ${where} ${what}`);
  }
}
