import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createColorLog } from '../../src/journal/color-log.js';
import { openJournalFile, type Journal } from '../../src/journal/database.js';
import { openConfiguredJournal } from '../../src/journal/open-journal.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { failureOf } from '../support/failure.js';
import { createManualClock } from '../support/manual-clock.js';
import { anOrder, aTicket } from '../support/order-records.js';
import { NO_DATABASES, runAt, skipNote, startDatabases, type Databases } from '../support/postgres.js';

/** The tables as they were made before versions were written down. */
const FIRST_TABLES = [
  `CREATE TABLE call_token (institution TEXT NOT NULL, method TEXT NOT NULL, free_at INTEGER NOT NULL,
     PRIMARY KEY (institution, method))`,
  `CREATE TABLE call_count (institution TEXT NOT NULL, month_start INTEGER NOT NULL, calls INTEGER NOT NULL,
     bytes INTEGER NOT NULL, PRIMARY KEY (institution, month_start))`,
  `CREATE TABLE color_change (seq INTEGER PRIMARY KEY AUTOINCREMENT, institution TEXT NOT NULL,
     product_id TEXT NOT NULL, performance_id TEXT, seat_category_id TEXT, before TEXT NOT NULL, after TEXT NOT NULL,
     remaining INTEGER, at INTEGER NOT NULL)`,
  `CREATE INDEX color_change_performance ON color_change (institution, performance_id, seq)`,
  `CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
];

/** A journal with one closed order, as it was before tickets could be looked up. */
async function withoutTicketTable(journal: Journal): Promise<void> {
  const orders = createOrderJournal(journal, { sealing: { seal: (text) => text, open: (text) => text } });
  const tickets = [aTicket({ id: '91', barcode: 'B1' }), aTicket({ id: '92' })];
  await orders.create(anOrder({ tickets }), 'CLIENT', { owner: 'me', until: 0 });
  await orders.create(anOrder({ number: '2', clientOrderId: 'b' }), 'CLIENT', { owner: 'me', until: 0 });
  const statement = { ...journal.selectFrom('fact').selectAll().compile(), parameters: [] };
  for (const sql of ['DROP TABLE order_ticket', 'DELETE FROM schema_version WHERE version >= 5']) {
    await journal.executeQuery({ ...statement, sql });
  }
}

async function ticketsOf(journal: Journal): Promise<string[]> {
  const rows = await journal.selectFrom('order_ticket').selectAll().orderBy('ticket_id').execute();
  return rows.map((row) => `${row.institution} ${row.ticket_id} ${row.order_number}`);
}

const ENTERED = ['hall 91 179500000000000001', 'hall 92 179500000000000001'];

async function versionsOf(journal: Journal): Promise<number[]> {
  const { rows } = await journal.executeQuery<{ version: number }>({
    ...journal.selectFrom('fact').selectAll().compile(),
    sql: 'SELECT version FROM schema_version ORDER BY version',
    parameters: [],
  });
  return rows.map(({ version }) => version);
}

describe('a SQLite file', () => {
  async function temporaryFile(): Promise<{ readonly file: string } & AsyncDisposable> {
    const folder = await mkdtemp(join(tmpdir(), 'foyer-migrations-'));
    return {
      file: join(folder, 'journal.sqlite'),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  }

  it('of the time before versions is taken over with all that is in it', async () => {
    await using place = await temporaryFile();
    const old = new Database(place.file);
    for (const statement of FIRST_TABLES) old.exec(statement);
    old.exec(`INSERT INTO call_token VALUES ('hall', 'A.a', 5)`);
    old.exec(`INSERT INTO fact VALUES ('color-log.id', 'as before'), ('color-log.floor', '6')`);
    old.exec(`INSERT INTO color_change VALUES (7, 'hall', '1', NULL, NULL, 'GREEN', 'RED', 0, 9)`);
    old.close();

    const journal = await openJournalFile(place.file);
    const log = await createColorLog({ journal, clock: createManualClock() });
    expect([log.id, log.floorSeq, log.headSeq]).toEqual(['as before', 6, 7]);
    expect((await log.readAfter(6)).changes).toHaveLength(1);
    expect(await journal.selectFrom('call_token').selectAll().execute()).toHaveLength(1);
    const versions = await versionsOf(journal);
    expect(versions[0]).toBe(1);
    await journal.destroy();
    // Opening again finds nothing left to do.
    const again = await openJournalFile(place.file);
    expect(await versionsOf(again)).toEqual(versions);
    await again.destroy();
  });

  it('of the time before tickets could be looked up enters those of its orders', async () => {
    await using place = await temporaryFile();
    const old = await openJournalFile(place.file);
    await withoutTicketTable(old);
    await old.destroy();
    const journal = await openJournalFile(place.file);
    expect(await ticketsOf(journal)).toEqual(ENTERED);
    await journal.destroy();
  });

  it('that several open at once gets each version once', async () => {
    await using place = await temporaryFile();
    const journals = await Promise.all([1, 2, 3].map(() => openJournalFile(place.file)));
    const versions = await versionsOf(journals[0]!);
    expect(versions).toEqual([...new Set(versions)]);
    for (const journal of journals) await journal.destroy();
  });

  it('of a newer version is left alone, and the start says so', async () => {
    await using place = await temporaryFile();
    const first = await openJournalFile(place.file);
    await first.destroy();
    const newer = new Database(place.file);
    newer.exec('INSERT INTO schema_version VALUES (999)');
    newer.close();
    const home = { databaseUrl: null, dir: join(place.file, '..'), isSandbox: false };
    expect((await failureOf(openConfiguredJournal(home))).message).toMatch(
      /^CACHE_DIR: the journal in .* its schema is version 999, and this Foyer knows none above \d+/,
    );
  });
});

describe.skipIf(NO_DATABASES !== null)(`a PostgreSQL database${skipNote(NO_DATABASES)}`, () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await startDatabases();
  });
  afterAll(() => databases[Symbol.asyncDispose]());

  const open = (databaseUrl: string) =>
    openConfiguredJournal({ databaseUrl, dir: '/nowhere', isSandbox: false });

  it('that five replicas open at once gets each version once, in the schema for real institutions', async () => {
    const address = await databases.createDatabase();
    const journals = await Promise.all([1, 2, 3, 4, 5].map(() => open(address)));
    const versions = await versionsOf(journals[0]!);
    expect(versions).toEqual([...new Set(versions)]);
    expect(await runAt(address, `SELECT to_regclass('foyer.fact')::text AS name`)).toEqual([
      { name: 'foyer.fact' },
    ]);
    for (const journal of journals) await journal.destroy();
  });

  it('of the time before tickets could be looked up enters those of its orders', async () => {
    const address = await databases.createDatabase();
    const old = await open(address);
    await withoutTicketTable(old);
    await old.destroy();
    const journal = await open(address);
    expect(await ticketsOf(journal)).toEqual(ENTERED);
    await journal.destroy();
  });

  it('keeps the sandbox apart from real institutions', async () => {
    const address = await databases.createDatabase();
    const real = await open(address);
    await real.insertInto('fact').values({ name: 'a', value: 'real' }).execute();
    const sandbox = await openConfiguredJournal({ databaseUrl: address, dir: '/nowhere', isSandbox: true });
    expect(await sandbox.selectFrom('fact').selectAll().execute()).toEqual([]);
    for (const journal of [real, sandbox]) await journal.destroy();
  });

  it('is written with the session settings that durability needs', async () => {
    const address = await databases.createDatabase();
    const name = new URL(address).pathname.slice(1);
    await runAt(address, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const journal = await open(`${address}?options=-c%20lc_messages%3DC`);
    const settings = { ...journal.selectFrom('fact').selectAll().compile(), parameters: [] };
    const show = async (name: string): Promise<unknown> =>
      (await journal.executeQuery<Record<string, unknown>>({ ...settings, sql: `SHOW ${name}` })).rows[0]?.[
        name
      ];
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('application_name')).toBe('foyer');
    expect(await show('statement_timeout')).toBe('3s');
    expect(await show('lc_messages')).toBe('C');
    await journal.destroy();
  });

  it('of a newer version is left alone, and the start says so', async () => {
    const address = await databases.createDatabase();
    await (await open(address)).destroy();
    await runAt(address, 'INSERT INTO foyer.schema_version VALUES (999)');
    expect((await failureOf(open(address))).message).toMatch(
      /^DATABASE_URL: the journal in \S+ cannot be used: its schema is version 999, and this Foyer knows none above/,
    );
  });

  it('that may only be read refuses the start', async () => {
    const address = await databases.createDatabase();
    await (await open(address)).destroy();
    const name = new URL(address).pathname.slice(1);
    await runAt(address, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await failureOf(open(address))).message).toMatch(/cannot be used: it is read-only$/);
  });

  it('where the user may do nothing refuses the start without naming the user', async () => {
    const address = await databases.createDatabase();
    const user = `alice_${new URL(address).pathname.slice(-8)}`;
    await runAt(address, `CREATE ROLE ${user} LOGIN PASSWORD 's3cret'`);
    const asUser = new URL(address);
    asUser.username = user;
    asUser.password = 's3cret';
    const { message } = await failureOf(open(asUser.href));
    expect(message).toMatch(/cannot be used: the user has no right to create or write there$/);
    expect(message).not.toMatch(/alice|s3cret/);
    // Whoever makes the schema for the user has given enough.
    await runAt(address, `CREATE SCHEMA foyer AUTHORIZATION ${user}`);
    const journal = await open(asUser.href);
    expect(await journal.selectFrom('fact').selectAll().execute()).toEqual([]);
    await journal.destroy();
    await runAt(address, `DROP OWNED BY ${user}`);
    await runAt(address, `DROP ROLE ${user}`);
  });

  it('that is not there refuses the start with its place', async () => {
    const address = new URL(await databases.createDatabase());
    address.pathname = 'nobody_made_it';
    expect((await failureOf(open(address.href))).message).toBe(
      `DATABASE_URL: the journal in ${address.host}/nobody_made_it cannot be used: it has no such database`,
    );
  });
});
