import { expect, it } from 'vitest';
import { openJournal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { SimulatedLine, UNWATCHED } from '../support/order-simulation/line.js';
import { INSTITUTION, SimulatedProcess } from '../support/order-simulation/process.js';
import { SimulatedS360 } from '../support/order-simulation/s360.js';
import { SERVED_WELL } from '../support/order-simulation/script.js';
import { inputOf, simulatedCatalog } from '../support/order-simulation/simulation.js';
import { SimulatedTime } from '../support/order-simulation/time.js';

it('an order whose creation S-360 answers with the number of another one is in doubt, then has its own', async () => {
  const time = new SimulatedTime();
  const s360 = new SimulatedS360({ stock: 10, listsReferences: true, namesOperations: true }, time);
  const create = s360.createOrder.bind(s360);
  let first: ReturnType<typeof create> | null = null;
  s360.createOrder = (draft) => (first === null ? (first = create(draft)) : (create(draft), first));
  const line = new SimulatedLine(s360, time, [SERVED_WELL], UNWATCHED);
  const sealing = { seal: (text: string) => text, open: (text: string) => text };
  const journal = createOrderJournal(openJournal(':memory:'), { sealing });
  const house = new SimulatedProcess({ time, line, journal, snapshot: await simulatedCatalog() });
  const hold = async (clientOrderId: string, ms: number) => {
    const request = { caller: '', institution: INSTITUTION, clientOrderId, input: inputOf(1) } as const;
    void house.orders!.create({ ...request, intent: 'HOLD' });
    await time.advance(ms, () => Promise.resolve());
    return journal.byClientOrderId('', clientOrderId);
  };

  expect(await hold('one', 500)).toMatchObject({ state: 'ON_HOLD', s360OrderId: s360.orders[0]!.id });
  expect(await hold('other', 500)).toMatchObject({ state: 'IN_DOUBT', s360OrderId: null });
  await time.advance(5_000, () => Promise.resolve());
  expect(await journal.byClientOrderId('', 'other')).toMatchObject({
    state: 'ON_HOLD',
    s360OrderId: s360.orders[1]!.id,
  });
});
