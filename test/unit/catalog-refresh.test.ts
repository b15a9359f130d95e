import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore, type Store } from '../../src/cache/store.js';
import type { Product } from '../../src/domain/catalog.js';
import {
  UpstreamAuthenticationError,
  UpstreamFaultError,
  UpstreamRateLimitedError,
} from '../../src/errors.js';
import { createCatalogRefresh, type RunningCatalog } from '../../src/services/catalog/catalog-refresh.js';
import type { CatalogSwap } from '../../src/services/institution.types.js';
import { performance, pointOfSales, product } from '../support/catalog-records.js';
import { FakeCatalogSource, unavailable } from '../support/fake-catalog-source.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Scene {
  readonly clock: ManualClock;
  readonly source: FakeCatalogSource;
  readonly store: Store;
  readonly catalog: RunningCatalog;
  readonly logged: { readonly level: number; readonly msg: string }[];
}

function products(count: number, name = 'Product'): Product[] {
  return Array.from({ length: count }, (_, index) => {
    const id = String(index + 1);
    return product(id, { name: [['en', `${name} ${id}`]], performances: [performance(`9${id}`, id)] });
  });
}

/** Not started; a second scene on the same clock and store is the process after a restart. */
function scene({
  clock = createManualClock(),
  store = createStore({ dir: null, log: pino({ level: 'silent' }) }),
  callsPerMonth = 10_000,
}: Partial<Scene> & { readonly callsPerMonth?: number } = {}): Scene {
  const source = new FakeCatalogSource(clock, MINUTE);
  source.products = products(10);
  const logged: Scene['logged'] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => logged.push(JSON.parse(line) as Scene['logged'][0]) },
  );
  const catalog = createCatalogRefresh({
    institution: 'lyric',
    source,
    allowance: source,
    store,
    clock,
    minuteMs: MINUTE,
    callsPerMonth,
    log,
    random: () => 0,
  });
  onTestFinished(() => catalog.stop());
  return { clock, source, store, catalog, logged };
}

async function started(options: Parameters<typeof scene>[0] = {}): Promise<Scene> {
  const running = scene(options);
  running.catalog.start();
  await running.clock.settle();
  return running;
}

function listen(catalog: RunningCatalog): CatalogSwap[] {
  const swaps: CatalogSwap[] = [];
  const reader = new AbortController();
  onTestFinished(() => reader.abort());
  const stream = catalog.changes(reader.signal);
  void (async () => {
    for await (const swap of stream) swaps.push(swap);
  })();
  return swaps;
}

describe('the first load', () => {
  it('asks each question once, and then serves', async () => {
    const { source, catalog, clock } = await started();
    expect(source.calls.map(({ method }) => method)).toEqual([
      'pointOfSales',
      'lastSetupUpdate',
      'ownSeasonIds',
      'load',
    ]);
    expect(catalog.current()?.products).toHaveLength(10);
    expect(catalog.notReadyReason()).toBeNull();
    expect(catalog.freshness()).toEqual({
      observedAt: clock.now(),
      source: 'CACHE',
      staleReason: null,
      nextRefreshAt: clock.now() + HOUR,
    });
  });

  it('is announced to whoever listens already', async () => {
    const { catalog, clock } = scene();
    const swaps = listen(catalog);
    catalog.start();
    await clock.settle();
    expect(swaps).toHaveLength(1);
    expect(swaps[0]!.products).toContainEqual({ productId: '1', kind: 'ADDED' });
  });

  it('that fails is tried again when S-360 lets it, never before', async () => {
    const running = scene();
    running.source.failing.set('load', unavailable('load'));
    running.catalog.start();
    await running.clock.settle();
    expect(running.catalog.notReadyReason()).toBe('S-360 does not answer');
    await running.clock.advance(9 * MINUTE);
    expect(running.source.calls).toHaveLength(4);
    running.source.failing.clear();
    await running.clock.advance(2 * MINUTE);
    expect(running.catalog.notReadyReason()).toBeNull();
    expect(running.source.violations).toEqual([]);
  });

  it('says that S-360 is preparing the catalog while it does', async () => {
    const running = scene();
    let finish = (): void => {};
    running.source.inProgressUntil = new Promise((resolve) => (finish = resolve));
    running.catalog.start();
    await running.clock.settle();
    expect(running.catalog.notReadyReason()).toBe('S-360 is still preparing the catalog');
    finish();
    await running.clock.settle();
    expect(running.catalog.notReadyReason()).toBeNull();
  });

  it('keeps every season where the set-up service is not open to the operator', async () => {
    const running = scene();
    const call = { institution: 'lyric', service: 'SetupService', method: 'listSeasons' };
    running.source.failing.set('ownSeasonIds', new UpstreamFaultError(call, 'access.denied'));
    running.catalog.start();
    await running.clock.settle();
    expect(running.catalog.current()?.products).toHaveLength(10);
  });
});

