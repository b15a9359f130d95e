import { describe, expect, it } from 'vitest';
import { createSingleFlight } from '../../src/cache/single-flight.js';
import { createLoaders } from '../../src/datasources/loaders.js';
import { NotFoundError, UpstreamUnavailableError } from '../../src/errors.js';
import { MINUTE, openWorld, settle, Watcher } from '../support/availability-world.js';

describe('queries on a board that is empty', () => {
  it('ask once for everything of the kind, and nothing afterwards', async () => {
    await using world = await openWorld();
    world.availability.start();
    const [asked] = await world.availability.ofPerformances(['12']);
    expect(asked).toMatchObject({ observed: { color: 'GREEN' }, freshness: { source: 'LIVE' } });
    const answers = await world.availability.ofPerformances(['12', '21', '11']);
    expect(answers.map(({ freshness }) => freshness.source)).toEqual(['CACHE', 'CACHE', 'CACHE']);
    const reads = world.s360.calls.filter(({ method }) => method === 'getEventAvailability');
    expect(reads.map(({ args }) => args.performanceIds)).toEqual([['12', '11', '21']]);
  });

  it('share one call, however many they are', async () => {
    await using world = await openWorld();
    let open: () => void = () => {};
    world.s360.gate = new Promise<void>((resolve) => (open = resolve));
    world.availability.start();
    const reads = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0
        ? world.availability.ofPerformances(['11', '12'])
        : world.availability.ofProducts(['7']),
    );
    await settle();
    open();
    const answers = (await Promise.all(reads)).flat();
    expect(answers.every(({ observed }) => observed?.color === 'GREEN')).toBe(true);
    expect(world.s360.callsByMethod()).toMatchObject({ getEventAvailability: 1, getProductAvailability: 1 });
  });

  it('answer UNKNOWN with the reason when S-360 fails, and never fail themselves', async () => {
    await using world = await openWorld();
    world.s360.isDown = true;
    await world.start();
    const [answer] = await world.availability.ofPerformances(['11']);
    expect(answer).toMatchObject({
      observed: null,
      freshness: { source: 'STALE', staleReason: 'UPSTREAM_DOWN' },
    });
    expect((await world.availability.ofProducts(['7']))[0]?.observed).toBeNull();
  });

  it('do not wait longer than the deadline, and find the answer the next time', async () => {
    await using world = await openWorld();
    let open: () => void = () => {};
    world.s360.gate = new Promise<void>((resolve) => (open = resolve));
    world.availability.start();
    const [late] = await world.availability.ofPerformances(['11']);
    expect(late?.observed).toBeNull();
    open();
    await settle();
    expect((await world.availability.ofPerformances(['11']))[0]?.observed?.color).toBe('GREEN');
  });

  it('ask nothing for what is not in the catalog', async () => {
    await using world = await openWorld();
    await world.start();
    world.s360.calls.length = 0;
    expect((await world.availability.ofPerformances(['999']))[0]?.observed).toBeNull();
    expect((await world.availability.ofProducts(['1']))[0]?.observed).toBeNull();
    expect(world.s360.calls).toEqual([]);
  });

  it('tell subscribers what they found', async () => {
    await using world = await openWorld();
    world.s360.fail('getEventAvailability');
    await world.start();
    world.s360.heal();
    const watcher = new Watcher(world, { performanceIds: ['hall:11'] });
    await watcher.settle();
    await world.clock.advance(MINUTE - 1);
    await world.availability.ofPerformances(['11']);
    await watcher.settle();
    expect(watcher.changes()).toEqual(['11 UNKNOWN>GREEN', '11/41 UNKNOWN>GREEN']);
    await watcher.leave();
  });

  it('make the poller come more often', async () => {
    await using world = await openWorld();
    await world.start();
    await world.availability.ofPerformances(['11']);
    await world.clock.advance(MINUTE);
    expect(world.availability.pollPlan().find(({ productId }) => productId === '1')).toMatchObject({
      everyMs: 10 * MINUTE,
      reason: 'asked for in the last minutes',
    });
  });
});

describe('seats', () => {
  it('are asked once a minute for a performance, whoever asks and for whichever category', async () => {
    await using world = await openWorld();
    const both = await Promise.all([
      world.availability.seats('11', null),
      world.availability.seats('11', '41'),
    ]);
    expect(both.map(({ seats }) => seats.length)).toEqual([1, 1]);
    expect(await world.availability.seats('11', '42')).toMatchObject({
      seats: [],
      freshness: { source: 'CACHE' },
    });
    expect(world.s360.calls).toHaveLength(1);
    await world.clock.advance(MINUTE);
    expect((await world.availability.seats('11', null)).freshness.source).toBe('LIVE');
    expect(world.s360.calls).toHaveLength(2);
  });

  it('are the last ones known while S-360 fails, and an error when there are none', async () => {
    await using world = await openWorld();
    await world.availability.seats('11', null);
    world.s360.isDown = true;
    await world.clock.advance(2 * MINUTE);
    expect((await world.availability.seats('11', null)).freshness).toMatchObject({
      source: 'STALE',
      staleReason: 'UPSTREAM_DOWN',
    });
    await expect(world.availability.seats('12', null)).rejects.toThrow(UpstreamUnavailableError);
    await expect(world.availability.seats('999', null)).rejects.toThrow(NotFoundError);
  });
});

describe('loaders', () => {
  it('turn one operation into one question for each institution and kind', async () => {
    const asked: string[][] = [];
    const reading = {
      observed: null,
      freshness: { observedAt: 0, source: 'CACHE', staleReason: null, nextRefreshAt: null },
    } as const;
    const availability = {
      ofPerformances: (ids: readonly string[]) => {
        asked.push([...ids]);
        return Promise.resolve(ids.map(() => reading));
      },
      ofProducts: () => Promise.reject(new Error('broken')),
      seats: () => Promise.reject(new Error('not asked here')),
    };
    const contacts = { byNumbers: () => Promise.reject(new Error('not asked here')) };
    const loaders = createLoaders(
      new Map([
        ['hall', { availability, contacts }],
        ['museum', { availability, contacts }],
      ]),
    );
    const key = (institution: string, s360Id: string): { institution: string; s360Id: string } => ({
      institution,
      s360Id,
    });
    await Promise.all(
      [key('hall', '11'), key('museum', '11'), key('hall', '12'), key('hall', '11')].map((id) =>
        loaders.performanceAvailability.load(id),
      ),
    );
    expect(asked).toEqual([['11', '12'], ['11']]);
    await expect(loaders.productAvailability.load(key('hall', '7'))).rejects.toThrow('broken');
  });
});

describe('single flight', () => {
  it('shares work under way for the same key, failures too, and forgets it afterwards', async () => {
    const flights = createSingleFlight<number>();
    let runs = 0;
    const work = async (): Promise<number> => {
      runs += 1;
      await settle();
      return runs;
    };
    expect(
      await Promise.all([flights.run('a', work), flights.run('a', work), flights.run('b', work)]),
    ).toEqual([2, 2, 2]);
    expect(await flights.run('a', work)).toBe(3);
    const failing = (): Promise<number> => Promise.reject(new Error('no'));
    const shared = [flights.run('a', failing), flights.run('a', work)];
    await expect(Promise.all(shared)).rejects.toThrow('no');
    expect(await flights.run('a', work)).toBe(4);
  });
});
