import { z } from 'zod';
import type {
  OrderActor,
  OrderChange,
  OrderInput,
  OrderIntent,
  OrderLine,
  OrderRefusal,
  OrderRefusalCode,
  OrderState,
  OrderStep,
  Ticket,
  TicketState,
} from '../domain/order.js';

/** The parts of an order that are stored as JSON. Amounts are decimal text in it, never JSON numbers. */
export function jsonOf(value: OrderPart): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

type OrderPart =
  OrderInput | OrderChange | readonly OrderLine[] | readonly Ticket[] | readonly OrderRefusal[];

const id = z.string();
const idOrNone = z.string().nullable();
const milli = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const instantOrNone = z.int().nullable();
const text = z.array(z.tuple([z.string(), z.string()]));

/** A Record has every word of the union, or it does not compile. */
function wordOf<T extends string>(words: Readonly<Record<T, true>>): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'string' && Object.hasOwn(words, value));
}

export const orderState = wordOf<OrderState>({
  CREATING: true,
  ON_HOLD: true,
  CLOSING: true,
  CLOSED: true,
  IN_DOUBT: true,
  EXPIRED: true,
  ABANDONED: true,
  CANCELLED: true,
  REJECTED: true,
});
export const orderStep = wordOf<OrderStep>({ CREATE: true, UPDATE: true, CLOSE: true, CANCEL: true });
export const orderIntent = wordOf<OrderIntent>({ HOLD: true, PLACE: true });
export const orderActor = wordOf<OrderActor>({
  CLIENT: true,
  GATEWAY: true,
  RECONCILER: true,
  UPSTREAM: true,
});

const refusalCode = wordOf<OrderRefusalCode>({
  INVALID_INPUT: true,
  NOT_FOUND: true,
  SOLD_OUT: true,
  NOT_ON_SALE: true,
  QUANTITY_LIMIT: true,
  TARIFF_NOT_ALLOWED: true,
  PRICE_CHANGED: true,
  HOLD_EXPIRED: true,
  WRONG_STATE: true,
  IDEMPOTENCY_CONFLICT: true,
  CONTACT_REQUIRED: true,
  PAYMENT_REFUSED: true,
  UPSTREAM_REJECTED: true,
});

const ticketState = wordOf<TicketState>({
  VALID: true,
  NOT_PRINTED: true,
  CANCELLED: true,
  INVALIDATED: true,
  UNKNOWN: true,
});

export const orderInput: z.ZodType<OrderInput> = z.strictObject({
  lines: z.array(
    z.strictObject({
      performanceId: idOrNone,
      itemId: idOrNone,
      timeslotId: idOrNone,
      tariffId: id,
      seatCategoryId: idOrNone,
      seatIds: z.array(id),
      quantity: z.int(),
      expectedUnitMilli: milli.nullable(),
    }),
  ),
  contactNumber: idOrNone,
  reference: idOrNone,
});

export const orderLines: z.ZodType<readonly OrderLine[]> = z.array(
  z.strictObject({
    operationId: idOrNone,
    productId: id,
    performanceId: idOrNone,
    itemId: idOrNone,
    timeslotId: idOrNone,
    tariffId: id,
    seatCategoryId: idOrNone,
    seatIds: z.array(id),
    quantity: z.int(),
    unitMilli: milli,
    names: z.strictObject({
      product: text,
      productCode: z.string(),
      performance: text,
      item: text,
      tariff: text,
      seatCategory: text,
      venue: text,
      venueAddress: z.string().nullable(),
      startsAt: instantOrNone,
      endsAt: instantOrNone,
    }),
  }),
);

/** With barcode and holder as they are stored. */
export const orderTickets: z.ZodType<readonly Ticket[]> = z.array(
  z.strictObject({
    id,
    movementId: id,
    operationId: id,
    state: ticketState,
    seatId: idOrNone,
    seatLabel: z.string().nullable(),
    unitMilli: milli,
    holder: z.string().nullable(),
    barcode: z.string().nullable(),
  }),
);

export const orderRefusals: z.ZodType<readonly OrderRefusal[]> = z.array(
  z.strictObject({
    code: refusalCode,
    message: z.string(),
    path: z.array(z.string()).nullable(),
    retryable: z.boolean(),
    facts: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('availability'), performanceId: idOrNone, productId: idOrNone }),
      z.strictObject({ kind: z.literal('price'), expectedMilli: milli, actualMilli: milli }),
      z.strictObject({ kind: z.literal('conflict'), orderNumber: z.string() }),
      z.strictObject({ kind: z.literal('upstream'), upstreamCode: z.string() }),
    ]),
  }),
);

const changeRequest = z.strictObject({ clientRequestId: z.string(), fingerprint: z.string() });

export const orderChange: z.ZodType<OrderChange> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('update'),
    request: changeRequest,
    lines: orderLines,
    contactNumber: idOrNone,
  }),
  z.strictObject({
    kind: z.literal('abandon'),
    request: changeRequest.nullable(),
    endsAs: wordOf<'ABANDONED' | 'CANCELLED' | 'REJECTED'>({
      ABANDONED: true,
      CANCELLED: true,
      REJECTED: true,
    }),
    refusals: orderRefusals,
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    request: changeRequest,
    ticketIds: z.array(id),
    isGranted: z.literal(true).exactOptional(),
  }),
]);
