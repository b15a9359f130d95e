import { existsSync } from 'node:fs';
import { Kysely, sql, SqliteDialect } from 'kysely';
import Database from 'libsql';
import type { Journal } from './database.js';
import { postgresDialect } from './postgres-dialect.js';
import { createPool } from './postgres-pool.js';
import type { JournalTables } from './tables.js';

export interface JournalPlace {
  /** Credentials included; null: the embedded file. */
  readonly databaseUrl: string | null;
  readonly schema: string;
  readonly file: string;
}

/** For whoever only looks: as reading it with the gateway's own functions would make it, or bring it up to date. */
export interface JournalAsItIs {
  readonly journal: Journal;
  /** Of its schema; not necessarily one that this Foyer knows. */
  readonly version: number;
}

/**
 * Opens a journal without making it or bringing it to this version, which is for the gateway's start, after a backup.
 * Null when there is none. Rejects when it cannot be reached or read.
 */
export async function openJournalAsItIs(place: JournalPlace): Promise<JournalAsItIs | null> {
  if (place.databaseUrl === null && !existsSync(place.file)) return null;
  const journal = connect(place);
  try {
    if (!(await isMade(journal, place))) {
      await journal.destroy();
      return null;
    }
    const found = await sql<{
      version: number | null;
    }>`SELECT max(version) AS version FROM schema_version`.execute(journal);
    return { journal, version: found.rows[0]?.version ?? 0 };
  } catch (error) {
    await journal.destroy();
    throw error;
  }
}

function connect({ databaseUrl, schema, file }: JournalPlace): Journal {
  if (databaseUrl !== null) {
    return new Kysely<JournalTables>({ dialect: postgresDialect(createPool(databaseUrl, schema)) });
  }
  const database = new Database(file);
  database.pragma('busy_timeout = 5000');
  return new Kysely<JournalTables>({ dialect: new SqliteDialect({ database }) });
}

async function isMade(journal: Journal, { databaseUrl, schema }: JournalPlace): Promise<boolean> {
  const found = await (
    databaseUrl === null
      ? sql`SELECT name FROM sqlite_master WHERE name = 'schema_version'`
      : sql`SELECT 1 AS made WHERE to_regclass(${`${schema}.schema_version`}) IS NOT NULL`
  ).execute(journal);
  return found.rows.length > 0;
}
