/** Why a contact operation is refused, as a `statusCode` inside an HTTP 200 answer. All are [I]: S-360 publishes none. */
export const CONTACT_CODES = {
  notFound: 'error.contact.notFound',
  loginAlreadyUsed: 'error.contact.loginAlreadyUsed',
  addressNotFound: 'error.contact.addressNotFound',
  connectionNotFound: 'error.contact.connectionNotFound',
  lastRelay: 'error.contact.lastRelay',
  invalid: 'error.parameter.invalid',
  missing: 'error.parameter.missing',
  pointOfSales: 'error.authentication.pointOfSales',
} as const;

/** A rule of contacts is broken: nothing has changed. */
export class ContactRefusal extends Error {
  override readonly name = 'ContactRefusal';
  readonly statusCode: string;

  constructor(code: keyof typeof CONTACT_CODES, detail: string) {
    super(detail);
    this.statusCode = CONTACT_CODES[code];
  }
}
