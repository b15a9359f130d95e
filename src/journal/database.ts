import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { Kysely, SqliteDialect, type Generated } from 'kysely';

/** What must never be lost, in SQL: an embedded SQLite file, durable at every commit. */
export type Journal = Kysely<JournalTables>;

export interface JournalTables {
  call_token: CallTokenRow;
  call_count: CallCountRow;
  color_change: ColorChangeRow;
  fact: FactRow;
}

/** When a limited method may be asked again; outlives the process, so a crash loop stays inside the contract. */
export interface CallTokenRow {
  institution: string;
  /** `Service.method`, or `Service.method/key` for a limit that counts for each key. */
  method: string;
  /** Epoch ms. */
  free_at: number;
}

export interface CallCountRow {
  institution: string;
  /** Epoch ms of the start of the month. */
  month_start: number;
  calls: number;
  bytes: number;
}

/** The log of color changes: `seq` is the cursor's number and only grows. */
export interface ColorChangeRow {
  seq: Generated<number>;
  institution: string;
  product_id: string;
  performance_id: string | null;
  seat_category_id: string | null;
  before: string;
  after: string;
  remaining: number | null;
  /** Epoch ms. */
  at: number;
}

/** Single facts about the journal itself, by name. */
export interface FactRow {
  name: string;
  value: string;
}

/** Opens the journal file (`:memory:` for none), creating folder and tables; throws when it cannot be written. */
export function openJournal(file: string): Journal {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file);
  // WAL with FULL: a commit survives the loss of power, at about a tenth of a millisecond each.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('busy_timeout = 5000');
  for (const statement of SCHEMA) database.exec(statement);
  return new Kysely<JournalTables>({
    dialect: new SqliteDialect({ database }),
  });
}

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS call_token (
     institution TEXT NOT NULL, method TEXT NOT NULL, free_at INTEGER NOT NULL,
     PRIMARY KEY (institution, method))`,
  `CREATE TABLE IF NOT EXISTS call_count (
     institution TEXT NOT NULL, month_start INTEGER NOT NULL, calls INTEGER NOT NULL, bytes INTEGER NOT NULL,
     PRIMARY KEY (institution, month_start))`,
  `CREATE TABLE IF NOT EXISTS color_change (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, institution TEXT NOT NULL, product_id TEXT NOT NULL, performance_id TEXT,
     seat_category_id TEXT, before TEXT NOT NULL, after TEXT NOT NULL, remaining INTEGER, at INTEGER NOT NULL)`,
  `CREATE INDEX IF NOT EXISTS color_change_performance ON color_change (institution, performance_id, seq)`,
  `CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
];
