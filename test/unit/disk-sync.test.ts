import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskSync, type WhenSynced } from '../../src/journal/disk-sync.js';

interface Disk extends AsyncDisposable {
  readonly sync: DiskSync;
  /** What the disk was asked and has not answered. */
  readonly asked: WhenSynced[];
  /** Names of the commits that were told, in order, with what they were told. */
  readonly told: [name: string, error: string | null][];
  commit(name: string): void;
}

async function openDisk(): Promise<Disk> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-disk-'));
  const file = join(folder, 'journal.sqlite-wal');
  await writeFile(file, '');
  const asked: WhenSynced[] = [];
  const told: [string, string | null][] = [];
  const sync = new DiskSync(file, { fdatasync: (_descriptor, done) => asked.push(done) });
  return {
    sync,
    asked,
    told,
    commit: (name) => sync.sync((error) => told.push([name, error?.message ?? null])),
    async [Symbol.asyncDispose]() {
      sync.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

it('tells a commit that it is durable when the disk says so, not before', async () => {
  await using disk = await openDisk();
  disk.commit('a');
  expect(disk.told).toEqual([]);
  disk.asked.shift()!(null);
  expect(disk.told).toEqual([['a', null]]);
});

it('writes what is committed during a sync together with the next one, never with the one under way', async () => {
  await using disk = await openDisk();
  disk.commit('a');
  disk.commit('b');
  disk.commit('c');
  expect(disk.asked).toHaveLength(1);
  disk.asked.shift()!(null);
  expect(disk.told).toEqual([['a', null]]);
  expect(disk.asked).toHaveLength(1);
  disk.asked.shift()!(null);
  expect(disk.told).toEqual([
    ['a', null],
    ['b', null],
    ['c', null],
  ]);
  expect(disk.asked).toEqual([]);
});

it('trusts a disk that failed once no more', async () => {
  await using disk = await openDisk();
  disk.commit('a');
  disk.commit('b');
  disk.asked.shift()!(new Error('EIO'));
  disk.commit('c');
  expect(disk.told).toEqual([
    ['a', 'EIO'],
    ['b', 'EIO'],
    ['c', 'EIO'],
  ]);
  expect(disk.asked).toEqual([]);
});

it('waits for a real disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-disk-'));
  const file = join(folder, 'journal.sqlite-wal');
  await writeFile(file, 'a block');
  const disk = new DiskSync(file);
  expect(await new Promise((resolve) => disk.sync(resolve))).toBeNull();
  disk.close();
  await rm(folder, { recursive: true, force: true });
});
