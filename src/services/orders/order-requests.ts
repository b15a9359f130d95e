import type { Order, OrderChange, OrderRefusal } from '../../domain/order.js';
import type { OrderActs } from './order-acts.js';
import { fingerprintOf } from './order-draft.js';
import type { OrderDrafts } from './order-drafts.js';
import { checkKey, fingerprintOfTickets } from './order-keys.js';
import { conflict, outcomeOf, refusal, refused } from './order-outcome.js';
import type { OrderParts } from './order-parts.types.js';
import type { OrderRecords } from './order-records.js';
import type { OrderTurns } from './order-turns.js';
import type {
  CancelOrderRequest,
  OrderOutcome,
  OrderRef,
  Orders,
  UpdateOrderRequest,
} from './orders.types.js';

export interface OrderRequestTools {
  readonly records: OrderRecords;
  readonly acts: OrderActs;
  readonly turns: OrderTurns;
  readonly drafts: OrderDrafts;
}

/** Requests about an order that is there: its state is looked at, and the act begun. */
export class OrderRequests implements Pick<Orders, 'close' | 'update' | 'abandon' | 'cancel'> {
  constructor(
    private readonly parts: OrderParts,
    private readonly tools: OrderRequestTools,
  ) {}

  async close(request: OrderRef & { readonly expectedTotalMilli: bigint | null }): Promise<OrderOutcome> {
    return this.tools.turns.whenFree(request, async (order) => {
      switch (order.state) {
        case 'CLOSED':
        case 'IN_DOUBT':
        case 'CLOSING':
        case 'CREATING':
          return outcomeOf(order);
        case 'ON_HOLD':
          return this.#close(order, request.expectedTotalMilli);
        case 'EXPIRED':
          return refused(order, HOLD_EXPIRED);
        default:
          return refused(order, wrongState(order, 'closed'));
      }
    });
  }

  async update(request: UpdateOrderRequest): Promise<OrderOutcome> {
    const { clientRequestId, input } = request;
    const wrongKey = checkKey('clientRequestId', clientRequestId);
    if (wrongKey.length > 0) return refused(null, ...wrongKey);
    const fingerprint = fingerprintOf(request);
    return this.tools.turns.whenFree(request, async (order) => {
      const before = await this.#requestBefore(order, { clientRequestId, fingerprint });
      if (before !== null) return before;
      if (order.state === 'EXPIRED') return refused(order, HOLD_EXPIRED);
      if (order.state === 'IN_DOUBT') return outcomeOf(order);
      if (order.state !== 'ON_HOLD') return refused(order, wrongState(order, 'changed'));
      const checked = await this.tools.drafts.checked(request, order);
      if (checked.refusals.length > 0) return refused(order, ...checked.refusals);
      const pending: OrderChange = {
        kind: 'update',
        request: { clientRequestId, fingerprint },
        lines: checked.lines,
        contactNumber: input.contactNumber,
      };
      const mine = await this.tools.records.claim(order);
      const changing = await this.tools.records.announce(
        mine,
        { step: 'UPDATE', pending, refusals: [] },
        'CLIENT',
      );
      return this.tools.turns.outcome(changing, this.tools.acts.changes.update(changing, 'CLIENT'));
    });
  }

  async abandon(request: OrderRef): Promise<OrderOutcome> {
    return this.tools.turns.whenFree(request, async (order) => {
      if (order.state === 'ABANDONED' || order.state === 'EXPIRED' || order.state === 'IN_DOUBT')
        return outcomeOf(order);
      if (order.state !== 'ON_HOLD') return refused(order, wrongState(order, 'abandoned'));
      return this.#leave(order, { kind: 'abandon', request: null, endsAs: 'ABANDONED', refusals: [] });
    });
  }

  async cancel(request: CancelOrderRequest): Promise<OrderOutcome> {
    const { clientRequestId, ticketIds } = request;
    const wrongKey = checkKey('clientRequestId', clientRequestId);
    if (wrongKey.length > 0) return refused(null, ...wrongKey);
    const key = { clientRequestId, fingerprint: fingerprintOfTickets(ticketIds) };
    return this.tools.turns.whenFree(request, async (order) => {
      const before = await this.#requestBefore(order, key);
      if (before !== null) return before;
      switch (order.state) {
        case 'CANCELLED':
        case 'IN_DOUBT':
          return outcomeOf(order);
        case 'EXPIRED':
          return refused(order, HOLD_EXPIRED);
        case 'ON_HOLD':
          return ticketIds === null
            ? this.#leave(order, { kind: 'abandon', request: key, endsAs: 'CANCELLED', refusals: [] })
            : refused(order, NO_TICKETS_YET);
        case 'CLOSED':
          return this.#cancelTickets(order, ticketIds, key);
        default:
          return refused(order, wrongState(order, 'cancelled'));
      }
    });
  }

