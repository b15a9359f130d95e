import type { Order, OrderRefusal, OrderTransition } from '../../domain/order.js';
import type { OrderQuery } from '../../journal/order-journal.types.js';
import { nextOrderNumber, OrderNumberTakenError } from '../../journal/order-number.js';
import type { OrderActs } from './order-acts.js';
import { checkOrder } from './order-check.js';
import { wasNeverSent } from './order-creation.js';
import { fingerprintOf, type CheckedDraft } from './order-draft.js';
import type { OrderDrafts } from './order-drafts.js';
import type { OrderFeed } from './order-feed.js';
import { checkKey, externalReferenceOf } from './order-keys.js';
import { conflict, outcomeOf, refusal, refused } from './order-outcome.js';
import type { OrderParts } from './order-parts.types.js';
import type { OrderRecords } from './order-records.js';
import type { OrderTurns } from './order-turns.js';
import type {
  CreateOrderRequest,
  OrderCheck,
  OrderDraft,
  OrderOutcome,
  OrderRef,
  Orders,
} from './orders.types.js';

const MOST_NUMBERS_TRIED = 5;

export interface OrderDeskTools {
  readonly feed: OrderFeed;
  readonly records: OrderRecords;
  readonly acts: OrderActs;
  readonly turns: OrderTurns;
  readonly drafts: OrderDrafts;
}

/** Where orders are made and found: one order for each key, whoever sends it how often. */
export class OrderDesk implements Omit<Orders, 'close' | 'update' | 'abandon' | 'cancel'> {
  constructor(
    private readonly parts: OrderParts,
    private readonly tools: OrderDeskTools,
  ) {}

  async create(request: CreateOrderRequest): Promise<OrderOutcome> {
    const wrongKey = checkKey('clientOrderId', request.clientOrderId);
    if (wrongKey.length > 0) return refused(null, ...wrongKey);
    const known = await this.findByClientOrderId(request.caller, request.clientOrderId);
    if (known !== null) return this.#again(known, request);
    const checked = await this.tools.drafts.checked(request);
    const refusals = [...checked.refusals, ...withoutAccount(checked)];
    if (refusals.length > 0) return refused(null, ...refusals);
    const { created, order } = await this.#record(request, checked);
    return created
      ? this.tools.turns.outcome(order, this.tools.acts.creation.create(order, 'CLIENT'))
      : this.#again(order, request);
  }

  check(draft: OrderDraft): Promise<OrderCheck> {
    return checkOrder(draft, this.tools.drafts.institutionOf(draft.institution), this.parts.clock.now());
  }

  find(ref: OrderRef): Promise<Order | null> {
    return this.tools.turns.find(ref);
  }

  findByClientOrderId(caller: string, clientOrderId: string): Promise<Order | null> {
    return this.parts.journal.byClientOrderId(caller, clientOrderId);
  }

  async findByTickets(
    caller: string,
    institution: string,
    ticketIds: readonly string[],
  ): Promise<ReadonlyMap<string, Order>> {
    const found = await this.parts.journal.byTicketIds(institution, ticketIds);
    return new Map([...found].filter(([, order]) => order.caller === caller));
  }

  list(query: OrderQuery): Promise<readonly Order[]> {
    return this.parts.journal.list(query);
  }

  transitions(number: string): Promise<readonly OrderTransition[]> {
    return this.parts.journal.transitions(number);
  }

  async watch(ref: OrderRef, signal: AbortSignal): Promise<AsyncIterable<Order> | null> {
    const order = await this.find(ref);
    return order === null ? null : this.tools.feed.watch(ref.number, () => this.find(ref), signal);
  }

  /** The key is taken: by the same input, whose order this is, or by another one. */
  async #again(known: Order, request: CreateOrderRequest): Promise<OrderOutcome> {
    if (known.fingerprint !== fingerprintOf(request)) return refused(null, conflict(known));
    return this.tools.turns.whenFree(known, async (order) => {
      if (wasNeverSent(order)) return this.#sendAgain(order, request);
      const wantsMore = request.intent === 'PLACE' && order.intent === 'HOLD' && order.state === 'ON_HOLD';
      return wantsMore ? this.#placeHeld(order) : outcomeOf(order);
    });
  }

  /** It surely never reached S-360, so it may go there now. */
  async #sendAgain(order: Order, request: CreateOrderRequest): Promise<OrderOutcome> {
    const checked = await this.tools.drafts.checked(request);
    if (checked.refusals.length > 0) return refused(order, ...checked.refusals);
    const mine = await this.tools.records.claim(order);
    const { lines } = checked;
    const again = await this.tools.records.announce(
      mine,
      { state: 'CREATING', step: 'CREATE', intent: request.intent, lines, refusals: [] },
      'CLIENT',
    );
    return this.tools.turns.outcome(again, this.tools.acts.creation.create(again, 'CLIENT'));
  }

  /** `createOrder` held it, and now it shall be sold. */
  async #placeHeld(order: Order): Promise<OrderOutcome> {
    const mine = await this.tools.records.claim(order);
    const wanted = await this.tools.records.note(
      mine,
      { intent: 'PLACE', step: 'CLOSE', sentAt: null },
      'CLIENT',
    );
    return this.tools.turns.outcome(wanted, this.tools.acts.closing.close(wanted, 'CLIENT'));
  }

  async #record(
    request: CreateOrderRequest,
    { lines }: CheckedDraft,
  ): Promise<{ readonly created: boolean; readonly order: Order }> {
    const { caller, institution, clientOrderId, intent, input } = request;
    const now = this.parts.clock.now();
    const order: Order = {
      number: nextOrderNumber(now),
      caller,
      institution,
      clientOrderId,
      fingerprint: fingerprintOf(request),
      externalReference: externalReferenceOf(caller, clientOrderId),
      intent,
      input,
      state: 'CREATING',
      step: 'CREATE',
      pending: null,
      sentAt: now,
      doubt: null,
      s360OrderId: null,
      s360FileId: null,
      lines,
      totalMilli: null,
      currency: this.parts.institutions.get(institution)?.catalog.current()?.pointOfSales.currency ?? null,
      holdExpiresAt: null,
      contactNumber: input.contactNumber,
      tickets: [],
      refusals: [],
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.tools.records.create({ ...order, number: nextOrderNumber(now) });
      } catch (error) {
        if (!(error instanceof OrderNumberTakenError) || tried === MOST_NUMBERS_TRIED) throw error;
      }
    }
  }
}

/** The shop can do nothing about it, but must not hold what it cannot sell. */
function withoutAccount({ pendingAccount }: CheckedDraft): OrderRefusal[] {
  return pendingAccount === null ? [NO_ACCOUNT] : [];
}

const NO_ACCOUNT = refusal(
  'PAYMENT_REFUSED',
  "The pending account that orders are closed on is not configured, or is none of the point of sales' payment methods",
);
