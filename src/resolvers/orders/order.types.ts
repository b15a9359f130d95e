import type { GraphQLResolveInfo } from 'graphql';
import { ID, ObjectType } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import { isFinal, type Order, type OrderLine, type OrderState } from '../../domain/order.js';
import type { Institution } from '../../services/institution.types.js';
import { zoned, zonedOrNull } from '../catalog/venue-time.js';
import { contactOf } from '../contacts/contact-of.js';
import { ContactType } from '../contacts/contact.types.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { MoneyType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { UserErrorType } from '../user-errors.types.js';
import { CatalogOfOrder } from './catalog-of-order.js';
import { OrderLineType } from './order-line.types.js';
import { InDoubtType, OrderTransitionType } from './order-parts.types.js';
import { OrderStateEnum } from './order.enums.js';
import { refusedAs } from './order-refused.js';
import { TicketType } from './ticket.types.js';
import { Key, Personal } from '../federation/directives.js';

@Key('id')
@Personal()
@ObjectType('Order', {
  description:
    'Places of one institution, held and then sold. What S-360 knows of it is looked after until it is final.',
  simpleResolvers: true,
})
export class OrderType {
  readonly catalog: CatalogOfOrder;

  constructor(
    readonly owner: Institution,
    readonly record: Order,
  ) {
    this.catalog = new CatalogOfOrder(owner, record);
  }

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.owner.code, this.record.number);
  }

  @PlainField(() => ID, {
    description:
      'The key the client chose: the same key and the same input give the same order, however often it is sent.',
  })
  get clientOrderId(): string {
    return this.record.clientOrderId;
  }

  @PlainField(() => String, {
    nullable: true,
    description: "S-360's own number; null until S-360 gave one.",
  })
  get s360OrderId(): string | null {
    return this.record.s360OrderId;
  }

  @PlainField(() => InstitutionType)
  get institution(): InstitutionType {
    return new InstitutionType(this.owner, this.catalog);
  }

  @PlainField(() => String, { nullable: true, description: "The client's own note." })
  get reference(): string | null {
    return this.record.input.reference;
  }

  @PlainField(() => OrderStateEnum)
  get state(): OrderState {
    return this.record.state;
  }

  @PlainField(() => [OrderLineType])
  get lines(): OrderLineType[] {
    return this.record.lines.map((line) => new OrderLineType(this.owner, this.catalog, line));
  }

  @PlainField(() => MoneyType, { nullable: true, description: 'Null until it is known.' })
  get total(): MoneyType | null {
    const { totalMilli, currency } = this.record;
    return totalMilli === null
      ? null
      : new MoneyType(totalMilli, currency ?? this.catalog.pointOfSales.currency);
  }

  @PlainField(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when S-360 holds the places; null when nothing is held.',
  })
  get holdExpiresAt(): ZonedInstant | null {
    return isFinal(this.record.state) ? null : zonedOrNull(this.catalog, this.record.holdExpiresAt);
  }

  @PlainField(() => ContactType, { nullable: true, description: 'The purchaser; null when it has none.' })
  async contact(
    _args: object,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<ContactType | null> {
    const { contactNumber } = this.record;
    if (contactNumber === null) return null;
    return contactOf(context, { institution: this.owner.code, s360Id: contactNumber }, info);
  }

  @PlainField(() => [TicketType], { description: 'Empty until it is closed.' })
  get tickets(): TicketType[] {
    const { tickets, lines } = this.record;
    return tickets.map(
      (ticket) => new TicketType(this.owner, this.catalog, ticket, lineOf(lines, ticket.operationId)),
    );
  }

  @PlainField(() => String, {
    nullable: true,
    description:
      'All tickets as one printable document; null until closed. Whoever has the address can print them.',
  })
  printableUrl(_args: object, { ticketLinks }: RequestContext): string | null {
    return this.record.state === 'CLOSED' && ticketLinks !== null ? ticketLinks.url(this.id) : null;
  }

  @PlainField(() => InDoubtType, {
    nullable: true,
    description: 'Set while the outcome of a step is not known.',
  })
  get inDoubt(): InDoubtType | null {
    const { doubt, step } = this.record;
    return doubt === null || step === null ? null : new InDoubtType(step, doubt);
  }

  @PlainField(() => [UserErrorType], {
    description: 'Why it ended without tickets, or why the last step was refused; empty otherwise.',
  })
  get problems(): UserErrorType[] {
    return this.record.refusals.map((refusal) => refusedAs(refusal, this));
  }

  @PlainField(() => DateTimeScalar)
  get createdAt(): ZonedInstant {
    return zoned(this.catalog, this.record.createdAt);
  }

  @PlainField(() => [OrderTransitionType], { description: 'The oldest first.' })
  async timeline(_args: object, { orders }: RequestContext): Promise<OrderTransitionType[]> {
    const transitions = await orders.transitions(this.record.number);
    return transitions.map((transition) => new OrderTransitionType(transition));
  }
}

/** By S-360's operation; an operation that no line has, as after S-360 split one, goes with the first line. */
function lineOf(lines: readonly OrderLine[], operationId: string): OrderLine {
  return lines.find((line) => line.operationId === operationId) ?? lines[0]!;
}
