import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveColorBoard } from '../../src/cache/color-board.js';
import { systemClock } from '../../src/clock.js';
import type { AvailabilityColor, ObservedAvailability } from '../../src/domain/availability.js';
import { InvalidInputError } from '../../src/errors.js';
import { createColorLog } from '../../src/journal/color-log.js';
import { openJournal } from '../../src/journal/database.js';
import { encodeCursor } from '../../src/services/availability/availability-cursor.js';
import {
  createAvailabilityFeed,
  type RunningFeed,
} from '../../src/services/availability/availability-feed.js';
import type { FeedFilter, FeedUpdate } from '../../src/services/availability/availability-feed.types.js';
import { eventually } from '../support/eventually.js';
import { FeedReader as Reader, openFeed as open, subjectOf as keyOf } from '../support/feed-reader.js';

const CODES = ['hall', 'museum'] as const;
type Code = (typeof CODES)[number];

describe('availability feed', () => {
  it('gives every subscriber every change once and in order, or a GAP followed by a SNAPSHOT', async () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('poll' as const), ...pollArbitrary() }) },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('read' as const),
          reader: fc.nat(3),
          times: fc.integer({ min: 1, max: 12 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), reader: fc.nat(3) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('rewind' as const), reader: fc.nat(3), by: fc.nat(20) }),
      },
    );
    let gaps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (actions) => {
        const world = await startWorld({ maxChanges: 8, maxPending: 3, pieceSize: 4 });
        const readers = [
          new Reader(world.feed, {}),
          new Reader(world.feed, { institutions: ['hall'] }),
          new Reader(world.feed, { productIds: ['museum:1', 'hall:2'] }),
          new Reader(world.feed, { performanceIds: ['hall:11', 'hall:21'] }),
        ];
        for (const step of actions) {
          if (step.kind === 'poll') await world.poll(step.code, step.colors);
          else if (step.kind === 'read') await readers[step.reader]!.read(step.times);
          else if (step.kind === 'leave') await readers[step.reader]!.leave();
          else await readers[step.reader]!.rewind(step.by);
        }
        // What follows a rewind must reach the same end.
        for (const reader of readers) {
          await reader.readAll();
          expect(reader.colors).toEqual(world.colors(reader.filter));
          gaps += reader.kinds.filter((kind) => kind === 'GAP').length;
        }
        await world.stop();
      }),
      { numRuns: 150 },
    );
    expect(gaps).toBeGreaterThan(0);
  });

  it('says HEARTBEAT for a poll that found nothing, and for one whose changes the filter excludes', async () => {
    const world = await startWorld();
    const all = new Reader(world.feed, {});
    const one = new Reader(world.feed, { productIds: ['hall:1'] });
    await all.readAll();
    await one.readAll();
    await world.poll('hall', [['2', '21', 'GREEN']]);
    await world.poll('hall', []);
    await world.poll('museum', [['1', '11', 'GREEN']]);
    await all.readAll();
    await one.readAll();
    expect(all.kinds).toEqual(['SNAPSHOT', 'CHANGES', 'HEARTBEAT', 'CHANGES']);
    expect(one.kinds).toEqual(['SNAPSHOT', 'HEARTBEAT', 'HEARTBEAT']);
    await world.stop();
  });

  it('tells nothing to a filter with an empty list, which is not the same as no list', async () => {
    const world = await startWorld();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    for (const filter of [{ institutions: [] }, { productIds: [] }, { performanceIds: [] }]) {
      const nothing = new Reader(world.feed, filter);
      await nothing.readAll();
      await world.poll('hall', [['1', '11', 'RED']]);
      await world.poll('hall', [['1', '11', 'GREEN']]);
      await nothing.readAll();
      expect(nothing.afters).toEqual([]);
      expect(nothing.colors).toEqual(new Map());
    }
    await world.stop();
  });

  it('resumes from the log in pieces after a disconnect', async () => {
    const world = await startWorld({ pieceSize: 2 });
    const reader = new Reader(world.feed, {});
    await reader.readAll();
    await reader.leave();
    for (const color of ['GREEN', 'ORANGE', 'RED'] as const) await world.poll('hall', [['1', '11', color]]);
    await reader.readAll();
    expect(reader.kinds).toEqual(['SNAPSHOT', 'CHANGES', 'CHANGES']);
    expect(reader.afters).toEqual(['GREEN', 'ORANGE', 'RED']);
    await world.stop();
  });

  it('answers the cursor of another journal with a GAP and a SNAPSHOT', async () => {
    const world = await startWorld();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    const reader = new Reader(world.feed, {}, encodeCursor({ logId: 'another-log', seq: 1 }));
    await reader.readAll();
    expect(reader.kinds).toEqual(['GAP', 'SNAPSHOT']);
    await world.stop();
  });

  it('holds a bounded number of polls for a reader that does not read, and gives it all changes later', async () => {
    const world = await startWorld({ maxPending: 2 });
    const reader = new Reader(world.feed, {});
    await reader.read(1);
    const colors = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 'GREEN' : 'RED'));
    for (const color of colors) await world.poll('hall', [['1', '11', color]]);
    await reader.readAll();
    expect(reader.afters).toEqual(colors);
    expect(reader.kinds.length).toBeLessThan(50);
    await world.stop();
  });

  it('makes two snapshots at a time, the next when one was taken, left or forgotten', async () => {
    const world = await startWorld();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    const made: number[] = [];
    const streams = Array.from({ length: 5 }, () => open(world.feed, {}, null));
    const updates = streams.map((stream, index) =>
      stream.next().then((result) => {
        made.push(index);
        return result.value as FeedUpdate;
      }),
    );
    await eventually('two snapshots', () => (made.length === 2 ? true : null));
    (await updates[0])!.onTaken!();
    await eventually('the third', () => (made.length === 3 ? true : null));
    await streams[1]!.return!();
    await eventually('the fourth', () => (made.length === 4 ? true : null));
    await eventually('the fifth, as the third is not taken', () => (made.length === 5 ? true : null));
    expect(made).toEqual([0, 1, 2, 3, 4]);
    await world.stop();
  });

  it('makes the snapshot of who watches a page beside those of everything', async () => {
    const world = await startWorld();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    const made: string[] = [];
    const filters: [string, FeedFilter][] = [
      ...['first', 'second', 'third'].map((name): [string, FeedFilter] => [name, {}]),
      ['page', { productIds: ['hall:1'] }],
    ];
    await Promise.all(
      filters.map(async ([name, filter]) => {
        await open(world.feed, filter, null).next();
        made.push(name);
      }),
    );
    expect(made).toEqual(['first', 'second', 'page', 'third']);
    await world.stop();
  });

  it('makes the snapshot of one caller without those that another one asked for before', async () => {
    const world = await startWorld();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    const made: string[] = [];
    await Promise.all(
      ['a', 'a', 'a', 'a', 'b'].map(async (callerId) => {
        await open(world.feed, {}, null, { callerId }).next();
        made.push(callerId);
      }),
    );
    expect(made).toEqual(['a', 'a', 'a', 'b', 'a']);
    await world.stop();
  });

  it('makes the update of a poll once for all subscribers with the same filter', async () => {
    const world = await startWorld();
    const readers = [new Reader(world.feed, {}), new Reader(world.feed, {})];
    for (const reader of readers) await reader.readAll();
    await world.poll('hall', [['1', '11', 'GREEN']]);
    for (const reader of readers) await reader.readAll();
    expect(readers[0]!.last).toBe(readers[1]!.last);
    await world.stop();
  });

  it('counts watchers while they are subscribed', async () => {
    const world = await startWorld();
    const all = new Reader(world.feed, {});
    const one = new Reader(world.feed, { productIds: ['hall:1'] });
    await all.read(1);
    await one.read(1);
    expect(world.feed.watchersOf('hall')).toMatchObject({ all: 1, byProduct: new Map([['1', 1]]) });
    await all.leave();
    await one.leave();
    expect(world.feed.watchersOf('hall')).toMatchObject({ all: 0, byProduct: new Map() });
    await world.stop();
  });

  it('ends when its signal aborts and when the feed stops, even while a reader waits', async () => {
    const world = await startWorld();
    const abort = new AbortController();
    const aborted = open(world.feed, {}, null, { signal: abort.signal });
    const stopped = open(world.feed, {}, null);
    await aborted.next();
    await stopped.next();
    const waiting = [aborted.next(), stopped.next()];
    abort.abort();
    await world.stop();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(world.feed.watchersOf('hall').all).toBe(0);
  });

  it.each([
    ['after', {}, 'garbage'],
    ['after', {}, ''],
    ['after', {}, Buffer.from('log:1x').toString('base64url')],
    ['filter.institutions[1]', { institutions: ['hall', 'opera'] }, null],
    ['filter.productIds[0]', { productIds: ['hall:x'] }, null],
    ['filter.performanceIds[0]', { performanceIds: ['opera:1'] }, null],
    ['filter.productIds', { productIds: Array.from({ length: 501 }, (_, id) => `hall:${id}`) }, null],
  ])('refuses a bad `%s`', async (argument, filter: FeedFilter, after) => {
    const world = await startWorld();
    const subscribe = (): unknown =>
      world.feed.subscribe(filter, after, { signal: new AbortController().signal, callerId: '' });
    expect(subscribe).toThrow(InvalidInputError);
    expect(subscribe).toThrow(`\`${argument}\``);
    await world.stop();
  });
});

