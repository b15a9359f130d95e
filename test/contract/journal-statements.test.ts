import { expect, it } from 'vitest';
import { createCallLedger } from '../../src/journal/call-ledger.js';
import type { Journal } from '../../src/journal/database.js';
import { describeEachJournal } from '../support/journals.js';

const fact = (journal: Journal, name: string, value: string) =>
  journal.insertInto('fact').values({ name, value }).execute();

const facts = async (journal: Journal): Promise<string[]> =>
  (await journal.selectFrom('fact').select('name').orderBy('name').execute()).map(({ name }) => name);

describeEachJournal('the journal', (openHome) => {
  it('answers rows, returned rows and counts, with numbers up to the largest exact one', async () => {
    await using home = await openHome();
    const { journal } = home;
    const change = {
      institution: 'hall',
      product_id: '1',
      performance_id: null,
      seat_category_id: null,
      before: 'GREEN',
      after: 'RED',
      remaining: 0,
      at: Number.MAX_SAFE_INTEGER,
    };
    expect(await journal.insertInto('color_change').values(change).returning('seq').execute()).toEqual([
      { seq: 1 },
    ]);
    expect(await journal.selectFrom('color_change').selectAll().execute()).toEqual([{ seq: 1, ...change }]);
    const { rows } = await journal
      .selectFrom('color_change')
      .select((select) => select.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    expect(rows).toBe(1);
    const [deleted] = await journal.deleteFrom('color_change').where('seq', '=', 1).execute();
    expect(deleted?.numDeletedRows).toBe(1n);
  });

  it('takes a failed transaction back, and lets no other statement into one', async () => {
    await using home = await openHome();
    const failing = home.journal.transaction().execute(async (transaction) => {
      await transaction.insertInto('fact').values({ name: 'inside', value: '' }).execute();
      throw new Error('changed our mind');
    });
    const outside = fact(home.journal, 'outside', '');
    await expect(failing).rejects.toThrow('changed our mind');
    await outside;
    expect(await facts(home.journal)).toEqual(['outside']);
  });

  it('fails the statement that is wrong and serves the next one', async () => {
    await using home = await openHome();
    await fact(home.journal, 'a', '1');
    await expect(fact(home.journal, 'a', '2')).rejects.toThrow(/unique/i);
    expect(await facts(home.journal)).toEqual(['a']);
  });

  it('serves more statements at once than it has connections', async () => {
    await using home = await openHome();
    const names = Array.from({ length: 60 }, (_, index) => String(index + 100));
    await Promise.all(names.map((name) => fact(home.journal, name, '')));
    expect(await facts(home.journal)).toEqual(names);
  });

  it('keeps what was written over a restart', async () => {
    await using home = await openHome();
    await fact(home.journal, 'a', '1');
    expect(await facts(await home.restart())).toEqual(['a']);
  });
});

describeEachJournal('the call ledger', (openHome) => {
  it('adds up calls and bytes of a month, each institution for itself', async () => {
    await using home = await openHome();
    const ledger = createCallLedger(home.journal, 'hall');
    const other = createCallLedger(home.journal, 'museum');
    await Promise.all(Array.from({ length: 20 }, () => ledger.recordCall(1_000, null)));
    await ledger.recordBytes(1_000, 3_000_000_000);
    await ledger.recordBytes(1_000, 3_000_000_000);
    await ledger.takeBackCall(1_000);
    await other.recordCall(1_000, null);
    expect(await ledger.month(1_000)).toEqual({ calls: 19, bytes: 6_000_000_000 });
    expect(await ledger.month(2_000)).toEqual({ calls: 0, bytes: 0 });
    expect(await other.month(1_000)).toEqual({ calls: 1, bytes: 0 });
  });

  it('keeps the tokens that are not yet free, by whole milliseconds and never too early', async () => {
    await using home = await openHome();
    const ledger = createCallLedger(home.journal, 'hall');
    await ledger.recordCall(0, { method: 'A.a', freeAt: 50 });
    await ledger.recordToken('A.a', 100.1);
    await ledger.recordToken('B.b/7', 90);
    const reopened = createCallLedger(await home.restart(), 'hall');
    expect(await reopened.tokens(95)).toEqual(new Map([['A.a', 101]]));
    expect(await reopened.tokens(101)).toEqual(new Map());
  });
});
