import { formatWithOptions } from 'node:util';
import { isFinal, type Order, type OrderInput } from '../../../src/domain/order.js';
import type { IndexedCatalog } from '../../../src/cache/catalog-snapshot.js';
import { openJournal } from '../../../src/journal/database.js';
import { createOrderJournal } from '../../../src/journal/order-journal.js';
import type { OrderJournal } from '../../../src/journal/order-journal.types.js';
import { externalReferenceOf } from '../../../src/services/orders/order-keys.js';
import { SEND_WITHIN_MS } from '../../../src/services/orders/order-parts.types.js';
import type { OrderOutcome, OrderRef, Orders } from '../../../src/services/orders/orders.types.js';
import { performance, product, snapshotOf } from '../catalog-records.js';
import { SimulatedLine, type Sent } from './line.js';
import { INSTITUTION, SimulatedProcess } from './process.js';
import { SimulatedS360, type UpstreamOrder } from './s360.js';
import { BASKETS, printed, type Act, type Script } from './script.js';
import { SimulatedTime } from './time.js';

/** After the last step: longer than holds, quarantine and all waits together. */
const CALM_MS = 400_000;
/** Every doubt ends within this time once S-360 is well: quarantine, lease and the pauses between looks. */
const SETTLED_WITHIN_MS = 90_000;

/** From what to what an order goes. */
const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  null: ['CREATING'],
  CREATING: ['ON_HOLD', 'IN_DOUBT', 'REJECTED', 'CLOSED', 'EXPIRED'],
  ON_HOLD: ['CLOSING', 'IN_DOUBT', 'EXPIRED', 'ABANDONED', 'CANCELLED', 'REJECTED', 'CLOSED'],
  CLOSING: ['CLOSED', 'IN_DOUBT', 'ON_HOLD', 'EXPIRED', 'REJECTED', 'CANCELLED'],
  IN_DOUBT: ['CREATING', 'ON_HOLD', 'CLOSING', 'CLOSED', 'EXPIRED', 'ABANDONED', 'CANCELLED', 'REJECTED'],
  CLOSED: ['IN_DOUBT', 'CANCELLED'],
  // What surely never reached S-360 may be sent again.
  REJECTED: ['CREATING'],
};

interface Told {
  readonly version: number;
  readonly order: Order;
}

