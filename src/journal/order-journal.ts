import type { SelectQueryBuilder } from 'kysely';
import type { Order, OrderActor, OrderState } from '../domain/order.js';
import { UnreadableOrderError } from '../errors.js';
import type { Journal } from './database.js';
import { orderState } from './order-json.js';
import type {
  CreatedQuery,
  Lease,
  OrderJournal,
  OrderQuery,
  OrderRequest,
  PassedState,
} from './order-journal.types.js';
import { OrderNumberTakenError } from './order-number.js';
import {
  isStorable,
  orderOf,
  rowOf,
  timelineEntry,
  transitionsOf,
  type OrderRow,
  type Sealing,
} from './order-rows.js';
import type { CustomerOrderRow, JournalTables } from './tables.js';

export interface OrderJournalOptions {
  /** For barcodes and holders. */
  readonly sealing: Sealing;
  /** Told of each order that a list was answered without, each time. */
  readonly onUnreadable?: (error: UnreadableOrderError) => void;
}

/** How far a list goes on behind orders that cannot be read. */
const MOST_ROWS_PER_LIST = 2_000;
/** Far below what a statement takes as parameters. */
const KEYS_PER_READ = 500;

type OrderSelection = SelectQueryBuilder<JournalTables, 'customer_order', CustomerOrderRow>;

/** Orders in the journal's database. Nothing is ever deleted. */
export function createOrderJournal(journal: Journal, options: OrderJournalOptions): OrderJournal {
  return new SqlOrderJournal(journal, options);
}

class SqlOrderJournal implements OrderJournal {
  private readonly sealing: Sealing;

  constructor(
    private readonly journal: Journal,
    private readonly options: OrderJournalOptions,
  ) {
    this.sealing = options.sealing;
  }

  async create(
    order: Order,
    by: OrderActor,
    lease: Lease,
  ): Promise<{ readonly created: boolean; readonly order: Order }> {
    const row = { ...rowOf(order, lease, this.sealing), timeline: timelineEntry(order, by) };
    // Any conflict, of key or number: which one it was shows below. One that is being written is waited for.
    const { numInsertedOrUpdatedRows } = await this.journal
      .insertInto('customer_order')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    const created = numInsertedOrUpdatedRows !== 0n;
    if (created) return { created, order };
    const present = await this.byClientOrderId(order.caller, order.clientOrderId);
    if (present === null) throw new OrderNumberTakenError(order.number);
    return { created, order: present };
  }

  async byNumber(number: string): Promise<Order | null> {
    const [order] = await this.#readByKeys('number', [number], this.#orders());
    return order ?? null;
  }

