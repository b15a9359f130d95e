import { setTimeout as timer } from 'node:timers/promises';
import KeyvRedis from '@keyv/redis';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedStore } from '../../src/cache/shared-store.js';
import { createStore, type TextStore } from '../../src/cache/store.js';
import { systemClock } from '../../src/clock.js';
import { openRedis } from '../../src/redis/open-redis.js';
import type { RedisLink } from '../../src/redis/redis-link.types.js';
import { createCatalogRefresh, type RunningCatalog } from '../../src/services/catalog/catalog-refresh.js';
import { createCatalogReplicas } from '../../src/services/catalog/catalog-replicas.js';
import { performance, product } from '../support/catalog-records.js';
import { eventually } from '../support/eventually.js';
import { FakeCatalogSource } from '../support/fake-catalog-source.js';
import { latenessOf } from '../support/lateness.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';

const silent = pino({ level: 'silent' });

interface Replica {
  readonly catalog: RunningCatalog;
  readonly link: RedisLink;
  readonly store: SharedStore;
  /** What it keeps itself. */
  readonly behind: TextStore;
}

/** With a long deadline, where a busy machine is not what the test is about. */
function link(redis: RedisServer, deadlineMs = 5_000): RedisLink {
  const opened = openRedis(redis.url, { log: silent, deadlineMs });
  onTestFinished(() => opened.close());
  return opened;
}

function up(link: RedisLink): Promise<true> {
  return eventually('a Redis that answers', () => (link.isUp() ? true : null), 10_000);
}

function sourceOf(minuteMs: number): FakeCatalogSource {
  const source = new FakeCatalogSource(systemClock, minuteMs);
  source.products = products('Product');
  return source;
}

function products(name: string): FakeCatalogSource['products'] {
  return Array.from({ length: 10 }, (_, index) => {
    const id = String(index + 1);
    return product(id, { name: [['en', `${name} ${id}`]], performances: [performance(`9${id}`, id)] });
  });
}

/** Started. One source is the S-360 of all of them. */
async function replica(
  redis: RedisServer,
  source: FakeCatalogSource,
  { minuteMs, behind = createStore({ dir: null, log: silent }) }: { minuteMs: number; behind?: TextStore },
): Promise<Replica> {
  const opened = link(redis);
  const store = new SharedStore({ link: opened, behind, log: silent });
  const catalog = createCatalogRefresh({
    institution: 'lyric',
    source,
    allowance: source,
    store,
    replicas: createCatalogReplicas({ institution: 'lyric', link: opened, minuteMs }),
    clock: systemClock,
    minuteMs,
    callsPerMonth: 1_000_000,
    log: silent,
    random: () => 0,
  });
  onTestFinished(() => catalog.stop());
  await up(opened);
  catalog.start();
  return { catalog, link: opened, store, behind };
}

function serves({ catalog }: Replica, name: string): Promise<number> {
  return eventually(
    `a catalog with ${name}`,
    () => (JSON.stringify(catalog.current()?.products[0]?.name ?? '').includes(name) ? Date.now() : null),
    10_000,
  );
}

