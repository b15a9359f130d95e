import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { openJournalFile, openPostgresJournal, type Journal } from './database.js';
import { nameOfPostgres } from './postgres-address.js';

export interface JournalHome {
  /** PostgreSQL, when there is one. */
  readonly databaseUrl: string | null;
  /** Folder of the embedded file, used without a database. */
  readonly dir: string;
  /** What the embedded sandbox says is kept apart from what real institutions say. */
  readonly isSandbox: boolean;
}

/** Opens the journal where the settings say; one that cannot be reached or written is a ConfigError of one line. */
export async function openConfiguredJournal({ databaseUrl, dir, isSandbox }: JournalHome): Promise<Journal> {
  if (databaseUrl === null) {
    return openJournalFile(join(dir, 'journal.sqlite')).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError([`CACHE_DIR: the journal in ${dir} cannot be written: ${reason}`]);
    });
  }
  return openPostgresJournal(databaseUrl, isSandbox ? 'foyer_sandbox' : 'foyer').catch(
    async (error: unknown) => {
      const { reasonOfPostgres } = await import('./postgres-failure.js');
      throw new ConfigError([
        `DATABASE_URL: the journal in ${nameOfPostgres(databaseUrl)} cannot be used: ${reasonOfPostgres(error)}`,
      ]);
    },
  );
}