describe('an hour later', () => {
  it('only asks whether the set-up moved, and says that the catalog was confirmed', async () => {
    const { source, catalog, clock } = await started();
    await clock.advance(HOUR);
    expect(source.count('lastSetupUpdate')).toBe(2);
    expect(source.count('load')).toBe(1);
    expect(catalog.freshness()).toMatchObject({ source: 'CACHE', observedAt: clock.now() });
  });

  it('loads again when the set-up moved, and announces exactly what is different', async () => {
    const { source, catalog, clock } = await started();
    const swaps = listen(catalog);
    const before = catalog.current()!;
    source.setupUpdatedAt += 1;
    source.products = [...products(9), product('77', {})].map((one) =>
      one.id === '3' ? { ...one, state: 'SUSPENDED' } : one,
    );
    await clock.advance(HOUR);
    expect(source.count('load')).toBe(2);
    expect(catalog.current()!.version).not.toBe(before.version);
    expect(catalog.current()!.setupUpdatedAt).toBe(source.setupUpdatedAt);
    expect(swaps).toHaveLength(1);
    expect(new Set(swaps[0]!.products)).toEqual(
      new Set([
        { productId: '3', kind: 'CHANGED' },
        { productId: '77', kind: 'ADDED' },
        { productId: '10', kind: 'REMOVED' },
      ]),
    );
  });

  it('announces nothing when the set-up moved but the catalog is the same', async () => {
    const { source, catalog, clock } = await started();
    const swaps = listen(catalog);
    source.setupUpdatedAt += 1;
    await clock.advance(3 * HOUR);
    expect(source.count('load')).toBe(2);
    expect(swaps).toEqual([]);
  });

  it('serves the old catalog whole while the new one is being made', async () => {
    const { source, catalog, clock } = await started();
    let finish = (): void => {};
    source.inProgressUntil = new Promise((resolve) => (finish = resolve));
    source.setupUpdatedAt += 1;
    source.products = products(10, 'Renamed');
    const before = catalog.current();
    await clock.advance(HOUR);
    expect(catalog.current()).toBe(before);
    expect(catalog.freshness()).toMatchObject({ source: 'STALE', staleReason: 'CATALOG_IN_PROGRESS' });
    finish();
    await clock.settle();
    expect(catalog.current()!.product('1')?.name).toEqual([['en', 'Renamed 1']]);
    expect(catalog.freshness().source).toBe('CACHE');
  });
});

describe('a reload that fails', () => {
  it('half way leaves the old catalog as it was, stored and served', async () => {
    const { source, store, catalog, clock } = await started();
    const before = catalog.current()!;
    source.setupUpdatedAt += 1;
    source.products = products(10, 'Renamed');
    source.breaksAfterParts = 4;
    await clock.advance(HOUR);
    expect(catalog.current()).toBe(before);
    expect(catalog.freshness()).toMatchObject({ source: 'STALE', staleReason: 'UPSTREAM_DOWN' });
    await catalog.stop();

    const restarted = scene({ clock, store });
    restarted.source.failing.set('lastSetupUpdate', unavailable('lastSetupUpdate'));
    restarted.catalog.start();
    await clock.settle();
    expect(restarted.catalog.current()?.version).toBe(before.version);
  });

  it('is repeated until it succeeds, without a restart and within the contract', async () => {
    const { source, catalog, clock } = await started();
    source.setupUpdatedAt += 1;
    source.products = products(10, 'Renamed');
    source.breaksAfterParts = 4;
    await clock.advance(3 * HOUR);
    expect(source.count('load')).toBeGreaterThan(2);
    source.breaksAfterParts = null;
    await clock.advance(HOUR);
    expect(catalog.current()!.product('1')?.name).toEqual([['en', 'Renamed 1']]);
    expect(catalog.freshness().source).toBe('CACHE');
    expect(source.violations).toEqual([]);
  });

  it('because most products are gone is not believed, until the same comes three times', async () => {
    const { source, catalog, clock } = await started();
    source.setupUpdatedAt += 1;
    source.products = products(4);
    await clock.advance(HOUR);
    expect(catalog.current()!.products).toHaveLength(10);
    expect(catalog.freshness().source).toBe('STALE');
    await clock.advance(12 * MINUTE);
    expect(catalog.current()!.products).toHaveLength(10);
    await clock.advance(HOUR);
    expect(catalog.current()!.products).toHaveLength(4);
  });

  it('because too many products are unusable keeps the old catalog', async () => {
    const { source, catalog, clock } = await started();
    source.setupUpdatedAt += 1;
    source.products = products(10, 'Renamed');
    source.poison = 1;
    await clock.advance(HOUR);
    expect(catalog.current()!.product('1')?.name).toEqual([['en', 'Product 1']]);
  });
});

