import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { startOrderHouse } from '../support/order-house.js';
import { NO_POSTGRES, POSTGRES_BINARIES, runAt, skipNote, startPostgres } from '../support/postgres.js';
import { placeOrder, twoPlaces } from '../support/shop.js';

const ORDER = `query ($key: ID!) { order(clientOrderId: $key) { state tickets { barcode { value } } } }`;
const LOG_ID = `SELECT value FROM foyer.fact WHERE name = 'color-log.id'`;

/** What the handbook says: the copy, then the way back. */
function commands(): readonly [copy: string, restore: string] {
  const handbook = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  const [, part] = handbook.split('**PostgreSQL.**');
  const [copy, restore] = [...part!.split('**After a restore**')[0]!.matchAll(/```sh\n([^`]+)```/g)];
  return [copy![1]!, restore![1]!];
}

it.skipIf(NO_POSTGRES !== null)(
  `the handbook's commands bring a journal on PostgreSQL back, over that of a newer Foyer too${skipNote(NO_POSTGRES)}`,
  async () => {
    await using server = await startPostgres();
    const DATABASE_URL = await server.createDatabase();
    const folder = await temporaryFolder();
    // With the catalogs that are kept, nobody waits until one may be asked again.
    const cacheDir = join(folder, 'cache');
    const [copy, restore] = commands();
    const run = (script: string) => {
      const PATH = `${POSTGRES_BINARIES}:${process.env['PATH']}`;
      return promisify(execFile)('sh', ['-ec', script], { cwd: folder, env: { PATH, DATABASE_URL } });
    };
    const env = { DATABASE_URL, SECRET_KEY: 'a secret that is kept apart from the journal' };
    await using house = await startOrderHouse({ env, cacheDir });
    const url = house.gateway.graphql;
    const line = await twoPlaces(url);
    await placeOrder(url, 'before', line);
    const sold = await queryData<object, object>(url, ORDER, { key: 'before' });

    await run(copy);
    await placeOrder(url, 'after', line);
    await house.gateway.stop();
    const [log] = await runAt(DATABASE_URL, LOG_ID);
    await runAt(DATABASE_URL, 'CREATE TABLE foyer.of_a_newer_version (number TEXT)');
    await runAt(DATABASE_URL, 'INSERT INTO foyer.schema_version VALUES (99)');
    await run(restore);

    await using again = await startOrderHouse({ env, cacheDir, sandbox: house.sandbox });
    const { graphql } = again.gateway;
    expect(await queryData<object, object>(graphql, ORDER, { key: 'before' })).toEqual(sold);
    expect(await queryData<object, object>(graphql, ORDER, { key: 'after' })).toEqual({ order: null });
    const [anotherLog] = await runAt(DATABASE_URL, LOG_ID);
    expect(anotherLog?.['value']).toMatch(/^[0-9a-f-]{36}$/);
    expect(anotherLog).not.toEqual(log);
    const kept = await runAt(
      DATABASE_URL,
      `SELECT client_order_id AS key FROM foyer_replaced.customer_order ORDER BY 1`,
    );
    expect(kept.map(({ key }) => key)).toEqual(['after', 'before']);
    await rm(folder, { recursive: true, force: true });
  },
);
