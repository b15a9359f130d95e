import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config/config.js';
import { formatLocal } from '../../src/domain/local-time.js';
import { openJournal } from '../../src/journal/database.js';
import { reconcileMonth } from '../../src/reconciliation/reconciliation.js';
import { settingsFor } from '../support/gateway.js';
import { createRequest, SHORT_WAITS, startOrderHouse } from '../support/order-house.js';
import { ORDERS } from '../support/order-world.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';

it.skipIf(NO_REDIS !== null)(
  `reconcile beside replicas spends the calls that they share${skipNote(NO_REDIS)}`,
  async () => {
    await using house = await startOrderHouse();
    await using redis = await startRedis();
    const { order } = await house.gateway.orders.create(createRequest('shared', { intent: 'PLACE' }));
    const cacheDir = house.gateway.cacheDir;
    await house.gateway.stop();
    const settings = { ...settingsFor(house.sandbox.institutions), ...SHORT_WAITS, CACHE_DIR: cacheDir };
    const config = readConfig({ ...settings, REDIS_URL: redis.url }, cacheDir);
    const month = formatLocal({ epochMs: order!.createdAt, timeZone: 'Europe/Paris' }).slice(0, 7);
    const log = pino({ level: 'silent' });
    const { findings } = await reconcileMonth(
      config,
      { institution: ORDERS.code, month },
      { clock: systemClock, log },
    );
    expect(findings).toEqual([]);
    const journal = openJournal(join(cacheDir, 'journal.sqlite'));
    const [count] = await journal.selectFrom('call_count').selectAll().execute();
    await journal.destroy();
    const key = `foyer:{${ORDERS.code}}:calls:month:${count!.month_start}`;
    expect(await redis.command('HMGET', key, 'calls', 'bytes')).toBe(`${count!.calls}\n${count!.bytes}`);
  },
);
