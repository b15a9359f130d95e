import type { Generated } from 'kysely';

/** The tables of the journal, as `migrations.ts` makes them; the same on SQLite and PostgreSQL. */
export interface JournalTables {
  call_token: CallTokenRow;
  call_count: CallCountRow;
  color_change: ColorChangeRow;
  fact: FactRow;
  contact_request: ContactRequestRow;
  customer_order: CustomerOrderRow;
  order_request: OrderRequestRow;
  order_ticket: OrderTicketRow;
}

/** When a limited method may be asked again; outlives the process, so a crash loop stays inside the contract. */
export interface CallTokenRow {
  institution: string;
  /** `Service.method`, or `Service.method/key` for a limit that counts for each key. */
  method: string;
  /** Epoch ms. */
  free_at: number;
}

export interface CallCountRow {
  institution: string;
  /** Epoch ms of the start of the month. */
  month_start: number;
  calls: number;
  bytes: number;
}

/** The log of color changes: `seq` is the cursor's number and only grows. */
export interface ColorChangeRow {
  seq: Generated<number>;
  institution: string;
  product_id: string;
  performance_id: string | null;
  seat_category_id: string | null;
  before: string;
  after: string;
  remaining: number | null;
  /** Epoch ms. */
  at: number;
}

/** Single facts about the journal itself, by name. */
export interface FactRow {
  name: string;
  value: string;
}

/** An order as it is now; instants are epoch ms, structures are the JSON of `order-json.ts`. */
export interface CustomerOrderRow {
  number: string;
  caller: string;
  institution: string;
  client_order_id: string;
  fingerprint: string;
  external_reference: string;
  intent: string;
  input: string;
  /** Of the input, to be searched for. */
  reference: string | null;
  state: string;
  step: string | null;
  pending: string | null;
  sent_at: number | null;
  doubt_since: number | null;
  doubt_attempts: number | null;
  next_check_at: number | null;
  s360_order_id: string | null;
  s360_file_id: string | null;
  lines: string;
  /** Decimal: it may need more digits than a number has. */
  total_milli: string | null;
  currency_code: string | null;
  currency_digits: number | null;
  hold_expires_at: number | null;
  contact_number: string | null;
  /** Barcodes and holders in it are sealed. */
  tickets: string;
  refusals: string;
  /** Every state that it came into, a line of JSON each: appended to by the statement that changes the state. */
  timeline: string;
  created_at: number;
  updated_at: number;
  version: number;
  lease_owner: string | null;
  lease_until: number | null;
}

/** Later requests about an order that were done, by the client's key. */
export interface OrderRequestRow {
  order_number: string;
  client_request_id: string;
  fingerprint: string;
}

/** Which order a ticket belongs to. Ids of tickets are those of an institution. */
export interface OrderTicketRow {
  institution: string;
  ticket_id: string;
  order_number: string;
}

/** A contact to be created, by the client's key. */
export interface ContactRequestRow {
  caller: string;
  institution: string;
  /** Hash of the client's key, which may be an email. */
  client_request: string;
  /** Hash of what was asked for. */
  fingerprint: string;
  /** Counts how often it was sent. */
  attempt: number;
  /** Epoch ms, of the last attempt. */
  sent_at: number;
  /** Epoch ms: until then the attempt may be under way; 0 when it is known to be lost. */
  busy_until: number;
  /** Null until it is known. */
  contact_number: string | null;
}
