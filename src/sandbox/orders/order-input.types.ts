/** What `createOrUpdateOrder` asks for, its lists in one. */
export interface OrderInput {
  /** Absent: a new order. */
  readonly orderId: number | undefined;
  /** For a new order: the file to put it into. */
  readonly fileId: number | undefined;
  /** Contact number. */
  readonly purchaser: string | undefined;
  readonly fileContacts: readonly { readonly contactReference: string; readonly type: string }[];
  readonly externalReference: string | undefined;
  readonly originCode: string | undefined;
  readonly lines: readonly LineInput[];
}

export interface SeatsLineInput {
  readonly kind: 'seats';
  readonly performanceId: number;
  readonly seatCategoryId: number;
  readonly tariffId: number;
  readonly quantity: number;
  /** To be tried first, in this order. */
  readonly areaIds: readonly number[];
}

export interface ItemLineInput {
  readonly kind: 'item';
  readonly itemId: number;
  readonly tariffId: number;
  readonly quantity: number;
  readonly timeslotId: number | undefined;
  /** In which list it came. */
  readonly list: 'simple' | 'transport';
}

export interface ComposedLineInput {
  readonly kind: 'composed';
  readonly productId: number;
  readonly tariffId: number;
  readonly quantity: number;
  readonly parts: readonly (SeatsLineInput | ItemLineInput)[];
}

export interface ChargeLineInput {
  readonly kind: 'charge';
  readonly chargeId: number;
  readonly amount: number;
}

export type LineInput = SeatsLineInput | ItemLineInput | ComposedLineInput | ChargeLineInput;
