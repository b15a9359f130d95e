import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import { createColorLog } from '../../src/journal/color-log.js';
import { openJournal } from '../../src/journal/database.js';
import { RedisAwayError } from '../../src/errors.js';
import { ColorStream } from '../../src/journal/color-stream.js';
import { SharedColorLog } from '../../src/journal/shared-color-log.js';
import { openRedis } from '../../src/redis/open-redis.js';
import type { RedisLink } from '../../src/redis/redis-link.types.js';
import { eventually } from '../support/eventually.js';
import { FeedReader, subjectOf } from '../support/feed-reader.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';
import {
  openLogReplica,
  quietReplicas,
  type LogReplica,
  type PolledColor,
  type RecordedColors,
  type SavedBoards,
} from '../support/shared-logs.js';

describe.skipIf(NO_REDIS !== null)(
  `color log of replicas${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`,
  () => {
    let redis: RedisServer;
    let links: RedisLink[];
    let logs = 0;

    beforeAll(async () => {
      redis = await startRedis();
      links = [0, 1, 2].map(() => openRedis(redis.url, { log: pino({ level: 'silent' }) }));
      for (const link of links) await eventually('a link', () => Promise.resolve(link.isUp() || undefined));
    });

    afterAll(async () => {
      await Promise.all(links.map((link) => link.close()));
      await redis[Symbol.asyncDispose]();
    });

    async function openReplicas(
      limits: Partial<Parameters<typeof openLogReplica>[1]> = {},
    ): Promise<LogReplica[]> {
      logs += 1;
      const replicas: LogReplica[] = [];
      const saved: SavedBoards = new Map();
      for (const link of links) {
        replicas.push(await openLogReplica(link, { key: `foyer:test:${logs}`, saved, ...limits }));
      }
      return replicas;
    }

    const quiet = (replicas: readonly LogReplica[]) => (): Promise<null> => quietReplicas(replicas);

    it('gives every subscriber every change once and in order, or a GAP and a SNAPSHOT, on whatever replica', async () => {
      let gaps = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(action(), { minLength: 10, maxLength: 50 }), async (actions) => {
          const replicas = await openReplicas({ maxEntries: 8, recentChanges: 4, maxPending: 3 });
          const filters = [{}, { institutions: ['hall'] }, { productIds: ['museum:1', 'hall:2'] }];
          const readers = filters.map(
            (filter, index) => new FeedReader(replicas[index]!.feed, filter, null, quiet(replicas)),
          );
          const recorded: RecordedColors[] = [];
          let isInDoubt = false;
          let at = 0;
          for (const step of actions) {
            const replica = replicas[step.replica]!;
            const reader = readers[step.reader]!;
            if (step.kind === 'poll') {
              at += 1;
              const polls = [replica.poll(step.code, step.colors, at)];
              // Two at once: one of them writes over a head that has moved.
              if (step.isRaced) polls.push(replicas[(step.replica + 1) % 3]!.poll('hall', step.colors, at));
              for (const result of await Promise.allSettled(polls)) {
                if (result.status === 'fulfilled') recorded.push(result.value);
                else if (!(result.reason instanceof RedisAwayError)) throw result.reason;
                // Cut, it did not happen. On a busy machine an answer may be late, and it may have happened.
                else if (result.reason.message === 'cut') refused += 1;
                else isInDoubt = true;
              }
            } else if (step.kind === 'read') await reader.read(step.times);
            else if (step.kind === 'move') {
              await reader.leave();
              reader.feed = replica.feed;
            } else if (step.kind === 'rewind') await reader.rewind(step.by);
            else if (step.kind === 'cut') replica.line.cut();
            else replica.line.mend();
          }
          for (const { line } of replicas) line.mend();
          await eventually('one head', async () => {
            await quietReplicas(replicas);
            const heads = new Set(replicas.map(({ log, line }) => `${log.id} ${log.headSeq} ${line.isUp()}`));
            return heads.size === 1 || undefined;
          });
          const expected = isInDoubt ? replicas[0]!.colors() : colorsOf(recorded);
          for (const replica of replicas) {
            expect(replica.colors()).toEqual(expected);
            expect(replica.told).toEqual([...new Set(replica.told)].sort((a, b) => a - b));
          }
          for (const reader of readers) {
            await reader.readAll();
            expect(reader.colors).toEqual(only(expected, reader.filter));
            gaps += reader.kinds.filter((kind) => kind === 'GAP').length;
          }
          for (const replica of replicas) await replica.stop();
        }),
        { numRuns: 40, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
      );
      expect(gaps).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
    }, 60_000);

    it('tells a heartbeat to the subscribers of every replica, once', async () => {
      const replicas = await openReplicas();
      const readers = replicas.map(({ feed }) => new FeedReader(feed, {}, null, quiet(replicas)));
      for (const reader of readers) await reader.readAll();
      await replicas[1]!.poll('hall', [['1', '11', 'GREEN']], 1);
      await replicas[2]!.poll('hall', [], 2);
      for (const reader of readers) {
        await reader.readAll();
        expect(reader.kinds).toEqual(['SNAPSHOT', 'CHANGES', 'HEARTBEAT']);
      }
      for (const replica of replicas) await replica.stop();
    });

    it('serves a cursor of one replica on another, that began later, without a gap', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      const reader = new FeedReader(first.feed, {}, null, quiet([first, second]));
      await first.poll('hall', [['1', '11', 'GREEN']], 1);
      await reader.readAll();
      await reader.leave();
      await second.poll('hall', [['1', '11', 'RED']], 2);
      const late = await openLogReplica(links[0]!, { key: `foyer:test:${logs}` });
      expect(late.colors()).toEqual(first.colors());
      reader.feed = late.feed;
      await second.poll('hall', [['1', '11', 'GREY']], 3);
      await reader.readAll();
      expect(reader.kinds).toEqual(['SNAPSHOT', 'CHANGES', 'CHANGES'].slice(0, reader.kinds.length));
      expect(reader.afters).toEqual(['RED', 'GREY']);
      for (const replica of [first, second, third, late]) await replica.stop();
    });

    it('begins a new log with what all replicas know together when Redis lost its data', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      const all = [first, second, third];
      await first.poll(
        'hall',
        [
          ['1', '11', 'GREEN'],
          ['1', '12', 'GREEN'],
        ],
        1,
      );
      await quietReplicas(all);
      const readers = all.map(({ feed }) => new FeedReader(feed, {}, null, quiet(all)));
      for (const reader of readers) await reader.readAll();
      third.line.cut();
      await second.poll('hall', [['1', '11', 'RED']], 2);
      await second.poll('museum', [['1', '11', 'ORANGE']], 3);
      await quietReplicas(all);
      const { id } = first.log;
      second.line.cut();
      first.line.cut();
      await redis.command('FLUSHALL');
      // The one that knows least is the first to come back.
      for (const replica of [third, first, second]) {
        replica.line.mend();
        await quietReplicas(all);
      }
      expect(first.log.id).not.toBe(id);
      expect(new Set(all.map(({ log }) => `${log.id} ${log.headSeq}`)).size).toBe(1);
      const expected = new Map([
        ['11', 'RED'],
        ['12', 'GREEN'],
      ]);
      for (const [index, replica] of all.entries()) {
        const { hall, museum } = Object.fromEntries(replica.boards);
        for (const [performanceId, color] of expected)
          expect(hall?.performance(performanceId)?.color).toBe(color);
        expect(museum?.performance('11')?.color).toBe('ORANGE');
        await readers[index]!.readAll();
        expect(readers[index]!.colors).toEqual(replica.colors());
        expect(readers[index]!.kinds).toContain('GAP');
      }
      for (const replica of all) await replica.stop();
    });

    it('does not take a log that Redis restored from an older state for the one it knew', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      const all = [first, second, third];
      await first.poll('hall', [['1', '11', 'GREEN']], 1);
      await quietReplicas(all);
      const key = `foyer:test:${logs}`;
      const { id } = first.log;
      for (const { line } of all) line.cut();
      // As if the last append had not reached the disk.
      await redis.command('XDEL', key, '1-0');
      await redis.command('HSET', `${key}:log`, 'head', '0', 'floor', '0', 'bytes', '0');
      for (const { line } of all) line.mend();
      await quietReplicas(all);
      expect(first.log.id).not.toBe(id);
      await second.poll('hall', [['1', '11', 'RED']], 2);
      await quietReplicas(all);
      for (const replica of all) expect(replica.boards.get('hall')?.performance('11')?.color).toBe('RED');
      for (const replica of all) await replica.stop();
    });

    it('does so too when all were restarted meanwhile, and brings what they saved to another log', async () => {
      const saved: SavedBoards = new Map();
      const before = await openReplicas({ saved });
      const key = `foyer:test:${logs}`;
      await before[0]!.poll('hall', [['1', '11', 'GREEN']], 1);
      await quietReplicas(before);
      const backup = await redis.command('HGETALL', `${key}:log`);
      await before[1]!.poll('hall', [['1', '12', 'ORANGE']], 2);
      await before[2]!.poll('hall', [['1', '11', 'RED']], 3);
      await quietReplicas(before);
      const { id } = before[0]!.log;
      for (const replica of before) await replica.stop();
      await redis.command('XDEL', key, '2-0', '3-0');
      await redis.command('HSET', `${key}:log`, ...backup.split('\n'));
      const after = await openReplicas({ saved, key });
      await quietReplicas(after);
      expect(after[0]!.log.id).not.toBe(id);
      for (const replica of after) {
        expect([...replica.colors().values()]).toEqual(['RED', 'ORANGE']);
        expect(replica.log.id).toBe(after[0]!.log.id);
        await replica.stop();
      }
    });

    it('goes on with its log when others saved what they recorded while it began', async () => {
      const saved: SavedBoards = new Map();
      const [first, ...others] = (await openReplicas({ saved })) as [LogReplica, ...LogReplica[]];
      const key = `foyer:test:${logs}`;
      await first.poll('hall', [['1', '11', 'GREEN']], 1);
      const late = new SharedColorLog({
        stream: new ColorStream({ connection: links[1]!, key }),
        history: { append: () => Promise.resolve(), ofPerformance: () => Promise.resolve([]) },
        log: pino({ level: 'silent' }),
      });
      await late.join({
        institution: 'hall',
        async begin() {
          await first.poll('hall', [['1', '11', 'RED']], 2);
          return first.log.headSeq;
        },
        take: () => {},
        unrecorded: () => [],
      });
      expect([late.id, late.headSeq]).toEqual([first.log.id, 2]);
      await late.stop();
      for (const replica of [first, ...others]) await replica.stop();
    });

    it('begins anew on a replica that missed what is no longer kept', async () => {
      const [first, second, third] = (await openReplicas({ maxEntries: 3 })) as [
        LogReplica,
        LogReplica,
        LogReplica,
      ];
      await first.poll('hall', [['1', '11', 'GREEN']], 1);
      await quietReplicas([first, third]);
      third.line.cut();
      const reader = new FeedReader(third.feed, {}, null, quiet([first, third]));
      await reader.readAll();
      for (let at = 2; at < 8; at += 1) await second.poll('hall', [['1', '11', at % 2 ? 'RED' : 'GREY']], at);
      third.line.mend();
      await quietReplicas([first, third]);
      await reader.readAll();
      expect(reader.kinds).toEqual(['SNAPSHOT', 'GAP', 'SNAPSHOT']);
      expect(reader.colors).toEqual(first.colors());
      for (const replica of [first, second, third]) await replica.stop();
    });

    it('says GAP, and skips nothing, when another replica cleaned up what a subscriber still needs', async () => {
      const [first, second, third] = (await openReplicas({ maxEntries: 3, recentChanges: 1 })) as [
        LogReplica,
        LogReplica,
        LogReplica,
      ];
      const poll = (at: number) => first.poll('hall', [['1', '11', at % 2 ? 'RED' : 'GREY']], at);
      await poll(1);
      await quietReplicas([first, second]);
      const reader = new FeedReader(second.feed, {}, null, quiet([first, second]));
      await reader.readAll();
      await reader.leave();
      for (let at = 2; at <= 4; at += 1) await poll(at);
      await quietReplicas([first, second]);
      // Its messages are late.
      second.line.isCut = true;
      for (let at = 5; at <= 7; at += 1) await poll(at);
      await quietReplicas([first]);
      second.line.isCut = false;
      await reader.readAll();
      expect(reader.kinds).toEqual(['SNAPSHOT', 'GAP', 'SNAPSHOT']);
      await poll(8);
      await quietReplicas([first, second]);
      await reader.readAll();
      expect(reader.colors).toEqual(first.colors());
      for (const replica of [first, second, third]) await replica.stop();
    });

    it('does not bring back old colors that a replica read before it stood still', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      const all = [first, second, third];
      const late = first.ask(
        'hall',
        [
          ['1', '11', 'GREEN'],
          ['1', '12', 'GREEN'],
        ],
        1,
      );
      first.line.cut();
      await second.poll('hall', [['1', '11', 'RED']], 2);
      first.line.mend();
      expect((await late()).colors).toEqual([[{ ...performance11(), performanceId: '12' }, 'GREEN']]);
      await quietReplicas(all);
      for (const { boards } of all) expect(boards.get('hall')?.performance('11')?.color).toBe('RED');
      for (const replica of all) await replica.stop();
    });

    it('waits for what a client has seen elsewhere already', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      const reader = new FeedReader(first.feed, {}, null, quiet([first]));
      await reader.readAll();
      await first.poll('hall', [['1', '11', 'GREEN']], 1);
      await reader.readAll();
      await reader.leave();
      // Its messages are late.
      second.line.isCut = true;
      await first.poll('hall', [['1', '11', 'RED']], 2);
      const other = new FeedReader(first.feed, {}, null, quiet([first]));
      await other.readAll();
      await other.leave();
      second.line.isCut = false;
      other.feed = second.feed;
      await other.readAll();
      expect(other.kinds).toEqual(['SNAPSHOT']);
      await first.poll('hall', [['1', '11', 'GREY']], 3);
      await quietReplicas([first, second]);
      await other.readAll();
      expect(other.kinds).toEqual(['SNAPSHOT', 'CHANGES']);
      for (const replica of [first, second, third]) await replica.stop();
    });

    it('is kept as history by the replica that polled, and goes on when the history cannot be written', async () => {
      const now = Date.now();
      const journal = openJournal(':memory:');
      const history = await createColorLog({ journal, clock: systemClock });
      const all = (await openReplicas({ history })) as [LogReplica, LogReplica, LogReplica];
      await all[0].poll('hall', [['1', '11', 'GREEN']], now);
      await quietReplicas(all);
      await all[1].poll('hall', [['1', '11', 'RED']], now + 1);
      await quietReplicas(all);
      const kept = await all[2].log.ofPerformance('hall', '11', 5);
      expect(kept.map(({ before, after }) => `${before}>${after}`)).toEqual(['GREEN>RED', 'UNKNOWN>GREEN']);
      await journal.destroy();
      await all[1].poll('hall', [['1', '11', 'GREY']], now + 2);
      await quietReplicas(all);
      for (const { boards } of all) expect(boards.get('hall')?.performance('11')?.color).toBe('GREY');
      for (const replica of all) await replica.stop();
    });

    it('keeps no more than its limits allow, in polls and in bytes', async () => {
      const [first, ...others] = (await openReplicas({ maxBytes: 4_000 })) as [LogReplica, ...LogReplica[]];
      for (let at = 1; at <= 40; at += 1)
        await first.poll('hall', [['1', '11', at % 2 ? 'RED' : 'GREY']], at);
      const key = `foyer:test:${logs}`;
      expect(Number(await redis.command('HGET', `${key}:log`, 'bytes'))).toBeLessThanOrEqual(4_000);
      const kept = Number(await redis.command('XLEN', key));
      expect(kept).toBeGreaterThan(2);
      expect(first.log.floorSeq).toBe(40 - kept);
      for (const replica of [first, ...others]) await replica.stop();
    });

    it('takes one call of Redis to record a poll, and one on each other replica to hear of it', async () => {
      const [first, second, third] = (await openReplicas()) as [LogReplica, LogReplica, LogReplica];
      await third.stop();
      await quietReplicas([first, second]);
      const calls = async (): Promise<number> => {
        await quietReplicas([first, second]);
        return scriptCalls(redis);
      };
      const before = await calls();
      for (let at = 1; at <= 10; at += 1) {
        await first.poll('hall', [['1', '11', at % 2 ? 'RED' : 'GREY']], at);
        await quietReplicas([first, second]);
      }
      expect((await calls()) - before).toBe(20);
      for (const replica of [first, second]) await replica.stop();
    });
  },
);

