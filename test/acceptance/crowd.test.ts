import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LiveColorsDocument, type LiveColorsSubscription } from '../operations/operations.js';
import { changingStock } from '../support/changing-stock.js';
import type { SeenChange } from '../support/color-witness.js';
import { startFoyerProcess } from '../support/compiled-foyer.js';
import { startCrowd } from '../support/crowd.js';
import { eventually } from '../support/eventually.js';
import { settingsFor, temporaryFolder } from '../support/gateway.js';
import { queryData, subscribe } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';

const MB = 1024 * 1024;
const IDLE = 100;
const STUCK = 100;
const OPERATIONS = 25;
const MANY = 2_000;
/** Twice of what one takes. */
const SOCKET_BYTES = 64 * 1024;
/** What all sockets together may leave unread (`limits.ts`). */
const MOST_UNREAD = 128 * MB;
/** Each subscription, with what it needs for its next event. */
const OPERATION_BYTES = 60 * 1024;
/** Text beside the bytes that it becomes, and garbage until it is collected. */
const SLACK = 100 * MB;
const SUBSCRIPTION = /* GraphQL */ `
  subscription {
    availabilityChanged {
      cursor
      kind
      changes {
        at
        performance {
          id
          name
        }
        before
        after
        remaining
      }
    }
  }
`;

describe('a crowd', () => {
  it('of a hundred clients that never read, each with twenty-five subscriptions, costs a bounded memory, and nobody else a change', async () => {
    await using house = await startHouse();
    const { foyer, stock, metric } = house;
    await using witness = await witnessOf(foyer.graphql);
    const common = { url: foyer.graphql, subscription: SUBSCRIPTION };
    await using idle = await startCrowd({ ...common, sockets: IDLE, operations: 1, reads: true });
    const before = await metric('process_resident_memory_bytes');
    await using _stuck = await startCrowd({
      ...common,
      sockets: STUCK,
      operations: OPERATIONS,
      reads: false,
    });
    await stock.flip();
    await stock.isSeenBy(witness);
    const memory = await metric('process_resident_memory_bytes');
    expect(memory).toBeLessThan(before + MOST_UNREAD + SLACK + STUCK * OPERATIONS * OPERATION_BYTES);
    expect(await metric('foyer_sockets_unread_bytes')).toBeLessThan(MOST_UNREAD + MB);
    const figures = await eventually('an event for each', async () => {
      const seen = await idle.figures();
      return seen.fewestEvents >= 1 ? seen : null;
    });
    expect(figures.open).toBe(IDLE);
  }, 120_000);

  it('of two thousand idle subscribers costs a bounded memory, is told of a change to the last one, and keeps nobody waiting', async () => {
    await using house = await startHouse({ MAX_SOCKETS_PER_CALLER: '20000' });
    const { foyer, stock, metric } = house;
    const before = await metric('process_resident_memory_bytes');
    await using crowd = await startCrowd({
      url: foyer.graphql,
      subscription: `subscription { availabilityChanged(filter: { performanceIds: ["${stock.performanceId}"] }) { kind cursor changes { after } } }`,
      sockets: MANY,
      operations: 1,
      reads: true,
    });
    const memory = await metric('process_resident_memory_bytes');
    expect(memory).toBeLessThan(before + SLACK + MANY * SOCKET_BYTES);
    await stock.flip();
    const figures = await eventually(
      'the snapshot and the change for each',
      async () => {
        const seen = await crowd.figures();
        return seen.fewestEvents >= 2 ? seen : null;
      },
      60_000,
    );
    expect(figures.open).toBe(MANY);
    const answer = await queryData<{ products: { nodes: unknown[] } }>(
      foyer.graphql,
      '{ products(first: 1) { nodes { id } } }',
    );
    expect(answer.products.nodes).toHaveLength(1);
  }, 240_000);
});

async function startHouse(settings: Readonly<Record<string, string>> = {}) {
  const cacheDir = await temporaryFolder();
  const sandbox = await startTestSandbox({ minuteMs: 1_000 });
  const foyer = await startFoyerProcess({
    ...settingsFor(sandbox.institutions),
    S360_MINUTE_MS: '1000',
    S360_CALLS_PER_MONTH: '1000000000',
    CACHE_DIR: cacheDir,
    ...settings,
  });
  return {
    foyer,
    stock: await changingStock(sandbox, [foyer.graphql]),
    metric: async (name: string): Promise<number> => {
      const text = await (await fetch(new URL('metrics', foyer.graphql))).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      await foyer.kill();
      await sandbox.stop();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

/** A subscriber that has all the patience a busy machine needs. */
async function witnessOf(url: string) {
  const changes: SeenChange[] = [];
  const colors = subscribe<LiveColorsSubscription>(url, LiveColorsDocument);
  await colors.next();
  const reading = (async () => {
    for (;;) changes.push(...(await colors.next()).availabilityChanged.changes);
  })();
  reading.catch(() => undefined);
  return {
    changes,
    contradictions: [],
    async until(what: string, isSeen: () => boolean): Promise<void> {
      await Promise.race([reading, eventually(what, () => (isSeen() ? true : null), 60_000)]);
    },
    [Symbol.asyncDispose]: () => colors.close(),
  };
}
