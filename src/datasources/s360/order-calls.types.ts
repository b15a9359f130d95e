import type { Currency } from '../../domain/money.js';
import type { TicketState } from '../../domain/order.js';

/**
 * The order services of one institution. Writes leave at most once; after an error `fateOf` says what is known of the
 * act. All throw UpstreamError classes; a success without what it must have is an UpstreamShapeError, whose act is in
 * doubt. Ids are S-360's own, amounts thousandths, instants epoch ms of S-360's clock.
 */
export interface OrderCalls {
  /** ExternalOrderFacade.createOrUpdateOrder without an order id: a new order each time. */
  createOrder(draft: OrderDraftCall, options: WriteOptions): Promise<OrderDelta>;
  /** The same with an order id: adds operations, changes the purchaser. */
  updateOrder(s360OrderId: string, change: OrderChangeCall, options: WriteOptions): Promise<OrderDelta>;
  /** ExternalSeatingService.doSeatingForOperations: repeating it changes nothing. */
  seat(seating: Seating, options: WriteOptions): Promise<void>;
  /** ExternalOrderFacade.createPaymentsAndCloseOrder, or ExternalOrderService.closeOrder where there is nothing to pay. */
  closeOrder(close: CloseCall, options: WriteOptions): Promise<CloseAnswer>;
  /** ExternalOrderService.abandonMovements: all movements of an open order give it up. */
  abandonMovements(s360OrderId: string, movementIds: readonly string[], options: WriteOptions): Promise<void>;
  /** ExternalOrderService.cancelOperations: on a closed order [I] a refund of the movements named. */
  cancelOperations(
    s360OrderId: string,
    what: { readonly operationIds: readonly string[]; readonly movementIds: readonly string[] },
    options: WriteOptions,
  ): Promise<void>;
  /** ExternalOrderService.getOrderDetails with tickets; null when S-360 knows no such order. */
  orderDetails(s360OrderId: string): Promise<OrderDetails | null>;
  /** ExternalOrderHistoryService.listFilesByCriteria [I], one page: orders created in the window, oldest first. */
  ordersCreatedBetween(window: HistoryWindow): Promise<HistoryPage>;
  /** ExternalOrderService.getExternalReference: every reference that an order has. */
  externalReferences(s360OrderId: string): Promise<readonly string[]>;
  /** ExternalOrderHistoryService.listTicketsByCriteria, one page. */
  ticketsSoldBetween(window: Omit<HistoryWindow, 'pointOfSalesId'>): Promise<TicketPage>;
}

export interface WriteOptions {
  /** Epoch ms of our clock: later than this nothing is sent. */
  readonly sendBefore: number;
}

export interface OrderLineCall {
  /** Which of S-360's lists it goes into: performances, transport products [I], or everything else. */
  readonly list: 'places' | 'transport' | 'items';
  readonly performanceId: string | null;
  readonly seatCategoryId: string | null;
  readonly itemId: string | null;
  readonly timeslotId: string | null;
  readonly tariffId: string;
  readonly quantity: number;
}

export interface OrderChangeCall {
  readonly pointOfSalesId: string;
  readonly contactNumber: string | null;
  readonly lines: readonly OrderLineCall[];
}

export interface OrderDraftCall extends OrderChangeCall {
  readonly externalReference: string;
}

/** What changed in an order. */
export interface OrderDelta {
  readonly s360OrderId: string;
  readonly s360FileId: string | null;
  readonly operations: readonly Operation[];
  readonly movements: readonly Movement[];
  readonly currency: Currency | null;
}

/** A line as S-360 took it. */
export interface Operation {
  readonly id: string;
  readonly performanceId: string | null;
  readonly itemId: string | null;
  readonly timeslotId: string | null;
  readonly tariffId: string | null;
  readonly quantity: number | null;
  readonly unitMilli: bigint | null;
  readonly totalMilli: bigint | null;
}

/** One place or one item of a line; after closing one ticket. */
export interface Movement {
  readonly id: string;
  readonly operationId: string | null;
  readonly seatCategoryId: string | null;
  readonly seatId: string | null;
  /** Area, row and seat as far as S-360 tells them. */
  readonly seatLabel: string | null;
  readonly holder: string | null;
  /** As it came, blanks included; null until generated. */
  readonly barcode: string | null;
  readonly ticketId: string | null;
  readonly ticketState: TicketState;
}

export interface Seating {
  readonly operationIds: readonly string[];
  readonly seats: readonly { readonly movementId: string; readonly seatId: string }[];
}

export interface CloseCall {
  readonly s360OrderId: string;
  readonly contactNumber: string | null;
  readonly paymentMethodId: string;
  readonly totalMilli: bigint;
}

/** `in progress`: taken, and closed later. Details where the answer has them. */
export interface CloseAnswer {
  readonly state: 'done' | 'in progress';
  readonly details: OrderDetails | null;
}

/** OPEN: may still be closed. UNKNOWN: a word of S-360 that we do not know. */
export type UpstreamOrderState = 'OPEN' | 'CLOSED' | 'ABANDONED' | 'FAILED' | 'UNKNOWN';

export interface OrderDetails {
  readonly s360OrderId: string;
  readonly state: UpstreamOrderState;
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
  readonly contactNumber: string | null;
  readonly saleMilli: bigint | null;
  readonly currency: Currency | null;
  readonly s360FileId: string | null;
  readonly operations: readonly Operation[];
  readonly movements: readonly Movement[];
}

export interface HistoryWindow {
  readonly pointOfSalesId: string;
  readonly from: number;
  readonly until: number;
  /** Of the first entry of the page, from 0. */
  readonly position: number;
  readonly pageSize: number;
}

export interface HistoryPage {
  readonly orders: readonly HistoryOrder[];
  /** Files on the page, each with one order or several: whoever pages counts by it. */
  readonly entryCount: number;
  readonly isLast: boolean;
}

export interface HistoryOrder {
  readonly s360OrderId: string;
  readonly s360FileId: string | null;
  readonly isSale: boolean;
  readonly state: UpstreamOrderState;
  readonly createdAt: number | null;
  /** Null where this S-360 does not list it. */
  readonly externalReference: string | null;
  readonly saleMilli: bigint | null;
}

export interface TicketPage {
  readonly tickets: readonly { readonly ticketId: string; readonly state: TicketState }[];
  readonly entryCount: number;
  readonly isLast: boolean;
}