describe.skipIf(NO_REDIS !== null)(`a catalog that replicas share${skipNote(NO_REDIS)}`, () => {
  it('is asked for by one of three that start at once, and served by all', async () => {
    await using redis = await startRedis();
    const source = sourceOf(60_000);
    const replicas = await Promise.all([1, 2, 3].map(() => replica(redis, source, { minuteMs: 60_000 })));
    await Promise.all(replicas.map((one) => serves(one, 'Product')));
    expect(source.calls.map(({ method }) => method)).toEqual([
      'pointOfSales',
      'lastSetupUpdate',
      'ownSeasonIds',
      'load',
    ]);
    const fresh = await eventually('fresh answers everywhere', () => {
      const all = replicas.map(({ catalog }) => catalog.freshness().source);
      return all.every((source) => source === 'CACHE') ? all : null;
    });
    expect(fresh).toHaveLength(3);
    expect(new Set(replicas.map(({ catalog }) => catalog.current()?.version)).size).toBe(1);
  });

  it('that is new is loaded by one and swapped in by all within two seconds, and its old parts are gone', async () => {
    await using redis = await startRedis();
    const minuteMs = 200;
    const source = sourceOf(minuteMs);
    const replicas = await Promise.all([1, 2, 3].map(() => replica(redis, source, { minuteMs })));
    await Promise.all(replicas.map((one) => serves(one, 'Product')));
    source.products = products('Novelty');
    source.setupUpdatedAt += 1;
    const at = await Promise.all(replicas.map((one) => serves(one, 'Novelty')));
    expect(Math.max(...at) - Math.min(...at)).toBeLessThan(2_000);
    expect(source.count('load')).toBe(2);
    expect(source.violations).toEqual([]);
    const parts = await eventually('the old parts gone', async () => {
      const keys = (await redis.command('KEYS', 'foyer:cache:1*')).split('\n');
      // The head, and as many parts as there are products, and what surrounds them.
      return keys.length === 12 ? keys : null;
    });
    expect(parts.filter((key) => key.endsWith('/head'))).toHaveLength(1);
  });

  it('is not asked for by a replica that starts with what others stored', async () => {
    await using redis = await startRedis();
    const source = sourceOf(60_000);
    const first = await replica(redis, source, { minuteMs: 60_000 });
    await serves(first, 'Product');
    await eventually('the catalog in Redis', async () =>
      (await redis.command('EXISTS', 'foyer:cache:1::catalog/lyric/head')) === '1' ? true : null,
    );
    const asked = source.calls.length;
    const second = await replica(redis, source, { minuteMs: 60_000 });
    await serves(second, 'Product');
    await eventually('a fresh answer', () => (second.catalog.freshness().source === 'CACHE' ? true : null));
    expect(source.calls).toHaveLength(asked);
  });

  it('is looked after by another in the next minute when the one whose turn it is dies', async () => {
    await using redis = await startRedis();
    const minuteMs = 1_000;
    const dead = createCatalogReplicas({ institution: 'lyric', link: link(redis), minuteMs });
    const source = sourceOf(minuteMs);
    const turn = await eventually('the first turn', async () =>
      (await redis.command('EXISTS', 'foyer:{lyric}:catalog:turn')) === '1'
        ? true
        : (await dead.takeTurn(), null),
    );
    expect(turn).toBe(true);
    const startedAt = Date.now();
    const heir = await replica(redis, source, { minuteMs });
    const servedAt = await serves(heir, 'Product');
    expect(servedAt - startedAt).toBeLessThan(minuteMs + 1_500);
    expect(source.count('load')).toBe(1);
  });

  it('that takes longer than a minute is asked for by one all the same', async () => {
    await using redis = await startRedis();
    const minuteMs = 1_500;
    const source = sourceOf(minuteMs);
    let isMade = (): void => {};
    source.inProgressUntil = new Promise((resolve) => {
      isMade = resolve;
    });
    const replicas = await Promise.all([1, 2, 3].map(() => replica(redis, source, { minuteMs })));
    await eventually('a load', () => (source.count('load') === 1 ? true : null));
    await timer(2.5 * minuteMs);
    isMade();
    await Promise.all(replicas.map((one) => serves(one, 'Product')));
    expect(source.calls.map(({ method }) => method)).toEqual([
      'pointOfSales',
      'lastSetupUpdate',
      'ownSeasonIds',
      'load',
    ]);
  });

  it('is given back to a Redis that lost its data, without asking S-360', async () => {
    await using redis = await startRedis();
    const source = sourceOf(60_000);
    const one = await replica(redis, source, { minuteMs: 60_000 });
    await serves(one, 'Product');
    const asked = source.calls.length;
    await redis.kill();
    await redis.start();
    await eventually('the catalog in Redis again', async () =>
      (await redis.command('EXISTS', 'foyer:cache:1::catalog/lyric/head')) === '1' ? true : null,
    );
    const other = await replica(redis, source, { minuteMs: 60_000 });
    await serves(other, 'Product');
    expect(source.calls).toHaveLength(asked);
  });

  it('is served by a replica that starts without Redis from what it keeps itself', async () => {
    await using redis = await startRedis();
    const source = sourceOf(60_000);
    const one = await replica(redis, source, { minuteMs: 60_000 });
    await serves(one, 'Product');
    await eventually('the catalog kept', async () =>
      (await one.behind.get('catalog/lyric/head')) === undefined ? null : true,
    );
    await redis.kill();
    const store = new SharedStore({ link: link(redis), behind: one.behind, log: silent });
    expect(await store.get('catalog/lyric/head')).toContain('"format"');
  });
});

