import { copyFile, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command } from '../support/command.js';
import { settingsFor, temporaryFolder } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { startOrderHouse } from '../support/order-house.js';
import { placeOrder, twoPlaces } from '../support/shop.js';

const ORDER = `query ($key: ID!) { order(clientOrderId: $key) { state tickets { barcode { value } } } }`;

/** `npm run backup`. */
async function backUp(env: Readonly<Record<string, string>>, args: readonly string[]) {
  const { code, stderr } = await command('dist/backup.js', args, env);
  return { code, stderr };
}

it('what was sold before a backup is there after it was restored, with its barcodes', async () => {
  const [cacheDir, kept, restored] = await Promise.all([
    temporaryFolder(),
    temporaryFolder(),
    temporaryFolder(),
  ]);
  const copy = join(kept, 'journal.sqlite');
  await using house = await startOrderHouse({ cacheDir });
  const url = house.gateway.graphql;
  const line = await twoPlaces(url);
  await placeOrder(url, 'before', line);
  const sold = await queryData<object, object>(url, ORDER, { key: 'before' });
  const env = { ...settingsFor(house.sandbox.institutions), CACHE_DIR: cacheDir };

  // The gateway goes on: what it has just written is in the log beside the file.
  expect(await backUp(env, ['--to', copy])).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^backup: 1 order in .*SECRET_KEY/) as string,
  });
  await placeOrder(url, 'after', line);
  expect(await readdir(kept)).toEqual(['journal.sqlite']);
  await house.gateway.stop();

  await mkdir(restored, { recursive: true });
  // With the catalogs that are kept, nobody waits until one may be asked again.
  await cp(join(cacheDir, 'cache'), join(restored, 'cache'), { recursive: true });
  await copyFile(copy, join(restored, 'journal.sqlite'));
  await copyFile(join(cacheDir, 'secret.key'), join(restored, 'secret.key'));
  {
    await using again = await startOrderHouse({ cacheDir: restored, sandbox: house.sandbox });
    expect(await queryData<object, object>(again.gateway.graphql, ORDER, { key: 'before' })).toEqual(sold);
    expect(await queryData<object, object>(again.gateway.graphql, ORDER, { key: 'after' })).toEqual({
      order: null,
    });
  }
  await Promise.all([cacheDir, kept, restored].map((folder) => rm(folder, { recursive: true, force: true })));
});

it('a backup replaces nothing, and says what is missing', async () => {
  const folder = await temporaryFolder();
  const real = settingsFor([{ code: 'hall', baseUrl: 'http://127.0.0.1:9', username: 'a', password: 'b' }]);
  const env = { ...real, CACHE_DIR: folder };
  const there = new URL(import.meta.url).pathname;
  const words = await Promise.all([
    backUp(env, []),
    backUp(env, ['--to', there]),
    backUp(env, ['--to', join(folder, 'none', 'copy')]),
    backUp(env, ['--to', join(folder, 'copy')]),
    backUp({ ...env, DATABASE_URL: 'postgres://foyer:Geheim77@db.example/foyer' }, [
      '--to',
      join(folder, 'copy'),
    ]),
  ]);
  expect(words.map(({ code, stderr }) => [code, stderr.trim()])).toEqual([
    [2, 'backup: --to is missing; usage: npm run backup -- --to FILE'],
    [1, `backup: --to: ${there} is there already: a backup replaces nothing`],
    [
      1,
      `backup: --to: ${join(folder, 'none', 'copy')} cannot be written: its folder is not there, or not open to this user`,
    ],
    [1, `backup: CACHE_DIR: there is no journal at ${join(folder, 'journal.sqlite')}`],
    [
      1,
      'backup: the journal is in PostgreSQL at db.example:5432/foyer: use pg_dump, as docs/operate.md says',
    ],
  ]);
  await rm(folder, { recursive: true, force: true });
});