  async #close(order: Order, expectedTotalMilli: bigint | null): Promise<OrderOutcome> {
    if (this.#hasEnded(order)) return refused(order, HOLD_EXPIRED);
    const { totalMilli } = order;
    if (expectedTotalMilli !== null && totalMilli !== null && expectedTotalMilli !== totalMilli) {
      const facts = { kind: 'price', expectedMilli: expectedTotalMilli, actualMilli: totalMilli } as const;
      return refused(order, refusal('PRICE_CHANGED', TOTAL_DIFFERS, { path: ['expectedTotal'], facts }));
    }
    const mine = await this.tools.records.claim(order);
    return this.tools.turns.outcome(mine, this.tools.acts.closing.close(mine, 'CLIENT'));
  }

  async #leave(order: Order, pending: Extract<OrderChange, { kind: 'abandon' }>): Promise<OrderOutcome> {
    const mine = await this.tools.records.claim(order);
    const leaving = await this.tools.records.announce(mine, { step: 'CANCEL', pending }, 'CLIENT');
    return this.tools.turns.outcome(leaving, this.tools.acts.leaving.abandon(leaving, 'CLIENT'));
  }

  async #cancelTickets(
    order: Order,
    ticketIds: readonly string[] | null,
    request: { readonly clientRequestId: string; readonly fingerprint: string },
  ): Promise<OrderOutcome> {
    const own = new Map(order.tickets.map((ticket) => [ticket.id, ticket]));
    const wanted = ticketIds ?? [...own.keys()];
    const strangers = wanted.flatMap((id, index) => (own.has(id) ? [] : [notATicket(index)]));
    if (strangers.length > 0) return refused(order, ...strangers);
    const good = wanted.filter((id) => !['CANCELLED', 'INVALIDATED'].includes(own.get(id)!.state));
    if (good.length === 0) return refused(order, ALL_CANCELLED);
    const mine = await this.tools.records.claim(order);
    const pending: OrderChange = { kind: 'cancel', request, ticketIds: good };
    const cancelling = await this.tools.records.announce(
      mine,
      { step: 'CANCEL', pending, refusals: [] },
      'CLIENT',
    );
    return this.tools.turns.outcome(cancelling, this.tools.acts.cancelling.cancel(cancelling, 'CLIENT'));
  }

  /** What the same `clientRequestId` brought before; null when it is new. */
  async #requestBefore(
    order: Order,
    { clientRequestId, fingerprint }: { readonly clientRequestId: string; readonly fingerprint: string },
  ): Promise<OrderOutcome | null> {
    const underWay = order.pending !== null ? order.pending.request : null;
    const known =
      underWay?.clientRequestId === clientRequestId
        ? underWay
        : await this.parts.journal.findRequest(order.number, clientRequestId);
    if (known === null) return null;
    return known.fingerprint === fingerprint ? outcomeOf(order) : refused(null, conflict(order));
  }

  #hasEnded({ institution, holdExpiresAt }: Order): boolean {
    const now = this.tools.drafts.institutionOf(institution).upstreamClock.now();
    return holdExpiresAt !== null && holdExpiresAt < now;
  }
}

function wrongState({ state }: Order, whatFor: string): OrderRefusal {
  return refusal('WRONG_STATE', `An order that is ${state} cannot be ${whatFor}`, { path: ['orderId'] });
}

function notATicket(index: number): OrderRefusal {
  return refusal('NOT_FOUND', 'The order has no such ticket', { path: ['ticketIds', String(index)] });
}

const HOLD_EXPIRED = refusal(
  'HOLD_EXPIRED',
  'The hold is over and the places are on sale again: order anew',
  {
    path: ['orderId'],
  },
);
const NO_TICKETS_YET = refusal('WRONG_STATE', 'An order on hold has no tickets yet: cancel it as a whole', {
  path: ['ticketIds'],
});
const ALL_CANCELLED = refusal('WRONG_STATE', 'These tickets are cancelled already', { path: ['ticketIds'] });
const TOTAL_DIFFERS = 'The total is another one: nothing was closed';
