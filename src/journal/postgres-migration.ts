import type { Client } from 'pg';
import { missingMigrations, POSTGRES_WORDS, PROOF_OF_WRITING, versionTable } from './migrations.js';
import { createMigrationClient } from './postgres-pool.js';

/** Any number that no other software uses on the same database: "foyer" as letters. */
const LOCK = 0x66_6f_79_65_72;

/**
 * Makes the schema where it is missing and brings its tables to this version, as one transaction; replicas that start
 * at once do it one after the other. Rejects when the database cannot be reached or written, changing nothing.
 */
export async function migratePostgres(address: string, schema: string): Promise<void> {
  const client = createMigrationClient(address, schema);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await migrate(client, schema);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function migrate(client: Client, schema: string): Promise<void> {
  // Asked for first: whoever may not create a schema may still use one that was made for it.
  if (!(await exists(client, 'to_regnamespace', schema))) await client.query(`CREATE SCHEMA ${schema}`);
  if (!(await exists(client, 'to_regclass', `${schema}.schema_version`))) {
    await client.query(versionTable(POSTGRES_WORDS));
  }
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_version',
  );
  for (const { version, statements } of missingMigrations(POSTGRES_WORDS, rows[0]?.version ?? 0)) {
    for (const statement of statements) await client.query(statement);
    await client.query('INSERT INTO schema_version (version) VALUES ($1)', [version]);
  }
  await client.query(PROOF_OF_WRITING);
}

async function exists(client: Client, lookUp: string, name: string): Promise<boolean> {
  const { rows } = await client.query<{ is_there: boolean }>(`SELECT ${lookUp}($1) IS NOT NULL AS is_there`, [
    name,
  ]);
  return rows[0]?.is_there === true;
}
