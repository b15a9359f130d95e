import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, type Config } from '../../src/config/config.js';
import { examine, type Finding } from '../../src/doctor/finding.js';
import { lookAtJournal } from '../../src/doctor/journal-check.js';
import { secretCheck } from '../../src/doctor/secret-check.js';
import { createCallLedger } from '../../src/journal/call-ledger.js';
import { openJournal, openPostgresJournal, type Journal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { openSecretKey } from '../../src/secret-key.js';
import { settingsFor } from '../support/gateway.js';
import { anOrder, aTicket } from '../support/order-records.js';
import { NO_DATABASES, skipNote, startDatabases } from '../support/postgres.js';

const OLD_SECRET = 'an old secret that is long enough to be one';
const NEW_SECRET = 'a new secret that is long enough to be one';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-doctor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'journal.sqlite');

function configOf(env: Readonly<Record<string, string>> = {}): Config {
  const hall = { code: 'hall', baseUrl: 'http://127.0.0.1:9', username: 'a', password: 'b' };
  return readConfig({ ...settingsFor([hall]), CACHE_DIR: folder, ...env }, tmpdir());
}

/** What is said of it; whether calls can be counted in it. */
async function look(env: Readonly<Record<string, string>> = {}) {
  const { findings, journal } = await lookAtJournal(configOf(env));
  const versions = journal === null ? null : await versionsOf(journal);
  await journal?.destroy();
  return { said: findings.map(saying), versions };
}

const saying = ({ level, subject, says }: Finding): string => `${level} ${subject}: ${says}`;

async function versionsOf(journal: Journal): Promise<number[]> {
  const found = await sql<{
    version: number;
  }>`SELECT version FROM schema_version ORDER BY version`.execute(journal);
  return found.rows.map(({ version }) => version);
}

describe('the doctor at the embedded journal', () => {
  it('makes none', async () => {
    expect(await look()).toEqual({
      said: ['ok journal: not made yet: the first start makes it'],
      versions: null,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('brings an old one not up to date, since that is for after a backup, and still counts in it', async () => {
    const journal = openJournal(file());
    await sql`DROP TABLE order_ticket`.execute(journal);
    await sql`DELETE FROM schema_version WHERE version = 5`.execute(journal);
    await journal.destroy();
    const found = { said: ['warning journal: its schema is 1 version behind'], versions: [1, 2, 3, 4] };
    expect(await look()).toEqual(found);
    expect(await look()).toEqual(found);
  });

  it('does not touch one that a newer Foyer made', async () => {
    const journal = openJournal(file());
    await sql`INSERT INTO schema_version (version) VALUES (99)`.execute(journal);
    await journal.destroy();
    expect(await look()).toEqual({
      said: [expect.stringMatching(/^problem journal: its schema is version 99, /)],
      versions: null,
    });
  });

  it('says what is in its place when that is none', async () => {
    await writeFile(
      file(),
      'no database at all, but long enough to have a header of one hundred bytes'.repeat(9),
    );
    expect(await look()).toEqual({
      said: [expect.stringMatching(/^problem journal: .*journal\.sqlite cannot be used: .*not a database/)],
      versions: null,
    });
  });
});

describe(`the doctor at the journal on PostgreSQL${skipNote(NO_DATABASES)}`, () => {
  it.skipIf(NO_DATABASES !== null)('makes none, and counts in the one that the gateway made', async () => {
    await using server = await startDatabases();
    const DATABASE_URL = await server.createDatabase();
    const answers = expect.stringMatching(/^ok DATABASE_URL: PostgreSQL \d+.* answers at /) as string;
    for (const _look of [1, 2]) {
      expect(await look({ DATABASE_URL })).toEqual({
        said: [answers, 'ok journal: not made yet: the first start makes its schema `foyer`'],
        versions: null,
      });
    }
    const own = await openPostgresJournal(DATABASE_URL, 'foyer');
    const { findings, journal } = await lookAtJournal(configOf({ DATABASE_URL }));
    expect(findings.map(saying)).toEqual([
      answers,
      expect.stringMatching(/^ok journal: its schema is of this version/),
    ]);
    await createCallLedger(journal!, 'hall').recordCall(7, null);
    expect((await createCallLedger(own, 'hall').month(7)).calls).toBe(1);
    await Promise.all([own.destroy(), journal!.destroy()]);
  });
});

describe('the doctor at the secret', () => {
  /** An order whose tickets are sealed with that secret, in a journal of its own. */
  async function sealedWith(secret: string): Promise<Journal> {
    const journal = openJournal(file());
    const sealing = await openSecretKey({ secret, file: '' });
    const tickets = [aTicket({ barcode: 'B1', holder: 'Ada' }), aTicket({ id: '92' })];
    const orders = createOrderJournal(journal, { sealing });
    await orders.create(anOrder({ state: 'CLOSED', step: null, tickets }), 'CLIENT', {
      owner: 'me',
      until: 0,
    });
    return journal;
  }
  const found = async (journal: Journal, env: Readonly<Record<string, string>>): Promise<string[]> =>
    (await examine([secretCheck(configOf(env), journal)])).map(saying);

  it('sees one that opens what was sold, the first or a later one', async () => {
    await using journal = await sealedWith(OLD_SECRET);
    for (const SECRET_KEY of [OLD_SECRET, `${NEW_SECRET},${OLD_SECRET}`]) {
      expect(await found(journal, { SECRET_KEY })).toEqual([
        'ok SECRET_KEY: opens the tickets of 1 order that were looked at',
      ]);
    }
  });

  it('sees one that does not, and makes none where it is missing', async () => {
    await using journal = await sealedWith(OLD_SECRET);
    const says = 'problem SECRET_KEY: does not open the tickets of 1 order that were looked at';
    expect(await found(journal, { SECRET_KEY: NEW_SECRET })).toEqual([says]);
    expect(await found(journal, {})).toEqual([says]);
    expect((await readdir(folder)).filter((name) => !name.startsWith('journal'))).toEqual([]);
  });

  it('has nothing to say where nothing was sold', async () => {
    await using journal = openJournal(file());
    expect(await found(journal, {})).toEqual(['ok SECRET_KEY: nothing is sealed yet']);
  });
});
