import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalFile, openPostgresJournal, type Journal } from '../../src/journal/database.js';
import { compileFoyer, startFoyerProcess, type FoyerProcess } from '../support/compiled-foyer.js';
import { eventually } from '../support/eventually.js';
import { settingsFor, temporaryFolder } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { SHORT_WAITS } from '../support/order-house.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { NO_DATABASES, skipNote, startDatabases, type Databases } from '../support/postgres.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

/** A process is up again within a second; on a machine that is busy with other things, time ends it earlier. */
const KILLS = 100;
const KILLING_MS = 100_000;
const FEWEST_KILLS = 5;
const CLIENTS = 6;
/** From being ready to its end, at the most: some orders are begun by then, and none of them is done. */
const LONGEST_LIFE_MS = 600;
const LIMIT_MS = 5 * 60_000;

const ORDER = 'clientOrderId state tickets { barcode { value } }';
const PLACE = `mutation ($input: CreateOrderInput!) { placeOrder(input: $input) { order { ${ORDER} } userErrors { code } } }`;
const FIND = `query ($key: ID!) { order(clientOrderId: $key) { ${ORDER} } }`;

interface OrderFacts {
  readonly clientOrderId: string;
  readonly state: string;
  readonly tickets: readonly { readonly barcode: { readonly value: string } | null }[];
}

let main: string;
beforeAll(async () => {
  main = await compileFoyer();
}, LIMIT_MS);

describe('a gateway that is killed again and again', () => {
  it(
    'sells every order once, with its tickets, on SQLite',
    async () => {
      const cacheDir = await temporaryFolder();
      const file = join(cacheDir, 'journal.sqlite');
      const kills = await survives({ CACHE_DIR: cacheDir }, () => openJournalFile(file));
      expect(kills).toBeGreaterThanOrEqual(FEWEST_KILLS);
    },
    LIMIT_MS,
  );

  describe.skipIf(NO_DATABASES !== null)(`with PostgreSQL${skipNote(NO_DATABASES)}`, () => {
    let databases: Databases;
    beforeAll(async () => {
      databases = await startDatabases();
    });
    afterAll(() => databases[Symbol.asyncDispose]());

    it(
      'sells every order once, with its tickets',
      async () => {
        const address = await databases.createDatabase();
        const env = { CACHE_DIR: await temporaryFolder(), DATABASE_URL: address };
        const kills = await survives(env, () => openPostgresJournal(address, 'foyer'));
        expect(kills).toBeGreaterThanOrEqual(FEWEST_KILLS);
      },
      LIMIT_MS,
    );
  });
});

/** Clients that never give up, a process that is killed at random moments, and S-360's books at the end. Answers how often. */
async function survives(
  env: Readonly<Record<string, string>>,
  openJournal: () => Promise<Journal>,
): Promise<number> {
  await using sandbox = await startTestSandbox({ world: spaciousWorld(), minuteMs: 1_200, latencyMs: 40 });
  const settings = { ...settingsFor(sandbox.institutions), ...SHORT_WAITS, ...env };
  const start = (): Promise<FoyerProcess> => startFoyerProcess(main, settings);
  const foyer = { now: start(), isOver: false };
  const clients = Array.from({ length: CLIENTS }, (_each, client) => keepPlacing(foyer, client));
  const found = new Set<string>();
  const endsAt = Date.now() + KILLING_MS;
  let kills = 0;
  for (; kills < KILLS && Date.now() < endsAt; kills += 1) {
    const running = await foyer.now;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_LIFE_MS));
    await running.kill();
    for (const state of await statesIn(openJournal)) found.add(state);
    foyer.now = start();
  }
  foyer.isOver = true;
  const keys = (await Promise.all(clients)).flat();
  const last = await foyer.now;
  try {
    await expectBooks(last, sandbox, keys);
  } finally {
    await last.kill();
  }
  // The moments were the ones that matter.
  expect([...found]).toContain('CREATING');
  expect(found.has('CLOSING') || found.has('IN_DOUBT')).toBe(true);
  return kills;
}

/** Places one order after the other; a key that was not answered is sent again. Answers every key it used. */
async function keepPlacing(
  foyer: { readonly now: Promise<FoyerProcess>; readonly isOver: boolean },
  client: number,
): Promise<string[]> {
  const keys: string[] = [];
  while (!foyer.isOver) {
    const key = `client-${client}-order-${keys.length}`;
    keys.push(key);
    await eventually(`an answer to ${key}`, () => place(foyer, key), LIMIT_MS);
  }
  return keys;
}

async function place(foyer: { readonly now: Promise<FoyerProcess> }, key: string): Promise<true | null> {
  const line = {
    itemId: `${ORDERS.code}:${ORDERS.itemId}`,
    timeslotId: `${ORDERS.code}:${ORDERS.timeslotId}`,
    tariffId: `${ORDERS.code}:${ORDERS.tariffId}`,
    quantity: 1,
  };
  const { graphql } = await foyer.now;
  const answer = await query<{ placeOrder: { order: OrderFacts | null; userErrors: object[] } }>(
    graphql,
    PLACE,
    {
      input: { clientOrderId: key, lines: [line] },
    },
  ).catch(() => null);
  const outcome = answer?.data?.placeOrder;
  if (outcome === undefined) return null;
  expect(outcome.userErrors).toEqual([]);
  return true;
}

async function expectBooks(
  foyer: FoyerProcess,
  sandbox: TestSandbox,
  keys: readonly string[],
): Promise<void> {
  const orders = await Promise.all(
    keys.map((key) =>
      eventually(`${key} settled`, async () => {
        const { data } = await query<{ order: OrderFacts }>(foyer.graphql, FIND, { key });
        const order = data?.order;
        return order && ['CLOSED', 'REJECTED', 'EXPIRED'].includes(order.state) ? order : null;
      }),
    ),
  );
  const books = (await sandbox.books(ORDERS.code)).orders;
  const live = books.filter(({ state }) => state !== 'ABANDONNED');
  expect(new Set(live.map(({ externalReference }) => externalReference)).size).toBe(live.length);
  expect(live.filter(({ state, closes }) => state !== 'CLOSED' || closes !== 1)).toEqual([]);
  const barcodes = new Map(live.map((order) => [order.externalReference, order.barcodes]));
  for (const { clientOrderId, state, tickets } of orders) {
    const told = state === 'CLOSED' ? tickets.map(({ barcode }) => barcode?.value) : undefined;
    expect([clientOrderId, told]).toEqual([clientOrderId, barcodes.get(clientOrderId)]);
  }
  // A hold of 18 s may be over before the next process is up: then nothing is sold.
  expect(barcodes.size).toBeGreaterThan(orders.length / 2);
}

/** What a restart finds. */
async function statesIn(openJournal: () => Promise<Journal>): Promise<readonly string[]> {
  const journal = await openJournal();
  const rows = await journal.selectFrom('customer_order').select('state').distinct().execute();
  await journal.destroy();
  return rows.map(({ state }) => state);
}

/** There is always another place. */
function spaciousWorld(): ReturnType<typeof orderWorld> {
  const world = orderWorld();
  for (const item of world.institutions[0]!.stock.items) item.quota = 1_000_000;
  return world;
}
