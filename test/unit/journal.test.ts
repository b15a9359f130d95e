import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournalFile, type Journal } from '../../src/journal/database.js';

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
