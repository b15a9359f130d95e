import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import type { Order, OrderIntent } from '../../src/domain/order.js';
import type { OrderInstitution, OrderParts } from '../../src/services/orders/order-parts.types.js';
import { OrderReconciler, type ReconcilerTools } from '../../src/services/orders/order-reconciler.js';
import { SimulatedLine, UNWATCHED } from '../support/order-simulation/line.js';
import { INSTITUTION, SimulatedProcess } from '../support/order-simulation/process.js';
import { SimulatedS360 } from '../support/order-simulation/s360.js';
import { SERVED_WELL, type CallPlan } from '../support/order-simulation/script.js';
import { inputOf, simulatedCatalog } from '../support/order-simulation/simulation.js';
import { SimulatedTime } from '../support/order-simulation/time.js';

const FOR_EVER = 100_000_000;

/** One process, and an S-360 that does what the plans say. */
async function startHouse(plans: readonly Partial<CallPlan>[]): Promise<House> {
  const time = new SimulatedTime();
  const s360 = new SimulatedS360({ stock: 1_000, listsReferences: true, namesOperations: true }, time);
  const line = new SimulatedLine(
    s360,
    time,
    plans.map((plan) => ({ ...SERVED_WELL, ...plan })),
    UNWATCHED,
  );
  const sealing = { seal: (text: string) => text, open: (text: string) => text };
  const journal = createOrderJournal(openJournal(':memory:'), { sealing });
  const process = new SimulatedProcess({ time, line, journal, snapshot: await simulatedCatalog() });
  return {
    advance: (ms) => time.advance(ms, () => Promise.resolve()),
    create(clientOrderId, intent) {
      const input = inputOf(1);
      void process.orders!.create({ caller: '', institution: INSTITUTION, clientOrderId, intent, input });
    },
    spoilNextWrite: (plan) => line.spoilNextWrite({ ...SERVED_WELL, ...plan }),
    order: async (clientOrderId) => (await journal.byClientOrderId('', clientOrderId))!,
  };
}

interface House {
  advance(ms: number): Promise<void>;
  create(clientOrderId: string, intent: OrderIntent): void;
  spoilNextWrite(plan: Partial<CallPlan>): void;
  order(clientOrderId: string): Promise<Order>;
}

describe('looking after orders', () => {
  it('asks about a lost order when its next look is due, though nothing else is to be done', async () => {
    const house = await startHouse([{ fault: 'lost after the act' }, { fault: 'lost before the act' }]);
    await house.advance(5_000);
    house.create('lost', 'PLACE');
    await house.advance(200);
    expect((await house.order('lost')).state).toBe('IN_DOUBT');
    await house.advance(5_000);
    expect((await house.order('lost')).state).toBe('CLOSED');
  });

  it('goes on at one institution while it hangs at another', async () => {
    const asked: string[] = [];
    const unsettled = (code: string): Promise<readonly Order[]> => {
      asked.push(code);
      return code === 'hangs' ? new Promise(() => {}) : Promise.resolve([]);
    };
    const time = new SimulatedTime();
    const institutions = ['hangs', 'works'].map((code) => [code, { code } as OrderInstitution] as const);
    const parts = {
      institutions: new Map(institutions),
      journal: { unsettled, holdsEndingBefore: () => Promise.resolve([]) },
      clock: time.clockOf(() => true),
      log: pino({ level: 'silent' }),
      timing: { minuteMs: 60_000, quarantineMs: 120_000 },
    } as unknown as OrderParts;
    const feed = { onPublish: () => undefined };
    const reconciler = new OrderReconciler(parts, { feed } as unknown as ReconcilerTools);
    reconciler.start();
    await time.advance(180_000, () => Promise.resolve());
    expect(asked.filter((code) => code === 'hangs')).toHaveLength(1);
    expect(asked.filter((code) => code === 'works').length).toBeGreaterThan(3);
  });

  it('gets to the newest order however many older ones S-360 never finishes', async () => {
    const stuck = Array.from({ length: 60 }, (_each, index) => `stuck-${index}`);
    const plans = stuck.flatMap(() => [{}, { showsAfterMs: FOR_EVER }, {}]);
    const house = await startHouse(plans);
    for (const key of stuck) {
      house.create(key, 'PLACE');
      await house.advance(0);
    }
    await house.advance(60_000);
    house.spoilNextWrite({ fault: 'lost after the act' });
    house.create('newest', 'PLACE');
    await house.advance(60_000);
    expect((await house.order('stuck-59')).state).toBe('CLOSING');
    expect((await house.order('newest')).state).toBe('CLOSED');
  });
});