describe('when S-360 does not confirm', () => {
  const call = { institution: 'lyric', service: 'CatalogService', method: 'getLastSetupUpdate' };

  it.each([
    [unavailable('getLastSetupUpdate'), 'UPSTREAM_DOWN'],
    [new UpstreamFaultError(call, 'error.unknown'), 'UPSTREAM_DOWN'],
    [new UpstreamRateLimitedError(call, 'too many', 'S360', { retryAfterMs: MINUTE }), 'UPSTREAM_THROTTLED'],
    [new UpstreamRateLimitedError(call, 'spent', 'MONTH', { retryAfterMs: 20 * DAY }), 'BUDGET_EXHAUSTED'],
  ])(
    'for %s, answers are stale for the reason %s, and fresh when it answers again',
    async (failure, staleReason) => {
      const { source, catalog, clock } = await started();
      const confirmedAt = clock.now();
      source.failing.set('lastSetupUpdate', failure);
      await clock.advance(HOUR);
      expect(catalog.freshness()).toMatchObject({ source: 'STALE', staleReason, observedAt: confirmedAt });
      expect(catalog.notReadyReason()).toBeNull();
      source.failing.clear();
      await clock.advance(DAY);
      expect(catalog.freshness()).toMatchObject({ source: 'CACHE', staleReason: null });
    },
  );

  it('questions become rarer, and the log tells of it once', async () => {
    const { source, clock, logged } = await started();
    source.failing.set('lastSetupUpdate', unavailable('getLastSetupUpdate'));
    await clock.advance(DAY);
    // 1, 2, 4 … 32 minutes, then every hour.
    expect(source.count('lastSetupUpdate')).toBeLessThan(32);
    expect(logged.filter(({ msg }) => msg.includes('does not answer'))).toHaveLength(1);
  });
});

describe('a wrong password', () => {
  it('is said in one line, keeps readiness red, and is tried again slowly until it is right', async () => {
    const running = scene();
    const call = { institution: 'lyric', service: 'CatalogService', method: 'getPOSConfig' };
    running.source.failing.set('pointOfSales', new UpstreamAuthenticationError(call, 'refused'));
    running.catalog.start();
    await running.clock.advance(HOUR);
    expect(running.catalog.notReadyReason()).toMatch(/refuses the operator/);
    expect(running.logged.filter(({ level }) => level >= 40)).toHaveLength(1);
    expect(running.source.calls.length).toBeLessThan(6);
    running.source.failing.clear();
    await running.clock.advance(HOUR);
    expect(running.catalog.notReadyReason()).toBeNull();
  });
});

