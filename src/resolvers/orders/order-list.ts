import type { RequestContext } from '../../context.js';
import { parseContactId } from '../../domain/contact.js';
import type { Order } from '../../domain/order.js';
import { InvalidInputError } from '../../errors.js';
import type { OrderQuery } from '../../journal/order-journal.types.js';
import { checkPageSize, institutionsNamed } from '../arguments.js';
import type { UncountedPage } from '../connection.types.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { OrderFilter, OrdersArgs } from './order.inputs.js';
import { OrderConnectionType } from './order.results.js';
import { OrderType } from './order.types.js';

/** Order numbers grow with time, over all replicas. */
const SORT = 'NEWEST';
const ORDER_NUMBER = /^[0-9]{1,19}$/;

/** A page of the caller's orders, the newest first. Throws InvalidInputError naming what is wrong with the arguments. */
export async function ordersPage(
  { filter, first, after }: OrdersArgs,
  context: RequestContext,
): Promise<InstanceType<typeof OrderConnectionType>> {
  const size = checkPageSize('first', first);
  const beforeNumber = after === null || after === undefined ? null : numberOf(after);
  const conditions = conditionsOf(filter ?? {}, context);
  const found =
    conditions === null
      ? []
      : await context.orders.list({
          ...conditions,
          ...(beforeNumber === null ? {} : { beforeNumber }),
          limit: size + 1,
        });
  const orders = found.slice(0, size);
  const page: UncountedPage = {
    entries: orders.map((order) => ({
      entry: order,
      institution: order.institution,
      cursor: cursorOf(order),
    })),
    hasNextPage: found.length > size,
    // Whoever has a cursor has seen the order it stands behind.
    hasPreviousPage: () => beforeNumber !== null,
  };
  const nodes = orders.map((order) => new OrderType(context.institutions.get(order.institution)!, order));
  return new OrderConnectionType(page, nodes);
}

/** Null when nothing can meet them: a list without values is met by none. */
function conditionsOf(filter: OrderFilter, context: RequestContext): Omit<OrderQuery, 'limit'> | null {
  const { states, createdFrom, createdBefore, contactId, reference } = filter;
  // Orders of an institution that is not configured any more have nobody to speak for them.
  const institutions = institutionsNamed('filter.institutions', filter.institutions, context.institutions);
  if (institutions.length === 0 || states?.length === 0) return null;
  const contact = isGiven(contactId) ? parseContactId('filter.contactId', contactId) : null;
  return {
    caller: context.caller.id,
    institutions: institutions.map(({ code }) => code),
    ...(isGiven(states) ? { states: [...new Set(states)] } : {}),
    ...(isGiven(createdFrom) ? { createdFrom } : {}),
    ...(isGiven(createdBefore) ? { createdBefore } : {}),
    ...(contact === null
      ? {}
      : { contact: { institution: contact.institution, contactNumber: contact.s360Id } }),
    ...(isGiven(reference) ? { reference } : {}),
  };
}

function cursorOf({ institution, number }: Order): string {
  return encodeCursor({ sort: SORT, key: null, institution, s360Id: number, asOf: null });
}

function numberOf(after: string): string {
  const { s360Id } = decodeCursor('after', after, SORT);
  if (ORDER_NUMBER.test(s360Id)) return s360Id;
  throw new InvalidInputError('after', 'must be a cursor that this list has given');
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
