import type {
  CloseCall,
  HistoryOrder,
  Movement,
  Operation,
  OrderCalls,
  OrderDelta,
  OrderDetails,
  OrderLineCall,
  UpstreamOrderState,
} from '../../../src/datasources/s360/order-calls.types.js';
import { ALREADY_CLOSED, HOLD_OVER, WRONG_AMOUNT } from '../../../src/datasources/s360/order-words.js';
import { UpstreamFaultError } from '../../../src/errors.js';
import type { CallPlan, Script } from './script.js';
import type { SimulatedTime } from './time.js';

/** How long S-360 holds places after the last change. */
export const HOLD_MS = 40_000;
export const UNIT_MILLI = 45_000n;
const EUR = { code: 'EUR', fractionDigits: 2 } as const;
const FEE_MILLI = 1_505n;
const PAGE = 2;

/** An order as S-360 really has it, whatever it shows. */
export interface UpstreamOrder {
  readonly id: string;
  readonly reference: string;
  readonly createdAt: number;
  expiresAt: number;
  state: Exclude<UpstreamOrderState, 'UNKNOWN' | 'FAILED'>;
  contactNumber: string | null;
  readonly lines: { readonly operationId: string; readonly call: OrderLineCall }[];
  readonly places: {
    readonly id: string;
    readonly operationId: string;
    readonly barcode: string;
    isVoid: boolean;
    /** From when details say so. */
    voidShownAt: number;
  }[];
  /** From when its details say CLOSED, from when they have all barcodes, and from when the numbers of tickets. */
  shownAt: number;
  barcodesAt: number;
  ticketsAt: number;
}

const CALL = { institution: 'hall', service: 'ExternalOrderFacade' };

/** What an order service does, once a call has reached it. Throws its refusals. */
export class SimulatedS360 {
  readonly orders: UpstreamOrder[] = [];
  #lastId = 0;

  constructor(
    private readonly script: Pick<Script, 'stock' | 'listsReferences' | 'namesOperations'>,
    private readonly time: SimulatedTime,
  ) {}

  /** Places that nobody has. */
  free(): number {
    this.#endHolds();
    const taken = this.orders
      .filter(({ state }) => state !== 'ABANDONED')
      .flatMap(({ places }) => places.filter(({ isVoid }) => !isVoid));
    return this.script.stock - taken.length;
  }

  /** What a live order costs: its good places, and a fee. */
  totalOf(order: UpstreamOrder): bigint {
    const good = order.places.filter(({ isVoid }) => !isVoid).length;
    return good === 0 ? 0n : UNIT_MILLI * BigInt(good) + FEE_MILLI;
  }

  byId(id: string): UpstreamOrder | undefined {
    this.#endHolds();
    return this.orders.find((order) => order.id === id);
  }

  byReference(reference: string): readonly UpstreamOrder[] {
    this.#endHolds();
    return this.orders.filter((order) => order.reference === reference);
  }

  createOrder({
    externalReference,
    lines,
    contactNumber,
  }: Parameters<OrderCalls['createOrder']>[0]): OrderDelta {
    this.#wants(lines);
    const order: UpstreamOrder = {
      id: this.#nextId(),
      reference: externalReference,
      createdAt: this.time.now(),
      expiresAt: this.time.now() + HOLD_MS,
      state: 'OPEN',
      contactNumber,
      lines: [],
      places: [],
      shownAt: 0,
      barcodesAt: 0,
      ticketsAt: 0,
    };
    this.orders.push(order);
    return this.#added(order, lines);
  }

  updateOrder(id: string, { lines, contactNumber }: Parameters<OrderCalls['updateOrder']>[1]): OrderDelta {
    const order = this.#open(id);
    this.#wants(lines);
    order.contactNumber = contactNumber ?? order.contactNumber;
    order.expiresAt = this.time.now() + HOLD_MS;
    return this.#added(order, lines);
  }

  closeOrder(
    { s360OrderId, totalMilli }: CloseCall,
    { showsAfterMs, barcodesAfterMs }: CallPlan,
  ): OrderDetails {
    const order = this.#open(s360OrderId);
    if (this.totalOf(order) !== totalMilli) throw refusal(WRONG_AMOUNT);
    order.state = 'CLOSED';
    order.shownAt = this.time.now() + showsAfterMs;
    order.barcodesAt = order.shownAt + barcodesAfterMs;
    order.ticketsAt = order.barcodesAt + barcodesAfterMs;
    return this.details(order);
  }

  abandonMovements(id: string, movementIds: readonly string[]): void {
    const order = this.#open(id);
    for (const place of order.places) if (movementIds.includes(place.id)) place.isVoid = true;
    if (order.places.every(({ isVoid }) => isVoid)) order.state = 'ABANDONED';
  }

  /** Meanwhile details do not have the barcodes of the others. */
  cancelOperations(
    id: string,
    movementIds: readonly string[],
    { barcodesAfterMs, showsAfterMs }: CallPlan,
  ): void {
    const order = this.byId(id);
    if (order?.state !== 'CLOSED') throw refusal('error.order.unknownReference');
    const named = order.places.filter((place) => movementIds.includes(place.id));
    if (named.some(({ isVoid }) => isVoid)) throw refusal(ALREADY_CLOSED);
    order.barcodesAt = this.time.now() + barcodesAfterMs;
    for (const place of named) {
      place.isVoid = true;
      place.voidShownAt = this.time.now() + showsAfterMs;
    }
  }