type PolledColor = readonly [productId: string, performanceId: string, color: AvailabilityColor];

function pollArbitrary(): {
  code: fc.Arbitrary<Code>;
  colors: fc.Arbitrary<PolledColor[]>;
} {
  const place = fc.constantFrom(['1', '11'] as const, ['1', '12'] as const, ['2', '21'] as const);
  const color = fc.constantFrom<AvailabilityColor>('GREEN', 'ORANGE', 'RED', 'GREY');
  return {
    code: fc.constantFrom(...CODES),
    colors: fc
      .uniqueArray(fc.tuple(place, color), { maxLength: 3, selector: ([[, performanceId]]) => performanceId })
      .map((tuples) => tuples.map(([[productId, performanceId], is]) => [productId, performanceId, is])),
  };
}

interface World {
  readonly feed: RunningFeed;
  poll(code: Code, colors: readonly PolledColor[]): Promise<void>;
  colors(filter: FeedFilter): Map<string, AvailabilityColor>;
  stop(): Promise<void>;
}

async function startWorld(
  limits: { maxChanges?: number; maxPending?: number; pieceSize?: number } = {},
): Promise<World> {
  const journal = openJournal(':memory:');
  const colorLog = await createColorLog({ journal, clock: systemClock, ...limits });
  const boards = new Map(CODES.map((code) => [code, new LiveColorBoard(code)]));
  const feed = createAvailabilityFeed({ institutions: boards, colorLog, clock: systemClock, ...limits });
  for (const [institution, board] of boards) {
    feed.join({
      institution,
      ready: Promise.resolve(),
      observations: () => board.all(),
      polledAt: () => 1,
      nextPollAt: () => 2,
      onDemand: () => {},
    });
  }
  return {
    feed,
    poll(code, colors) {
      const board = boards.get(code)!;
      const observations = colors.map(([productId, performanceId, color]): ObservedAvailability => ({
        subject: { kind: 'performance', productId, performanceId },
        color,
        rawLevel: color,
        remaining: null,
        bySeatCategory: [],
        observedAt: Date.now(),
      }));
      return colorLog.append(
        () => board.diff(observations),
        (changes, seq) => {
          board.apply(observations);
          feed.publish({ institution: code, changes, seq, polledAt: 1, nextPollAt: 2 });
        },
      );
    },
    colors(filter) {
      const all = [...boards].flatMap(([code, board]) =>
        [...board.all()].map(({ subject, color }) => ({ code, subject, color })),
      );
      return new Map(
        all
          .filter(({ code, subject }) => {
            const performanceId = subject.kind === 'performance' ? subject.performanceId : '';
            return (
              (filter.institutions?.includes(code) ?? true) &&
              (filter.productIds?.includes(`${code}:${subject.productId}`) ?? true) &&
              (filter.performanceIds?.includes(`${code}:${performanceId}`) ?? true)
            );
          })
          .map(({ code, subject, color }) => [keyOf(code, subject), color]),
      );
    },
    async stop() {
      await feed.stop();
      await journal.destroy();
    },
  };
}
