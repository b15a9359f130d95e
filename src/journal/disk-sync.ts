import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Called when the disk has what was written before, or with what the disk said instead. */
export type WhenSynced = (error: Error | null) => void;

/** At the end of a statement: its answer need not wait until the disk has it. The process's end it survives all the same. */
export const UNAWAITED = '/* not awaited */';

export interface DiskSyncOptions {
  /** `fdatasync` of Node; another one in tests. */
  readonly fdatasync?: (descriptor: number, done: WhenSynced) => void;
}

/**
 * Makes commits to a write-ahead log durable, many at a time: one sync is under way, and everything committed meanwhile
 * shares the next one. A commit is then as durable as under SQLite's own FULL, which syncs the same log once for each
 * commit and serves nobody meanwhile.
 */
export class DiskSync {
  readonly #descriptor: number;
  readonly #fdatasync: NonNullable<DiskSyncOptions['fdatasync']>;
  #waiting: WhenSynced[] = [];
  #isSyncing = false;
  #failure: Error | null = null;

  /** `file` is the log, and is there: SQLite makes it with the first transaction and keeps it while it is open. */
  constructor(file: string, options: DiskSyncOptions = {}) {
    this.#descriptor = openSync(file, 'r+');
    this.#fdatasync = options.fdatasync ?? fdatasync;
    syncFolder(dirname(file));
  }

  /** After everything written until now is on the disk. A disk that failed once is not trusted again. */
  sync(done: WhenSynced): void {
    if (this.#failure !== null) return done(this.#failure);
    this.#waiting.push(done);
    if (!this.#isSyncing) this.#next();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #next(): void {
    const served = this.#waiting;
    this.#waiting = [];
    this.#isSyncing = served.length > 0;
    if (!this.#isSyncing) return;
    this.#fdatasync(this.#descriptor, (error) => {
      // What the system could not write it may have dropped: a second sync would say that all is well.
      this.#failure ??= error;
      for (const done of served) done(this.#failure);
      if (this.#failure === null) return this.#next();
      for (const done of this.#waiting.splice(0)) done(this.#failure);
    });
  }
}

/** A new log is found after a loss of power only if its folder was written too. Not every system can sync a folder. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}
