import type { TranslatedText } from './text.js';
import type { Currency } from './money.js';

/**
 * Orders as the journal keeps them. Ids are S-360's own (decimal strings) unless said otherwise, amounts are in
 * thousandths, instants are epoch milliseconds of this process. Records are replaced, never changed.
 */
export type OrderState =
  | 'CREATING'
  | 'ON_HOLD'
  | 'CLOSING'
  | 'CLOSED'
  | 'IN_DOUBT'
  | 'EXPIRED'
  | 'ABANDONED'
  | 'CANCELLED'
  | 'REJECTED';

/** What a call to S-360 was meant to do. */
export type OrderStep = 'CREATE' | 'UPDATE' | 'CLOSE' | 'CANCEL';

export type OrderActor = 'CLIENT' | 'GATEWAY' | 'RECONCILER' | 'UPSTREAM';

/** HOLD: the places are wanted until the client closes. PLACE: closing is part of what the client asked for. */
export type OrderIntent = 'HOLD' | 'PLACE';

export interface Order {
  /** Ours: a number that grows with time, unique over all replicas; the public id is `<institution>:<number>`. */
  readonly number: string;
  /** Whose it is: the caller's key or subject; empty while everybody is the same caller. */
  readonly caller: string;
  readonly institution: string;
  readonly clientOrderId: string;
  /** Of the input; the same key with another one is a conflict. */
  readonly fingerprint: string;
  /** What S-360 knows the order by: derived from caller and key, so that any process can look for it. */
  readonly externalReference: string;
  readonly intent: OrderIntent;
  readonly input: OrderInput;
  readonly state: OrderState;
  /** The step under way or in doubt; null when nothing is. */
  readonly step: OrderStep | null;
  /** What the step UPDATE or CANCEL shall change; null in the other steps. */
  readonly pending: OrderChange | null;
  /** When the step's call was last about to leave; no call of it can be younger. Null: never sent. */
  readonly sentAt: number | null;
  /** Set exactly while the state is IN_DOUBT. */
  readonly doubt: OrderDoubt | null;
  readonly s360OrderId: string | null;
  readonly s360FileId: string | null;
  readonly lines: readonly OrderLine[];
  readonly totalMilli: bigint | null;
  readonly currency: Currency | null;
  readonly holdExpiresAt: number | null;
  /** Number of the purchaser. */
  readonly contactNumber: string | null;
  readonly tickets: readonly Ticket[];
  /** Why it ended without tickets, or why the last step was refused; empty otherwise. */
  readonly refusals: readonly OrderRefusal[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with every write: whoever writes over another one loses. */
  readonly version: number;
}

/** What the client asked for, as far as it must be known to ask S-360 for it. */
export interface OrderInput {
  readonly lines: readonly OrderLineInput[];
  readonly contactNumber: string | null;
  readonly reference: string | null;
}

export interface OrderLineInput {
  readonly performanceId: string | null;
  readonly itemId: string | null;
  readonly timeslotId: string | null;
  readonly tariffId: string;
  readonly seatCategoryId: string | null;
  /** Chosen places; empty: the best ones. */
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly expectedUnitMilli: bigint | null;
}

/** A change of an order that exists at S-360, kept until it is known to be done. */
export type OrderChange =
  | {
      readonly kind: 'update';
      readonly request: ChangeRequest;
      readonly lines: readonly OrderLine[];
      readonly contactNumber: string | null;
    }
  /** An open order as a whole; `refusals` are why, and what it then ends with. */
  | {
      readonly kind: 'abandon';
      readonly request: ChangeRequest | null;
      readonly endsAs: 'ABANDONED' | 'CANCELLED' | 'REJECTED';
      readonly refusals: readonly OrderRefusal[];
    }
  /** Tickets of a closed order, by their ids. `isGranted`: S-360 said yes, and does not show it yet. */
  | {
      readonly kind: 'cancel';
      readonly request: ChangeRequest;
      readonly ticketIds: readonly string[];
      readonly isGranted?: true;
    };

/** The client's key of a change, and the input that it stands for. */
export interface ChangeRequest {
  readonly clientRequestId: string;
  readonly fingerprint: string;
}

/** An accepted line, with what is printed of it, so that a ticket can be printed when the catalog has forgotten. */
export interface OrderLine {
  /** S-360's operation; null until S-360 gave one. */
  readonly operationId: string | null;
  readonly productId: string;
  readonly performanceId: string | null;
  readonly itemId: string | null;
  readonly timeslotId: string | null;
  readonly tariffId: string;
  readonly seatCategoryId: string | null;
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly unitMilli: bigint;
  readonly names: OrderLineNames;
}

export interface OrderLineNames {
  readonly product: TranslatedText;
  readonly productCode: string;
  /** Empty when it goes by its product's. */
  readonly performance: TranslatedText;
  readonly item: TranslatedText;
  readonly tariff: TranslatedText;
  readonly seatCategory: TranslatedText;
  readonly venue: TranslatedText;
  /** One line: street, zip code, town. */
  readonly venueAddress: string | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
}

export interface OrderDoubt {
  readonly since: number;
  /** How often S-360 was asked what became of it. */
  readonly attempts: number;
  readonly nextCheckAt: number;
}

export type TicketState = 'VALID' | 'NOT_PRINTED' | 'CANCELLED' | 'INVALIDATED' | 'UNKNOWN';

export interface Ticket {
  /** S-360's ticket id, or the movement's where it gave none. */
  readonly id: string;
  readonly movementId: string;
  readonly operationId: string;
  readonly state: TicketState;
  readonly seatId: string | null;
  /** Row and seat as people read them; null for unnumbered places. */
  readonly seatLabel: string | null;
  readonly unitMilli: bigint;
  /** A secret: beneficiary's name. */
  readonly holder: string | null;
  /** A secret, exactly as S-360 sent it. */
  readonly barcode: string | null;
}

export type OrderRefusalCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'SOLD_OUT'
  | 'NOT_ON_SALE'
  | 'QUANTITY_LIMIT'
  | 'TARIFF_NOT_ALLOWED'
  | 'PRICE_CHANGED'
  | 'HOLD_EXPIRED'
  | 'WRONG_STATE'
  | 'IDEMPOTENCY_CONFLICT'
  | 'CONTACT_REQUIRED'
  | 'PAYMENT_REFUSED'
  | 'UPSTREAM_REJECTED';

/** Something a buyer or a shop can act on. */
export interface OrderRefusal {
  readonly code: OrderRefusalCode;
  readonly message: string;
  /** Into the input: `['lines', '0', 'tariffId']`; null when it is about none of its values. */
  readonly path: readonly string[] | null;
  readonly retryable: boolean;
  readonly facts: OrderRefusalFacts;
}

export type OrderRefusalFacts =
  | { readonly kind: 'none' }
  /** What was asked for and is not there. */
  | {
      readonly kind: 'availability';
      readonly performanceId: string | null;
      readonly productId: string | null;
    }
  | { readonly kind: 'price'; readonly expectedMilli: bigint; readonly actualMilli: bigint }
  /** The order that has the key. */
  | { readonly kind: 'conflict'; readonly orderNumber: string }
  /** S-360's own code, untouched. */
  | { readonly kind: 'upstream'; readonly upstreamCode: string };

export interface OrderTransition {
  readonly at: number;
  readonly from: OrderState | null;
  readonly to: OrderState;
  readonly by: OrderActor;
}

/** Nothing can change it any more, except that tickets of a closed one are cancelled or reissued. */
export function isFinal(state: OrderState): boolean {
  return !['CREATING', 'ON_HOLD', 'CLOSING', 'IN_DOUBT'].includes(state);
}
