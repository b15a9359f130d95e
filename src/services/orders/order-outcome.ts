import type { Order, OrderRefusal, OrderRefusalCode, OrderRefusalFacts } from '../../domain/order.js';
import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { OrderOutcome } from './orders.types.js';

/** The order, with why it ended where that is. */
export function outcomeOf(order: Order): OrderOutcome {
  return { order, refusals: order.refusals };
}

export function refused(order: Order | null, ...refusals: readonly OrderRefusal[]): OrderOutcome {
  return { order, refusals };
}

export function refusal(
  code: OrderRefusalCode,
  message: string,
  more: {
    readonly path?: readonly string[];
    readonly retryable?: boolean;
    readonly facts?: OrderRefusalFacts;
  } = {},
): OrderRefusal {
  const { path = null, retryable = false, facts = { kind: 'none' } } = more;
  return { code, message, path, retryable, facts };
}

/** S-360's "no" to an order, in our words where we know them; its own code otherwise, untouched. */
export function refusalOf(order: Order, error: unknown): OrderRefusal {
  const no = upstreamRefusalIn(error);
  if (no === null) {
    return refusal('UPSTREAM_REJECTED', 'S-360 did not take the order', { facts: upstream('unknown') });
  }
  const { code, upstreamCode } = no;
  if (code === undefined) {
    return refusal('UPSTREAM_REJECTED', `S-360 refused with ${JSON.stringify(upstreamCode)}`, {
      facts: upstream(upstreamCode),
    });
  }
  return refusal(code, MESSAGES[code] ?? `S-360 refused with ${JSON.stringify(upstreamCode)}`, {
    facts: code === 'SOLD_OUT' ? availabilityOf(order) : upstream(upstreamCode),
  });
}

function upstream(upstreamCode: string): OrderRefusalFacts {
  return { kind: 'upstream', upstreamCode };
}

/** S-360 does not say which line it lacked: the first one stands for the order. */
function availabilityOf({ lines }: Order): OrderRefusalFacts {
  const line = lines[0];
  return {
    kind: 'availability',
    performanceId: line?.performanceId ?? null,
    productId: line?.productId ?? null,
  };
}

const MESSAGES: Partial<Record<OrderRefusalCode, string>> = {
  SOLD_OUT: 'There are not enough places left for the whole order: nothing is held',
  QUANTITY_LIMIT: 'S-360 does not sell so many at once',
  TARIFF_NOT_ALLOWED: 'The tariff needs another one in the same order',
  NOT_ON_SALE: 'Something in the order is not on sale now',
  CONTACT_REQUIRED: 'Something in the order needs a contact: give `contactId`',
  NOT_FOUND: 'S-360 does not know something in the order: the catalog may have changed',
  HOLD_EXPIRED: 'The hold is over and the places are on sale again: order anew',
  PAYMENT_REFUSED: 'S-360 does not take the payment on the pending account',
};

/** The key was used for something else. */
export function conflict({ number }: Order): OrderRefusal {
  const message = 'The key was used for another input: the first order stands';
  return refusal('IDEMPOTENCY_CONFLICT', message, { facts: { kind: 'conflict', orderNumber: number } });
}

export const NO_ORDER = refusal('NOT_FOUND', 'There is no such order', { path: ['orderId'] });
