import { InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderRefusalCode } from '../domain/order.js';
import { PlainField } from './plain-field.js';

/** What a buyer or a shop can act on; a refusal of a service has these members. */
export interface UserRefusal {
  readonly code: UserErrorCode;
  readonly message: string;
  /** Into the input; null when it is about none of its values. */
  readonly path: readonly string[] | null;
  readonly retryable: boolean;
}

export type UserErrorCode = OrderRefusalCode;

export const UserErrorCodeEnum = {
  INVALID_INPUT: 'INVALID_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  SOLD_OUT: 'SOLD_OUT',
  NOT_ON_SALE: 'NOT_ON_SALE',
  QUANTITY_LIMIT: 'QUANTITY_LIMIT',
  TARIFF_NOT_ALLOWED: 'TARIFF_NOT_ALLOWED',
  PRICE_CHANGED: 'PRICE_CHANGED',
  HOLD_EXPIRED: 'HOLD_EXPIRED',
  WRONG_STATE: 'WRONG_STATE',
  IDEMPOTENCY_CONFLICT: 'IDEMPOTENCY_CONFLICT',
  CONTACT_REQUIRED: 'CONTACT_REQUIRED',
  PAYMENT_REFUSED: 'PAYMENT_REFUSED',
  UPSTREAM_REJECTED: 'UPSTREAM_REJECTED',
} as const satisfies Record<UserErrorCode, UserErrorCode>;

registerEnumType(UserErrorCodeEnum, {
  name: 'UserErrorCode',
  valuesConfig: {
    INVALID_INPUT: { description: '`path` names the value, `message` the rule.' },
    NOT_FOUND: { description: 'What `path` names is not there.' },
    HOLD_EXPIRED: { description: 'The places went back on sale: start again with a new order.' },
    WRONG_STATE: { description: 'Not in the state that it is in now.' },
    IDEMPOTENCY_CONFLICT: { description: 'The key was used before, with another input.' },
    UPSTREAM_REJECTED: { description: 'S-360 said no, in a word of its own.' },
  },
});

/** Resolved by the class of the value: every kind of user error is a subclass. */
@InterfaceType('UserError', {
  description:
    'What a buyer or a shop can meet and act on. Anything else is a top-level GraphQL error with extensions.code.',
})
export abstract class UserErrorType {
  constructor(protected readonly refusal: UserRefusal) {}

  @PlainField(() => UserErrorCodeEnum)
  get code(): UserErrorCode {
    return this.refusal.code;
  }

  @PlainField(() => String, { description: 'For developers, in English: what was expected and what came.' })
  get message(): string {
    return this.refusal.message;
  }

  @PlainField(() => [String], {
    nullable: true,
    description: 'Into the input: `["lines", "0", "tariffId"]`; null when it is about none of its values.',
  })
  get path(): readonly string[] | null {
    return this.refusal.path;
  }

  @PlainField(() => Boolean, { description: 'Whether the same request may succeed if it is sent again.' })
  get retryable(): boolean {
    return this.refusal.retryable;
  }
}

@ObjectType('SimpleUserError', { implements: UserErrorType, simpleResolvers: true })
export class SimpleUserErrorType extends UserErrorType {}
