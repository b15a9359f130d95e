import { sql } from 'kysely';
import { Client } from 'pg';
import type { Config } from '../config/config.js';
import type { Journal } from '../journal/database.js';
import { openJournalAsItIs, type JournalAsItIs } from '../journal/journal-as-it-is.js';
import {
  missingMigrations,
  POSTGRES_WORDS,
  PROOF_OF_WRITING,
  SchemaTooNewError,
} from '../journal/migrations.js';
import { nameOfPostgres } from '../journal/postgres-address.js';
import { reasonOfPostgres } from '../journal/postgres-failure.js';
import { journalFileOf } from '../config/state-folders.js';
import { ok, problem, warning, type Finding } from './finding.js';

/** What was found, and the journal itself where it can be used; whoever gets it destroys it. */
export interface JournalLook {
  readonly findings: readonly Finding[];
  readonly journal: Journal | null;
}

const CONNECT_MS = 3_000;

/** Before everything else, since calls to S-360 are counted in it. Makes nothing, and brings nothing up to date. */
export async function lookAtJournal(config: Config): Promise<JournalLook> {
  const { databaseUrl } = config;
  const server = databaseUrl === null ? [] : [await serverFinding(databaseUrl)];
  if (server.some(({ level }) => level === 'problem')) return { findings: server, journal: null };
  const schema = config.institutions === null ? 'foyer_sandbox' : 'foyer';
  const place = { databaseUrl, schema, file: journalFileOf(config) };
  let found: JournalAsItIs | null = null;
  try {
    found = await openJournalAsItIs(place);
    if (found === null) {
      const what = databaseUrl === null ? 'it' : `its schema \`${schema}\``;
      return {
        findings: [...server, ok('journal', `not made yet: the first start makes ${what}`)],
        journal: null,
      };
    }
    const version = versionFinding(found.version);
    await sql.raw(PROOF_OF_WRITING).execute(found.journal);
    if (version.level !== 'problem') return { findings: [...server, version], journal: found.journal };
    await found.journal.destroy();
    return { findings: [...server, version], journal: null };
  } catch (error) {
    await found?.journal.destroy();
    const where = databaseUrl === null ? place.file : `the schema \`${schema}\``;
    const reason = databaseUrl === null ? messageOf(error) : reasonOfPostgres(error);
    return {
      findings: [
        ...server,
        problem(
          'journal',
          `${where} cannot be used: ${reason}`,
          'Give it to the user of the gateway, make room, or restore a backup: without it the gateway does not start.',
        ),
      ],
      journal: null,
    };
  }
}

async function serverFinding(databaseUrl: string): Promise<Finding> {
  const name = nameOfPostgres(databaseUrl);
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return ok('DATABASE_URL', `PostgreSQL ${rows[0]?.server_version} answers at ${name}`);
  } catch (error) {
    return problem(
      'DATABASE_URL',
      `PostgreSQL at ${name} cannot be used: ${reasonOfPostgres(error)}`,
      'Check address, user, password and that the server runs: the gateway does not start without its journal.',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function versionFinding(version: number): Finding {
  try {
    // The same number on both kinds of database.
    const missing = missingMigrations(POSTGRES_WORDS, version).length;
    return missing === 0
      ? ok('journal', `its schema is of this version (${version})`)
      : warning(
          'journal',
          `its schema is ${missing} version${missing === 1 ? '' : 's'} behind`,
          'The next start brings it up to date; make a backup first, since there is no way back.',
        );
  } catch (error) {
    if (!(error instanceof SchemaTooNewError)) throw error;
    return problem('journal', error.message, 'Run the version of Foyer that made it, or a newer one.');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
}
