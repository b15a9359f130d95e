import { randomUUID } from 'node:crypto';
import type { Order, OrderActor } from '../../domain/order.js';
import { InDoubtError, InvalidInputError, JournalError } from '../../errors.js';
import type { Lease, PassedState } from '../../journal/order-journal.types.js';
import { OrderNumberTakenError } from '../../journal/order-number.js';
import type { OrderFeed } from './order-feed.js';
import type { OrderParts } from './order-parts.types.js';

/** Another process wrote the order, or took it over: whoever gets this has nothing more to do with it. */
export class OrderTakenError extends Error {}

/** What an act may change of an order. */
export type OrderPatch = Partial<
  Omit<
    Order,
    | 'number'
    | 'caller'
    | 'institution'
    | 'clientOrderId'
    | 'fingerprint'
    | 'externalReference'
    | 'input'
    | 'createdAt'
    | 'updatedAt'
    | 'version'
  >
>;

/**
 * How this process writes orders: under its own lease, over the version it read, and told to whoever watches. A
 * journal that cannot be written throws JournalError before anything was sent, InDoubtError after it.
 */
export class OrderRecords {
  constructor(
    private readonly parts: Pick<OrderParts, 'journal' | 'clock' | 'timing'>,
    private readonly feed: OrderFeed,
  ) {}

  /** The order that has the key: this one, or the one that was there before. */
  async create(order: Order): Promise<{ readonly created: boolean; readonly order: Order }> {
    const answer = await this.#before(() => this.parts.journal.create(order, 'CLIENT', this.#lease()));
    if (answer.created) this.feed.publish(answer.order);
    return answer;
  }

  /** The right to work on the order as it was read; null when another process has it, or it has changed. */
  acquire(order: Order): Promise<Order | null> {
    return this.#before(() => this.parts.journal.acquire(order, this.#lease(), this.parts.clock.now()));
  }

  /** The same for a new step. Throws OrderTakenError then, and while another step is not settled: it would be lost. */
  async claim(order: Order): Promise<Order> {
    if (hasOpenStep(order)) throw new OrderTakenError(`order ${order.number} has a step under way`);
    const mine = await this.acquire(order);
    if (mine === null) throw new OrderTakenError(`another request for order ${order.number} was faster`);
    return mine;
  }

  /**
   * To be awaited before a call goes out: what cannot be written is not done. What is closed as soon as S-360 holds it
   * was held in between: that is written in the same breath, and then something was sent before.
   */
  announce(order: Order, patch: OrderPatch, by: OrderActor): Promise<Order> {
    const passed = order.state === 'CREATING' && patch.state === 'CLOSING' ? HELD : null;
    const sentAt = this.parts.clock.now();
    const write = (): Promise<Order> => this.#write(order, { ...patch, sentAt }, by, { keeps: true, passed });
    return passed === null ? this.#before(write) : this.#after(write);
  }

  /** What a call brought, or that it brought nothing; the order stays ours. */
  note(order: Order, patch: OrderPatch, by: OrderActor): Promise<Order> {
    return this.#after(() => this.#write(order, patch, by, { keeps: true }));
  }

  /** The same, and the order is nobody's again. */
  settle(order: Order, patch: OrderPatch, by: OrderActor): Promise<Order> {
    return this.#after(() => this.#write(order, patch, by, { keeps: false }));
  }

  async #write(
    order: Order,
    patch: OrderPatch,
    by: OrderActor,
    { keeps, passed = null }: { readonly keeps: boolean; readonly passed?: PassedState | null },
  ): Promise<Order> {
    const next: Order = { ...order, ...patch, updatedAt: this.parts.clock.now() };
    const lease = keeps ? this.#lease() : null;
    const written = await this.parts.journal.write(next, by, lease, passed);
    if (written === null) throw new OrderTakenError(`order ${order.number} was written by somebody else`);
    this.feed.publish(written);
    return written;
  }

  /**
   * Long enough for one write to S-360 and one read after it; a process that died is waited for as long. Each work has
   * a name of its own: two requests of one process are two owners.
   */
  #lease(): Lease {
    const { callMs, readMs } = this.parts.timing;
    return { owner: randomUUID(), until: this.parts.clock.now() + callMs + readMs + LEASE_MARGIN_MS };
  }

  async #before<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const isAnswer = error instanceof OrderTakenError || error instanceof OrderNumberTakenError;
      if (isAnswer || error instanceof InvalidInputError) throw error;
      throw new JournalError('The order journal cannot be written: nothing was sent to S-360', {
        cause: error,
      });
    }
  }

  async #after<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof OrderTakenError) throw error;
      throw new InDoubtError(
        'The outcome could not be written down yet: ask for the order by its `clientOrderId`, then repeat the same request',
        { cause: error },
      );
    }
  }
}

/** Something is under way, in doubt, or was left behind by a process that died. */
export function hasOpenStep({ step, state, s360OrderId }: Order): boolean {
  // Only how long it is held is still asked for.
  const isHeld = state === 'ON_HOLD' && step === 'CREATE' && s360OrderId !== null;
  return step !== null && !isHeld;
}

const HELD: PassedState = { state: 'ON_HOLD', by: 'UPSTREAM' };
const LEASE_MARGIN_MS = 1_000;
