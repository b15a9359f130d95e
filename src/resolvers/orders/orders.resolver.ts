import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { parseGlobalId } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import { readDraft } from '../../services/orders/order-draft.js';
import { FreshnessType } from '../freshness.types.js';
import { MoneyType } from '../money.types.js';
import { orderOf, refOf, refusedAt, unreadable } from './order-answers.js';
import { ordersPage } from './order-list.js';
import { refusedAs } from './order-refused.js';
import { OrderDraftInputType, OrdersArgs } from './order.inputs.js';
import { OrderCheckType, OrderConnectionType } from './order.results.js';
import { OrderType } from './order.types.js';
import { Personal } from '../federation/directives.js';

@Resolver()
export class OrdersResolver {
  @Personal()
  @Query(() => OrderType, {
    nullable: true,
    description: 'By its id or by the key that the client chose: exactly one. Null when there is none.',
  })
  async order(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { nullable: true }) id?: string | null,
    @Arg('clientOrderId', () => ID, { nullable: true }) clientOrderId?: string | null,
  ): Promise<OrderType | null> {
    const { orders, caller, institutions } = context;
    const [byId, byKey] = [id ?? null, clientOrderId ?? null];
    if (byId !== null && byKey === null) {
      const parsed = parseGlobalId('id', byId);
      if (!institutions.has(parsed.institution)) return null;
      return orderOf(await orders.find(refOf(parsed, context)), context);
    }
    if (byKey !== null && byId === null) {
      return orderOf(await orders.findByClientOrderId(caller.id, byKey), context);
    }
    const got = byId === null ? 'neither' : 'both';
    throw new InvalidInputError('id', `or \`clientOrderId\` must be given, exactly one, got ${got}`);
  }

  @Personal()
  @Query(() => OrderConnectionType, { description: 'The newest first.' })
  orders(@Args(() => OrdersArgs) args: OrdersArgs, @Ctx() context: RequestContext) {
    return ordersPage(args, context);
  }

  @Personal()
  @Query(() => OrderCheckType, {
    description:
      'Says whether the order could be created now and what it would cost. Holds nothing, and asks S-360 nothing when the cached answer is fresh.',
  })
  async checkOrder(
    @Arg('input', () => OrderDraftInputType) input: OrderDraftInputType,
    @Ctx() context: RequestContext,
  ): Promise<OrderCheckType> {
    const now = context.now();
    const read = readDraft(input, new Set(context.institutions.keys()));
    if ('refusals' in read) {
      const nothingAsked = {
        observedAt: now,
        source: 'CACHE',
        staleReason: null,
        nextRefreshAt: null,
      } as const;
      return new OrderCheckType({
        bookable: false,
        total: null,
        problems: unreadable(read.refusals),
        freshness: new FreshnessType(nothingAsked, now),
        upstreamCalls: 0,
      });
    }
    const checked = await context.orders.check(read.draft);
    const at = refusedAt(read.draft.institution, context);
    return new OrderCheckType({
      bookable: checked.isBookable,
      total: checked.totalMilli === null ? null : new MoneyType(checked.totalMilli, checked.currency),
      problems: checked.problems.map((problem) => refusedAs(problem, at)),
      freshness: new FreshnessType(checked.freshness, now),
      upstreamCalls: checked.upstreamCalls,
    });
  }
}
