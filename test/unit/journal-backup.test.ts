import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createColorLog } from '../../src/journal/color-log.js';
import { openJournal } from '../../src/journal/database.js';
import { backUpJournal } from '../../src/journal/journal-backup.js';
import { createManualClock } from '../support/manual-clock.js';

it('a copy of the journal begins another log of colors, since positions are given out after it was made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-backup-'));
  const clock = createManualClock();
  await using journal = openJournal(join(folder, 'journal.sqlite'));
  const log = await createColorLog({ journal, clock });
  expect(backUpJournal(join(folder, 'journal.sqlite'), join(folder, 'copy.sqlite'))).toEqual({ orders: 0 });
  expect((await readdir(folder)).filter((name) => !name.startsWith('journal'))).toEqual(['copy.sqlite']);
  await using restored = openJournal(join(folder, 'copy.sqlite'));
  const { id } = await createColorLog({ journal: restored, clock });
  expect(id).not.toBe(log.id);
  expect((await createColorLog({ journal, clock })).id).toBe(log.id);
  await rm(folder, { recursive: true, force: true });
});
