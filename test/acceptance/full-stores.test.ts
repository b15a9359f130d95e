import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startFoyerProcess } from '../support/compiled-foyer.js';
import { eventually } from '../support/eventually.js';
import { settingsFor, startTestGateway, temporaryFolder } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { SHORT_WAITS } from '../support/order-house.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { placeVisits } from '../support/place-order.js';
import { NO_POSTGRES, runAt, skipNote, startPostgres } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const MINUTE_MS = Number(SHORT_WAITS.S360_MINUTE_MS);
const PRODUCTS = '{ products(first: 1) { nodes { id name } } }';
const startSandbox = (): Promise<TestSandbox> =>
  startTestSandbox({ world: orderWorld(), minuteMs: MINUTE_MS });

const ordersIn = async (sandbox: TestSandbox): Promise<number> =>
  (await sandbox.books(ORDERS.code)).orders.length;

/** Refused while nothing can be written down; the same key sells once when there is room again. */
async function refusedThenSold(
  sandbox: TestSandbox,
  graphql: string,
  makeRoom: () => Promise<unknown>,
): Promise<{ readonly whileFull: number; readonly sold: number }> {
  const refused = await placeVisits(graphql, 'while-full', 1);
  expect(refused.errors).toMatchObject([{ extensions: { retryable: true } }]);
  expect(JSON.stringify(refused.errors)).not.toMatch(/sqlite|SQLSTATE|disk|postgres/i);
  const whileFull = await ordersIn(sandbox);
  expect(await queryData(graphql, PRODUCTS)).toMatchObject({ products: { nodes: [{}] } });
  await makeRoom();
  const { placeOrder } = await eventually('a sold order', async () => {
    const { data } = await placeVisits(graphql, 'while-full', 1);
    return data?.placeOrder.order?.state === 'CLOSED' ? data : null;
  });
  expect(placeOrder.order?.tickets).toHaveLength(1);
  return { whileFull, sold: await ordersIn(sandbox) };
}

const NO_PRLIMIT = existsSync('/usr/bin/prlimit') ? null : 'no prlimit here';

describe.skipIf(NO_PRLIMIT !== null)(`a disk that is full${skipNote(NO_PRLIMIT)}`, () => {
  it('refuses orders before S-360 hears of them, serves what is known, and sells when there is room', async () => {
    const cacheDir = await temporaryFolder();
    await using sandbox = await startSandbox();
    const foyer = await startFoyerProcess({
      ...settingsFor(sandbox.institutions),
      ...SHORT_WAITS,
      CACHE_DIR: cacheDir,
    });
    // No file may be written past this length: what a full disk answers, for this process alone.
    const limitFiles = (to: string) =>
      promisify(execFile)('prlimit', [`--fsize=${to}:`, '--pid', String(foyer.pid)]);
    try {
      await limitFiles('4096');
      const orders = await refusedThenSold(sandbox, foyer.graphql, () => limitFiles('unlimited'));
      expect(orders).toEqual({ whileFull: 0, sold: 1 });
    } finally {
      await foyer.kill();
      await rm(cacheDir, { recursive: true, force: true });
    }
  });
});

describe.skipIf(NO_POSTGRES !== null)(`a PostgreSQL that is full${skipNote(NO_POSTGRES)}`, () => {
  it('refuses orders before S-360 hears of them, serves what is known, and sells when there is room', async () => {
    await using server = await startPostgres();
    const address = await server.createDatabase();
    await using sandbox = await startSandbox();
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { ...SHORT_WAITS, DATABASE_URL: address, SECRET_KEY: '0123456789abcdef0123456789abcdef' },
    });
    await watchEveryTable(address);
    await runAt(address, answerToWriting(DISK_IS_FULL));
    const orders = await refusedThenSold(sandbox, gateway.graphql, () =>
      runAt(address, answerToWriting('RETURN NEW')),
    );
    expect(orders).toEqual({ whileFull: 0, sold: 1 });
  });
});

/** As when the server's disk has no room. */
const DISK_IS_FULL = `RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'`;

/** What happens at each row that is written. It locks no table. */
const answerToWriting = (statement: string): string => `
  CREATE OR REPLACE FUNCTION foyer.at_writing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${statement}; END $$`;

/** One table at a time: the gateway is at work, and all of them at once would wait for it while it waits for them. */
async function watchEveryTable(address: string): Promise<void> {
  await runAt(address, answerToWriting('RETURN NEW'));
  const tables = await runAt(address, `SELECT tablename FROM pg_tables WHERE schemaname = 'foyer'`);
  for (const { tablename } of tables) {
    await runAt(
      address,
      `CREATE TRIGGER at_writing BEFORE INSERT OR UPDATE ON foyer."${String(tablename)}"
       FOR EACH ROW EXECUTE FUNCTION foyer.at_writing()`,
    );
  }
}

describe.skipIf(NO_REDIS !== null)(`a Redis that is full${skipNote(NO_REDIS)}`, () => {
  it('sends no call that is not counted, serves what is known, and goes on when there is room', async () => {
    await using redis = await startRedis();
    await using sandbox = await startSandbox();
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { ...SHORT_WAITS, REDIS_URL: redis.url },
    });
    const polls = async (): Promise<number> =>
      (await sandbox.journal()).filter(({ service }) => service === 'AvailabilityService').length;
    await eventually('a poll', async () => ((await polls()) > 0 ? true : null));
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    // A call under way may end; with room there is one in each minute.
    let before = { count: await polls(), since: Date.now() };
    await eventually('two minutes without a poll', async () => {
      const count = await polls();
      if (count !== before.count) before = { count, since: Date.now() };
      return Date.now() - before.since >= 2 * MINUTE_MS ? true : null;
    });
    expect(await queryData(gateway.graphql, PRODUCTS)).toMatchObject({ products: { nodes: [{}] } });
    // Each replica sells within its part of the minute, as while Redis is away.
    const { data } = await placeVisits(gateway.graphql, 'while-full', 1);
    expect(data?.placeOrder.order).toMatchObject({ state: 'CLOSED', tickets: [{}] });
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await eventually('a poll again', async () => ((await polls()) > before.count ? true : null));
  });
});
