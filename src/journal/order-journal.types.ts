import type { Order, OrderActor, OrderState, OrderTransition } from '../domain/order.js';

/**
 * The order journal: every state an order was in, durable before anybody relies on it. All methods reject when it
 * cannot be written or read; nothing is half written then, but a connection lost during the commit may have lost only
 * the answer: who must know reads again. The same contract on SQLite and PostgreSQL.
 */
export interface OrderJournal {
  /**
   * Decides the race for (caller, clientOrderId): `created` with the first transition written and the lease taken in
   * the same commit, or the order that was there before. `number` is the caller's choice; a number that is taken by
   * another key rejects with OrderNumberTakenError. Text with NUL or half a surrogate pair rejects with
   * InvalidInputError.
   */
  create(
    order: Order,
    by: OrderActor,
    lease: Lease,
  ): Promise<{ readonly created: boolean; readonly order: Order }>;
  byNumber(number: string): Promise<Order | null>;
  byClientOrderId(caller: string, clientOrderId: string): Promise<Order | null>;
  /** In the order of `numbers`, each once; those that do not exist are left out. */
  bySeveral(numbers: readonly string[]): Promise<readonly Order[]>;
  /**
   * Writes `next` over the version it was made from: its version counts one up, a transition is added when the state
   * changes. Null: somebody else wrote or acquired meanwhile, and nothing was written. `lease` null gives it up.
   * Keys, institution, input and creation of an order stay what `create` wrote. The version is the only guard: whoever works with a lease writes what `create`, `acquire` or `write` gave it. `passed`
   * is a state that the order was in on the way to that of `next`, and that nobody had to know by itself.
   */
  write(next: Order, by: OrderActor, lease: Lease | null, passed?: PassedState | null): Promise<Order | null>;
  /**
   * The right to work on the order, for one owner at a time until `until`. Null when another one has it or the version
   * moved. The order comes back with a new version, so that who had the lease before can write no more. An owner may
   * acquire again what it has: two works in one process need two names.
   */
  acquire(order: Order, lease: Lease, now: number): Promise<Order | null>;
  /**
   * A step is set and nobody works on it (the lease is over or there is none), whatever the state; those IN_DOUBT only
   * from their `nextCheckAt`. Oldest first.
   */
  unsettled(institution: string, now: number, limit: number): Promise<readonly Order[]>;
  /** ON_HOLD whose hold ends before `at`. */
  holdsEndingBefore(institution: string, at: number, limit: number): Promise<readonly Order[]>;
  transitions(number: string): Promise<readonly OrderTransition[]>;
  /** By number, newest first. An empty list of institutions or states matches nothing. */
  list(query: OrderQuery): Promise<readonly Order[]>;
  /**
   * Of all callers, oldest first: those that were created in the window. Pages by `after`, the last one of the page
   * before.
   */
  createdBetween(query: CreatedQuery): Promise<readonly Order[]>;
  /** Only the states that occur. Looks at every order of the institution: not for every request. */
  counts(institution: string): Promise<ReadonlyMap<OrderState, number>>;
  /** How many orders are IN_DOUBT, and since when the one that is it longest; null when none is. Looks at these alone. */
  doubts(institution: string): Promise<{ readonly orders: number; readonly oldestSince: number | null }>;
  /** What a `clientRequestId` was used for; null when it is new. */
  findRequest(orderNumber: string, clientRequestId: string): Promise<OrderRequest | null>;
  /** Notes a change as done, before the order says so; noting it again changes nothing, and answers the first note. */
  claimRequest(request: OrderRequest): Promise<OrderRequest>;
  /** Whose S-360 order it is; for telling known ones from strangers. */
  byS360OrderIds(institution: string, s360OrderIds: readonly string[]): Promise<readonly Order[]>;
  /**
   * Of all callers: by the id of a ticket that the order has or once had, the order. Ids that no order has are left
   * out.
   */
  byTicketIds(institution: string, ticketIds: readonly string[]): Promise<ReadonlyMap<string, Order>>;
}

export interface PassedState {
  readonly state: OrderState;
  readonly by: OrderActor;
}

/** Who works on an order, and until when nobody else may (epoch ms). */
export interface Lease {
  readonly owner: string;
  readonly until: number;
}

export interface OrderRequest {
  readonly orderNumber: string;
  readonly clientRequestId: string;
  readonly fingerprint: string;
}

export interface CreatedQuery {
  readonly institution: string;
  /** Epoch ms, included. */
  readonly from: number;
  /** Epoch ms, excluded. */
  readonly before: number;
  readonly after: Pick<Order, 'createdAt' | 'number'> | null;
  readonly limit: number;
}

export interface OrderQuery {
  readonly caller: string;
  readonly institutions?: readonly string[];
  readonly states?: readonly OrderState[];
  /** Epoch ms, included. */
  readonly createdFrom?: number;
  /** Epoch ms, excluded. */
  readonly createdBefore?: number;
  /** The order's purchaser, with its institution, as numbers are an institution's own. */
  readonly contact?: { readonly institution: string; readonly contactNumber: string };
  /** Of the input, exactly. */
  readonly reference?: string;
  /** Orders with a smaller number than this one. */
  readonly beforeNumber?: string;
  readonly limit: number;
}
