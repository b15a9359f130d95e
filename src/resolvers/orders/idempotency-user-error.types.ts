import { ObjectType } from 'type-graphql';
import { PlainField } from '../plain-field.js';
import { UserErrorType, type UserRefusal } from '../user-errors.types.js';
import { OrderType } from './order.types.js';

@ObjectType('IdempotencyUserError', {
  implements: UserErrorType,
  description: 'The key was used before, with another input; nothing was done.',
  simpleResolvers: true,
})
export class IdempotencyUserErrorType extends UserErrorType {
  @PlainField(() => OrderType, { description: 'The order that has the key.' })
  readonly order: OrderType;

  constructor(refusal: UserRefusal, order: OrderType) {
    super(refusal);
    this.order = order;
  }
}
