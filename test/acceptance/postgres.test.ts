import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { temporaryFolder, startTestGateway } from '../support/gateway.js';
import { query, queryData } from '../support/graphql-client.js';
import { NO_POSTGRES, runAt, skipNote, startPostgres } from '../support/postgres.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const FIRST = `{ performances(filter: { institutions: ["lyric"], saleStatus: [ON_SALE] }, first: 1) { nodes { id } } }`;
const SEATS = `query ($id: ID!) { performance(id: $id) { seats { seats { id } } } }`;

interface First {
  readonly performances: { readonly nodes: readonly [{ readonly id: string }] };
}

async function seatCalls(sandbox: TestSandbox): Promise<number> {
  return (await sandbox.journal()).filter(({ method }) => method === 'getSeatsAvailability').length;
}

describe.skipIf(NO_POSTGRES !== null)(`Foyer with its journal in PostgreSQL${skipNote(NO_POSTGRES)}`, () => {
  it('keeps to the limits of the contract over a restart that lost every file', async () => {
    await using server = await startPostgres();
    await using sandbox = await startTestSandbox();
    const env = { DATABASE_URL: await server.createDatabase() };
    const institutions = sandbox.institutions.slice(0, 1);
    {
      await using gateway = await startTestGateway({ institutions, env });
      expect(await readdir(gateway.cacheDir)).not.toContain('journal.sqlite');
    }
    await using gateway = await startTestGateway({ institutions, env, untilReady: false });
    await eventually('a refused catalog', async () => {
      const text = await (await fetch(`${gateway.url}health/ready`)).text();
      return text.includes('may not be asked yet') ? text : null;
    });
    const calls = await sandbox.journal();
    expect(calls.filter(({ method }) => method === 'getCatalogDetailed')).toHaveLength(1);
    const [counted] = await runAt(env.DATABASE_URL, 'SELECT sum(calls)::int AS calls FROM foyer.call_count');
    expect(counted?.['calls']).toBeGreaterThanOrEqual(calls.length);
  });

  it('serves what it knows and calls nobody while PostgreSQL is away, and goes on by itself', async () => {
    await using server = await startPostgres();
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      cacheDir: await temporaryFolder(),
      env: { DATABASE_URL: await server.createDatabase() },
    });
    const { performances } = await queryData<First>(gateway.graphql, FIRST);
    const [{ id }] = performances.nodes;
    await server.stop();
    const { errors } = await query(gateway.graphql, SEATS, { id });
    expect(errors).toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }) as unknown,
      }),
    ]);
    expect(await queryData<First>(gateway.graphql, FIRST)).toEqual({ performances });
    expect(await seatCalls(sandbox)).toBe(0);
    await server.start();
    // What is refused meanwhile says when to come back.
    const seats = await eventually('the journal', async () => {
      const { data, errors: refusals } = await query(gateway.graphql, SEATS, { id });
      return refusals === undefined ? data : null;
    });
    expect(seats).toMatchObject({ performance: { seats: { seats: expect.any(Array) as unknown } } });
    expect(await seatCalls(sandbox)).toBe(1);
  });
});
