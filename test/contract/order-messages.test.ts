import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import type { Order } from '../../src/domain/order.js';
import { openRedis } from '../../src/redis/open-redis.js';
import { OrderExchange } from '../../src/services/orders/order-exchange.js';
import { OrderFeed } from '../../src/services/orders/order-feed.js';
import { eventually } from '../support/eventually.js';
import { anOrder } from '../support/order-records.js';
import { NO_REDIS, startRedis } from '../support/redis.js';

const log = pino({ level: 'silent' });

describe.skipIf(NO_REDIS !== null)(`orders over Redis${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`, () => {
  it('are told to the watchers of another replica, also what happened while Redis was away', async () => {
    await using redis = await startRedis();
    let journal = anOrder({ state: 'ON_HOLD' });
    const replicas = [0, 1].map(() => {
      const link = openRedis(redis.url, { log });
      const feed = new OrderFeed(systemClock);
      const bySeveral = (): Promise<Order[]> => Promise.resolve([journal]);
      const exchange = new OrderExchange(
        { messages: link, journal: { bySeveral }, clock: systemClock, log },
        feed,
      );
      exchange.start();
      return { link, feed, exchange };
    });
    const [here, there] = replicas as [(typeof replicas)[0], (typeof replicas)[0]];
    const isUp = (): Promise<unknown> =>
      eventually('both', () => replicas.every(({ link }) => link.isUp()) || undefined);
    const write = (facts: Partial<Order>): void => {
      journal = { ...journal, ...facts, version: journal.version + 1 };
      here.feed.publish(journal);
    };
    await isUp();

    const watched = there.feed.watch(
      journal.number,
      () => Promise.resolve(journal),
      new AbortController().signal,
    );
    expect((await watched.next()).value?.state).toBe('ON_HOLD');
    const next = watched.next();
    // The line for messages may come up a moment after the one for commands.
    await eventually('the other replica', async () => {
      write({ state: 'CLOSING' });
      return (
        (await Promise.race([next, new Promise<null>((wait) => setTimeout(() => wait(null), 25))])) ??
        undefined
      );
    });
    expect((await next).value?.state).toBe('CLOSING');

    await redis.kill();
    await eventually('the outage', () => replicas.every(({ link }) => !link.isUp()) || undefined);
    write({ state: 'CLOSED' });
    await redis.start();
    expect((await watched.next()).value?.state).toBe('CLOSED');
    await watched.return(undefined);
    for (const { exchange, link } of replicas) {
      await exchange.stop();
      await link.close();
    }
  });
});
