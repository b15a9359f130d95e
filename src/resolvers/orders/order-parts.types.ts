import { Int, ObjectType } from 'type-graphql';
import type { OrderActor, OrderState, OrderStep, OrderTransition } from '../../domain/order.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { OrderActorEnum, OrderStateEnum, OrderStepEnum } from './order.enums.js';

@ObjectType('InDoubt', {
  description: 'An answer of S-360 was lost, and the gateway is finding out what happened.',
  simpleResolvers: true,
})
export class InDoubtType {
  @PlainField(() => OrderStepEnum)
  readonly step: OrderStep;

  @PlainField(() => DateTimeScalar)
  readonly since: number;

  @PlainField(() => Int, { description: 'How often S-360 was asked what became of it.' })
  readonly attempts: number;

  @PlainField(() => DateTimeScalar, { description: 'When it will be asked again.' })
  readonly nextCheckAt: number;

  constructor(
    step: OrderStep,
    doubt: { readonly since: number; readonly attempts: number; readonly nextCheckAt: number },
  ) {
    this.step = step;
    this.since = doubt.since;
    this.attempts = doubt.attempts;
    this.nextCheckAt = doubt.nextCheckAt;
  }
}

@ObjectType('OrderTransition', { description: 'A change of the state of an order.', simpleResolvers: true })
export class OrderTransitionType {
  @PlainField(() => DateTimeScalar)
  readonly at: number;

  @PlainField(() => OrderStateEnum, { nullable: true, description: 'Null: its beginning.' })
  readonly from: OrderState | null;

  @PlainField(() => OrderStateEnum)
  readonly to: OrderState;

  @PlainField(() => OrderActorEnum)
  readonly by: OrderActor;

  constructor({ at, from, to, by }: OrderTransition) {
    this.at = at;
    this.from = from;
    this.to = to;
    this.by = by;
  }
}
