import { join } from 'node:path';
import type { Logger } from 'pino';
import { createStore, type Store } from '../cache/store.js';
import { systemClock, type Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { secretFileOf, stateFolderOf } from '../config/state-folders.js';
import { createColorLog, type ColorLog } from '../journal/color-log.js';
import type { Journal } from '../journal/database.js';
import { openJournalClock } from '../journal/journal-clock.js';
import { openConfiguredJournal } from '../journal/open-journal.js';
import { openSecretKey, type SecretKey } from '../secret-key.js';
import type { Releases } from './releases.js';
import { openSharedColors, type SharedColors } from './shared-colors.js';
import { openSharedState, type SharedState } from './shared-state.js';

/** What a process keeps: for good, for a while, and together with other replicas. */
export interface Stores {
  readonly stateDir: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly secretKey: SecretKey;
  readonly store: Store;
  /** Both null for the one process that shares nothing. */
  readonly shared: SharedState | null;
  readonly colors: SharedColors | null;
  /** The log of all replicas, or of the one process. */
  readonly colorLog: ColorLog;
}

export interface StoresDependencies {
  readonly log: Logger;
  /** Otherwise that of the database which replicas share, or this machine's. */
  readonly clock: Clock | undefined;
  readonly releases: Releases;
}

export async function openStores(
  config: Config,
  { log, clock: given, releases }: StoresDependencies,
): Promise<Stores> {
  const stateDir = stateFolderOf(config);
  const journal = await openConfiguredJournal({
    databaseUrl: config.databaseUrl,
    dir: stateDir,
    isSandbox: config.institutions === null,
  });
  releases.add(() => journal.destroy());
  const clock =
    given ?? (config.databaseUrl === null ? systemClock : await openSharedClock(journal, log, releases));
  const secretKey = await openSecretKey({ secret: config.secretKey, file: secretFileOf(config) });
  const store = createStore({ dir: join(stateDir, 'cache'), log });
  const shared = await openSharedState(config, { behind: store, log });
  releases.add(async () => shared?.link.close());
  const history = await createColorLog({ journal, clock });
  const colors = await openSharedColors(shared, { history, log });
  releases.add(async () => colors?.stop());
  return { stateDir, journal, clock, secretKey, store, shared, colors, colorLog: colors?.log ?? history };
}

async function openSharedClock(journal: Journal, log: Logger, releases: Releases): Promise<Clock> {
  const clock = await openJournalClock(journal, { log });
  releases.add(async () => clock.stop());
  return clock;
}
