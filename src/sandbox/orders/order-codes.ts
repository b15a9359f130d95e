/**
 * Why an order operation is refused, as a `statusCode` inside an HTTP 200 answer. Only `error.order.availability` is
 * documented [D]; all the others are ours [I].
 */
export const ORDER_CODES = {
  availability: 'error.order.availability',
  notOnSale: 'error.order.notOnSale',
  quantity: 'error.order.quantity',
  maxSeats: 'error.order.maxSeats',
  tariffCondition: 'error.order.tariffCondition',
  contactRequired: 'error.order.contactRequired',
  contactNotFound: 'error.contact.notFound',
  unknownReference: 'error.order.unknownReference',
  expired: 'error.order.expired',
  alreadyClosed: 'error.order.alreadyClosed',
  /** A close was accepted and is under way: nothing else can be done meanwhile. */
  closing: 'error.order.closing',
  paymentAmount: 'error.order.paymentAmount',
  paymentMethod: 'error.payment.methodNotAllowed',
  paymentState: 'error.payment.notCancellable',
  seatNotFree: 'error.order.seatNotFree',
  invalid: 'error.parameter.invalid',
  missing: 'error.parameter.missing',
} as const;

/** A rule of orders is broken: nothing has changed. */
export class OrderRefusal extends Error {
  override readonly name = 'OrderRefusal';
  readonly statusCode: string;

  constructor(
    readonly code: keyof typeof ORDER_CODES,
    detail: string,
  ) {
    super(detail);
    this.statusCode = ORDER_CODES[code];
  }
}
