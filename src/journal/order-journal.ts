import type { Order, OrderActor, OrderState } from '../domain/order.js';
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
import { OrderReader, type OrderReaderOptions } from './order-reader.js';
import { OrderRequestNotes } from './order-request-notes.js';
import {
  isStorable,
  orderOf,
  rowOf,
  timelineEntry,
  transitionsOf,
  type OrderRow,
  type Sealing,
} from './order-rows.js';
import { OrderSelections } from './order-selections.js';
import { OrderTicketIndex } from './order-ticket-index.js';

/** Orders in the journal's database. Nothing is ever deleted. */
export function createOrderJournal(journal: Journal, options: OrderReaderOptions): OrderJournal {
  return new SqlOrderJournal(journal, options);
}

class SqlOrderJournal implements OrderJournal {
  private readonly sealing: Sealing;
  private readonly orders: OrderSelections;
  private readonly reader: OrderReader;
  private readonly ticketIndex: OrderTicketIndex;
  private readonly requestNotes: OrderRequestNotes;

  constructor(
    private readonly journal: Journal,
    options: OrderReaderOptions,
  ) {
    this.sealing = options.sealing;
    this.orders = new OrderSelections(journal);
    this.reader = new OrderReader(options);
    this.ticketIndex = new OrderTicketIndex(journal);
    this.requestNotes = new OrderRequestNotes(journal);
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
    const [order] = await this.reader.readByKeys('number', [number], this.orders.all());
    return order ?? null;
  }

  async byClientOrderId(caller: string, clientOrderId: string): Promise<Order | null> {
    if (!isStorable(caller) || !isStorable(clientOrderId)) return null;
    const [order] = await this.reader.read(this.orders.byClientOrderId(caller, clientOrderId));
    return order ?? null;
  }

  bySeveral(numbers: readonly string[]): Promise<readonly Order[]> {
    return this.reader.listByNumbers(numbers, this.orders.all());
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
      const ticketIndex = new OrderTicketIndex(transaction);
      const [, updated] = await Promise.all([ticketIndex.add(written), update(transaction)]);
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
    return this.reader.list(this.orders.unsettled(institution, now), limit);
  }

  holdsEndingBefore(institution: string, at: number, limit: number): Promise<readonly Order[]> {
    return this.reader.list(this.orders.holdsEndingBefore(institution, at), limit);
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
    const selection = this.orders.matching(query);
    return selection === null ? [] : this.reader.list(selection, query.limit);
  }

  createdBetween(query: CreatedQuery): Promise<readonly Order[]> {
    return this.reader.list(this.orders.createdBetween(query), query.limit);
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

  findRequest(orderNumber: string, clientRequestId: string): Promise<OrderRequest | null> {
    return this.requestNotes.find(orderNumber, clientRequestId);
  }

  claimRequest(request: OrderRequest): Promise<OrderRequest> {
    return this.requestNotes.claim(request);
  }

  byS360OrderIds(institution: string, s360OrderIds: readonly string[]): Promise<readonly Order[]> {
    return this.reader.readByKeys('s360_order_id', s360OrderIds, this.orders.ofInstitution(institution));
  }

  async byTicketIds(
    institution: string,
    ticketIds: readonly string[],
  ): ReturnType<OrderJournal['byTicketIds']> {
    const numbers = await this.ticketIndex.orderNumbers(institution, ticketIds);
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