  async byClientOrderId(caller: string, clientOrderId: string): Promise<Order | null> {
    if (!isStorable(caller) || !isStorable(clientOrderId)) return null;
    const [order] = await this.#read(
      this.#orders().where('caller', '=', caller).where('client_order_id', '=', clientOrderId),
    );
    return order ?? null;
  }

  async bySeveral(numbers: readonly string[]): Promise<readonly Order[]> {
    const wanted = [...new Set(numbers)].filter(isStorable);
    const found: Order[] = [];
    for (const piece of pieces(wanted)) {
      const rows = await this.#orders().where('number', 'in', piece).execute();
      found.push(...this.#readable(rows));
    }
    const byNumber = new Map(found.map((order) => [order.number, order]));
    return [...new Set(numbers)].flatMap((number) => byNumber.get(number) ?? []);
  }

  async write(
    next: Order,
    by: OrderActor,
    lease: Lease | null,
    passed: PassedState | null = null,
  ): Promise<Order | null> {
    const written: Order = { ...next, version: next.version + 1 };
    const entries =
      (passed === null ? '' : timelineEntry({ ...written, state: passed.state }, passed.by)) +
      timelineEntry(written, by);
    const update = async (journal: Journal): Promise<Order | null> => {
      const { numUpdatedRows } = await journal
        .updateTable('customer_order')
        .set((is) => ({
          ...changingPart(rowOf(written, lease, this.sealing)),
          // One statement for state and history: each round trip is a part of somebody's waiting.
          timeline: is
            .case()
            .when('state', '=', written.state)
            .then(is.ref('timeline'))
            .else(is('timeline', '||', entries))
            .end(),
        }))
        .where('number', '=', next.number)
        .where('version', '=', next.version)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 0n ? null : written;
    };
    // What has no tickets yet, which is most, is one statement and one commit.
    if (written.tickets.length === 0) return update(this.journal);
    return this.journal.transaction().execute(async (transaction) => {
      // Sent together: the second does not need the first one's answer.
      const [, updated] = await Promise.all([addTickets(transaction, written), update(transaction)]);
      return updated;
    });
  }

  async acquire(order: Order, lease: Lease, now: number): Promise<Order | null> {
    const row = await this.journal
      .updateTable('customer_order')
      .set({ lease_owner: lease.owner, lease_until: lease.until, version: order.version + 1 })
      .where('number', '=', order.number)
      .where('version', '=', order.version)
      .where((is) =>
        is.or([
          is('lease_owner', 'is', null),
          is('lease_owner', '=', lease.owner),
          is('lease_until', '<=', now),
        ]),
      )
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : orderOf(row, this.sealing);
  }

  unsettled(institution: string, now: number, limit: number): Promise<readonly Order[]> {
    return this.#list(
      this.#orders()
        .where('institution', '=', institution)
        .where('step', 'is not', null)
        .where((is) =>
          is.or([
            is('state', '!=', 'IN_DOUBT'),
            is('next_check_at', 'is', null),
            is('next_check_at', '<=', now),
          ]),
        )
        .where((is) => is.or([is('lease_owner', 'is', null), is('lease_until', '<=', now)]))
        .orderBy('number'),
      limit,
    );
  }

  holdsEndingBefore(institution: string, at: number, limit: number): Promise<readonly Order[]> {
    return this.#list(
      this.#orders()
        .where('institution', '=', institution)
        .where('state', '=', 'ON_HOLD')
        .where('hold_expires_at', '<', at)
        .orderBy('hold_expires_at'),
      limit,
    );
  }

  async transitions(number: string): ReturnType<OrderJournal['transitions']> {
    if (!isStorable(number)) return [];
    const row = await this.journal
      .selectFrom('customer_order')
      .select('timeline')
      .where('number', '=', number)
      .executeTakeFirst();
    return row === undefined ? [] : transitionsOf(row.timeline);
  }

  async list(query: OrderQuery): Promise<readonly Order[]> {
    const selection = this.#selectionOf(query);
    return selection === null ? [] : this.#list(selection.orderBy('number', 'desc'), query.limit);
  }

  createdBetween({ institution, from, before, after, limit }: CreatedQuery): Promise<readonly Order[]> {
    const window = this.#orders()
      .where('institution', '=', institution)
      .where('created_at', '>=', from)
      .where('created_at', '<', before);
    const page =
      after === null
        ? window
        : window.where((is) =>
            is(is.refTuple('created_at', 'number'), '>', is.tuple(after.createdAt, after.number)),
          );
    return this.#list(page.orderBy('created_at').orderBy('number'), limit);
  }

  async counts(institution: string): Promise<ReadonlyMap<OrderState, number>> {
    const rows = await this.journal
      .selectFrom('customer_order')
      .select((select) => ['state', select.fn.countAll<number>().as('orders')])
      .where('institution', '=', institution)
      .groupBy('state')
      .execute();
    return new Map(rows.map(({ state, orders }) => [orderState.parse(state), orders]));
  }

  async doubts(institution: string): ReturnType<OrderJournal['doubts']> {
    const { orders, since } = await this.journal
      .selectFrom('customer_order')
      .select((select) => [
        select.fn.countAll<number>().as('orders'),
        select.fn.min<number | null>('doubt_since').as('since'),
      ])
      .where('institution', '=', institution)
      .where('state', '=', 'IN_DOUBT')
      .executeTakeFirstOrThrow();
    return { orders, oldestSince: since };
  }

  async findRequest(orderNumber: string, clientRequestId: string): Promise<OrderRequest | null> {
    if (!isStorable(orderNumber) || !isStorable(clientRequestId)) return null;
    const row = await this.journal
      .selectFrom('order_request')
      .select('fingerprint')
      .where('order_number', '=', orderNumber)
      .where('client_request_id', '=', clientRequestId)
      .executeTakeFirst();
    return row === undefined ? null : { orderNumber, clientRequestId, fingerprint: row.fingerprint };
  }

  async claimRequest(request: OrderRequest): Promise<OrderRequest> {
    await this.journal
      .insertInto('order_request')
      .values({
        order_number: request.orderNumber,
        client_request_id: request.clientRequestId,
        fingerprint: request.fingerprint,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.findRequest(request.orderNumber, request.clientRequestId)) ?? request;
  }

  byS360OrderIds(institution: string, s360OrderIds: readonly string[]): Promise<readonly Order[]> {
    return this.#readByKeys(
      's360_order_id',
      s360OrderIds,
      this.#orders().where('institution', '=', institution),
    );
  }

  async byTicketIds(
    institution: string,
    ticketIds: readonly string[],
  ): ReturnType<OrderJournal['byTicketIds']> {
    const wanted = [...new Set(ticketIds)].filter(isStorable);
    const numbers = new Map<string, string>();
    for (const piece of pieces(wanted)) {
      const rows = await this.journal
        .selectFrom('order_ticket')
        .select(['ticket_id', 'order_number'])
        .where('institution', '=', institution)
        .where('ticket_id', 'in', piece)
        .execute();
      for (const row of rows) numbers.set(row.ticket_id, row.order_number);
    }
    const orders = new Map(
      (await this.bySeveral([...numbers.values()])).map((order) => [order.number, order]),
    );
    return new Map(
      [...numbers].flatMap(([ticketId, number]) => {
        const order = orders.get(number);
        return order === undefined ? [] : [[ticketId, order] as const];
      }),
    );
  }

  #orders(): OrderSelection {
    return this.journal.selectFrom('customer_order').selectAll();
  }

  /** Null when nothing can match: an empty list of states has no SQL of its own. */
  #selectionOf(query: OrderQuery): OrderSelection | null {
    const { institutions, states, contact, reference } = query;
    if (institutions?.length === 0 || states?.length === 0) return null;
    if (
      ![
        query.caller,
        ...(institutions ?? []),
        contact?.contactNumber ?? '',
        reference ?? '',
        query.beforeNumber ?? '',
      ].every(isStorable)
    )
      return null;
    let selection = this.#orders().where('caller', '=', query.caller);
    if (institutions !== undefined) selection = selection.where('institution', 'in', institutions);
    if (states !== undefined) selection = selection.where('state', 'in', states);
    if (query.createdFrom !== undefined) selection = selection.where('created_at', '>=', query.createdFrom);
    if (query.createdBefore !== undefined)
      selection = selection.where('created_at', '<', query.createdBefore);
    if (contact !== undefined) {
      selection = selection
        .where('institution', '=', contact.institution)
        .where('contact_number', '=', contact.contactNumber);
    }
    if (reference !== undefined) selection = selection.where('reference', '=', reference);
    if (query.beforeNumber !== undefined) selection = selection.where('number', '<', query.beforeNumber);
    return selection;
  }

  /** What cannot be read must not keep the others from whoever asks, so the next take its place. */
  async #list(ordered: OrderSelection, limit: number): Promise<readonly Order[]> {
    const orders: Order[] = [];
    for (let offset = 0; offset < MOST_ROWS_PER_LIST;) {
      const rows = await ordered.limit(limit).offset(offset).execute();
      orders.push(...this.#readable(rows));
      if (rows.length < limit || orders.length >= limit) break;
      offset += rows.length;
    }
    return orders.slice(0, limit);
  }

  #readable(rows: readonly CustomerOrderRow[]): Order[] {
    return rows.flatMap((row) => {
      try {
        return orderOf(row, this.sealing);
      } catch (error) {
        if (!(error instanceof UnreadableOrderError)) throw error;
        this.options.onUnreadable?.(error);
        return [];
      }
    });
  }

  async #read(selection: OrderSelection): Promise<readonly Order[]> {
    return (await selection.execute()).map((row) => orderOf(row, this.sealing));
  }

  async #readByKeys(
    column: 'number' | 's360_order_id',
    keys: readonly string[],
    selection: OrderSelection,
  ): Promise<readonly Order[]> {
    const wanted = [...new Set(keys)].filter(isStorable);
    const orders: Order[] = [];
    for (const piece of pieces(wanted)) {
      orders.push(...(await this.#read(selection.where(column, 'in', piece).orderBy('number'))));
    }
    return orders;
  }
}

/** Without what an order keeps from its creation on: SQLite writes every index anew whose columns a statement names. */
function changingPart(row: OrderRow): Partial<OrderRow> {
  const {
    number: _number,
    caller: _caller,
    institution: _institution,
    client_order_id: _clientOrderId,
    fingerprint: _fingerprint,
    external_reference: _externalReference,
    input: _input,
    reference: _reference,
    created_at: _createdAt,
    ...changing
  } = row;
  return changing;
}

/** As many at a time as one statement takes. */
function pieces<T>(all: readonly T[]): T[][] {
  const starts = Array.from(
    { length: Math.ceil(all.length / KEYS_PER_READ) },
    (_, index) => index * KEYS_PER_READ,
  );
  return starts.map((start) => all.slice(start, start + KEYS_PER_READ));
}

/** An order never gives a ticket up, so what is there already stays. Nobody can ask by an id that is no storable text. */
async function addTickets(transaction: Journal, { institution, number, tickets }: Order): Promise<void> {
  const ids = tickets.map(({ id }) => id).filter(isStorable);
  for (const piece of pieces(ids)) {
    await transaction
      .insertInto('order_ticket')
      .values(piece.map((id) => ({ institution, ticket_id: id, order_number: number })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