describe.skipIf(NO_REDIS !== null)(`a store in Redis${skipNote(NO_REDIS)}`, () => {
  it('keeps text compressed, and counts what is damaged as missing', async () => {
    await using redis = await startRedis();
    const opened = link(redis);
    await up(opened);
    const store = new SharedStore({
      link: opened,
      behind: createStore({ dir: null, log: silent }),
      log: silent,
    });
    const text = 'é'.repeat(50_000);
    expect(await store.set('catalog/lyric/a', text)).toBe(true);
    expect(Number(await redis.command('STRLEN', 'foyer:cache:1::catalog/lyric/a'))).toBeLessThan(1_000);
    const other = new SharedStore({
      link: opened,
      behind: createStore({ dir: null, log: silent }),
      log: silent,
    });
    expect(await other.get('catalog/lyric/a')).toBe(text);
    await redis.command('SET', 'foyer:cache:1::catalog/lyric/b', 'rubbish');
    expect(await other.get('catalog/lyric/b')).toBeUndefined();
    expect(await other.delete('catalog/lyric/a')).toBe(true);
    expect(await store.delete('catalog/lyric/a')).toBe(true);
    expect(await other.get('catalog/lyric/c')).toBeUndefined();
  });

  it('cannot be left to the adapter alone, which waits for a frozen Redis for as long as that is frozen', async () => {
    await using redis = await startRedis();
    const bare = new KeyvRedis<string>(redis.url);
    bare.on('error', () => {});
    expect(await bare.get('a')).toBeUndefined();
    redis.freeze();
    const order: string[] = [];
    const answer = bare.get('a').then(() => order.push('the answer'));
    await timer(500);
    order.push('half a second');
    redis.thaw();
    await answer;
    expect(order).toEqual(['half a second', 'the answer']);
    await bare.disconnect(true);
  });

  it.each([
    ['never there', { isStarted: false }, async () => {}],
    ['frozen', {}, async (redis: RedisServer) => redis.freeze()],
    ['dead', {}, async (redis: RedisServer) => redis.kill()],
  ])(
    'misses within 50 ms when Redis is %s, and keeps by itself what is written',
    async (_how, options, leave) => {
      await using redis = await startRedis(options);
      const opened = link(redis, 50);
      if (!('isStarted' in options)) await up(opened);
      const store = new SharedStore({
        link: opened,
        behind: createStore({ dir: null, log: silent }),
        log: silent,
      });
      await leave(redis);
      for (let time = 0; time < 4; time += 1) {
        const { lateMs, outcome } = await latenessOf(50, () => store.get('catalog/lyric/a'));
        expect(outcome).toBeUndefined();
        expect(lateMs).toBeLessThan(25);
      }
      // A replica keeps itself what Redis cannot take.
      expect(await store.set('catalog/lyric/a', 'own')).toBe(true);
      expect(await store.get('catalog/lyric/a')).toBe('own');
    },
  );
});
