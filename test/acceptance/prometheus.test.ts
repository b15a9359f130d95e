import { describe, expect, it } from 'vitest';
import { skipNote } from '../support/postgres.js';
import { NO_PROMETHEUS, promtool } from '../support/promtool.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startWorkedGateway } from '../support/worked-gateway.js';

const MISSING = NO_PROMETHEUS ?? NO_REDIS;

describe.skipIf(MISSING !== null)(
  `Prometheus beside a gateway that did some work${skipNote(MISSING)}`,
  () => {
    it('finds nothing to mend in names, units and explanations of its metrics', async () => {
      await using redis = await startRedis();
      await using house = await startWorkedGateway(redis);
      const told = await (await fetch(new URL('metrics', house.gateway.url))).text();
      expect(await promtool(['check', 'metrics'], told)).toEqual([]);
    });
  },
);
