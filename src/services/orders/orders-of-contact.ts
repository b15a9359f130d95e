import { formatGlobalId, type GlobalId } from '../../domain/ids.js';
import type { Order, OrderInput, OrderRefusal } from '../../domain/order.js';
import { refusal, refused } from './order-outcome.js';
import type { OrderDraft, OrderOutcome, OrderRef, Orders } from './orders.types.js';

/**
 * The orders of which one contact is the purchaser: the others are not there, and a new one becomes his. An order that
 * is given to somebody else is gone for him with that.
 */
export function ordersOfContact(own: GlobalId, orders: Orders): Orders {
  const isOwn = ({ institution, contactNumber }: Order): boolean =>
    institution === own.institution && contactNumber === own.s360Id;
  const ifOwn = (order: Order | null): Order | null => (order !== null && isOwn(order) ? order : null);
  const find = async (ref: OrderRef): Promise<Order | null> => ifOwn(await orders.find(ref));
  const about = async (ref: OrderRef, act: () => Promise<OrderOutcome>): Promise<OrderOutcome> =>
    (await find(ref)) === null ? refused(null, noOrder(ref)) : act();

  return {
    async create(request) {
      const wrong = othersContact(request, own);
      if (wrong !== null) return refused(null, wrong);
      const known = await orders.findByClientOrderId(request.caller, request.clientOrderId);
      if (known !== null && !isOwn(known)) return refused(null, KEY_TAKEN);
      return orders.create({ ...request, input: boughtBy(own, request.input) });
    },
    update: (request) =>
      about(request, async () => {
        const wrong = othersContact(request, own);
        return wrong === null ? orders.update(request) : refused(null, wrong);
      }),
    close: (request) => about(request, () => orders.close(request)),
    abandon: (ref) => about(ref, () => orders.abandon(ref)),
    cancel: (request) => about(request, () => orders.cancel(request)),
    async check(draft) {
      const wrong = othersContact(draft, own);
      const checked = await orders.check(
        draft.institution === own.institution ? { ...draft, input: boughtBy(own, draft.input) } : draft,
      );
      if (wrong === null) return checked;
      return { ...checked, isBookable: false, problems: [...checked.problems, wrong] };
    },
    find,
    findByClientOrderId: async (caller, clientOrderId) =>
      ifOwn(await orders.findByClientOrderId(caller, clientOrderId)),
    async findByTickets(caller, institution, ticketIds) {
      const found = await orders.findByTickets(caller, institution, ticketIds);
      return new Map([...found].filter(([, order]) => isOwn(order)));
    },
    async list(query) {
      const { institution, s360Id: contactNumber } = own;
      const { contact = { institution, contactNumber } } = query;
      const isOther = contact.institution !== institution || contact.contactNumber !== contactNumber;
      return isOther ? [] : orders.list({ ...query, contact });
    },
    transitions: (number) => orders.transitions(number),
    async watch(ref, signal) {
      if ((await find(ref)) === null) return null;
      const updates = await orders.watch(ref, signal);
      return updates === null ? null : whileOwn(updates, isOwn);
    },
  };
}

function boughtBy(own: GlobalId, input: OrderInput): OrderInput {
  return { ...input, contactNumber: own.s360Id };
}

/** Null: nobody else is named, and the contact can order there. */
function othersContact({ institution, input }: OrderDraft, own: GlobalId): OrderRefusal | null {
  if (institution !== own.institution) {
    const message = `The caller orders for one contact, who is one of ${own.institution}, not of ${institution}`;
    return refusal('CONTACT_REQUIRED', message, { path: ['contactId'] });
  }
  if (input.contactNumber === null || input.contactNumber === own.s360Id) return null;
  return refusal('NOT_FOUND', '`contactId` names no contact', { path: ['contactId'] });
}

function noOrder({ institution, number }: OrderRef): OrderRefusal {
  const message = `\`orderId\` names no order: ${JSON.stringify(formatGlobalId(institution, number))}`;
  return refusal('NOT_FOUND', message, { path: ['orderId'] });
}

const KEY_TAKEN = refusal('IDEMPOTENCY_CONFLICT', 'This clientOrderId was used before, with another input', {
  path: ['clientOrderId'],
});

/** It ends with its reader's signal, as the updates do. */
async function* whileOwn(updates: AsyncIterable<Order>, isOwn: (order: Order) => boolean) {
  for await (const order of updates) {
    if (!isOwn(order)) return;
    yield order;
  }
}
