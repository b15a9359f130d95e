import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresJournal, type Journal } from '../../src/journal/database.js';
import { openJournalClock, type JournalClock } from '../../src/journal/journal-clock.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { anOrder } from '../support/order-records.js';
import { NO_POSTGRES, skipNote, startPostgres, type PostgresServer } from '../support/postgres.js';

const MINUTE = 60_000;
const SEALING = { seal: (text: string) => text, open: (text: string) => text };

describe.skipIf(NO_POSTGRES !== null)(`the clock of replicas${skipNote(NO_POSTGRES)}`, () => {
  let postgres: PostgresServer;
  let journal: Journal;
  const warned: object[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
    journal = await openPostgresJournal(await postgres.createDatabase(), 'foyer');
  }, 60_000);

  afterAll(async () => {
    await journal.destroy();
    await postgres[Symbol.asyncDispose]();
  });

  /** Of a machine whose own clock differs by so much. */
  async function clockOf(differsByMs: number): Promise<JournalClock> {
    const clock = await openJournalClock(journal, {
      log: { warn: (facts) => warned.push(facts) },
      machine: { wall: () => Date.now() + differsByMs, elapsed: () => performance.now() },
    });
    onTestFinished(() => clock.stop());
    return clock;
  }

  it("is the database's, and a machine that differs much is told of", async () => {
    const [fast, slow] = [await clockOf(5 * MINUTE), await clockOf(-5 * MINUTE)];
    for (const clock of [fast, slow]) expect(Math.abs(clock.now() - Date.now())).toBeLessThan(2_000);
    expect(warned).toEqual([{ aheadSeconds: -300 }, { aheadSeconds: 300 }]);
  });

  it('lets no replica take an order from another one before its lease is over', async () => {
    const orders = createOrderJournal(journal, { sealing: SEALING });
    const [holder, other] = [await clockOf(0), await clockOf(5 * MINUTE)];
    const order = anOrder();
    await orders.create(order, 'CLIENT', { owner: 'holder', until: holder.now() + MINUTE });
    const lease = { owner: 'other', until: other.now() + MINUTE };
    expect(await orders.acquire(order, lease, other.now())).toBeNull();
    expect(await orders.unsettled(order.institution, other.now(), 5)).toEqual([]);
    expect(await orders.acquire(order, lease, other.now() + MINUTE + 2_000)).not.toBeNull();
  });
});
