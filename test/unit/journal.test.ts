import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal, openJournalFile, type Journal } from '../../src/journal/database.js';

interface House extends AsyncDisposable {
  readonly folder: string;
  open(): Promise<Journal>;
}

async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-journal-'));
  return {
    folder,
    open: () => openJournalFile(join(folder, 'deep', 'journal.sqlite')),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const fact = (journal: Journal, name: string, value: string) =>
  journal.insertInto('fact').values({ name, value }).execute();

const facts = async (journal: Journal): Promise<string[]> =>
  (await journal.selectFrom('fact').select('name').orderBy('name').execute()).map(({ name }) => name);

describe('the journal in a file', () => {
  it('keeps what was written when it is opened again', async () => {
    await using house = await openHouse();
    const first = await house.open();
    await fact(first, 'a', '1');
    await first.destroy();
    const second = await house.open();
    expect(await facts(second)).toEqual(['a']);
    await second.destroy();
  });

  it('answers like the one in memory: rows, returned rows and counts', async () => {
    await using house = await openHouse();
    const change = {
      institution: 'hall',
      product_id: '1',
      performance_id: null,
      seat_category_id: null,
      before: 'GREEN',
      after: 'RED',
      remaining: 0,
      at: 9_007_199_254_740_991,
    };
    for (const journal of [await house.open(), openJournal(':memory:')]) {
      expect(await journal.insertInto('color_change').values(change).returning('seq').execute()).toEqual([
        { seq: 1 },
      ]);
      expect(await journal.selectFrom('color_change').selectAll().execute()).toEqual([{ seq: 1, ...change }]);
      const [deleted] = await journal.deleteFrom('color_change').where('seq', '=', 1).execute();
      expect(deleted?.numDeletedRows).toBe(1n);
      await journal.destroy();
    }
  });

  it('takes a failed transaction back, and lets no other statement into one', async () => {
    await using house = await openHouse();
    const journal = await house.open();
    const failing = journal.transaction().execute(async (transaction) => {
      await transaction.insertInto('fact').values({ name: 'inside', value: '' }).execute();
      throw new Error('changed our mind');
    });
    const outside = fact(journal, 'outside', '');
    await expect(failing).rejects.toThrow('changed our mind');
    await outside;
    expect(await facts(journal)).toEqual(['outside']);
    await journal.destroy();
  });

  it('fails the statement that is wrong and serves the next one', async () => {
    await using house = await openHouse();
    const journal = await house.open();
    await fact(journal, 'a', '1');
    await expect(fact(journal, 'a', '2')).rejects.toThrow(/UNIQUE/);
    expect(await facts(journal)).toEqual(['a']);
    await journal.destroy();
    await expect(facts(journal)).rejects.toThrow(/destroyed|closed/);
  });

  it('says at once that it cannot be opened', async () => {
    await using house = await openHouse();
    await writeFile(join(house.folder, 'deep'), 'a file where the folder should be');
    await expect(house.open()).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it.runIf(process.platform === 'linux')(
    'ends with a reason where no folder can be made at all',
    async () => {
      await expect(openJournalFile('/proc/foyer/deep/journal.sqlite')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
    },
  );
});
