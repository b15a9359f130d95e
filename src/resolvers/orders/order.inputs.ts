import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { OrderState } from '../../domain/order.js';
import type { BasketInput, BasketLineInput } from '../../services/orders/order-draft.js';
import { PageArgs } from '../connection.types.js';
import { DateTimeScalar, DecimalScalar } from '../scalars.js';
import { OrderStateEnum } from './order.enums.js';

const KEY =
  'Chosen by you, 1 to 200 printable characters: the same key and the same input do the same once, however often they are sent.';

@InputType('OrderLineInput', {
  description:
    'Either performanceId (with seatCategoryId, or seatIds) or itemId (with timeslotId where it has timeslots).',
})
export class OrderLineInputType implements BasketLineInput {
  @Field(() => ID, { nullable: true })
  readonly performanceId?: string | null;

  @Field(() => ID, { nullable: true })
  readonly itemId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of an item that has time slots.' })
  readonly timeslotId?: string | null;

  @Field(() => ID)
  readonly tariffId!: string;

  @Field(() => ID, { nullable: true, description: 'The best places in it; of a performance.' })
  readonly seatCategoryId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Chosen places, as many as `quantity` says.' })
  readonly seatIds?: readonly string[] | null;

  @Field(() => Int, { description: 'From 1 to 1000.' })
  readonly quantity!: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'The price of one place that your customer has seen: another one is refused, with both.',
  })
  readonly expectedUnitPrice?: string | null;
}

@InputType('OrderDraftInput')
export class OrderDraftInputType implements BasketInput {
  @Field(() => [OrderLineInputType], { description: 'From 1 to 100, all of one institution.' })
  readonly lines!: readonly OrderLineInputType[];

  @Field(() => ID, { nullable: true, description: 'The purchaser.' })
  readonly contactId?: string | null;
}

@InputType('CreateOrderInput')
export class CreateOrderInputType implements BasketInput {
  @Field(() => ID, { description: KEY })
  readonly clientOrderId!: string;

  @Field(() => [OrderLineInputType], { description: 'From 1 to 100, all of one institution.' })
  readonly lines!: readonly OrderLineInputType[];

  @Field(() => ID, { nullable: true, description: 'The purchaser.' })
  readonly contactId?: string | null;

  @Field(() => String, { nullable: true, description: 'A note of your own, at most 200 characters.' })
  readonly reference?: string | null;
}

@InputType('UpdateOrderInput')
export class UpdateOrderInputType {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => ID, { description: KEY })
  readonly clientRequestId!: string;

  @Field(() => [OrderLineInputType], { nullable: true, description: 'At most 100.' })
  readonly addLines?: readonly OrderLineInputType[] | null;

  @Field(() => ID, { nullable: true, description: 'The new purchaser.' })
  readonly contactId?: string | null;
}

@InputType('CloseOrderInput')
export class CloseOrderInputType {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'The total that your customer has agreed to: another one is refused, with both.',
  })
  readonly expectedTotal?: string | null;
}

@InputType('CancelOrderInput')
export class CancelOrderInputType {
  @Field(() => ID)
  readonly orderId!: string;

  @Field(() => ID, { description: KEY })
  readonly clientRequestId!: string;

  @Field(() => [ID], { nullable: true, description: 'Of a closed order; all of them without it.' })
  readonly ticketIds?: readonly string[] | null;

  @Field(() => String, { nullable: true, description: 'At most 200 characters.' })
  readonly reason?: string | null;
}

/** Null and absent mean the same: no condition. */
@InputType('OrderFilter', { description: 'All that is given must hold; of a list, one value is enough.' })
export class OrderFilter {
  @Field(() => [ID], { nullable: true, description: 'Codes of institutions.' })
  readonly institutions?: readonly string[] | null;

  @Field(() => [OrderStateEnum], { nullable: true })
  readonly states?: readonly OrderState[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this moment or later.' })
  readonly createdFrom?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this moment.' })
  readonly createdBefore?: number | null;

  @Field(() => ID, { nullable: true, description: 'The purchaser.' })
  readonly contactId?: string | null;

  @Field(() => String, { nullable: true, description: 'Exactly this one.' })
  readonly reference?: string | null;
}

@ArgsType()
export class OrdersArgs extends PageArgs {
  @Field(() => OrderFilter, { nullable: true })
  readonly filter?: OrderFilter | null;
}
