import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { missingMigrations, PROOF_OF_WRITING, SQLITE_WORDS, versionTable } from './migrations.js';

/** Opens the journal's file (`:memory:` for none), creating folder and tables; throws when it cannot be written. */
export function openDatabase(file: string): Database.Database {
  if (file !== ':memory:') makeFolder(dirname(file));
  const database = new Database(file);
  try {
    database.pragma('busy_timeout = 5000');
    // WAL with FULL: a commit survives the loss of power, at about a tenth of a millisecond each.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
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

/** Brings the tables to this version, as one transaction that keeps every other process out. */
function migrate(database: Database.Database): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(versionTable(SQLITE_WORDS));
    const row = database.prepare('SELECT max(version) AS version FROM schema_version').get() as {
      version: number | null;
    };
    for (const { version, statements } of missingMigrations(SQLITE_WORDS, row.version ?? 0)) {
      for (const statement of statements) database.exec(statement);
      database.prepare('INSERT INTO schema_version (version) VALUES (?)').run(version);
    }
    database.exec(PROOF_OF_WRITING);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
