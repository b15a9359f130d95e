import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'libsql';
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
 * of a second: here nobody else waits with it.
 */
const port = parentPort!;

function answer(message: JournalAnswer): void {
  port.postMessage(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function serve(database: Database.Database): void {
  port.on('message', (request: JournalRequest) => {
    if ('end' in request) {
      database.close();
      port.close();
      return;
    }
    const { id, sql, parameters } = request;
    try {
      const statement = database.prepare(sql);
      if (statement.reader) answer({ id, rows: statement.all(parameters), changes: null });
      else answer({ id, rows: [], changes: statement.run(parameters).changes });
    } catch (error) {
      answer({ id, message: messageOf(error) });
    }
  });
}

try {
  serve(openDatabase(workerData as string));
  answer({ opened: true });
} catch (error) {
  answer({ opened: false, message: messageOf(error) });
}
