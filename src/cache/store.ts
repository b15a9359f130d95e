import { Keyv } from 'keyv';
import { FileStore } from './file-store.js';
import { isFlushedKey } from './keys.js';

/** What the catalog is kept in. Only text is stored; what it cannot do it answers, not throws. */
export interface TextStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  /** Of a store that is shared: gives to the others what they lost and this process keeps. */
  refill?(keys: readonly string[]): Promise<void>;
}

/** What can be fetched again, as text. Losing it costs calls to S-360, never money. */
export type Store = Keyv<string>;

export interface StoreOptions {
  /** Null keeps everything in memory, so nothing survives a restart. */
  readonly dir: string | null;
  readonly log: StoreLog;
}

/** The part of a pino logger that the store needs. */
export interface StoreLog {
  warn(facts: object, message: string): void;
}

/**
 * A store that never fails its caller: what cannot be read is a miss, and a write that fails answers false and is
 * logged.
 */
export function createStore({ dir, log }: StoreOptions): Store {
  const options = { useKeyPrefix: false, throwOnErrors: false };
  const store: Store =
    dir === null
      ? new Keyv<string>(options)
      : new Keyv<string>({ ...options, store: new FileStore({ dir, isFlushed: isFlushedKey }) });
  store.on('error', (error: unknown) => log.warn({ err: error }, 'the cache could not be written'));
  return store;
}
