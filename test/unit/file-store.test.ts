import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CatalogStore } from '../../src/cache/catalog-store.js';
import { fileNameOf, MAX_FILE_BYTES } from '../../src/cache/file-store.js';
import { createStore, type Store } from '../../src/cache/store.js';
import { encodeCatalogPart } from '../../src/domain/catalog-part.js';
import type { PointOfSales } from '../../src/domain/institution.js';
import { performance, pointOfSales, product, snapshotOf, SURROUNDINGS } from '../support/catalog-records.js';

const silent = pino({ level: 'silent' });
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foyer-store-'));
  return () => rm(dir, { recursive: true, force: true });
});

function open(folder: string | null = dir): Store {
  return createStore({ dir: folder, log: silent });
}

describe('the store on disk', () => {
  it('gives back what another process stored', async () => {
    await open().set('color-board:lyric:1', 'Été ☀');
    expect(await open().get('color-board:lyric:1')).toBe('Été ☀');
  });

  it('answers undefined for what was never stored, and after a delete', async () => {
    const store = open();
    expect(await store.get('nothing')).toBeUndefined();
    await store.set('key', 'value');
    expect(await store.delete('key')).toBe(true);
    expect(await store.delete('key')).toBe(false);
    expect(await store.get('key')).toBeUndefined();
  });

  it.each(['../../etc/passwd', 'a/b', '', ' ', 'ключ', 'x'.repeat(5_000), 'CON', 'a\0b', 'k'])(
    'keeps the key %j inside its folder, apart from all others',
    async (key) => {
      const store = open();
      await store.set(key, 'its value');
      await store.set(`${key}/`, 'another');
      expect(await store.get(key)).toBe('its value');
      expect(await readdir(dir)).toHaveLength(2);
      expect(fileNameOf(key)).toMatch(/^[a-zA-Z0-9-]{0,60}\.[0-9a-f]{32}\.entry$/);
    },
  );

  it.each([
    ['is cut off', (path: string) => truncate(path, 90)],
    ['is empty', (path: string) => truncate(path, 0)],
    [
      'has a changed byte',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('v', 'w')),
    ],
    ['is not ours', (path: string) => writeFile(path, 'hello')],
    ['is larger than anything we store', (path: string) => truncate(path, MAX_FILE_BYTES + 1)],
  ])('takes a file for a miss when it %s, and can store the key again', async (_, damage) => {
    const store = open();
    await store.set('key', 'v'.repeat(100));
    await damage(join(dir, fileNameOf('key')));
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', 'new');
    expect(await store.get('key')).toBe('new');
  });

  it('honours a time to live', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = open();
    await store.set('key', 'value', 1_000);
    expect(await store.get('key')).toBe('value');
    vi.setSystemTime(Date.now() + 1_001);
    expect(await store.get('key')).toBeUndefined();
    expect(await readdir(dir)).toEqual([]);
  });

  it('ends with the last of many values written at once, and leaves no half-written file', async () => {
    const store = open();
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.set('key', `value ${index}`)));
    expect(await store.get('key')).toBe('value 49');
    expect(await readdir(dir)).toHaveLength(1);
  });

  it('answers false when it cannot write, tells the log, and never rejects', async () => {
    await writeFile(join(dir, 'a-file'), '');
    const warn = vi.fn();
    const store = createStore({ dir: join(dir, 'a-file'), log: { warn } });
    expect(await store.set('key', 'value')).toBe(false);
    expect(await store.get('key')).toBeUndefined();
    expect(warn).toHaveBeenCalled();
  });

  it('removes what a process left that died while writing, and only that', async () => {
    const old = join(dir, 'left.partial');
    await writeFile(old, 'half');
    await utimes(old, new Date(0), new Date(0));
    await writeFile(join(dir, 'under-way.partial'), 'half');
    await writeFile(join(dir, 'somebody-elses.txt'), '');
    const store = open();
    await store.set('key', 'value');
    expect(new Set(await readdir(dir))).toEqual(
      new Set(['under-way.partial', 'somebody-elses.txt', fileNameOf('key')]),
    );
    await store.clear();
    expect(await readdir(dir)).toEqual(['somebody-elses.txt']);
  });
});

describe('the store in memory', () => {
  it('keeps values as long as the process', async () => {
    const store = open(null);
    await store.set('key', 'value');
    expect(await store.get('key')).toBe('value');
    expect(await open(null).get('key')).toBeUndefined();
  });
});

