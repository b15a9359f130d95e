import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { PageArgs } from '../connection.types.js';
import { ContactType } from '../contacts/contact.types.js';
import { ordersPage } from './order-list.js';
import { OrderConnectionType } from './order.results.js';

@Resolver(() => ContactType)
export class ContactOrdersResolver {
  @FieldResolver(() => OrderConnectionType, {
    description: 'Of which the contact is the purchaser; the newest first.',
  })
  orders(
    @Root() { id, owner }: ContactType,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: RequestContext,
  ) {
    const filter = { institutions: [owner.code], contactId: id };
    return ordersPage({ first, ...(after === undefined ? {} : { after }), filter }, context);
  }
}
