import type { Order, OrderInput, OrderIntent, OrderRefusal, OrderTransition } from '../../domain/order.js';
import type { Freshness } from '../../domain/freshness.js';
import type { Currency } from '../../domain/money.js';
import type { OrderQuery } from '../../journal/order-journal.types.js';

/**
 * Orders of all institutions, as the resolvers see them. What a buyer or a shop can act on comes back as `refusals`;
 * everything else throws a GatewayError. An order whose outcome is not known comes back IN_DOUBT and is no error.
 * `caller` is whose orders are meant: another caller's order is not found, and his key is another key.
 */
export interface Orders {
  /** The order that has the key, or a new one. Refused before the journal and S-360 hear of it when the input is wrong. */
  create(request: CreateOrderRequest): Promise<OrderOutcome>;
  update(request: UpdateOrderRequest): Promise<OrderOutcome>;
  /** Null: whatever S-360 asks for. */
  close(request: OrderRef & { readonly expectedTotalMilli: bigint | null }): Promise<OrderOutcome>;
  abandon(request: OrderRef): Promise<OrderOutcome>;
  /** An open order as a whole, or tickets of a closed one: those named, or all. */
  cancel(request: CancelOrderRequest): Promise<OrderOutcome>;
  /** Asks S-360 for colors only where the board has none that is fresh. */
  check(draft: OrderDraft): Promise<OrderCheck>;
  find(ref: OrderRef): Promise<Order | null>;
  findByClientOrderId(caller: string, clientOrderId: string): Promise<Order | null>;
  /** By the id of a ticket, the order that it belongs to; only those of the caller. Ids without one are left out. */
  findByTickets(
    caller: string,
    institution: string,
    ticketIds: readonly string[],
  ): Promise<ReadonlyMap<string, Order>>;
  list(query: OrderQuery): Promise<readonly Order[]>;
  transitions(number: string): Promise<readonly OrderTransition[]>;
  /** The order now, then after each change; ends with its last state or with `signal`. Null: there is none. */
  watch(ref: OrderRef, signal: AbortSignal): Promise<AsyncIterable<Order> | null>;
}

export interface OrderRef {
  readonly caller: string;
  readonly institution: string;
  readonly number: string;
}

/** What a client wants to order, read and of one institution, not yet held against the catalog. */
export interface OrderDraft {
  readonly institution: string;
  readonly input: OrderInput;
}

export interface CreateOrderRequest extends OrderDraft {
  readonly caller: string;
  readonly clientOrderId: string;
  readonly intent: OrderIntent;
}

export interface UpdateOrderRequest extends OrderRef {
  readonly clientRequestId: string;
  /** Lines to add and a new purchaser; `input.reference` is null. */
  readonly input: OrderInput;
}

export interface CancelOrderRequest extends OrderRef {
  readonly clientRequestId: string;
  /** Null: all. */
  readonly ticketIds: readonly string[] | null;
  readonly reason: string | null;
}

export interface OrderOutcome {
  /** Null when there is no order to speak of. */
  readonly order: Order | null;
  readonly refusals: readonly OrderRefusal[];
}

export interface OrderCheck {
  readonly isBookable: boolean;
  /** Null when a line has no price. */
  readonly totalMilli: bigint | null;
  readonly currency: Currency;
  readonly problems: readonly OrderRefusal[];
  /** Of the oldest color looked at. */
  readonly freshness: Freshness;
  readonly upstreamCalls: number;
}