describe('a restart', () => {
  it('serves what was stored and asks only whether it still holds', async () => {
    const first = await started();
    await first.catalog.stop();
    const { source, catalog, clock } = await started({ clock: first.clock, store: first.store });
    expect(source.calls.map(({ method }) => method)).toEqual(['lastSetupUpdate']);
    expect(catalog.current()?.version).toBe(first.catalog.current()?.version);
    expect(catalog.current()?.pointOfSales).toEqual(pointOfSales());
    expect(catalog.freshness()).toMatchObject({ source: 'CACHE', observedAt: clock.now() });
  });

  it('says that the catalog is restored until S-360 has answered, and stale when it cannot', async () => {
    const first = await started();
    await first.catalog.stop();
    await first.clock.advance(2 * HOUR);
    const second = scene({ clock: first.clock, store: first.store });
    let answer: (setupUpdatedAt: number) => void = () => {};
    second.source.lastSetupUpdate = () => new Promise((resolve) => (answer = resolve));
    second.catalog.start();
    await first.clock.settle();
    const observedAt = first.clock.now() - 2 * HOUR;
    expect(second.catalog.freshness()).toMatchObject({ source: 'RESTORED', observedAt });
    answer(second.source.setupUpdatedAt);
    await first.clock.settle();
    expect(second.catalog.freshness().source).toBe('CACHE');
    await second.catalog.stop();

    const third = scene({ clock: first.clock, store: first.store });
    third.source.failing.set('lastSetupUpdate', unavailable('getLastSetupUpdate'));
    third.catalog.start();
    await first.clock.settle();
    expect(third.catalog.current()).not.toBeNull();
    expect(third.catalog.freshness()).toMatchObject({ source: 'STALE', staleReason: 'UPSTREAM_DOWN' });
  });

  it('loads again when the set-up moved meanwhile', async () => {
    const first = await started();
    await first.catalog.stop();
    const second = scene({ clock: first.clock, store: first.store });
    second.source.setupUpdatedAt += 1;
    second.source.products = products(10, 'Renamed');
    second.catalog.start();
    await first.clock.settle();
    expect(second.catalog.current()!.product('1')?.name).toEqual([['en', 'Renamed 1']]);
  });
});

describe('a month', () => {
  it('of a standard contract spends at most 8 % of its calls while nothing moves', async () => {
    const { source, clock } = await started();
    await clock.advance(30 * DAY);
    expect(source.count('lastSetupUpdate')).toBe(721);
    expect(source.count('load')).toBe(31);
    expect(source.count('pointOfSales')).toBe(31);
    expect(source.calls.length).toBeLessThan(0.09 * 10_000);
    expect(source.violations).toEqual([]);
  });

  it.each([
    [1_000_000, MINUTE],
    [10_000, HOUR],
    [100, DAY],
  ])('of %i calls has one check in %i ms', async (callsPerMonth, everyMs) => {
    const { catalog, clock } = await started({ callsPerMonth });
    expect(catalog.freshness().nextRefreshAt).toBe(clock.now() + everyMs);
  });
});

describe('the point of sales', () => {
  it('is asked again each day, and its changes are served without a load', async () => {
    const { source, catalog, clock } = await started();
    const swaps = listen(catalog);
    source.pos = pointOfSales({ maxSeatsPerPerformance: 4 });
    source.failing.set('load', unavailable('load'));
    await clock.advance(DAY + HOUR);
    expect(catalog.current()!.pointOfSales.maxSeatsPerPerformance).toBe(4);
    expect(swaps.map((swap) => swap.products)).toEqual([[]]);
    // Only the daily load to be sure failed; what is served was confirmed.
    expect(catalog.freshness().source).toBe('CACHE');
  });
});

describe('changes', () => {
  it('wait for a slow reader, combined, and end with its signal', async () => {
    const { source, catalog, clock } = await started();
    const reader = new AbortController();
    const stream = catalog.changes(reader.signal)[Symbol.asyncIterator]();
    for (let round = 1; round <= 12; round += 1) {
      source.setupUpdatedAt += 1;
      source.products = products(10, `Round ${round}`);
      await clock.advance(HOUR);
    }
    const names: unknown[] = [];
    for (let read = 0; read < 8; read += 1) {
      const { value } = await stream.next();
      names.push((value as CatalogSwap).snapshot.product('1')?.name[0]?.[1]);
    }
    expect(names).toHaveLength(8);
    expect(names.at(-1)).toBe('Round 12 1');
    reader.abort();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe('stopping', () => {
  it('ends a load under way, and may be repeated', async () => {
    const running = scene();
    running.source.inProgressUntil = new Promise(() => {});
    running.catalog.start();
    await running.clock.settle();
    await Promise.all([running.catalog.stop(), running.catalog.stop()]);
    expect(running.clock.sleepers()).toBe(0);
    expect(running.catalog.current()).toBeNull();
  });
});
