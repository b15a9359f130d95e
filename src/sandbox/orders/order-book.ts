import type { Stock } from '../stock.types.js';
import type { Secrets } from './barcodes.js';
import { OrderRefusal } from './order-codes.js';
import type { OrderIds } from './order-ids.js';
import type { FileAttachment, Movement, Order, OrderFile, OrderOperation, OrderType } from './order.types.js';

export interface OrderBookOptions {
  readonly stock: Stock;
  readonly clock: { now(): number };
  readonly minuteMs: number;
  readonly ids: OrderIds;
  readonly secrets: Secrets;
  readonly mostOrders?: number;
}

const MOST_ORDERS = 100_000;
/** How often orders are looked at that nobody asks for. */
const SWEEPS_PER_MINUTE = 120;
const SHORTEST_SWEEP_MS = 20;

/**
 * An institution's orders and files. An order whose time is over is abandoned, and its places go back on sale, at the
 * next look at it, or by the timer between `start` and `stop`.
 */
export class OrderBook {
  private readonly orders = new Map<number, Order>();
  private readonly files = new Map<number, OrderFile>();
  private readonly bySecretId = new Map<string, Order>();
  private readonly open = new Set<Order>();
  private readonly closings = new Set<NodeJS.Timeout>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: OrderBookOptions) {}

  start(): void {
    if (this.timer) return;
    const sweepMs = Math.max(SHORTEST_SWEEP_MS, this.options.minuteMs / SWEEPS_PER_MINUTE);
    this.timer = setInterval(() => this.expireDue(), sweepMs);
    this.timer.unref();
  }

  /** Closings under way never take effect; may be called twice. */
  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    for (const closing of this.closings) clearTimeout(closing);
    this.closings.clear();
  }

  /** Abandons every open order whose time is over. */
  expireDue(): void {
    const nowMs = this.options.clock.now();
    for (const order of this.open) {
      if (!order.isClosing && nowMs >= order.expiresAtMs) this.abandon(order);
    }
  }

  /** Oldest first. */
  list(): Iterable<Order> {
    this.expireDue();
    return this.orders.values();
  }

  /** Throws OrderRefusal for an order that is not there. */
  get(orderId: number): Order {
    this.expireDue();
    return this.orders.get(orderId) ?? unknown(`order ${orderId}`);
  }

  /** An order that can be changed; throws OrderRefusal for all others. */
  getOpen(orderId: number): Order {
    const order = this.get(orderId);
    if (order.state === 'CLOSED') throw new OrderRefusal('alreadyClosed', `order ${orderId} is closed`);
    if (order.state === 'ABANDONNED')
      throw new OrderRefusal('expired', `order ${orderId} is abandoned, its places are on sale again`);
    if (order.isClosing) throw new OrderRefusal('closing', `order ${orderId} is being closed`);
    return order;
  }

  /** Throws OrderRefusal when no order has it. */
  getByOperationId(operationId: number): Order {
    this.expireDue();
    const has = ({ operations }: Order): boolean =>
      operations.some((each) => each.operationId === operationId);
    // Who asks is nearly always about to change an open order, and those are few.
    for (const orders of [this.open, this.orders.values()]) {
      for (const order of orders) if (has(order)) return order;
    }
    return unknown(`operation ${operationId}`);
  }

  getBySecretId(secretId: string): Order {
    this.expireDue();
    return this.bySecretId.get(secretId) ?? unknown('an order with that secret id');
  }

  getFile(fileId: number): OrderFile {
    this.expireDue();
    return this.files.get(fileId) ?? unknown(`file ${fileId}`);
  }

  getAttachment(attachmentId: number): { file: OrderFile; attachment: FileAttachment } {
    for (const file of this.files.values()) {
      const attachment = file.attachments.find((each) => each.fileAttachmentId === attachmentId);
      if (attachment) return { file, attachment };
    }
    return unknown(`file attachment ${attachmentId}`);
  }

  /** An empty order, in the file given or in one of its own, and not in the book yet: see `enter`. */
  draft(type: OrderType, file?: OrderFile): Order {
    const { clock, ids, secrets } = this.options;
    const createdAtMs = clock.now();
    return {
      orderId: ids.next('order'),
      secretId: secrets.nextSecretId(),
      file: file ?? {
        fileId: ids.next('file'),
        createdAtMs,
        lastModifiedAtMs: createdAtMs,
        contacts: [],
        attachments: [],
        orders: [],
      },
      type,
      createdAtMs,
      state: 'RUNNING',
      purchaser: null,
      externalReferences: new Map(),
      originCode: null,
      operations: [],
      payments: [],
      tickets: [],
      expiresAtMs: createdAtMs,
      isClosing: false,
      closedAtMs: null,
      closes: 0,
    };
  }

  enter(order: Order): void {
    this.orders.set(order.orderId, order);
    this.files.set(order.file.fileId, order.file);
    this.bySecretId.set(order.secretId, order);
    order.file.orders.push(order);
    this.open.add(order);
    this.touch(order);
    this.forgetOldest();
  }

  touch({ file }: Order): void {
    file.lastModifiedAtMs = this.options.clock.now();
  }

  /** The only place where an order becomes closed. */
  close(order: Order): void {
    order.state = 'CLOSED';
    order.isClosing = false;
    order.closedAtMs = this.options.clock.now();
    order.closes += 1;
    this.open.delete(order);
    this.touch(order);
  }

  /** `act` is to close the order; after so many real milliseconds. */
  closeLater(order: Order, delayMs: number, act: () => void): void {
    order.isClosing = true;
    const closing = setTimeout(() => {
      this.closings.delete(closing);
      act();
    }, delayMs);
    closing.unref();
    this.closings.add(closing);
  }

  /** Everything the order holds goes back on sale; its operations stay to be read. */
  abandon(order: Order): void {
    order.state = 'ABANDONNED';
    this.open.delete(order);
    for (const operation of order.operations) this.giveBack(operation, operation.movements);
    this.touch(order);
  }

  /** Puts places back on sale; the movements are the caller's to remove. */
  giveBack({ sold }: OrderOperation, movements: readonly Movement[]): void {
    const { stock, clock } = this.options;
    const nowMs = clock.now();
    if (sold.kind === 'performance') {
      const seatIds = movements.flatMap(({ seat }) => (seat ? [seat.seatId] : []));
      stock.giveBack(sold.performance.id, seatIds, nowMs);
    } else if (sold.kind === 'item') {
      const slotId = sold.timeslot?.id ?? null;
      stock.giveBackItem(sold.product.id, sold.item.itemId, slotId, movements.length, nowMs);
    }
  }

  /** What is open still holds places, so it is never forgotten. */
  private forgetOldest(): void {
    const most = this.options.mostOrders ?? MOST_ORDERS;
    for (const order of this.orders.values()) {
      if (this.orders.size <= most) return;
      if (order.state === 'RUNNING') continue;
      this.orders.delete(order.orderId);
      this.bySecretId.delete(order.secretId);
      const { orders, fileId } = order.file;
      orders.splice(orders.indexOf(order), 1);
      if (orders.length === 0) this.files.delete(fileId);
    }
  }
}

function unknown(what: string): never {
  throw new OrderRefusal('unknownReference', `there is no ${what}`);
}
