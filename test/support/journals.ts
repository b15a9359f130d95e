import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import {
  openJournal,
  openJournalFile,
  openPostgresJournal,
  type Journal,
} from '../../src/journal/database.js';
import { NO_DATABASES, runAt, skipNote, startDatabases, type Databases } from './postgres.js';

/** A place with a journal in it, empty at first. */
export interface JournalHome extends AsyncDisposable {
  readonly journal: Journal;
  /** Closes it and opens it again, as a restart does; what only lives in memory stays open. */
  restart(): Promise<Journal>;
  /** Everything that is written there, as text. */
  contents(): Promise<string>;
}

/** The same tests on each home that a journal can have; every `openHome` gives an empty one. */
export function describeEachJournal(
  title: string,
  tests: (openHome: () => Promise<JournalHome>) => void,
): void {
  describe(`${title}, on SQLite in memory`, () => {
    tests(memoryHome);
  });
  describe(`${title}, on a SQLite file`, () => {
    tests(fileHome);
  });
  describe.skipIf(NO_DATABASES !== null)(`${title}, on PostgreSQL${skipNote(NO_DATABASES)}`, () => {
    let databases: Databases;
    let address: string;
    let schemas = 0;
    beforeAll(async () => {
      databases = await startDatabases();
      address = await databases.createDatabase();
    });
    afterAll(() => databases[Symbol.asyncDispose]());
    tests(() => {
      schemas += 1;
      return postgresHome(address, `home_${schemas}`);
    });
  });
}

async function memoryHome(): Promise<JournalHome> {
  const journal = openJournal(':memory:');
  return {
    journal,
    restart: () => Promise.resolve(journal),
    async contents() {
      const tables = await journal.introspection.getTables();
      const rows = tables.map(({ name }) =>
        journal
          .selectFrom(name as 'fact')
          .selectAll()
          .execute(),
      );
      return JSON.stringify(await Promise.all(rows));
    },
    [Symbol.asyncDispose]: () => journal.destroy(),
  };
}

async function fileHome(): Promise<JournalHome> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-journal-'));
  const open = () => openJournalFile(join(folder, 'journal.sqlite'));
  let journal = await open();
  return {
    get journal() {
      return journal;
    },
    async restart() {
      await journal.destroy();
      journal = await open();
      return journal;
    },
    async contents() {
      const files = (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1'));
      return (await Promise.all(files)).join('\n');
    },
    async [Symbol.asyncDispose]() {
      await journal.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function postgresHome(address: string, schema: string): Promise<JournalHome> {
  let journal = await openPostgresJournal(address, schema);
  return {
    get journal() {
      return journal;
    },
    async restart() {
      await journal.destroy();
      journal = await openPostgresJournal(address, schema);
      return journal;
    },
    async contents() {
      const [row] = await runAt(address, `SELECT schema_to_xml('${schema}', true, false, '')::text AS text`);
      return String(row?.['text']);
    },
    [Symbol.asyncDispose]: () => journal.destroy(),
  };
}
