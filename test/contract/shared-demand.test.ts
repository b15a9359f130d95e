import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../src/redis/open-redis.js';
import type { RedisLink } from '../../src/redis/redis-link.types.js';
import { SharedDemand, type Demand } from '../../src/services/availability/availability-shared-demand.js';
import { eventually } from '../support/eventually.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';

const NOTHING: Demand = { all: 0, byProduct: [], byPerformance: [], queried: [], sold: [] };

describe.skipIf(NO_REDIS !== null)(`demand of replicas${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`, () => {
  let redis: RedisServer;
  let link: RedisLink;
  let opened: Replica[] = [];
  let keys = 0;

  beforeAll(async () => {
    redis = await startRedis();
    link = openRedis(redis.url, { log: pino({ level: 'silent' }) });
    await eventually('Redis', () => link.isUp() || undefined);
  });

  afterEach(() => {
    for (const { demand } of opened) demand.stop();
    opened = [];
    keys += 1;
  });

  afterAll(async () => {
    await link.close();
    await redis[Symbol.asyncDispose]();
  });

  interface Replica {
    readonly demand: SharedDemand;
    wants: Demand;
    readonly newlySold: string[];
    changes: number;
  }

  function openReplica(wants: Partial<Demand> = {}): Replica {
    const demand = new SharedDemand(link, { key: `foyer:test-demand:${keys}` });
    const replica: Replica = { demand, wants: { ...NOTHING, ...wants }, newlySold: [], changes: 0 };
    demand.join({
      institution: 'hall',
      demand: () => replica.wants,
      onOthersChanged(newlySold) {
        replica.newlySold.push(...newlySold);
        replica.changes += 1;
      },
    });
    opened.push(replica);
    return replica;
  }

  it('is the sum of all others, without its own', async () => {
    const first = openReplica({ all: 1, byProduct: [['1', 2]] });
    const second = openReplica({ all: 2, byProduct: [['1', 3]], byPerformance: [['11', 1]], queried: ['7'] });
    const third = openReplica();
    for (const { demand } of [first, second, third]) await demand.exchange();
    expect(third.demand.othersOf('hall')).toEqual({
      watchers: { all: 3, byProduct: new Map([['1', 5]]), byPerformance: new Map([['11', 1]]) },
      queried: new Set(['7']),
      sold: new Set(),
    });
    await first.demand.exchange();
    expect(first.demand.othersOf('hall').watchers.all).toBe(2);
    expect(first.demand.othersOf('museum').watchers.all).toBe(0);
  });

  it('tells of each sale once, and of nothing when nothing changed', async () => {
    const [first, second] = [openReplica({ sold: ['5'] }), openReplica()];
    await first.demand.exchange();
    await second.demand.exchange();
    await second.demand.exchange();
    expect([second.newlySold, second.changes]).toEqual([['5'], 1]);
    first.wants = { ...NOTHING, sold: ['5', '6'] };
    await first.demand.exchange();
    await second.demand.exchange();
    expect(second.newlySold).toEqual(['5', '6']);
  });

  it('comes by itself within a moment', async () => {
    const [first, second] = [openReplica(), openReplica()];
    first.demand.start();
    second.demand.start();
    first.wants = { ...NOTHING, all: 7 };
    first.demand.changed();
    const watchers = (): number => second.demand.othersOf('hall').watchers.all;
    await eventually('the demand', () => watchers() > 0 || undefined, 4_000);
    expect(watchers()).toBe(7);
  });

  it('tells the most watched of more ids than it may tell', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => [String(index), index] as const);
    const [first, second] = [openReplica({ byProduct: many }), openReplica()];
    await first.demand.exchange();
    await second.demand.exchange();
    const { byProduct } = second.demand.othersOf('hall').watchers;
    expect(byProduct.size).toBe(2_000);
    expect(Math.min(...byProduct.values())).toBe(1_000);
  });

  it('of a replica that is gone is forgotten', async () => {
    const [first, second] = [openReplica({ all: 1 }), openReplica()];
    await first.demand.exchange();
    await second.demand.exchange();
    expect(second.demand.othersOf('hall').watchers.all).toBe(1);
    const seen = `foyer:test-demand:${keys}:seen`;
    // Which is which only they know: both were last seen long ago, and one of them comes back.
    for (const replica of (await redis.command('ZRANGE', seen, '0', '-1')).trim().split('\n')) {
      await redis.command('ZINCRBY', seen, '-40000', replica);
    }
    await second.demand.exchange();
    expect(second.demand.othersOf('hall').watchers.all).toBe(0);
  });

  it('stays as it was for a while when Redis goes away', async () => {
    await using own = await startRedis();
    const away = openRedis(own.url, { log: pino({ level: 'silent' }) });
    await eventually('Redis', () => away.isUp() || undefined);
    const [first, second] = [new SharedDemand(away), new SharedDemand(away)];
    for (const demand of [first, second]) {
      demand.join({ institution: 'hall', demand: () => ({ ...NOTHING, all: 1 }), onOthersChanged: () => {} });
      await demand.exchange();
    }
    await own.kill();
    await second.exchange();
    expect(second.othersOf('hall').watchers.all).toBe(1);
    await away.close();
  });
});
