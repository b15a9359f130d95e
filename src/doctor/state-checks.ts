import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClient } from '@keyv/redis';
import type { Config } from '../config/config.js';
import { nameOfRedis } from '../redis/redis-address.js';
import { ok, problem, warning, type Check, type Finding } from './finding.js';

/** The folder and the Redis that the gateway keeps things in; the journal is looked at before. */
export function stateChecks({ cacheDir, redisUrl, replicas }: Config): readonly Check[] {
  return [
    { subject: 'CACHE_DIR', run: () => folderFindings(cacheDir) },
    ...(redisUrl === null ? [] : [{ subject: 'REDIS_URL', run: () => redisFindings(redisUrl, replicas) }]),
  ];
}

/** Some catalogs, the journal and its log. */
const LEAST_FREE_BYTES = 500 * 1024 * 1024;

async function folderFindings(folder: string): Promise<readonly Finding[]> {
  const found = await stat(folder).catch(() => null);
  if (found !== null && !found.isDirectory()) {
    return [problem('CACHE_DIR', `${folder} is no folder`, 'Set CACHE_DIR to a folder.')];
  }
  // Making it is for the gateway, which may be another user.
  const home = found === null ? await nearestThere(folder) : folder;
  try {
    await access(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return [
      problem(
        'CACHE_DIR',
        `${folder} cannot be ${found === null ? 'made' : 'written'} (${reason})`,
        'Give the user of the gateway a folder of its own, or set CACHE_DIR to one.',
      ),
    ];
  }
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  const said = `${folder} can be ${found === null ? 'made' : 'written'}, ${Math.floor(free / 1_048_576).toLocaleString('en')} MB are free`;
  return [
    free >= LEAST_FREE_BYTES
      ? ok('CACHE_DIR', said)
      : warning('CACHE_DIR', said, 'Make room: a journal that cannot be written stops sales.'),
  ];
}

/** A file on the way counts: nothing can be made in it, and asking for access says so. */
async function nearestThere(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path) return path;
  const isThere = await stat(above).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
  return isThere ? above : nearestThere(above);
}

const CONNECT_MS = 3_000;

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
