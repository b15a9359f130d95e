import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

/** Long enough that nothing is due by itself within a test, and short enough to wait for one. */
const MINUTE_MS = 3_000;

interface Ready {
  readonly status: number;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

async function readiness({ url }: TestGateway): Promise<Ready> {
  const response = await fetch(`${url}health/ready`);
  return { status: response.status, ...((await response.json()) as Omit<Ready, 'status'>) };
}

function settings(redisUrl: string): Record<string, string> {
  return { REDIS_URL: redisUrl, S360_MINUTE_MS: String(MINUTE_MS), S360_CALLS_PER_MONTH: '1000000' };
}

const REASON = 'degraded: Redis is away, so this replica does not poll; it serves what it has, and sells';

async function polls(sandbox: TestSandbox): Promise<number> {
  return (await sandbox.journal()).filter(({ service }) => service === 'AvailabilityService').length;
}

describe.skipIf(NO_REDIS !== null)(`REDIS_URL${skipNote(NO_REDIS)}`, () => {
  it('where nothing ever listened lets the gateway start, serve and say so, and it takes Redis in when it appears', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
    await using redis = await startRedis({ isStarted: false });
    const institutions = sandbox.institutions.slice(0, 1);
    await using gateway = await startTestGateway({ institutions, env: settings(redis.url) });
    expect(await readiness(gateway)).toEqual({ status: 200, ready: true, reasons: [REASON] });
    const { products } = await queryData<{ products: { nodes: readonly unknown[] } }>(
      gateway.graphql,
      '{ products(first: 1) { nodes { id } } }',
    );
    expect(products.nodes).toHaveLength(1);
    // The first catalog is an exception; colors are not.
    expect(await polls(sandbox)).toBe(0);

    await redis.start();
    await eventually('a ready gateway without reasons', async () =>
      (await readiness(gateway)).reasons.length === 0 ? true : null,
    );
    await eventually('a poll', async () => ((await polls(sandbox)) > 0 ? true : null));
    expect((await sandbox.journal()).filter(({ httpStatus }) => httpStatus !== 200)).toEqual([]);
  });

  it('makes one of three replicas poll; none when Redis dies, one again when it is back', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
    await using redis = await startRedis({ isDurable: true });
    const institutions = sandbox.institutions.slice(0, 1);
    const start = (): Promise<TestGateway> => startTestGateway({ institutions, env: settings(redis.url) });
    await using one = await start();
    await using two = await start();
    await using three = await start();
    const replicas = [one, two, three];
    await eventually('a poll', async () => ((await polls(sandbox)) > 0 ? true : null));

    await redis.kill();
    await Promise.all(
      replicas.map((replica) =>
        eventually('a replica that says so', async () => {
          const { status, reasons } = await readiness(replica);
          return status === 200 && reasons.includes(REASON) ? true : null;
        }),
      ),
    );
    // A call under way at the death of Redis may end.
    const before = await eventually('an end of polling', async () => {
      const count = await polls(sandbox);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return count === (await polls(sandbox)) ? count : null;
    });
    const answers = await Promise.all(
      replicas.map(({ graphql }) => queryData(graphql, '{ products(first: 1) { nodes { id } } }')),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1.2 * MINUTE_MS));
    expect(await polls(sandbox)).toBe(before);

    await redis.start();
    await eventually('a poll again', async () => ((await polls(sandbox)) > before ? true : null));
    const calls = await sandbox.journal();
    expect(calls.filter(({ httpStatus }) => httpStatus !== 200)).toEqual([]);
    expect(calls.filter(({ method }) => method === 'getCatalogDetailed')).toHaveLength(1);
  });
});
