import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';

/** Opens the journal's file (`:memory:` for none), creating folder and tables; throws when it cannot be written. */
export function openDatabase(file: string): Database.Database {
  if (file !== ':memory:') makeFolder(dirname(file));
  const database = new Database(file);
  // WAL with FULL: a commit survives the loss of power, at about a tenth of a millisecond each.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('busy_timeout = 5000');
  for (const statement of SCHEMA) database.exec(statement);
  return database;
}

/** Node's own recursive way never returns where the system says that a folder is missing which is there, as below `/proc`. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
