import { describe, expect, it } from 'vitest';
import { openPostgresJournal, type Journal } from '../../src/journal/database.js';
import { openConfiguredJournal } from '../../src/journal/open-journal.js';
import { failureOf } from '../support/failure.js';
import { NO_POSTGRES, runAt, skipNote, startPostgres } from '../support/postgres.js';

/** Connection and statement together, and what a busy machine adds. */
const SOON_MS = 12_000;

const write = (journal: Journal, name: string) =>
  journal.transaction().execute(async (transaction) => {
    await transaction.insertInto('fact').values({ name, value: '' }).execute();
  });

async function names(journal: Journal): Promise<string[]> {
  return (await journal.selectFrom('fact').select('name').orderBy('name').execute()).map(({ name }) => name);
}

/** How a promise ended and how long that took. */
async function timed(work: Promise<unknown>): Promise<{ readonly failure: Error; readonly ms: number }> {
  const startedAt = performance.now();
  const failure = await failureOf(work);
  return { failure, ms: performance.now() - startedAt };
}

describe.skipIf(NO_POSTGRES !== null)(
  `the journal when PostgreSQL has an outage${skipNote(NO_POSTGRES)}`,
  () => {
    it('fails what is asked while the server is away, and writes again once it is back', async () => {
      await using server = await startPostgres();
      const journal = await openPostgresJournal(await server.createDatabase(), 'foyer');
      await Promise.all(['a', 'b', 'c'].map((name) => write(journal, name)));
      await server.stop();
      const { ms } = await timed(write(journal, 'lost'));
      expect(ms).toBeLessThan(SOON_MS);
      await server.start();
      await write(journal, 'd');
      expect(await names(journal)).toEqual(['a', 'b', 'c', 'd']);
      await journal.destroy();
    });

    it('fails a transaction that the server stops in, and leaves nothing of it', async () => {
      await using server = await startPostgres();
      const journal = await openPostgresJournal(await server.createDatabase(), 'foyer');
      const failing = journal.transaction().execute(async (transaction) => {
        await transaction.insertInto('fact').values({ name: 'half', value: '' }).execute();
        await server.stop();
        await transaction.insertInto('fact').values({ name: 'whole', value: '' }).execute();
      });
      expect((await timed(failing)).ms).toBeLessThan(SOON_MS);
      await server.start();
      expect(await names(journal)).toEqual([]);
      await journal.destroy();
    });

    it('fails in seconds when the server only hangs, gives no such connection to the next one, and can stop', async () => {
      await using server = await startPostgres();
      const journal = await openPostgresJournal(await server.createDatabase(), 'foyer');
      await Promise.all(['a', 'b'].map((name) => write(journal, name)));
      await server.freeze();
      const outcomes = await Promise.all(['x', 'y', 'z'].map((name) => timed(write(journal, name))));
      for (const { ms } of outcomes) expect(ms).toBeLessThan(SOON_MS);
      server.thaw();
      await write(journal, 'c');
      expect(await names(journal)).toEqual(['a', 'b', 'c']);
      await server.freeze();
      const startedAt = performance.now();
      await journal.destroy();
      expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    });

    it('fails a write that waits for a lock of somebody else, and keeps the connection', async () => {
      await using server = await startPostgres();
      const address = await server.createDatabase();
      const journal = await openPostgresJournal(address, 'foyer');
      const holding = runAt(address, 'BEGIN; LOCK TABLE foyer.fact; SELECT pg_sleep(4); COMMIT');
      const { failure, ms } = await timed(
        (async () => {
          while (
            (await runAt(address, `SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock'`)).length === 0
          );
          await write(journal, 'late');
        })(),
      );
      expect(failure.message).toMatch(/statement timeout/);
      expect(ms).toBeLessThan(SOON_MS);
      await holding;
      await write(journal, 'after');
      expect(await names(journal)).toEqual(['after']);
      await journal.destroy();
    });

    it('refuses to start on a server that is stopped or hangs', async () => {
      await using server = await startPostgres();
      const databaseUrl = await server.createDatabase();
      const open = () => openConfiguredJournal({ databaseUrl, dir: '/nowhere', isSandbox: false });
      await server.freeze();
      const hanging = await timed(open());
      expect(hanging.failure.message).toMatch(
        /^DATABASE_URL: the journal in 127.0.0.1:\d+\/\w+ cannot be used: it did not/,
      );
      expect(hanging.ms).toBeLessThan(SOON_MS);
      server.thaw();
      await server.stop();
      expect((await timed(open())).failure.message).toMatch(/cannot be used: nobody answers there$/);
      await server.start();
      await (await open()).destroy();
    });
  },
);
