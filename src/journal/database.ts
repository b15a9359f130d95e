import { Kysely, SqliteDialect } from 'kysely';
import { startThread } from '../threads.js';
import { openDatabase } from './sqlite-file.js';
import type { JournalTables } from './tables.js';
import { JournalThread, threadDialect } from './thread-dialect.js';

/** What must never be lost, in SQL, durable at every commit: an embedded SQLite file, or PostgreSQL. */
export type Journal = Kysely<JournalTables>;

/** The journal in a file, owned by a thread: a durable commit waits for the disk, and the process must not. */
export async function openJournalFile(file: string): Promise<Journal> {
  const worker = startThread(new URL('./journal-thread.js', import.meta.url), { workerData: file });
  return new Kysely<JournalTables>({ dialect: threadDialect(await JournalThread.open(worker)) });
}

/** The journal in this thread, for what is short-lived; `:memory:` keeps nothing. Throws when it cannot be written. */
export function openJournal(file: string): Journal {
  return new Kysely<JournalTables>({ dialect: new SqliteDialect({ database: openDatabase(file) }) });
}

/**
 * The journal in one schema of a PostgreSQL database, made and brought to this version first. Rejects when the
 * database cannot be reached or written, or when a newer Foyer made it. Later outages fail statements, and end by
 * themselves. Nothing of PostgreSQL is loaded by a process that has none.
 */
export async function openPostgresJournal(address: string, schema: string): Promise<Journal> {
  const [{ postgresDialect }, { migratePostgres }, { createPool }] = await Promise.all([
    import('./postgres-dialect.js'),
    import('./postgres-migration.js'),
    import('./postgres-pool.js'),
  ]);
  await migratePostgres(address, schema);
  return new Kysely<JournalTables>({ dialect: postgresDialect(createPool(address, schema)) });
}
