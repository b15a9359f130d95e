import { constants } from 'node:fs';
import { access, mkdir, stat, statfs } from 'node:fs/promises';
import { createClient } from '@keyv/redis';
import { Client } from 'pg';
import type { Config } from '../config.js';
import { missingMigrations, POSTGRES_WORDS, SchemaTooNewError } from '../journal/migrations.js';
import { nameOfPostgres } from '../journal/postgres-address.js';
import { reasonOfPostgres } from '../journal/postgres-failure.js';
import { nameOfRedis } from '../redis/redis-address.js';
import { ok, problem, warning, type Check, type Finding } from './finding.js';

/** The homes of what the gateway keeps: folder, PostgreSQL, Redis. */
export function stateChecks({ cacheDir, databaseUrl, redisUrl, replicas }: Config): readonly Check[] {
  return [
    { subject: 'CACHE_DIR', run: () => folderFindings(cacheDir) },
    ...(databaseUrl === null ? [] : [{ subject: 'DATABASE_URL', run: () => databaseFindings(databaseUrl) }]),
    ...(redisUrl === null ? [] : [{ subject: 'REDIS_URL', run: () => redisFindings(redisUrl, replicas) }]),
  ];
}

/** Some catalogs, the journal and its log. */
const LEAST_FREE_BYTES = 500 * 1024 * 1024;

async function folderFindings(folder: string): Promise<readonly Finding[]> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return [
      problem(
        'CACHE_DIR',
        `${folder} cannot be written (${reason})`,
        'Give the user of the gateway a folder of its own, or set CACHE_DIR to one.',
      ),
    ];
  }
  const isFolder = await stat(folder).then((found) => found.isDirectory());
  if (!isFolder) return [problem('CACHE_DIR', `${folder} is no folder`, 'Set CACHE_DIR to a folder.')];
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const said = `${folder} can be written, ${Math.floor(free / 1_048_576).toLocaleString('en')} MB are free`;
  return [
    free >= LEAST_FREE_BYTES
      ? ok('CACHE_DIR', said)
      : warning('CACHE_DIR', said, 'Make room: a journal that cannot be written stops sales.'),
  ];
}

const CONNECT_MS = 3_000;

async function databaseFindings(databaseUrl: string): Promise<readonly Finding[]> {
  const name = nameOfPostgres(databaseUrl);
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; there: string | null }>(
      `SELECT current_setting('server_version') AS version, to_regclass('foyer.schema_version')::text AS there`,
    );
    const [{ version, there }] = rows as [{ version: string; there: string | null }];
    const isThere = ok('DATABASE_URL', `PostgreSQL ${version} answers at ${name}`);
    if (there === null) {
      return [isThere, ok('journal', 'not made yet: the first start makes its schema `foyer`')];
    }
    const found = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0)::int AS version FROM foyer.schema_version',
    );
    return [isThere, journalFinding(found.rows[0]?.version ?? 0)];
  } catch (error) {
    return [
      problem(
        'DATABASE_URL',
        `PostgreSQL at ${name} cannot be used: ${reasonOfPostgres(error)}`,
        'Check address, user, password and that the server runs: the gateway does not start without its journal.',
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function journalFinding(version: number): Finding {
  try {
    const missing = missingMigrations(POSTGRES_WORDS, version).length;
    return missing === 0
      ? ok('journal', `its schema is of this version (${version})`)
      : warning(
          'journal',
          `its schema is ${missing} version${missing === 1 ? '' : 's'} behind`,
          'The next start brings it up to date; make a backup first, since there is no way back.',
        );
  } catch (error) {
    if (!(error instanceof SchemaTooNewError)) throw error;
    return problem('journal', error.message, 'Run the version of Foyer that made it, or a newer one.');
  }
}

async function redisFindings(redisUrl: string, replicas: number | null): Promise<readonly Finding[]> {
  const name = nameOfRedis(redisUrl);
  const client = createClient({
    url: redisUrl,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const facts = factsOf(await client.info());
    return [
      ok('REDIS_URL', `Redis ${facts.get('redis_version') ?? ''} answers at ${name}`),
      ...redisHints(facts),
    ];
  } catch {
    return [
      problem(
        'REDIS_URL',
        `Redis at ${name} does not answer, or refuses the password`,
        replicas === 1
          ? 'Start it. Until then this one process polls and sells without it.'
          : 'Start it. Until then no replica asks for colors, and each sells within its part of the limit.',
      ),
    ];
  } finally {
    // One that never was connected cannot be closed either.
    if (client.isOpen) client.destroy();
  }
}

function redisHints(facts: ReadonlyMap<string, string>): readonly Finding[] {
  const hints: Finding[] = [];
  if (facts.get('aof_enabled') === '0') {
    hints.push(
      warning(
        'REDIS_URL',
        'it keeps nothing over a crash: call tokens and the log of colors would be lost',
        'Set `appendonly yes` and `appendfsync everysec`.',
      ),
    );
  }
  const policy = facts.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    hints.push(
      warning(
        'REDIS_URL',
        `when its memory is full it throws things away (${policy}), call tokens among them`,
        'Set `maxmemory-policy noeviction`.',
      ),
    );
  }
  return hints;
}

function factsOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const separator = line.indexOf(':');
      return separator < 1 ? [] : [[line.slice(0, separator), line.slice(separator + 1)] as const];
    }),
  );
}