/** One world: runs a script against the real order services, and keeps a list of what must never happen. */
export class Simulation {
  readonly #time = new SimulatedTime();
  readonly #database = openJournal(':memory:');
  readonly #journal: OrderJournal = createOrderJournal(this.#database, {
    sealing: { seal: (text) => `sealed ${text}`, open: (text) => text.slice('sealed '.length) },
  });
  readonly #s360: SimulatedS360;
  readonly #line: SimulatedLine;
  readonly #processes: SimulatedProcess[];
  readonly #known = new Map<string, Order>();
  readonly #trace: string[] = [];
  readonly #violations = new Set<string>();
  /** The newest version that anybody saw, by number. */
  readonly #seen = new Map<string, Told>();
  /** Barcodes that anybody saw, by movement. */
  readonly #barcodes = new Map<string, string>();
  /** Writes that S-360 did, and those of which whoever sent them heard so. */
  readonly #done = new Set<string>();
  readonly #granted = new Set<string>();
  #answers = 0;
  #asked = 0;

  constructor(
    private readonly script: Script,
    snapshot: IndexedCatalog,
  ) {
    this.#s360 = new SimulatedS360(script, this.#time);
    const trace = (text: string): void => void this.#trace.push(`  ${this.#time.label()}: ${text}`);
    const onSend = (sent: Sent): Promise<string> => this.#checkSend(sent);
    const onGranted = (name: string): void => void this.#granted.add(name);
    const onDone = (name: string): void => this.#checkDone(name);
    this.#line = new SimulatedLine(this.#s360, this.#time, script.plans, {
      onSend,
      onGranted,
      onDone,
      trace,
    });
    const world = { time: this.#time, line: this.#line, journal: this.#journal, snapshot };
    this.#processes = Array.from({ length: script.processes }, () => new SimulatedProcess(world));
  }

  /** Runs it to the end; throws with script and trace when something happened that must not. */
  async run(): Promise<void> {
    const look = (): Promise<void> => this.#look();
    for (const { waitMs, process, act } of this.script.steps) {
      await this.#time.advance(waitMs, look);
      this.#act(process % this.script.processes, act);
    }
    await this.#time.advance(1_000, look);
    this.#line.recover();
    for (const process of this.#processes) {
      process.recover();
      process.start();
    }
    await this.#time.advance(SETTLED_WITHIN_MS, look);
    await this.#checkSettled();
    await this.#time.advance(CALM_MS, look);
    await this.#checkEnd();
    for (const process of this.#processes) process.crash();
    await this.#database.destroy();
    if (this.#violations.size > 0) {
      throw new Error(
        [...this.#violations, printed(this.script), 'what happened', ...this.#trace].join('\n'),
      );
    }
  }

  #act(index: number, act: Act): void {
    this.#trace.push(`  ${this.#time.label()}: process ${index}: ${JSON.stringify(act)}`);
    const process = this.#processes[index]!;
    if (act.kind === 'crash') return process.crash();
    if (act.kind === 'restart') return process.start();
    if (act.kind === 'journal fails') return process.failJournal(act.forMs, act.isWritten);
    const { orders } = [process, ...this.#processes].find((each) => each.orders !== null) ?? process;
    if (orders !== null) void this.#ask(orders, act);
  }

  /** One request of a client; what it is told is held against everything told before. */
  async #ask(
    orders: Orders,
    act: Exclude<Act, { kind: 'crash' | 'restart' | 'journal fails' }>,
  ): Promise<void> {
    this.#asked += 1;
    const name = `request ${this.#asked} (${act.kind})`;
    const basket = BASKETS[act.basket]!;
    try {
      if (act.kind === 'create') {
        const { key: clientOrderId, caller } = basket;
        const intent = act.places ? 'PLACE' : 'HOLD';
        const input = inputOf(act.quantity);
        const outcome = await orders.create({
          caller,
          institution: INSTITUTION,
          clientOrderId,
          intent,
          input,
        });
        this.#hear(name, outcome);
        const isOther = outcome.order !== null && outcome.order.input.lines[0]!.quantity !== act.quantity;
        if (isOther) this.#violate('a key with another input was answered with an order');
        return;
      }
      const order = await orders.findByClientOrderId(basket.caller, basket.key);
      if (order !== null) this.#hear(name, await this.#change(orders, order, act));
    } catch (error) {
      this.#answers += 1;
      this.#trace.push(`  ${this.#time.label()}: ${name} fails: ${String(error)}`);
      const isExpected = error instanceof Error && 'code' in error;
      const isJournal = error instanceof Error && error.message === 'the journal does not answer';
      if (!isExpected && !isJournal)
        this.#violate(`a client gets a bug: ${formatWithOptions({ depth: 3 }, error)}`);
    }
  }

  #change(
    orders: Orders,
    order: Order,
    act: Exclude<Act, { kind: 'create' | 'crash' | 'restart' | 'journal fails' }>,
  ): Promise<OrderOutcome> {
    const { caller, institution, number } = order;
    const ref: OrderRef = { caller, institution, number };
    switch (act.kind) {
      case 'close':
        return orders.close({ ...ref, expectedTotalMilli: order.totalMilli });
      case 'abandon':
        return orders.abandon(ref);
      case 'update': {
        const clientRequestId = act.request;
        const input: OrderInput =
          act.quantity === null ? { lines: [], contactNumber: '77', reference: null } : inputOf(act.quantity);
        return orders.update({ ...ref, clientRequestId, input });
      }
      case 'cancel': {
        const ticketIds = act.all || order.tickets.length === 0 ? null : [order.tickets[0]!.id];
        return orders.cancel({ ...ref, clientRequestId: `c${act.request}`, ticketIds, reason: null });
      }
    }
  }

  #hear(name: string, { order, refusals }: OrderOutcome): void {
    this.#answers += 1;
    const codes = refusals.map(({ code }) => code).join();
    this.#trace.push(`  ${this.#time.label()}: ${name} is told ${order?.state ?? 'nothing'} ${codes}`);
    if (order !== null) this.#see(order);
  }

  /** What any client could read at this moment. */
  async #look(): Promise<void> {
    for (const order of await this.#all()) this.#see(order);
    for (const { caller, key } of BASKETS) {
      const live = this.#live(caller, key);
      if (live.length > 1) this.#violate(`${live.length} live orders at S-360 for one key`);
    }
  }

  #see(order: Order): void {
    const before = this.#seen.get(order.number);
    this.#checkTickets(order);
    if (before !== undefined && before.version >= order.version) return;
    this.#seen.set(order.number, { version: order.version, order });
    if (before === undefined || before.order.state === order.state) return;
    const { state, step, refusals } = before.order;
    const text = `${order.state}${order.step === null ? '' : ` (${order.step})`}`;
    this.#trace.push(`  ${this.#time.label()}: order ${order.clientOrderId} is ${text}`);
    if (!isFinal(state) || (state === 'REJECTED' && refusals.every(({ retryable }) => retryable))) return;
    const mayChange =
      state === 'CLOSED' &&
      (order.state === 'CANCELLED' || (order.state === 'IN_DOUBT' && order.step === 'CANCEL'));
    if (!mayChange) this.#violate(`${state} (${String(step)}) became ${text} after a client could see it`);
  }

  /** A barcode that was told once is told always, and is S-360's. */
  #checkTickets({ state, tickets, s360OrderId }: Order): void {
    for (const { movementId, barcode, state: ticketState } of tickets) {
      if (ticketState === 'CANCELLED') continue;
      const known = this.#barcodes.get(movementId);
      if (known !== undefined && known !== barcode) this.#violate('a barcode changed or was lost');
      if (barcode !== null) this.#barcodes.set(movementId, barcode);
    }
    if (state !== 'CLOSED') return;
    const upstream = this.#s360.byId(s360OrderId ?? '');
    const real = upstream?.places.map(({ id, barcode }) => `${id}${barcode}`) ?? [];
    const told = tickets.filter(({ barcode }) => barcode !== null);
    if (told.some(({ movementId, barcode }) => !real.includes(`${movementId}${barcode!}`)))
      this.#violate('a barcode is not of S-360');
    if (tickets.length !== real.length) this.#violate('CLOSED without a ticket for every place');
  }

  /** What goes out was written down before, a moment ago. */
  async #checkSend(sent: Sent): Promise<string> {
    const orders = await this.#all();
    const order = orders.find((each) =>
      sent.kind === 'create'
        ? each.externalReference === sent.reference
        : each.s360OrderId === sent.s360OrderId,
    );
    const step = { create: 'CREATE', update: 'UPDATE', close: 'CLOSE', abandon: 'CANCEL', cancel: 'CANCEL' }[
      sent.kind
    ];
    if (order === undefined) {
      this.#violate(`${sent.kind} is sent, and the journal has no order`);
      return sent.kind;
    }
    if (order.step !== step) this.#violate(`${sent.kind} is sent in the step ${String(order.step)}`);
    const ageMs = this.#time.now() - (order.sentAt ?? 0);
    if (sent.kind !== 'abandon' && ageMs > SEND_WITHIN_MS)
      this.#violate(`${sent.kind} is sent ${ageMs} ms after the journal says so`);
    if (sent.kind === 'create' && order.input.lines[0]!.quantity !== sent.quantity)
      this.#violate('what is sent is not what the first request of the key asked for');
    const request = ` ${order.pending?.request?.clientRequestId ?? ''}`.trimEnd();
    const name = `${sent.kind}${request} of ${order.clientOrderId}`;
    if (sent.kind === 'cancel' && this.#granted.has(name) && this.#isUndisturbed)
      this.#violate(`${name} is sent again after S-360 said yes`);
    return name;
  }

  /** Nobody died or could not write before a "yes" was written down. */
  get #isUndisturbed(): boolean {
    return this.script.steps.every(({ act }) => act.kind !== 'crash' && act.kind !== 'journal fails');
  }

  /** Whatever is lost and repeated, S-360 does it once. Giving places back twice changes nothing. */
  #checkDone(name: string): void {
    this.#trace.push(`  ${this.#time.label()}: S-360 does ${name}`);
    const isRepeatable = name.startsWith('abandon') || name.startsWith('cancel');
    if (this.#done.has(name) && !isRepeatable) this.#violate(`S-360 does twice: ${name}`);
    this.#done.add(name);
  }

  async #checkSettled(): Promise<void> {
    for (const { clientOrderId, state, step } of await this.#all()) {
      if (step !== null || (!['ON_HOLD', 'CLOSED'].includes(state) && !isFinal(state)))
        this.#violate(`${clientOrderId} is still ${state}, step ${String(step)}, long after S-360 is well`);
    }
    if (this.#answers < this.#asked) this.#trace.push('  (some clients were never answered)');
  }

  async #checkEnd(): Promise<void> {
    const orders = await this.#all();
    const byUpstream = new Map(orders.map((order) => [order.s360OrderId, order]));
    for (const order of orders) {
      if (order.step !== null || !isFinal(order.state)) this.#violate(`an order is ${order.state} for ever`);
      await this.#checkTransitions(order);
      await this.#checkRequests(order);
      const upstream = this.#s360.byId(order.s360OrderId ?? '');
      if (order.state === 'CLOSED' && upstream?.state !== 'CLOSED')
        this.#violate('CLOSED here, not at S-360');
    }
    for (const upstream of this.#s360.orders) {
      const order = byUpstream.get(upstream.id);
      if (this.#s360.byId(upstream.id)!.state === 'CLOSED') this.#checkSold(upstream, order);
    }
    for (const { caller, key } of BASKETS) {
      if (this.#live(caller, key).length > 1) this.#violate('sold twice under one key');
    }
    const sold = orders
      .filter(({ state }) => state === 'CLOSED')
      .flatMap(({ tickets }) => tickets.filter(({ state }) => state === 'VALID'));
    if (this.#s360.free() + sold.length !== this.script.stock)
      this.#violate(`${this.#s360.free()} places are free and ${sold.length} sold, of ${this.script.stock}`);
  }

  #checkSold(upstream: UpstreamOrder, order: Order | undefined): void {
    if (order === undefined) return this.#violate('sold at S-360, and no order here knows it');
    const isVoid = upstream.places.every((place) => place.isVoid);
    if (order.state !== (isVoid ? 'CANCELLED' : 'CLOSED'))
      this.#violate(`sold at S-360, ${order.state} here`);
    if (!isVoid && order.totalMilli !== this.#s360.totalOf(upstream))
      this.#violate(`costs ${String(order.totalMilli)} here, ${this.#s360.totalOf(upstream)} at S-360`);
    const ordered = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (ordered !== upstream.places.length)
      this.#violate(`${ordered} places in the lines here, ${upstream.places.length} at S-360`);
  }

  /** A change that is noted as done was done. */
  async #checkRequests({ number, clientOrderId, s360OrderId }: Order): Promise<void> {
    if (this.#s360.byId(s360OrderId ?? '')?.state !== 'CLOSED') return;
    for (const name of ['update r1', 'update r2', 'cancel cr1', 'cancel cr2']) {
      const request = await this.#journal.findRequest(number, name.split(' ')[1]!);
      if (request !== null && !this.#done.has(`${name} of ${clientOrderId}`))
        this.#violate(`${name} is noted as done, and was never done`);
    }
  }

  async #checkTransitions({ number }: Order): Promise<void> {
    for (const { from, to } of await this.#journal.transitions(number)) {
      if (TRANSITIONS[String(from)]?.includes(to) !== true)
        this.#violate(`went from ${String(from)} to ${to}`);
    }
  }

  #live(caller: string, key: string): readonly UpstreamOrder[] {
    return this.#s360
      .byReference(externalReferenceOf(caller, key))
      .filter(({ state }) => state !== 'ABANDONED');
  }

  /** Every order, read again only where its version is another one. */
  async #all(): Promise<readonly Order[]> {
    const rows = await this.#database.selectFrom('customer_order').select(['number', 'version']).execute();
    const changed = rows.filter(({ number, version }) => this.#known.get(number)?.version !== version);
    for (const order of await this.#journal.bySeveral(changed.map(({ number }) => number)))
      this.#known.set(order.number, order);
    return [...this.#known.values()];
  }

  #violate(text: string): void {
    if (this.#violations.has(text)) return;
    this.#violations.add(text);
    this.#trace.push(`  ${this.#time.label()}: *** ${text}`);
  }
}

/** What every world sells: places of one category at one tariff. */
export function simulatedCatalog(): Promise<IndexedCatalog> {
  return snapshotOf([product('1', { performances: [performance('11', '1')] })], { institution: INSTITUTION });
}

/** So many places, at whatever they cost. */
export function inputOf(quantity: number): OrderInput {
  const line = {
    performanceId: '11',
    itemId: null,
    timeslotId: null,
    tariffId: '111',
    seatCategoryId: '401',
    seatIds: [],
    quantity,
    expectedUnitMilli: null,
  };
  return { lines: [line], contactNumber: null, reference: null };
}
