import { expect, it } from 'vitest';
import { openPostgresJournal } from '../../src/journal/database.js';
import { temporaryFolder } from '../support/gateway.js';
import { surviveKills } from '../support/order-crashes.js';
import { SHORT_WAITS } from '../support/order-house.js';
import { NO_DATABASES, skipNote, startDatabases } from '../support/postgres.js';

it.skipIf(NO_DATABASES !== null)(
  `a gateway on PostgreSQL that is killed a hundred times sells every order once, by the books of S-360${skipNote(NO_DATABASES)}`,
  async () => {
    await using databases = await startDatabases();
    const address = await databases.createDatabase();
    const { found } = await surviveKills({
      env: { ...SHORT_WAITS, CACHE_DIR: await temporaryFolder(), DATABASE_URL: address },
      openJournal: () => openPostgresJournal(address, 'foyer'),
      kills: 100,
      longestLifeMs: 400,
      latencyMs: 40,
    });
    expect([...found]).toEqual(expect.arrayContaining(['CREATING', 'CLOSING', 'CLOSED']));
  },
  15 * 60_000,
);
