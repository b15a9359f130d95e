import { isAbsolute, resolve } from 'node:path';
import { problemOfPostgresAddress } from '../journal/postgres-address.js';
import { problemOfRedisAddress } from '../redis/redis-address.js';
import { MIN_SECRET_LENGTH, SECRET_RULE, splitSecrets } from '../secret-key.js';
import type { EnvironmentReader } from './environment.js';

/** Where a process keeps what it knows, what it shares with other replicas, and what it is sealed with. */
export interface StoresConfig {
  /** Absolute folder of the embedded cache and journal. */
  readonly cacheDir: string;
  /** PostgreSQL for the journal, credentials included: never printed. Null: the embedded file in `cacheDir`. */
  readonly databaseUrl: string | null;
  /** The Redis that replicas share, credentials included: never printed. Null: one process with its embedded cache. */
  readonly redisUrl: string | null;
  /** How many replicas there are; only asked while Redis is away. Null: nobody said, so perhaps several. */
  readonly replicas: number | null;
  /** One secret or several, separated by commas: never printed. Null: a file of this installation holds one. */
  readonly secretKey: string | null;
}

export function readStores(read: EnvironmentReader, workingDirectory: string): StoresConfig {
  const cacheDir = read.text('CACHE_DIR') ?? '.foyer';
  return {
    cacheDir: isAbsolute(cacheDir) ? cacheDir : resolve(workingDirectory, cacheDir),
    databaseUrl: readAddress(read, 'DATABASE_URL', problemOfPostgresAddress),
    redisUrl: readAddress(read, 'REDIS_URL', problemOfRedisAddress),
    replicas: read.optionalInteger('REPLICAS', { min: 1, max: 1_000 }),
    secretKey: readSecretKey(read),
  };
}

/** What is odd with them, one line each. */
export function storesWarnings(stores: StoresConfig): string[] {
  return [...sharedSecretMissing(stores), ...sharedJournalMissing(stores)];
}

function readAddress(
  read: EnvironmentReader,
  name: string,
  problemOf: (address: string) => string | null,
): string | null {
  const address = read.text(name);
  const problem = address === null ? null : problemOf(address);
  if (problem !== null) read.problem(name, problem);
  return address;
}

function readSecretKey(read: EnvironmentReader): string | null {
  const secret = read.text('SECRET_KEY');
  if (secret !== null && splitSecrets(secret).some(({ length }) => length < MIN_SECRET_LENGTH)) {
    read.problem('SECRET_KEY', SECRET_RULE);
  }
  return secret;
}

function sharedSecretMissing({ databaseUrl, secretKey }: StoresConfig): string[] {
  if (databaseUrl === null || secretKey !== null) return [];
  return [
    'SECRET_KEY is not set, but DATABASE_URL is: other replicas can neither open the tickets that this one stores nor the addresses it gives',
  ];
}

/** Replicas that each have a journal of their own would each sell the same client order. */
function sharedJournalMissing({ redisUrl, databaseUrl, replicas }: StoresConfig): string[] {
  if (redisUrl === null || databaseUrl !== null || replicas === 1) return [];
  return [
    'REDIS_URL is set, but DATABASE_URL is not: replicas would share calls and colors, but not orders. Set DATABASE_URL for several replicas, or REPLICAS=1',
  ];
}
