import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { openPostgresJournal } from '../../src/journal/database.js';
import { NO_DATABASES, skipNote, startDatabases } from '../support/postgres.js';

/** What the handbook lets an operator ask the database. */
function queriesInHandbook(): string[] {
  const handbook = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  return [...handbook.matchAll(/psql .*(?:-c |--command=)(["'])(.+?)\1(?: |$)/gm)].map(([, , sql]) => sql!);
}

describe.skipIf(NO_DATABASES !== null)(`the handbook's queries${skipNote(NO_DATABASES)}`, () => {
  it('are answered by the journal of this version', async () => {
    await using databases = await startDatabases();
    const url = await databases.createDatabase();
    await (await openPostgresJournal(url, 'foyer')).destroy();
    const client = new Client({ connectionString: url });
    await client.connect();
    const queries = queriesInHandbook().filter((sql) => sql.startsWith('SELECT'));
    expect(queries.length).toBeGreaterThan(0);
    for (const sql of queries) expect((await client.query(sql)).rows).toEqual([]);
    await client.end();
  });
});
