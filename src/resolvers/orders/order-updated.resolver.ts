import { Arg, Ctx, ID, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { parseGlobalId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { NotFoundError } from '../../errors.js';
import { MergedStreams } from '../merged.js';
import { refOf } from './order-answers.js';
import { OrderType } from './order.types.js';

@Resolver()
export class OrderUpdatedResolver {
  @Subscription(() => OrderType, {
    description:
      'The order as it is now, then after each change; ends when none can follow, so not with CLOSED: tickets may still be cancelled. Barcodes are null in it: ask for them with a query.',
    subscribe,
  })
  orderUpdated(
    @Root() order: Order,
    @Ctx() { institutions }: RequestContext,
    @Arg('orderId', () => ID) _orderId: string,
  ): OrderType {
    return new OrderType(institutions.get(order.institution)!, order);
  }
}

/** Throws NotFoundError when the caller has no such order. */
async function subscribe({
  args: { orderId },
  context,
}: SubscribeResolverData<unknown, { readonly orderId: string }, RequestContext>): Promise<
  AsyncIterable<Order>
> {
  const id = parseGlobalId('orderId', orderId);
  const reader = new AbortController();
  const updates = context.institutions.has(id.institution)
    ? await context.orders.watch(refOf(id, context), reader.signal)
    : null;
  if (updates === null) throw new NotFoundError('`orderId` names no order');
  return new MergedStreams([updates], () => reader.abort());
}
