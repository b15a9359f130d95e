import { join } from 'node:path';
import type { Config } from './config.js';

/** Where a process keeps what it must not lose: what the embedded sandbox says never meets what real institutions said. */
export function stateFolderOf({ institutions, cacheDir }: Pick<Config, 'institutions' | 'cacheDir'>): string {
  return institutions === null ? join(cacheDir, 'sandbox') : cacheDir;
}

/** The embedded journal; there where no DATABASE_URL is set. */
export function journalFileOf(config: Pick<Config, 'institutions' | 'cacheDir'>): string {
  return join(stateFolderOf(config), 'journal.sqlite');
}

/** The secret of this installation; there where no SECRET_KEY is set. */
export function secretFileOf(config: Pick<Config, 'institutions' | 'cacheDir'>): string {
  return join(stateFolderOf(config), 'secret.key');
}
