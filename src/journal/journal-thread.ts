import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'libsql';
import { DiskSync, UNAWAITED } from './disk-sync.js';
import { openDatabase } from './sqlite-file.js';

/** What the thread is asked: one statement, or to end. */
export type JournalRequest =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly end: true };

/** What it answers: first whether the file could be opened, then one answer for each statement. */
export type JournalAnswer =
  | { readonly opened: true }
  | { readonly opened: false; readonly message: string }
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes: number | null }
  | { readonly id: number; readonly message: string };

/**
 * The thread that owns the journal's file. A commit waits until the disk has it, which on a busy disk takes a quarter
 * of a second: nobody else waits with it, and commits that wait together are written to the disk together.
 */
const port = parentPort!;

function answer(message: JournalAnswer): void {
  port.postMessage(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function needsNoDisk(sql: string): boolean {
  return /^(select|begin|rollback)\b/i.test(sql) || sql.endsWith(UNAWAITED);
}

function serve(database: Database.Database, disk: DiskSync): void {
  port.on('message', (request: JournalRequest) => {
    if ('end' in request) {
      // Every commit was synced or is being: its answer still goes out.
      disk.sync(() => {
        database.close();
        disk.close();
        port.close();
      });
      return;
    }
    const { id, sql } = request;
    try {
      const result = run(database, request);
      if (database.inTransaction || needsNoDisk(sql)) return answer(result);
      disk.sync((error) => answer(error === null ? result : { id, message: messageOf(error) }));
    } catch (error) {
      // The next statement is somebody else's, and may be here already.
      if (sql === 'commit' && database.inTransaction) database.exec('rollback');
      answer({ id, message: messageOf(error) });
    }
  });
}

function run(
  database: Database.Database,
  { id, sql, parameters }: Extract<JournalRequest, { readonly id: number }>,
): JournalAnswer {
  const statement = database.prepare(sql);
  if (statement.reader) return { id, rows: statement.all(parameters), changes: null };
  return { id, rows: [], changes: statement.run(parameters).changes };
}

try {
  const file = workerData as string;
  const database = openDatabase(file);
  // The log is synced here, by the commits that wait for it; SQLite itself then syncs at checkpoints only.
  database.pragma('synchronous = NORMAL');
  serve(database, new DiskSync(`${file}-wal`));
  answer({ opened: true });
} catch (error) {
  answer({ opened: false, message: messageOf(error) });
}
