import { describe, expect, it } from 'vitest';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { skipNote } from '../support/postgres.js';

describe.skipIf(NO_REDIS !== null)(`a Redis of the tests${skipNote(NO_REDIS)}`, () => {
  it('comes back with its data after a stop, and without when it shall be empty', async () => {
    await using redis = await startRedis({ isDurable: true });
    await redis.command('SET', 'a', '1');
    await redis.restart();
    const kept = await redis.command('GET', 'a');
    await redis.kill();
    await redis.start({ isEmpty: true });
    expect([kept, await redis.command('GET', 'a')]).toEqual(['1', '']);
  });

  it('answers nothing while it is frozen', async () => {
    await using redis = await startRedis();
    redis.freeze();
    const order: string[] = [];
    const answer = redis.command('PING').then((text) => order.push(text));
    await new Promise((resolve) => setTimeout(resolve, 100));
    order.push('thawed');
    redis.thaw();
    await answer;
    expect(order).toEqual(['thawed', 'PONG']);
  });
});
