import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { createKeyRing, type KeyRing } from '../../src/auth/key-ring.js';
import { watchKeys, type WatchedKeys } from '../../src/gateway/watched-keys.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/gateway.js';

const [first, second, fixed] = [newApiKey(), newApiKey(), newApiKey()];

interface Watched extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly ring: KeyRing;
  readonly keys: WatchedKeys;
  readonly logged: () => string;
}

async function startWatching(path = 'keys.json'): Promise<Watched> {
  const folder = await temporaryFolder();
  const lines: string[] = [];
  const fixedEntry = { name: 'fixed', sha256: hashOfKey(fixed), scopes: ['catalog:read'] as const };
  const ring = createKeyRing([fixedEntry]);
  const keys = watchKeys({
    path: join(folder, path),
    fixed: [fixedEntry],
    ring,
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    lookEveryMs: 5,
  });
  return {
    folder,
    path: join(folder, path),
    ring,
    keys,
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await keys.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function listOf(...keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => ({ name: 'shop', sha256: hashOfKey(key), scopes: ['operator'] })));
}

/** The keys that are let in, as a look at them. */
function letIn({ ring }: Watched): () => readonly string[] {
  const names = { first, second, fixed };
  return () => Object.entries(names).flatMap(([name, key]) => (ring.find(key) === null ? [] : [name]));
}

const PATIENCE = { timeout: 10_000, interval: 5 };

describe('the file of keys', () => {
  it('counts as it is now, whether it is written in place or replaced', async () => {
    await using watched = await startWatching();
    await writeFile(watched.path, listOf(first));
    await expect.poll(letIn(watched), PATIENCE).toEqual(['first', 'fixed']);
    await writeFile(watched.path, listOf(first, second));
    await expect.poll(letIn(watched), PATIENCE).toEqual(['first', 'second', 'fixed']);
    await writeFile(`${watched.path}~`, listOf(second));
    await rename(`${watched.path}~`, watched.path);
    await expect.poll(letIn(watched), PATIENCE).toEqual(['second', 'fixed']);
  });

  it('is followed where Kubernetes turns the link of a secret', async () => {
    await using watched = await startWatching('..data/keys.json');
    const { folder } = watched;
    for (const [version, name, key] of [
      ['..1', 'first', first],
      ['..2', 'second', second],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'keys.json'), listOf(key));
      await symlink(version, join(folder, '..new'));
      await rename(join(folder, '..new'), join(folder, '..data'));
      await expect.poll(letIn(watched), PATIENCE).toEqual([name, 'fixed']);
    }
  });

  it.each([
    ['is gone', null, '(ENOENT)'],
    ['is half written', listOf(first).slice(0, -2), 'it is no JSON'],
    [
      'holds a key instead of its hash',
      JSON.stringify([{ name: 'x', sha256: first, scopes: ['operator'] }]),
      'sha256 must be the SHA-256',
    ],
    ['is empty', '', 'it is no JSON'],
  ])(
    'that %s leaves the keys as they were, and is told once, without a word of them',
    async (_what, text, told) => {
      await using watched = await startWatching();
      await writeFile(watched.path, listOf(first));
      await expect.poll(letIn(watched), PATIENCE).toEqual(['first', 'fixed']);
      if (text === null) await rm(watched.path);
      else await writeFile(watched.path, text);
      await eventually('the problem', () => (watched.keys.isCurrent() ? null : true));
      await expect.poll(letIn(watched), PATIENCE).toEqual(['first', 'fixed']);
      const errors = watched
        .logged()
        .split('\n')
        .filter((line) => line.includes('"level":50'));
      expect(errors).toEqual([expect.stringContaining(told)]);
      expect(watched.logged()).not.toContain(first.slice(6));
      await writeFile(watched.path, listOf(second));
      await expect.poll(letIn(watched), PATIENCE).toEqual(['second', 'fixed']);
      expect(watched.keys.isCurrent()).toBe(true);
    },
  );

  it('without a key in it lets nobody in but the others', async () => {
    await using watched = await startWatching();
    await writeFile(watched.path, listOf(first));
    await expect.poll(letIn(watched), PATIENCE).toEqual(['first', 'fixed']);
    await writeFile(watched.path, '[]');
    await expect.poll(letIn(watched), PATIENCE).toEqual(['fixed']);
    expect(watched.keys.isCurrent()).toBe(true);
    expect(watched.ring.count()).toBe(1);
  });
});