describe('a stored catalog', () => {
  const PARTS = [
    encodeCatalogPart(SURROUNDINGS),
    encodeCatalogPart({ products: [product('1', { performances: [performance('91', '1')] })] }),
    encodeCatalogPart({ products: [product('2')] }),
  ];

  async function save(catalogs: CatalogStore, parts: readonly string[] = PARTS): Promise<string> {
    const writer = await catalogs.begin();
    for (const part of parts) await writer.add(part);
    const products =
      parts.length === PARTS.length
        ? [product('1', { performances: [performance('91', '1')] }), product('2')]
        : [];
    const { version } = await snapshotOf(products);
    const facts = {
      setupUpdatedAt: 5,
      observedAt: 6,
      confirmedAt: 7,
      pointOfSales: pointOfSales(),
      pointOfSalesAt: 6,
    };
    expect(await catalogs.commit(writer, { ...facts, version })).toBe(true);
    return version;
  }

  it('comes back whole, with what was known of it', async () => {
    const version = await save(new CatalogStore('lyric', open()));
    const restored = await new CatalogStore('lyric', open()).restore();
    expect(restored?.snapshot.version).toBe(version);
    expect(restored?.snapshot.performance('91')?.prices[0]?.amountMilli).toBe(45_000n);
    expect(restored?.facts).toMatchObject({ setupUpdatedAt: 5, observedAt: 6, confirmedAt: 7 });
    expect(await new CatalogStore('arena', open()).restore()).toBeNull();
  });

  it('comes back from an older release, with the point of sales to be asked for again', async () => {
    const newer = new Set([
      'contactCreationAllowed',
      'contactAccessAllowed',
      'contactRequiredKinds',
      'isSelling',
    ]);
    const older = Object.fromEntries(
      Object.entries(pointOfSales()).filter(([member]) => !newer.has(member)),
    ) as unknown as PointOfSales;
    const catalogs = new CatalogStore('lyric', open());
    const writer = await catalogs.begin();
    await writer.add(encodeCatalogPart(SURROUNDINGS));
    const { version } = await snapshotOf([], { pointOfSales: older });
    const dates = { setupUpdatedAt: 5, observedAt: 6, confirmedAt: 7, pointOfSalesAt: 6 };
    await catalogs.commit(writer, { ...dates, version, pointOfSales: older });
    const restored = await new CatalogStore('lyric', open()).restore();
    expect(restored?.snapshot.pointOfSales).toEqual(pointOfSales());
    expect(restored?.facts).toMatchObject({
      pointOfSales: pointOfSales(),
      pointOfSalesAt: 0,
      confirmedAt: 7,
    });
  });

  it('is a miss when any of its files is damaged or gone', async () => {
    await save(new CatalogStore('lyric', open()));
    const names = await readdir(dir);
    expect(names).toHaveLength(PARTS.length + 1);
    for (const name of names) {
      const kept = await readFile(join(dir, name));
      await truncate(join(dir, name), 80);
      expect(await new CatalogStore('lyric', open()).restore()).toBeNull();
      await writeFile(join(dir, name), kept);
    }
    expect(await new CatalogStore('lyric', open()).restore()).not.toBeNull();
  });

  it('takes the place of the one before, whose parts are removed', async () => {
    const catalogs = new CatalogStore('lyric', open());
    await save(catalogs);
    await save(catalogs, PARTS.slice(0, 1));
    expect(await readdir(dir)).toHaveLength(2);
    expect((await new CatalogStore('lyric', open()).restore())?.snapshot.products).toEqual([]);
  });

  it('stays when the process dies while it stores another one, whose parts are then removed', async () => {
    const version = await save(new CatalogStore('lyric', open()));
    const dying = await new CatalogStore('lyric', open()).begin();
    for (const part of PARTS) await dying.add(part);
    expect((await readdir(dir)).length).toBeGreaterThan(PARTS.length + 1);
    expect((await new CatalogStore('lyric', open()).restore())?.snapshot.version).toBe(version);
    expect(await readdir(dir)).toHaveLength(PARTS.length + 1);
  });

  it('stays when the new one cannot be stored to the end', async () => {
    const store = open();
    const catalogs = new CatalogStore('lyric', {
      get: (key) => store.get(key),
      delete: (key) => store.delete(key),
      set: async (key, value) => !key.endsWith('/1') && store.set(key, value),
    });
    const version = await save(new CatalogStore('lyric', store));
    await catalogs.restore();
    const writer = await catalogs.begin();
    for (const part of PARTS) await writer.add(part);
    const facts = {
      setupUpdatedAt: 8,
      observedAt: 8,
      confirmedAt: 8,
      pointOfSales: pointOfSales(),
      pointOfSalesAt: 8,
    };
    expect(await catalogs.commit(writer, { ...facts, version: 'new' })).toBe(false);
    expect((await new CatalogStore('lyric', open()).restore())?.snapshot.version).toBe(version);
  });
});