  details(order: UpstreamOrder): OrderDetails {
    const isShown = order.state !== 'CLOSED' || this.time.now() >= order.shownAt;
    return {
      s360OrderId: order.id,
      state: isShown ? order.state : 'OPEN',
      createdAt: order.createdAt,
      expiresAt: order.expiresAt,
      contactNumber: order.contactNumber,
      saleMilli: this.totalOf(order),
      currency: EUR,
      s360FileId: `${order.id}00`,
      operations: this.#operations(order, order.lines),
      movements: this.#movements(order),
    };
  }

  history(from: number, until: number, position: number): ReturnType<OrderCalls['ordersCreatedBetween']> {
    this.#endHolds();
    const all = this.orders.filter(({ createdAt }) => createdAt >= from && createdAt <= until);
    const page = all.slice(position, position + PAGE);
    return Promise.resolve({
      orders: page.map((order): HistoryOrder => ({
        s360OrderId: order.id,
        s360FileId: `${order.id}00`,
        isSale: true,
        state: order.state,
        createdAt: order.createdAt,
        externalReference: this.script.listsReferences ? order.reference : null,
        saleMilli: this.totalOf(order),
      })),
      entryCount: page.length,
      isLast: position + PAGE >= all.length,
    });
  }

  #added(order: UpstreamOrder, calls: readonly OrderLineCall[]): OrderDelta {
    const added = calls.map((call) => ({ operationId: this.#nextId(), call }));
    for (const { operationId, call } of added) {
      for (let place = 0; place < call.quantity; place += 1) {
        const id = this.#nextId();
        order.places.push({ id, operationId, barcode: ` B${id}`, isVoid: false, voidShownAt: 0 });
      }
    }
    order.lines.push(...added);
    const own = new Set(added.map(({ operationId }) => operationId));
    const operations = this.#operations(order, added).map((operation) =>
      this.script.namesOperations ? operation : { ...operation, performanceId: null, tariffId: null },
    );
    return {
      s360OrderId: order.id,
      s360FileId: null,
      operations,
      movements: this.#movements(order).filter(({ operationId }) => own.has(operationId ?? '')),
      currency: EUR,
    };
  }

  #operations(order: UpstreamOrder, lines: UpstreamOrder['lines']): Operation[] {
    const operations = lines.map(({ operationId, call }): Operation => ({
      id: operationId,
      performanceId: call.performanceId,
      itemId: call.itemId,
      timeslotId: call.timeslotId,
      tariffId: call.tariffId,
      quantity: call.quantity,
      unitMilli: UNIT_MILLI,
      totalMilli: UNIT_MILLI * BigInt(call.quantity),
    }));
    const fee: Operation = {
      id: `${order.id}99`,
      performanceId: null,
      itemId: null,
      timeslotId: null,
      tariffId: null,
      quantity: 1,
      unitMilli: FEE_MILLI,
      totalMilli: FEE_MILLI,
    };
    return [...operations, fee];
  }

  /** Tickets have their barcodes late, and their numbers later. */
  #movements(order: UpstreamOrder): Movement[] {
    const isClosed = order.state === 'CLOSED';
    const isComplete = isClosed && this.time.now() >= order.barcodesAt;
    return order.places.map(({ id, operationId, barcode, isVoid, voidShownAt }, index): Movement => {
      const isShownVoid = isVoid && this.time.now() >= voidShownAt;
      const hasTicket =
        isComplete ||
        (isClosed && order.barcodesAt % 2 === 0 && index % 2 === 1 && this.time.now() >= order.shownAt);
      return {
        id,
        operationId,
        seatCategoryId: '401',
        seatId: null,
        seatLabel: null,
        holder: null,
        barcode: hasTicket && !isShownVoid ? barcode : null,
        ticketId: isClosed && this.time.now() >= order.ticketsAt ? `T${id}` : null,
        ticketState: isShownVoid ? 'CANCELLED' : 'VALID',
      };
    });
  }

  #open(id: string): UpstreamOrder {
    const order = this.byId(id);
    if (order === undefined) throw refusal('error.order.unknownReference');
    if (order.state === 'CLOSED') throw refusal(ALREADY_CLOSED);
    if (order.state === 'ABANDONED') throw refusal(HOLD_OVER);
    return order;
  }

  #wants(lines: readonly OrderLineCall[]): void {
    const wanted = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (wanted > this.free()) throw refusal('error.order.availability');
  }

  #endHolds(): void {
    for (const order of this.orders) {
      if (order.state === 'OPEN' && order.expiresAt <= this.time.now()) order.state = 'ABANDONED';
    }
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(1_000 + this.#lastId);
  }
}

export function refusal(upstreamCode: string): UpstreamFaultError {
  return new UpstreamFaultError({ ...CALL, method: 'any' }, upstreamCode, { fate: 'refused' });
}
