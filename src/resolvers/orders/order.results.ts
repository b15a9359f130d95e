import { Int, ObjectType } from 'type-graphql';
import { uncountedConnectionType } from '../connection.types.js';
import { FreshnessType } from '../freshness.types.js';
import { MoneyType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import { UserErrorType } from '../user-errors.types.js';
import { OrderType } from './order.types.js';

export const OrderConnectionType = uncountedConnectionType('Order', () => OrderType);

@ObjectType('OrderPayload', { simpleResolvers: true })
export class OrderPayloadType {
  @PlainField(() => OrderType, {
    nullable: true,
    description: 'As it is now; null when there is none to speak of.',
  })
  readonly order: OrderType | null;

  @PlainField(() => [UserErrorType], {
    description: 'Why it was not done; empty when it was, and while it is in doubt.',
  })
  readonly userErrors: readonly UserErrorType[];

  constructor(order: OrderType | null, userErrors: readonly UserErrorType[]) {
    this.order = order;
    this.userErrors = userErrors;
  }
}

export interface CheckedOrder {
  readonly bookable: boolean;
  readonly total: MoneyType | null;
  readonly problems: readonly UserErrorType[];
  readonly freshness: FreshnessType;
  readonly upstreamCalls: number;
}

@ObjectType('OrderCheck', {
  description: 'What an order would meet now. A promise is only the order itself.',
  simpleResolvers: true,
})
export class OrderCheckType {
  @PlainField(() => Boolean)
  readonly bookable: boolean;

  @PlainField(() => MoneyType, { nullable: true, description: 'Null when a line has no price.' })
  readonly total: MoneyType | null;

  @PlainField(() => [UserErrorType], { description: 'All that speaks against it, at most 20.' })
  readonly problems: readonly UserErrorType[];

  @PlainField(() => FreshnessType, {
    description: 'Of the oldest color that was looked at; of this moment when the input alone was wrong.',
  })
  readonly freshness: FreshnessType;

  @PlainField(() => Int, { description: 'How often S-360 was asked for it.' })
  readonly upstreamCalls: number;

  constructor(checked: CheckedOrder) {
    this.bookable = checked.bookable;
    this.total = checked.total;
    this.problems = checked.problems;
    this.freshness = checked.freshness;
    this.upstreamCalls = checked.upstreamCalls;
  }
}
