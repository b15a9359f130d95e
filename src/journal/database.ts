import { Kysely, SqliteDialect, type Generated } from 'kysely';
import { startThread } from '../threads.js';
import { openDatabase } from './sqlite-file.js';
import { JournalThread, threadDialect } from './thread-dialect.js';

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

/** The journal in a file, owned by a thread: a durable commit waits for the disk, and the process must not. */
export async function openJournalFile(file: string): Promise<Journal> {
  const worker = startThread(new URL('./journal-thread.js', import.meta.url), { workerData: file });
  return new Kysely<JournalTables>({ dialect: threadDialect(await JournalThread.open(worker)) });
}

/** The journal in this thread, for what is short-lived; `:memory:` keeps nothing. Throws when it cannot be written. */
export function openJournal(file: string): Journal {
  return new Kysely<JournalTables>({ dialect: new SqliteDialect({ database: openDatabase(file) }) });
}
