import fc from 'fast-check';
import type {
  Order,
  OrderChange,
  OrderInput,
  OrderLine,
  OrderRefusal,
  OrderRefusalFacts,
  Ticket,
} from '../../src/domain/order.js';
import type { TranslatedText } from '../../src/domain/text.js';

/** Any text that is well formed, with NUL, quotes, line breaks and signs of every plane among it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', `'"; -- \\`, '\u0000', '\uFFFE', '𝄞 é\u0301\r\n', '{"a":1}', '%_$1?'),
);
/** Where a column of its own holds it, so without NUL. */
const keyText = anyText.map((text) => text.replaceAll('\0', ''));
const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const listOf = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 3 });
const milli = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
const instant = fc.nat({ max: 8_640_000_000_000_000 });
const text: fc.Arbitrary<TranslatedText> = listOf(fc.tuple(anyText, anyText));

const input: fc.Arbitrary<OrderInput> = fc.record({
  lines: listOf(
    fc.record({
      performanceId: orNull(id),
      itemId: orNull(id),
      timeslotId: orNull(id),
      tariffId: id,
      seatCategoryId: orNull(id),
      seatIds: listOf(id),
      quantity: fc.nat(),
      expectedUnitMilli: orNull(milli),
    }),
  ),
  contactNumber: orNull(anyText),
  reference: orNull(keyText),
});

const line: fc.Arbitrary<OrderLine> = fc.record({
  operationId: orNull(id),
  productId: id,
  performanceId: orNull(id),
  itemId: orNull(id),
  timeslotId: orNull(id),
  tariffId: id,
  seatCategoryId: orNull(id),
  seatIds: listOf(id),
  quantity: fc.nat(),
  unitMilli: milli,
  names: fc.record({
    product: text,
    productCode: anyText,
    performance: text,
    item: text,
    tariff: text,
    seatCategory: text,
    venue: text,
    venueAddress: orNull(anyText),
    startsAt: orNull(instant),
    endsAt: orNull(instant),
  }),
});

const refusalFacts: fc.Arbitrary<OrderRefusalFacts> = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.record({ kind: fc.constant('availability' as const), performanceId: orNull(id), productId: orNull(id) }),
  fc.record({ kind: fc.constant('price' as const), expectedMilli: milli, actualMilli: milli }),
  fc.record({ kind: fc.constant('conflict' as const), orderNumber: anyText }),
  fc.record({ kind: fc.constant('upstream' as const), upstreamCode: anyText }),
);

const refusal: fc.Arbitrary<OrderRefusal> = fc.record({
  code: fc.constantFrom('SOLD_OUT', 'PRICE_CHANGED', 'UPSTREAM_REJECTED'),
  message: anyText,
  path: orNull(listOf(anyText)),
  retryable: fc.boolean(),
  facts: refusalFacts,
});

const request = fc.record({ clientRequestId: anyText, fingerprint: anyText });
const pending: fc.Arbitrary<OrderChange> = fc.oneof(
  fc.record({
    kind: fc.constant('update' as const),
    request,
    lines: listOf(line),
    contactNumber: orNull(anyText),
  }),
  fc.record({
    kind: fc.constant('abandon' as const),
    request: orNull(request),
    endsAs: fc.constantFrom('ABANDONED', 'CANCELLED', 'REJECTED'),
    refusals: listOf(refusal),
  }),
  fc.record({ kind: fc.constant('cancel' as const), request, ticketIds: listOf(id) }),
);

const ticket: fc.Arbitrary<Ticket> = fc.record({
  id,
  movementId: id,
  operationId: id,
  state: fc.constantFrom('VALID', 'NOT_PRINTED', 'CANCELLED', 'INVALIDATED', 'UNKNOWN'),
  seatId: orNull(id),
  seatLabel: orNull(anyText),
  unitMilli: milli,
  holder: orNull(anyText),
  barcode: orNull(anyText),
});

/** Any order at all, as far as its types go. */
export const anyOrder: fc.Arbitrary<Order> = fc.record({
  number: fc.stringMatching(/^\d{18}$/),
  caller: keyText,
  institution: fc.constantFrom('hall', 'museum'),
  clientOrderId: keyText,
  fingerprint: keyText,
  externalReference: keyText,
  intent: fc.constantFrom('HOLD', 'PLACE'),
  input,
  state: fc.constantFrom('CREATING', 'ON_HOLD', 'CLOSING', 'CLOSED', 'IN_DOUBT', 'EXPIRED', 'REJECTED'),
  step: orNull(fc.constantFrom('CREATE', 'UPDATE', 'CLOSE', 'CANCEL')),
  pending: orNull(pending),
  sentAt: orNull(instant),
  doubt: orNull(fc.record({ since: instant, attempts: fc.nat(), nextCheckAt: instant })),
  s360OrderId: orNull(id),
  s360FileId: orNull(id),
  lines: listOf(line),
  totalMilli: orNull(milli),
  currency: orNull(fc.record({ code: fc.constantFrom('EUR', 'JPY'), fractionDigits: fc.nat(4) })),
  holdExpiresAt: orNull(instant),
  contactNumber: orNull(keyText),
  tickets: listOf(ticket),
  refusals: listOf(refusal),
  createdAt: instant,
  updatedAt: instant,
  version: fc.nat(),
});
