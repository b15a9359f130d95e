import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJournalFile } from '../../src/journal/database.js';
import { temporaryFolder } from '../support/gateway.js';
import { surviveKills } from '../support/order-crashes.js';
import { SHORT_WAITS } from '../support/order-house.js';

it(
  'a gateway on SQLite that is killed a hundred times sells every order once, by the books of S-360',
  async () => {
    const cacheDir = await temporaryFolder();
    const { found } = await surviveKills({
      env: { ...SHORT_WAITS, CACHE_DIR: cacheDir },
      openJournal: () => openJournalFile(join(cacheDir, 'journal.sqlite')),
      kills: 100,
      longestLifeMs: 400,
      latencyMs: 40,
    });
    // The moments were the ones that matter.
    expect([...found]).toEqual(expect.arrayContaining(['CREATING', 'CLOSING', 'CLOSED']));
  },
  15 * 60_000,
);
