import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DAY,
  FakeS360,
  HOUR,
  MINUTE,
  openWorld,
  Watcher,
  type SteppedClock,
  type WorldOptions,
} from '../support/availability-world.js';

describe('availability poller', () => {
  it('fills the whole board in the first cycle, with one call for each method', async () => {
    await using world = await openWorld();
    await world.start();
    expect(world.observed()).toBe(5);
    expect(world.s360.callsByMethod()).toEqual({
      getUpdatedAvailabilities: 1,
      getEventAvailability: 1,
      getProductAvailability: 1,
      getPerformanceAvailability: 1,
    });
  });

  it('asks hourly what moved, and nothing else, while nothing moves and nobody watches', async () => {
    await using world = await openWorld();
    await world.start();
    world.s360.calls.length = 0;
    await world.clock.advance(DAY);
    expect(world.s360.callsByMethod()).toEqual({ getUpdatedAvailabilities: 24 });
  });

  it('makes in a day of constant moves exactly the calls that the plan says', async () => {
    await using world = await openWorld();
    await world.start();
    const { callsPerDay } = world.availability.plan();
    world.s360.calls.length = 0;
    for (let minute = 0; minute < 1_440; minute += 10) {
      world.s360.set('11', 'GREEN', minute);
      world.s360.set('7', 'GREEN', minute);
      await world.clock.advance(10 * MINUTE);
    }
    const { getUpdatedAvailabilities, ...reads } = world.s360.callsByMethod();
    expect(getUpdatedAvailabilities).toBe(callsPerDay.getUpdatedAvailabilities);
    expect(reads).toEqual({
      getEventAvailability: callsPerDay.getEventAvailability,
      getProductAvailability: callsPerDay.getProductAvailability,
      getPerformanceAvailability: callsPerDay.getPerformanceAvailability,
    });
  });

  it('reads only what moved, in the same cycle, and tells subscribers once', async () => {
    await using world = await openWorld();
    await world.start();
    const watcher = new Watcher(world);
    await watcher.settle();
    await world.clock.advance(2 * MINUTE);
    world.s360.set('11', 'RED', 0);
    watcher.updates.length = 0;
    world.s360.calls.length = 0;
    await world.clock.advance(MINUTE);
    expect(world.s360.lastArgs('getEventAvailability')).toMatchObject({
      eventIds: ['1'],
      performanceIds: ['11', '12'],
    });
    await world.clock.advance(3 * MINUTE);
    expect(watcher.updates.map(({ kind }) => kind)).toEqual([
      'CHANGES',
      'HEARTBEAT',
      'HEARTBEAT',
      'HEARTBEAT',
    ]);
    expect(watcher.changes()).toEqual(['11 GREEN>RED', '11/41 GREEN>RED', '8 GREEN>RED']);
    await watcher.leave();
  });

  it('reads once more what moved at the moment of a look, as what comes right after has the same date', async () => {
    await using world = await openWorld();
    await world.start();
    const { s360, clock } = world;
    const ask = s360.getEventAvailability.bind(s360);
    s360.getEventAvailability = async (args) => {
      const answer = await ask(args);
      s360.set('12', 'RED', 0);
      s360.getEventAvailability = ask;
      return answer;
    };
    const look = s360.getUpdatedAvailabilities.bind(s360);
    s360.getUpdatedAvailabilities = (args) => {
      s360.set('11', 'ORANGE', 5);
      s360.getUpdatedAvailabilities = look;
      return look(args);
    };
    await clock.advance(3 * HOUR);
    expect(world.availability.board.performance('12')?.color).toBe('RED');
    // And no more than that.
    expect(s360.callsByMethod().getEventAvailability).toBe(3);
  });

  it('tells subscribers once of a poll, also when what moved kept its color', async () => {
    await using world = await openWorld();
    await world.start();
    const watcher = new Watcher(world);
    await watcher.settle();
    await world.clock.advance(2 * MINUTE);
    watcher.updates.length = 0;
    world.s360.calls.length = 0;
    world.s360.set('11', 'GREEN', 0);
    world.s360.set('7', 'GREEN', 0);
    await world.clock.advance(MINUTE);
    expect(world.s360.callsByMethod()).toMatchObject({
      getUpdatedAvailabilities: 1,
      getEventAvailability: 1,
    });
    expect(watcher.updates.map(({ kind }) => kind)).toEqual(['HEARTBEAT']);
    await watcher.leave();
  });

  it('polls each minute for a subscriber, and hourly again when it has left', async () => {
    await using world = await openWorld();
    await world.start();
    const watcher = new Watcher(world);
    await watcher.settle();
    world.s360.calls.length = 0;
    await world.clock.advance(10 * MINUTE);
    expect(world.s360.callsByMethod()).toEqual({ getUpdatedAvailabilities: 10 });
    await watcher.leave();
    await world.clock.advance(MINUTE);
    world.s360.calls.length = 0;
    await world.clock.advance(2 * HOUR);
    expect(world.s360.callsByMethod()).toEqual({ getUpdatedAvailabilities: 2 });
  });

  it('keeps the last colors while S-360 fails, says so, slows down, and recovers by itself', async () => {
    await using world = await openWorld();
    await world.start();
    const watcher = new Watcher(world);
    await watcher.settle();
    world.s360.fail('getUpdatedAvailabilities');
    world.s360.calls.length = 0;
    await world.clock.advance(30 * MINUTE);
    const [answer] = await world.availability.ofPerformances(['11']);
    expect(answer).toMatchObject({
      observed: { color: 'GREEN' },
      freshness: { source: 'STALE', staleReason: 'UPSTREAM_DOWN' },
    });
    expect(world.s360.calls.length).toBeLessThan(10);
    world.s360.heal();
    world.s360.set('11', 'ORANGE', 3);
    await world.clock.advance(6 * MINUTE);
    expect((await world.availability.ofPerformances(['11']))[0]).toMatchObject({
      observed: { color: 'ORANGE' },
      freshness: { source: 'CACHE', staleReason: null },
    });
    await watcher.leave();
  });

  it('reads what it could not read before, without another report of it', async () => {
    await using world = await openWorld();
    await world.start();
    const watcher = new Watcher(world);
    await watcher.settle();
    await world.clock.advance(2 * MINUTE);
    world.s360.fail('getEventAvailability');
    world.s360.set('11', 'RED', 0);
    await world.clock.advance(3 * MINUTE);
    expect(world.availability.board.performance('11')?.color).toBe('GREEN');
    world.s360.heal();
    await world.clock.advance(6 * MINUTE);
    expect(world.availability.board.performance('11')?.color).toBe('RED');
    await watcher.leave();
  });

  it('asks nothing when the month is used up, and says why answers are old', async () => {
    await using world = await openWorld();
    await world.start();
    world.s360.callsLeft = 0;
    await world.clock.advance(MINUTE);
    world.s360.calls.length = 0;
    await world.clock.advance(DAY);
    expect(world.s360.calls).toEqual([]);
    const [answer] = await world.availability.ofPerformances(['11']);
    expect(answer?.freshness).toMatchObject({ source: 'STALE', staleReason: 'BUDGET_EXHAUSTED' });
  });

  it('reads a catalog larger than a batch minute by minute, the watched first', async () => {
    await using world = await openWorld({ batchSize: 2, extraEvents: 3 });
    const watcher = new Watcher(world, { productIds: ['hall:103'] });
    await watcher.settle();
    await world.start();
    expect(world.s360.lastArgs('getEventAvailability')?.performanceIds).toEqual(['1031', '1032']);
    await world.clock.advance(5 * MINUTE);
    expect(world.observed()).toBe(11);
    await watcher.leave();
  });

  it('shows a season ticket as the worst of its quota and of what is inside', async () => {
    await using world = await openWorld();
    await world.start();
    expect(world.availability.board.product('8')).toMatchObject({ color: 'GREEN', remaining: 7 });
    world.s360.set('12', 'RED', 0);
    await world.clock.advance(2 * HOUR);
    expect(world.availability.board.product('8')).toMatchObject({ color: 'RED', remaining: 0 });
    expect(world.s360.lastArgs('getPerformanceAvailability')).toMatchObject({ composedProductId: '8' });
  });

  it('shows the quota of a season ticket whose inside S-360 refuses to tell', async () => {
    await using world = await openWorld();
    world.s360.fail('getPerformanceAvailability', 'fault');
    await world.start();
    expect(world.availability.board.product('8')).toMatchObject({ color: 'GREEN', remaining: 50 });
  });

  it('takes a performance that S-360 leaves out for UNKNOWN, and does not ask for it again', async () => {
    await using world = await openWorld();
    world.s360.forget('12');
    await world.start();
    expect(world.availability.board.performance('12')?.color).toBe('UNKNOWN');
    world.s360.calls.length = 0;
    await world.availability.ofPerformances(['12']);
    expect(world.s360.calls).toEqual([]);
  });

  it('reads again when a sale opens by the calendar, though nothing moved', async () => {
    await using world = await openWorld({ saleOpensAfterMs: 5 * HOUR });
    world.s360.set('11', 'GREY', 100, { moved: false });
    await world.start();
    await world.clock.advance(4 * HOUR);
    world.s360.set('11', 'GREEN', 100, { moved: false });
    await world.clock.advance(HOUR + 10 * MINUTE);
    expect(world.availability.board.performance('11')?.color).toBe('GREEN');
  });

  it('forgets what left the catalog and reads what the catalog changed', async () => {
    await using world = await openWorld();
    await world.start();
    world.s360.set('21', 'RED', 0, { moved: false });
    world.s360.calls.length = 0;
    await world.clock.advance(MINUTE);
    await world.reloadCatalog({ without: ['1'], changed: ['2'] });
    await world.clock.advance(HOUR);
    expect(world.availability.board.performance('11')).toBeUndefined();
    expect(world.availability.board.performance('21')?.color).toBe('RED');
  });

  it('goes on after a restart: same board, same cursor, nothing missed, no second fill', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-availability-'));
    const options: WorldOptions = { journalFile: join(folder, 'journal.sqlite'), kept: new Map() };
    let cursor: string;
    const s360 = new FakeS360();
    {
      await using world = await openWorld({ ...options, s360 });
      await world.start();
      const watcher = new Watcher(world);
      await watcher.settle();
      cursor = watcher.updates.at(-1)!.cursor;
      await world.clock.advance(2 * MINUTE);
      s360.set('11', 'ORANGE', 5);
      await world.clock.advance(2 * MINUTE);
      await watcher.leave();
    }
    s360.calls.length = 0;
    s360.isDown = true;
    await using world = await openWorld({ ...options, s360 });
    await world.start();
    expect(
      (await world.availability.ofPerformances(['11', '21'])).map(({ freshness }) => freshness.source),
    ).toEqual(['RESTORED', 'RESTORED']);
    s360.isDown = false;
    s360.set('21', 'RED', 0);
    const watcher = new Watcher(world, {}, cursor);
    await world.clock.advance(6 * MINUTE);
    await watcher.settle();
    expect(watcher.updates[0]?.kind).toBe('CHANGES');
    expect(watcher.changes()).toEqual([
      '11 GREEN>ORANGE',
      '11/41 GREEN>ORANGE',
      '8 GREEN>ORANGE',
      '21 GREEN>RED',
      '21/41 GREEN>RED',
    ]);
    expect(s360.lastArgs('getEventAvailability')?.performanceIds).toEqual(['21']);
    expect((await world.availability.ofPerformances(['11']))[0]?.freshness.source).toBe('CACHE');
    await watcher.leave();
    rmSync(folder, { recursive: true });
  });

  it('asks after a long rest for what moved meanwhile, also when S-360 never dated a move before', async () => {
    const options: WorldOptions = { kept: new Map(), s360: new FakeS360() };
    {
      await using world = await openWorld(options);
      await world.start();
    }
    options.s360!.set('21', 'RED', 0);
    await (options.s360!.clock as SteppedClock).advance(HOUR);
    await using world = await openWorld(options);
    await world.start();
    expect(world.availability.board.performance('21')?.color).toBe('RED');
  });

  it('replays on the saved board what the log recorded after the last save', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-availability-'));
    const kept = new Map<string, string>();
    const options: WorldOptions = { journalFile: join(folder, 'journal.sqlite'), kept };
    const s360 = new FakeS360();
    let savedBefore: Map<string, string>;
    {
      await using world = await openWorld({ ...options, s360 });
      await world.start();
      savedBefore = new Map(kept);
      s360.set('11', 'RED', 0);
      await world.clock.advance(HOUR + MINUTE);
    }
    s360.isDown = true;
    await using world = await openWorld({ ...options, kept: savedBefore, s360 });
    await world.start();
    expect(world.availability.board.performance('11')?.color).toBe('RED');
    rmSync(folder, { recursive: true });
  });

  it('stops twice, without work left', async () => {
    await using world = await openWorld();
    await world.start();
    await Promise.all([world.availability.stop(), world.availability.stop()]);
    world.s360.calls.length = 0;
    await world.clock.advance(DAY);
    expect(world.s360.calls).toEqual([]);
  });
});
