import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { GlobalId } from '../../domain/ids.js';
import type { OrderIntent } from '../../domain/order.js';
import { readAddition, readDraft } from '../../services/orders/order-draft.js';
import type { OrderOutcome } from '../../services/orders/orders.types.js';
import { payloadOf, refOf, refusedPayload } from './order-answers.js';
import {
  readExpectedTotal,
  readOrderId,
  readReason,
  readTicketIds,
  saidOfAddLines,
} from './order-requests.js';
import {
  CancelOrderInputType,
  CloseOrderInputType,
  CreateOrderInputType,
  UpdateOrderInputType,
} from './order.inputs.js';
import { OrderPayloadType } from './order.results.js';

@Resolver()
export class OrderMutationsResolver {
  @Mutation(() => OrderPayloadType, {
    description: 'Holds the places: availability, point of sales, payment method, then ExternalOrderFacade.',
  })
  createOrder(
    @Arg('input', () => CreateOrderInputType) input: CreateOrderInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    return create(input, 'HOLD', context);
  }

  @Mutation(() => OrderPayloadType, {
    description:
      'createOrder and closeOrder as one journaled operation: it ends closed, refused, or in doubt and being resolved.',
  })
  placeOrder(
    @Arg('input', () => CreateOrderInputType) input: CreateOrderInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    return create(input, 'PLACE', context);
  }

  @Mutation(() => OrderPayloadType, {
    description: 'Adds lines to an order on hold, or changes its contact.',
  })
  async updateOrder(
    @Arg('input', () => UpdateOrderInputType) input: UpdateOrderInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    const id = readOrderId(input.orderId, context.institutions);
    if ('refusals' in id) return refusedPayload(id.refusals);
    const { clientRequestId, addLines, contactId = null } = input;
    const read = readAddition({ lines: addLines ?? [], contactId }, id.value.institution);
    if ('refusals' in read) return refusedPayload(read.refusals.map(saidOfAddLines));
    const { order, refusals } = await context.orders.update({
      ...refOf(id.value, context),
      clientRequestId,
      input: read.draft.input,
    });
    return payloadOf({ order, refusals: refusals.map(saidOfAddLines) }, id.value, context);
  }

  @Mutation(() => OrderPayloadType, {
    description: "Closes on the partner's pending account and issues the barcodes.",
  })
  async closeOrder(
    @Arg('input', () => CloseOrderInputType) { orderId, expectedTotal }: CloseOrderInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    const total = readExpectedTotal(expectedTotal);
    if ('refusals' in total) return refusedPayload(total.refusals);
    return about(orderId, context, (id) =>
      context.orders.close({ ...refOf(id, context), expectedTotalMilli: total.value }),
    );
  }

  @Mutation(() => OrderPayloadType, { description: 'Gives an order on hold up; its places go back on sale.' })
  abandonOrder(
    @Arg('orderId', () => ID) orderId: string,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    return about(orderId, context, (id) => context.orders.abandon(refOf(id, context)));
  }

  @Mutation(() => OrderPayloadType, {
    description: 'Cancels an order on hold as a whole, or tickets of a closed one: those named, or all.',
  })
  async cancelOrder(
    @Arg('input', () => CancelOrderInputType) input: CancelOrderInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderPayloadType> {
    const id = readOrderId(input.orderId, context.institutions);
    if ('refusals' in id) return refusedPayload(id.refusals);
    const ticketIds = readTicketIds(input.ticketIds, id.value.institution);
    if ('refusals' in ticketIds) return refusedPayload(ticketIds.refusals);
    const reason = readReason(input.reason);
    if ('refusals' in reason) return refusedPayload(reason.refusals);
    const outcome = await context.orders.cancel({
      ...refOf(id.value, context),
      clientRequestId: input.clientRequestId,
      ticketIds: ticketIds.value,
      reason: reason.value,
    });
    return payloadOf(outcome, id.value, context);
  }
}

async function create(
  input: CreateOrderInputType,
  intent: OrderIntent,
  context: RequestContext,
): Promise<OrderPayloadType> {
  const read = readDraft(input, new Set(context.institutions.keys()));
  if ('refusals' in read) return refusedPayload(read.refusals);
  const { draft } = read;
  const { clientOrderId } = input;
  const outcome = await context.orders.create({ ...draft, caller: context.caller.id, clientOrderId, intent });
  return payloadOf(outcome, { institution: draft.institution, clientOrderId }, context);
}

async function about(
  orderId: string,
  context: RequestContext,
  act: (id: GlobalId) => Promise<OrderOutcome>,
): Promise<OrderPayloadType> {
  const id = readOrderId(orderId, context.institutions);
  if ('refusals' in id) return refusedPayload(id.refusals);
  return payloadOf(await act(id.value), id.value, context);
}
