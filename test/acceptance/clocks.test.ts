import { describe, expect, it } from 'vitest';
import { steadyTime, systemClock, type Clock } from '../../src/clock.js';
import { changingStock } from '../support/changing-stock.js';
import { startWitness } from '../support/color-witness.js';
import { eventually } from '../support/eventually.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { queryData, subscribe } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const MINUTE_MS = 1_000;
const FIVE_MINUTES = 300_000;

describe('a clock that is wrong', () => {
  it.each([
    ['back', -FIVE_MINUTES],
    ['forward', FIVE_MINUTES],
  ])('and is set %s on our machine stops no poll, and lets none go too soon', async (_way, byMs) => {
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
    let setBy = 0;
    const now = steadyTime({ wall: () => Date.now() + setBy, elapsed: () => performance.now() });
    await using gateway = await start(sandbox, { ...systemClock, now });
    await using watcher = subscribe(gateway.graphql, 'subscription { availabilityChanged { kind } }');
    await watcher.next();
    await eventually('polls', async () => ((await polls(sandbox)) > 1 ? true : null));
    setBy = byMs;
    const before = await polls(sandbox);
    await eventually('more polls', async () => ((await polls(sandbox)) > before + 2 ? true : null));
    expect(await refusedCalls(sandbox)).toBe(0);
  });

  it.each([
    ['behind', -FIVE_MINUTES],
    ['ahead of', FIVE_MINUTES],
  ])(
    'and is %s ours at S-360 changes nothing: what moves is seen, and answers are as old as they are',
    async (_where, byMs) => {
      await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
      // S-360's clock cannot be moved back: ours is moved the other way.
      const ours: Clock = { ...systemClock, now: () => systemClock.now() - byMs };
      await using gateway = await start(sandbox, ours);
      const stock = await changingStock(sandbox, [gateway.graphql]);
      await using witness = await startWitness({
        replicas: () => [gateway.graphql],
        institutions: ['lyric'],
      });
      await stock.flip();
      await stock.isSeenBy(witness);
      await stock.flip();
      await stock.isSeenBy(witness);
      const { institutions } = await queryData<{
        institutions: { serviceLevel: string; catalog: { freshness: { ageSeconds: number } } }[];
      }>(gateway.graphql, '{ institutions { serviceLevel catalog { freshness { ageSeconds } } } }');
      expect(institutions).toMatchObject([{ serviceLevel: 'NORMAL' }]);
      expect(institutions[0]!.catalog.freshness.ageSeconds).toBeLessThan(120);
      expect(await refusedCalls(sandbox)).toBe(0);
    },
  );
});

function start(sandbox: TestSandbox, clock: Clock): Promise<TestGateway> {
  return startTestGateway({
    institutions: sandbox.institutions.slice(0, 1),
    env: { S360_MINUTE_MS: String(MINUTE_MS), S360_CALLS_PER_MONTH: '1000000000' },
    clock,
  });
}

async function polls(sandbox: TestSandbox): Promise<number> {
  return (await sandbox.journal()).filter(({ method }) => method === 'getUpdatedAvailabilities').length;
}

/** Those that came too soon for the contract. */
async function refusedCalls(sandbox: TestSandbox): Promise<number> {
  return (await sandbox.journal()).filter(({ httpStatus }) => httpStatus === 509).length;
}
