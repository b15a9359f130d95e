import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisAwayError } from '../../src/errors.js';
import { openRedis } from '../../src/redis/open-redis.js';
import type { RedisConnection, RedisLink } from '../../src/redis/redis-link.types.js';
import { eventually } from '../support/eventually.js';
import { failureOf } from '../support/failure.js';
import { skipNote } from '../support/postgres.js';
import { latenessOf } from '../support/lateness.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';

const silent = pino({ level: 'silent' });

function open(redis: RedisServer): RedisLink {
  const link = openRedis(redis.url, { log: silent });
  onTestFinished(() => link.close());
  return link;
}

function up(link: RedisConnection): Promise<true> {
  return eventually('a Redis that answers', () => (link.isUp() ? true : null), 10_000);
}

const get = (link: RedisConnection): Promise<string | null> => link.run((client) => client.get('a'));

describe.skipIf(NO_REDIS !== null)(`the link to Redis${skipNote(NO_REDIS)}`, () => {
  it('answers what Redis answers', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    await up(link);
    await link.run((client) => client.set('a', '1'));
    expect(await get(link)).toBe('1');
  });

  it('hands on what Redis refuses, and stays up', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    await up(link);
    await redis.command('SET', 'a', 'text');
    const refusals = await Promise.all(
      [1, 2, 3].map(() => failureOf(link.run((client) => client.lPush('a', '1')))),
    );
    expect(refusals.map((error) => error instanceof RedisAwayError)).toEqual([false, false, false]);
    expect(String(refusals[0])).toContain('WRONGTYPE');
    expect(link.isUp()).toBe(true);
  });

  it('refuses at once while nothing was ever there, and takes Redis in when it appears', async () => {
    await using redis = await startRedis({ isStarted: false });
    const link = open(redis);
    const { lateMs, outcome } = await latenessOf(0, () => failureOf(get(link)));
    expect(outcome).toBeInstanceOf(RedisAwayError);
    expect(lateMs).toBeLessThan(20);
    await redis.start();
    await up(link);
    expect(await get(link)).toBeNull();
  });

  it('is not held up by a Redis that is frozen when it starts, and takes it in when it thaws', async () => {
    await using redis = await startRedis();
    redis.freeze();
    const link = open(redis);
    for (let time = 0; time < 3; time += 1) {
      const { lateMs, outcome } = await latenessOf(50, () => failureOf(get(link)));
      expect(outcome).toBeInstanceOf(RedisAwayError);
      expect(lateMs).toBeLessThan(20);
    }
    redis.thaw();
    await up(link);
    expect(await get(link)).toBeNull();
  });

  it.each([
    ['freezes', async (redis: RedisServer) => redis.freeze(), async (redis: RedisServer) => redis.thaw()],
    [
      'answers nothing for a moment',
      async (redis: RedisServer) => {
        redis.freeze();
        setTimeout(() => redis.thaw(), 400);
      },
      async () => {},
    ],
    ['dies', (redis: RedisServer) => redis.kill(), (redis: RedisServer) => redis.start()],
    ['stops', (redis: RedisServer) => redis.stop(), (redis: RedisServer) => redis.start()],
  ])(
    'waits no longer than its deadline for a Redis that %s, then not at all, and comes back with it',
    async (_how, leave, comeBack) => {
      await using redis = await startRedis();
      const link = open(redis);
      await up(link);
      const told: boolean[] = [];
      link.onChange((isUp) => told.push(isUp));
      await leave(redis);
      for (let time = 0; time < 3; time += 1) {
        const { lateMs, outcome } = await latenessOf(50, () => failureOf(get(link)));
        expect(outcome).toBeInstanceOf(RedisAwayError);
        expect(lateMs).toBeLessThan(20);
      }
      expect(link.isUp()).toBe(false);
      const { lateMs } = await latenessOf(0, () => failureOf(get(link)));
      expect(lateMs).toBeLessThan(20);
      await comeBack(redis);
      await up(link);
      expect(await get(link)).toBeNull();
      expect(told).toEqual([false, true]);
    },
  );

  it('sends a script whole only to a server that does not know it', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    await up(link);
    const script = link.script(`return {KEYS[1], ARGV[1], ARGV[2]}`);
    const before = await script(['k'], ['one', 2]);
    await redis.restart({ isEmpty: true });
    await eventually('the end of the old connection', () => (link.isUp() ? null : true), 10_000).catch(
      () => {},
    );
    await up(link);
    expect([before, await script(['k'], ['one', 2])]).toEqual([
      ['k', 'one', '2'],
      ['k', 'one', '2'],
    ]);
  });

  it('waits for a script as long as whoever made it says', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    await up(link);
    const [common, patient] = [undefined, { deadlineMs: 10_000 }].map((options) =>
      link.script(`return 'done'`, options),
    );
    redis.freeze();
    const answer = patient!([], []);
    expect(await failureOf(common!([], []))).toBeInstanceOf(RedisAwayError);
    redis.thaw();
    expect(await answer).toBe('done');
  });

  it('hears what is published, also after Redis was away, and says when it begins to hear again', async () => {
    await using redis = await startRedis();
    const [speaker, listener] = [open(redis), open(redis)];
    const heard: string[] = [];
    let timesReady = 0;
    listener.subscribe({
      channel: 'news',
      onMessage: (text) => heard.push(text),
      onReady: () => (timesReady += 1),
    });
    const ready = (times: number): Promise<true> =>
      eventually(
        `a listener that is ready ${times} times`,
        () => (timesReady >= times ? true : null),
        10_000,
      );
    await ready(1);
    await up(speaker);
    await speaker.publish('news', 'first');
    await eventually('the first', () => (heard.length === 1 ? true : null), 10_000);
    await redis.kill();
    await redis.start();
    await ready(2);
    await up(speaker);
    await speaker.publish('news', 'second');
    await eventually('the second', () => (heard.length === 2 ? true : null), 10_000);
    expect(heard).toEqual(['first', 'second']);
  });

  it('opens connections on which a read may wait at the server without being given up', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    const waiting = link.open({ longestWaitMs: 2_000 });
    await up(waiting);
    await up(link);
    const read = waiting.run((client) => client.blPop('queue', 2), { deadlineMs: 3_000 });
    await link.run((client) => client.rPush('queue', 'late'));
    expect(await read).toEqual({ key: 'queue', element: 'late' });
  });

  it('refuses everything after it was closed, and may be closed twice', async () => {
    await using redis = await startRedis();
    const link = open(redis);
    await up(link);
    await link.close();
    await link.close();
    expect(await failureOf(get(link))).toBeInstanceOf(RedisAwayError);
  });
});