type Step = fc.Arbitrary<
  { readonly replica: number; readonly reader: number } & (
    | {
        readonly kind: 'poll';
        readonly code: string;
        readonly colors: readonly PolledColor[];
        readonly isRaced: boolean;
      }
    | { readonly kind: 'read'; readonly times: number }
    | { readonly kind: 'rewind'; readonly by: number }
    | { readonly kind: 'move' | 'cut' | 'mend' }
  )
>;

function action(): Step {
  const who = { replica: fc.nat(2), reader: fc.nat(2) };
  const place = fc.constantFrom(['1', '11'] as const, ['1', '12'] as const, ['2', '21'] as const);
  const color = fc.constantFrom<AvailabilityColor>('GREEN', 'ORANGE', 'RED', 'GREY');
  const colors = fc
    .uniqueArray(fc.tuple(place, color), { maxLength: 3, selector: ([[, performanceId]]) => performanceId })
    .map((tuples) =>
      tuples.map(([[productId, performanceId], is]) => [productId, performanceId, is] as const),
    );
  const code = fc.constantFrom('hall', 'museum');
  const isRaced = fc.boolean();
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('poll' as const), ...who, code, colors, isRaced }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        ...who,
        times: fc.integer({ min: 1, max: 8 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewind' as const), ...who, by: fc.nat(9) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('move', 'cut', 'mend', 'mend'), ...who }) },
  );
}

/** What all of it together leaves, in the order of the log. */
function colorsOf(recorded: readonly RecordedColors[]): Map<string, AvailabilityColor> {
  const inOrder = [...recorded].sort((a, b) => a.seq - b.seq);
  return new Map(
    inOrder.flatMap(({ code, colors }) =>
      colors.map(([subject, color]) => [subjectOf(code, subject), color] as const),
    ),
  );
}

function only(
  expected: ReadonlyMap<string, AvailabilityColor>,
  { institutions, productIds }: FeedReader['filter'],
): Map<string, AvailabilityColor> {
  return new Map(
    [...expected].filter(([key]) => {
      const code = key.slice(0, key.indexOf(' '));
      const { productId } = JSON.parse(key.slice(code.length + 1)) as { productId: string };
      return (institutions?.includes(code) ?? true) && (productIds?.includes(`${code}:${productId}`) ?? true);
    }),
  );
}

function performance11() {
  return { kind: 'performance', productId: '1', performanceId: '11' } as const;
}

async function scriptCalls(redis: RedisServer): Promise<number> {
  const stats = await redis.command('INFO', 'commandstats');
  const counted = /^cmdstat_evalsha:calls=(\d+)/m.exec(stats);
  return Number(counted?.[1] ?? 0);
}
