import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import { openJournal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import type { OrderMessages } from '../../src/services/orders/order-exchange.js';
import { SimulatedLine, UNWATCHED } from '../support/order-simulation/line.js';
import { INSTITUTION, SimulatedProcess } from '../support/order-simulation/process.js';
import { SimulatedS360 } from '../support/order-simulation/s360.js';
import { SERVED_WELL } from '../support/order-simulation/script.js';
import { inputOf, simulatedCatalog } from '../support/order-simulation/simulation.js';
import { SimulatedTime } from '../support/order-simulation/time.js';

/** Messages between processes, which can be lost. */
class Messages implements OrderMessages {
  isAway = false;
  readonly sent: string[] = [];
  readonly #listeners = new Set<Parameters<OrderMessages['subscribe']>[0]>();

  isUp(): boolean {
    return !this.isAway;
  }

  publish(channel: string, text: string): Promise<void> {
    if (this.isAway) return Promise.reject(new Error('away'));
    this.sent.push(text);
    this.say(channel, text);
    return Promise.resolve();
  }

  say(channel: string, text: string): void {
    for (const listener of this.#listeners) if (listener.channel === channel) listener.onMessage(text);
  }

  subscribe(listener: Parameters<OrderMessages['subscribe']>[0]): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  comeBack(): void {
    this.isAway = false;
    for (const { onReady } of this.#listeners) onReady();
  }
}

/** Two replicas over one journal and one S-360. */
async function startHouse() {
  const time = new SimulatedTime();
  const s360 = new SimulatedS360({ stock: 1_000, listsReferences: true, namesOperations: true }, time);
  const line = new SimulatedLine(s360, time, [SERVED_WELL], UNWATCHED);
  const sealing = { seal: (text: string) => text, open: (text: string) => text };
  const journal = createOrderJournal(openJournal(':memory:'), { sealing });
  let reads = 0;
  const bySeveral = journal.bySeveral.bind(journal);
  journal.bySeveral = (numbers) => {
    reads += 1;
    return bySeveral(numbers);
  };
  const messages = new Messages();
  const world = { time, line, journal, snapshot: await simulatedCatalog(), messages };
  const [here, there] = [new SimulatedProcess(world), new SimulatedProcess(world)];
  const advance = (ms: number): Promise<void> => time.advance(ms, () => Promise.resolve());
  return {
    messages,
    here,
    there,
    advance,
    reads: () => reads,
    async held(): Promise<Order> {
      void here.orders!.create({
        caller: '',
        institution: INSTITUTION,
        clientOrderId: 'basket',
        intent: 'HOLD',
        input: inputOf(1),
      });
      await advance(1_000);
      return (await journal.byClientOrderId('', 'basket'))!;
    },
  };
}

/** The states that a watcher sees, as they come. */
async function watch(process: SimulatedProcess, { number }: Order): Promise<string[]> {
  const states: string[] = [];
  const ref = { caller: '', institution: INSTITUTION, number };
  const orders = await process.orders!.watch(ref, new AbortController().signal);
  void (async () => {
    for await (const { state } of orders!) states.push(state);
  })();
  return states;
}

function close(process: SimulatedProcess, { number }: Order): void {
  void process.orders!.close({ caller: '', institution: INSTITUTION, number, expectedTotalMilli: null });
}

describe('orders of several replicas', () => {
  it('tells a watcher on one replica what another one does, in order and once', async () => {
    const house = await startHouse();
    const order = await house.held();
    const [near, far] = [await watch(house.here, order), await watch(house.there, order)];
    await house.advance(100);
    close(house.here, order);
    await house.advance(1_000);
    expect(near.at(-1)).toBe('CLOSED');
    expect(far[0]).toBe('ON_HOLD');
    expect(far.at(-1)).toBe('CLOSED');
    expect(new Set(far).size).toBe(far.length);
  });

  it('says no more of an order than its number', async () => {
    const house = await startHouse();
    const { number } = await house.held();
    expect(house.messages.sent.length).toBeGreaterThan(0);
    for (const text of house.messages.sent) expect(text).toMatch(new RegExp(`^[0-9a-f-]{36} ${number}$`));
  });

  it('reads nothing for orders that nobody watches, for its own words and for words that mean nothing', async () => {
    const house = await startHouse();
    const order = await house.held();
    house.messages.say('foyer:orders', 'garbage');
    house.messages.say('foyer:orders', `${'0'.repeat(36)} ${order.number}`);
    await house.advance(100);
    expect(house.reads()).toBe(0);
  });

  it('looks into the journal while no messages come, and as soon as they come again', async () => {
    const house = await startHouse();
    const order = await house.held();
    const far = await watch(house.there, order);
    await house.advance(100);
    house.messages.isAway = true;
    close(house.here, order);
    await house.advance(500);
    expect(far).toEqual(['ON_HOLD']);
    house.messages.comeBack();
    await house.advance(10);
    expect(far.at(-1)).toBe('CLOSED');
  });

  it('learns within seconds what happens while Redis is away', async () => {
    const house = await startHouse();
    const order = await house.held();
    const far = await watch(house.there, order);
    await house.advance(100);
    house.messages.isAway = true;
    close(house.here, order);
    await house.advance(3_000);
    expect(far.at(-1)).toBe('CLOSED');
  });
});
