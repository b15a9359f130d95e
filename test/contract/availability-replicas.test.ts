import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import {
  openReplicas,
  type AvailabilityReplicas,
  type ReplicasOptions,
} from '../support/availability-replicas.js';
import { HOUR, MINUTE, openWorld, Watcher, type AvailabilityWorld } from '../support/availability-world.js';
import { eventually } from '../support/eventually.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';

const IDS = ['11', '12', '21', '7', '8'] as const;

describe.skipIf(NO_REDIS !== null)(`replicas that poll${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`, () => {
  let redis: RedisServer;
  let worlds = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis[Symbol.asyncDispose]());

  async function startReplicas(
    count: number,
    options: Partial<ReplicasOptions> = {},
  ): Promise<AvailabilityReplicas> {
    worlds += 1;
    const replicas = await openReplicas(count, { url: redis.url, key: `foyer:polls:${worlds}`, ...options });
    for (const { availability } of replicas.alive) availability.start();
    await replicas.clock.advance(MINUTE / 2);
    return replicas;
  }

  it('fill the boards of all with one call for each method', async () => {
    await using replicas = await startReplicas(3);
    for (const replica of replicas.alive) expect(replica.observed()).toBe(5);
    expect(replicas.s360.callsByMethod()).toEqual({
      getUpdatedAvailabilities: 1,
      getEventAvailability: 1,
      getProductAvailability: 1,
      getPerformanceAvailability: 1,
    });
  });

  it('ask no more in hours of moves than one process asks', async () => {
    const options = { saleOpensAfterMs: 3.5 * HOUR };
    await using alone = await openWorld(options);
    await alone.start();
    await using replicas = await startReplicas(3, options);
    for (let hour = 0; hour < 12; hour += 1) {
      for (const { s360, clock } of [alone, replicas]) {
        s360.set('11', hour % 2 === 0 ? 'RED' : 'GREEN', hour);
        await clock.advance(HOUR / 3);
        if (hour % 3 === 0) s360.set('21', hour % 2 === 0 ? 'ORANGE' : 'GREEN', hour);
        await clock.advance((2 * HOUR) / 3);
      }
    }
    for (const [method, calls] of Object.entries(alone.s360.callsByMethod())) {
      expect([method, replicas.s360.callsByMethod()[method as 'getEventAvailability']]).toEqual([
        method,
        calls,
      ]);
    }
    for (const replica of replicas.alive) expect(colorsOf(replica)).toEqual(colorsOf(alone));
  });

  it('tell each change, or one heartbeat, to the subscribers of every replica', async () => {
    await using replicas = await startReplicas(3);
    const watchers = replicas.alive.map((replica) => new Watcher(replica));
    await replicas.clock.advance(0);
    await replicas.exchangeDemand();
    for (const watcher of watchers) watcher.updates.length = 0;
    const looks = (): number => replicas.s360.callsByMethod().getUpdatedAvailabilities!;
    const before = looks();
    await replicas.clock.advance(10 * MINUTE);
    replicas.s360.set('11', 'RED', 0);
    await replicas.clock.advance(2 * MINUTE);
    const polls = looks() - before;
    expect(polls).toBeGreaterThan(8);
    for (const watcher of watchers) {
      expect(watcher.changes()).toEqual(['11 GREEN>RED', '11/41 GREEN>RED', '8 GREEN>RED']);
      const kinds = watcher.updates.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'HEARTBEAT')).toHaveLength(polls - 1);
      expect(watcher.updates.map(({ cursor }) => cursor)).toEqual(
        watchers[0]!.updates.map(({ cursor }) => cursor),
      );
      await watcher.leave();
    }
  });

  it('go on within a minute when the one that polled dies', async () => {
    await using replicas = await startReplicas(3);
    const [, second, third] = replicas.alive;
    const watcher = new Watcher(third!);
    await replicas.clock.advance(0);
    await replicas.exchangeDemand();
    await replicas.clock.advance(2 * MINUTE);
    // Whoever won so far; both others go, so it is among them or it survives.
    await replicas.alive[0]!.die();
    await second!.die();
    const { calls } = replicas.s360;
    const lastAt = calls.at(-1)!.at;
    replicas.s360.set('12', 'ORANGE', 3);
    await replicas.clock.advance(2 * MINUTE);
    const next = calls.find(({ at }) => at > lastAt);
    expect(next!.at - lastAt).toBeLessThanOrEqual(MINUTE + MINUTE / 20);
    expect(watcher.changes()).toEqual(['12 GREEN>ORANGE', '12/41 GREEN>ORANGE', '8 GREEN>ORANGE']);
    await watcher.leave();
  });

  it.each(['from what was saved', 'from the log alone'])(
    'fill a replica that comes later %s',
    async (source) => {
      const kept = new Map<string, string>();
      await using replicas = await startReplicas(2, { kept });
      replicas.s360.set('11', 'RED', 0);
      await replicas.clock.advance(HOUR + MINUTE);
      if (source === 'from the log alone') kept.clear();
      const { length } = replicas.s360.calls;
      const late = await replicas.open();
      late.availability.start();
      await replicas.clock.advance(MINUTE);
      expect(replicas.s360.calls).toHaveLength(length);
      expect(late.observed()).toBe(5);
      expect(colorsOf(late)).toEqual(colorsOf(replicas.alive[0]!));
      const [answer] = await late.availability.ofPerformances(['11']);
      expect(answer!.freshness.source).toBe('CACHE');
      expect(replicas.s360.calls).toHaveLength(length);
    },
  );

  it('plan for what is watched on any of them, until it is watched no more', async () => {
    await using replicas = await startReplicas(2);
    const [first, second] = replicas.alive;
    const watcher = new Watcher(second!, { productIds: ['hall:1'] });
    await replicas.clock.advance(0);
    await replicas.exchangeDemand();
    const everyMs = (): number => first!.availability.plan().cycleEveryMs;
    expect(everyMs()).toBe(second!.availability.plan().cycleEveryMs);
    expect(everyMs()).toBe(MINUTE);
    await watcher.leave();
    await replicas.exchangeDemand();
    expect(everyMs()).toBe(HOUR);
  });

  it('ask for what moved since the last look of any of them, also when S-360 never dated a move before', async () => {
    await using replicas = await startReplicas(1);
    const [first] = replicas.alive;
    const second = await replicas.open();
    second.availability.start();
    await replicas.clock.advance(MINUTE);
    await first!.die();
    second.line.cut();
    replicas.s360.set('21', 'ORANGE', 2);
    await replicas.clock.advance(HOUR);
    second.line.mend();
    await replicas.clock.advance(HOUR);
    expect(second.availability.board.performance('21')?.color).toBe('ORANGE');
  });

  it('read at once what another one has sold', async () => {
    await using replicas = await startReplicas(2);
    await replicas.clock.advance(10 * MINUTE);
    const [first, second] = replicas.alive;
    // It stands still as soon as it has said so.
    replicas.s360.set('21', 'ORANGE', 2, { moved: false });
    first!.availability.expectMoves(['2']);
    await replicas.exchangeDemand();
    first!.line.cut();
    await replicas.clock.advance(2 * MINUTE);
    expect(second!.availability.board.performance('21')?.color).toBe('ORANGE');
  });

  it('ask nothing while Redis is away, and lose nothing when it comes back, even empty', async () => {
    await using own = await startRedis();
    await using replicas = await startReplicas(2, { url: own.url });
    const watchers = replicas.alive.map((replica) => new Watcher(replica));
    await replicas.clock.advance(0);
    await replicas.exchangeDemand();
    await replicas.clock.advance(2 * MINUTE);
    const { id } = replicas.alive[0]!.log;
    await own.kill();
    for (const { line } of replicas.alive) await eventually('the outage', () => !line.isUp() || undefined);
    const { length } = replicas.s360.calls;
    replicas.s360.set('11', 'RED', 0);
    await replicas.clock.advance(10 * MINUTE);
    expect(replicas.s360.calls).toHaveLength(length);
    const [stale] = await replicas.alive[0]!.availability.ofPerformances(['11']);
    expect(stale).toMatchObject({ observed: { color: 'GREEN' }, freshness: { source: 'STALE' } });

    await own.start({ isEmpty: true });
    await eventually('the same new log', async () => {
      await replicas.clock.settle();
      const ids = new Set(replicas.alive.map(({ log }) => log.id));
      return (ids.size === 1 && !ids.has(id)) || undefined;
    });
    await replicas.clock.advance(3 * MINUTE);
    for (const [index, replica] of replicas.alive.entries()) {
      expect(replica.observed()).toBe(5);
      expect(replica.availability.board.performance('11')?.color).toBe('RED');
      const kinds = watchers[index]!.updates.map(({ kind }) => kind);
      expect(kinds.indexOf('SNAPSHOT', 1)).toBe(kinds.indexOf('GAP') + 1);
      expect(knownBy(watchers[index]!)).toEqual(colorsOf(replica));
      await watchers[index]!.leave();
    }
    // What moved is read again, and nothing else.
    expect(replicas.s360.lastArgs('getEventAvailability')?.performanceIds).toEqual(['11', '12']);
  });

  it('warn of a poll that could not be told, as an outage of Redis is no error of theirs', async () => {
    const told: { level: number; msg: string }[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void told.push(JSON.parse(line)) });
    await using replicas = await startReplicas(1, { log });
    const [only] = replicas.alive;
    replicas.s360.set('11', 'RED', 0);
    const ask = replicas.s360.getEventAvailability.bind(replicas.s360);
    replicas.s360.getEventAvailability = (args) => {
      only!.line.cut();
      return ask(args);
    };
    await replicas.clock.advance(HOUR + MINUTE);
    expect(told[0]?.msg).toBe('a poll could not be recorded');
    expect(new Set(told.map(({ level }) => level))).toEqual(new Set([pino.levels.values['warn']]));
  });

  it('serve what they have while Redis is frozen, and go on when it answers again', async () => {
    await using own = await startRedis();
    await using replicas = await startReplicas(2, { url: own.url });
    own.freeze();
    const [first] = replicas.alive;
    const askedAt = performance.now();
    const [answer] = await first!.availability.ofPerformances(['11']);
    expect(answer!.observed?.color).toBe('GREEN');
    const watcher = new Watcher(first!);
    await watcher.settle();
    expect(watcher.updates.map(({ kind }) => kind)).toEqual(['SNAPSHOT']);
    expect(performance.now() - askedAt).toBeLessThan(500);
    own.thaw();
    await eventually('both', () => replicas.alive.every(({ line }) => line.isUp()) || undefined);
    replicas.s360.set('11', 'RED', 0);
    await replicas.exchangeDemand();
    await eventually('the change', async () => {
      await replicas.clock.advance(MINUTE);
      return watcher.changes().length > 0 || undefined;
    });
    for (const { availability } of replicas.alive)
      expect(availability.board.performance('11')?.color).toBe('RED');
    await watcher.leave();
  });

  // Hours pass on the clock of this test while Redis answers: a busy machine must not cut a replica off by chance.
  it(
    'end with the same truth whatever is cut off, dies or comes, and never ask too early',
    { timeout: 90_000 },
    async () => {
      const step = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant('move' as const),
            id: fc.constantFrom(...IDS),
            color: fc.constantFrom<AvailabilityColor>('GREEN', 'ORANGE', 'RED'),
          }),
        },
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant('wait' as const),
            minutes: fc.integer({ min: 1, max: 40 }),
          }),
        },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), replica: fc.nat(2) }) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('mend' as const), replica: fc.nat(2) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constantFrom('die' as const, 'query' as const),
            replica: fc.nat(2),
          }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('come' as const, 'flush' as const) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          await using replicas = await startReplicas(3, { line: { patienceMs: 10_000 } });
          const at = (index: number) => replicas.alive[index % replicas.alive.length]!;
          for (const each of steps) {
            if (each.kind === 'move') replicas.s360.set(each.id, each.color, each.color === 'RED' ? 0 : 9);
            else if (each.kind === 'wait') await replicas.clock.advance(each.minutes * MINUTE);
            else if (each.kind === 'cut') at(each.replica).line.cut();
            else if (each.kind === 'mend') at(each.replica).line.mend();
            else if (each.kind === 'query') await at(each.replica).availability.ofPerformances(['11', '21']);
            else if (each.kind === 'flush') await redis.command('FLUSHALL');
            else if (each.kind === 'come' && replicas.alive.length < 4) {
              (await replicas.open()).availability.start();
            } else if (each.kind === 'die' && replicas.alive.length > 1) await at(each.replica).die();
          }
          for (const { line } of replicas.alive) line.mend();
          await eventually(
            'the truth on all',
            async () => {
              await replicas.clock.advance(HOUR);
              const isTrue = replicas.alive.every((replica) =>
                (['11', '12', '21', '7'] as const).every(
                  (id) => colorsOf(replica).get(id) === replicas.s360.colorOf(id),
                ),
              );
              const isSame =
                new Set(replicas.alive.map((replica) => JSON.stringify([...colorsOf(replica)]))).size === 1;
              return (isTrue && isSame) || undefined;
            },
            20_000,
          );
          const [first, ...others] = replicas.alive;
          const truth = new Map(IDS.map((id) => [id, replicas.s360.colorOf(id)]));
          for (const id of ['11', '12', '21', '7'] as const) {
            expect([id, colorsOf(first!).get(id)]).toEqual([id, truth.get(id)]);
          }
          for (const other of others) expect(colorsOf(other)).toEqual(colorsOf(first!));
        }),
        { numRuns: 12, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
      );
    },
  );
});

function colorsOf({ availability: { board } }: Pick<AvailabilityWorld, 'availability'>) {
  return new Map(
    IDS.map((id) => [id as string, (id.length === 1 ? board.product(id) : board.performance(id))?.color]),
  );
}

/** What a client that applied all updates knows of the wholes. */
function knownBy({ updates }: Watcher): Map<string, AvailabilityColor | undefined> {
  const known = new Map<string, AvailabilityColor | undefined>(IDS.map((id) => [id as string, undefined]));
  for (const { kind, changes } of updates) {
    if (kind === 'SNAPSHOT') for (const id of known.keys()) known.set(id, undefined);
    for (const { subject, seatCategoryId, after } of changes) {
      const id = subject.kind === 'performance' ? subject.performanceId : subject.productId;
      if (seatCategoryId === null) known.set(id, after);
    }
  }
  return known;
}
