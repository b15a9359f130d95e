import type { Item, Performance, Product, ProductFamilyType, Season, Timeslot } from '../model.js';

/** The customer's dossier: a sale, and the refunds that followed it. */
export interface OrderFile {
  readonly fileId: number;
  readonly createdAtMs: number;
  lastModifiedAtMs: number;
  readonly contacts: FileContact[];
  readonly attachments: FileAttachment[];
  /** Oldest first. */
  readonly orders: Order[];
}

export interface FileContact {
  readonly contactReference: string;
  /** `SALE`, `OWNER`, `FINDER` or `COMM_ENTITY`. */
  readonly type: string;
}

export interface FileAttachment {
  readonly fileAttachmentId: number;
  readonly fileName: string;
  readonly mimetype: string;
  /** Base64, as it came. */
  readonly data: string;
  readonly uploadedAtMs: number;
}

/** `CLOSED` is documented, the others are by analogy with files [I]; the spelling is S-360's. */
export type OrderState = 'RUNNING' | 'CLOSED' | 'ABANDONNED';
export type OrderType = 'SALE' | 'REFUND_CLIENT';

export interface Order {
  readonly orderId: number;
  /** Opens the file without credentials. */
  readonly secretId: string;
  readonly file: OrderFile;
  readonly type: OrderType;
  readonly createdAtMs: number;
  state: OrderState;
  /** Contact number; null while nobody is named. */
  purchaser: string | null;
  /** By key, the latest last. */
  readonly externalReferences: Map<string, string>;
  originCode: string | null;
  operations: OrderOperation[];
  readonly payments: Payment[];
  /** Every ticket there was, invalidated ones too. */
  readonly tickets: Ticket[];
  /** The latest expiry of the operations; stays when the order is closed. */
  expiresAtMs: number;
  /** A close was accepted and has not taken effect yet. */
  isClosing: boolean;
  closedAtMs: number | null;
  /** How often a close took effect. */
  closes: number;
}

/** What an operation sells. The objects are the catalog's own. */
export type Sold =
  | {
      readonly kind: 'performance';
      readonly season: Season;
      readonly product: Product;
      readonly performance: Performance;
      readonly seatCategoryId: number;
      readonly composedProductId: number | undefined;
    }
  | {
      readonly kind: 'item';
      readonly season: Season;
      readonly product: Product;
      readonly item: Item;
      readonly timeslot: Timeslot | null;
    }
  /** A season ticket or package that is no item itself. */
  | { readonly kind: 'composed'; readonly season: Season; readonly product: Product }
  | { readonly kind: 'charge'; readonly chargeId: number; readonly code: string };

/** A line of an order. */
export interface OrderOperation {
  readonly operationId: number;
  /** Counts from 1 in its order. */
  readonly number: number;
  readonly kind: ProductFamilyType | 'CHARGE';
  readonly sold: Sold;
  /** Null for charges. */
  readonly tariffId: number | null;
  /** Thousandths; below zero in a refund. */
  readonly unitPrice: number;
  /** Changes when some of its movements leave. */
  quantity: number;
  /** The composed product's operation that this one is a part of. */
  readonly parentId: number | null;
  readonly expiresAtMs: number;
  movements: Movement[];
  /** Given back as a whole after the order was closed; what has movements is told by their tickets. */
  isRefunded: boolean;
}

/** One place of an operation. */
export interface Movement {
  readonly movementId: number;
  readonly operationId: number;
  /** Null for items. */
  seat: Seat | null;
  /** The valid one, or the one that was cancelled; null until the order is closed. */
  ticket: Ticket | null;
}

/** A place of a performance, numbered or not. */
export interface Seat {
  readonly seatId: number;
  readonly isNumbered: boolean;
  /** As on the chair; null where places are not numbered. */
  readonly row: string | null;
  readonly number: string | null;
  readonly seatCategoryId: number;
  readonly contingentId: number;
  readonly areaId: number;
}

export type TicketState = 'VALID' | 'NOT_PRINTED' | 'CANCELLED' | 'INVALIDATED';

export interface Ticket {
  readonly ticketId: number;
  readonly movementId: number;
  state: TicketState;
  /** Null when the order was closed without barcodes. */
  readonly barCode: string | null;
}

export interface Payment {
  readonly paymentId: number;
  readonly orderId: number;
  readonly paymentMethodId: number;
  readonly methodCode: string;
  /** Thousandths; below zero in a refund. */
  readonly amount: number;
  readonly paidAtMs: number;
  /** `WAITING`: on the pending account, the money comes later. */
  status: 'WAITING' | 'PAID' | 'CANCELLED_BY_USER';
  readonly identifier: string | null;
}
