import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startContactHouse } from '../support/contact-house.js';
import { eventually } from '../support/eventually.js';
import { openSocket, query, subscribe } from '../support/graphql-client.js';
import type { TestSandbox } from '../support/sandbox.js';

const KNOWN = '{ contact(id: "small:0004217") { firstName } }';

async function idsOf(sandbox: TestSandbox, method: string): Promise<(string | null)[]> {
  const calls = await sandbox.journal();
  return calls.filter((call) => call.method === method).map(({ correlationId }) => correlationId);
}

describe('a call to S-360', () => {
  it('carries the correlation id of the request that caused it, and so does its line in the log', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    await using house = await startContactHouse({ log });
    const ids = [randomUUID(), randomUUID()];
    await Promise.all(
      ids.map((id) => query(house.gateway.graphql, KNOWN, undefined, { 'x-request-id': id })),
    );
    expect(new Set(await idsOf(house.sandbox, 'getContactData'))).toEqual(new Set(ids));
    const logged = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ method }) => method === 'getContactData');
    expect(new Set(logged.map((line) => line['correlationId']))).toEqual(new Set(ids));
  });

  it('is in the log of every level when it failed, under the id that the client was given', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    await using house = await startContactHouse({ log });
    await house.sandbox.fault({ method: 'getContactData', kind: 'http500' });
    const id = randomUUID();
    await query(house.gateway.graphql, KNOWN, undefined, { 'x-request-id': id });
    await house.sandbox.clearFaults();
    await query(house.gateway.graphql, KNOWN);
    const logged = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ method }) => method === 'getContactData');
    // A read is tried twice.
    const failed = { level: 40, outcome: 'UPSTREAM_UNAVAILABLE', correlationId: id };
    expect(logged).toEqual([expect.objectContaining(failed), expect.objectContaining(failed)]);
  });

  it('carries the id of the operation when it comes by WebSocket', async () => {
    await using house = await startContactHouse();
    await house.sandbox.fault({ method: 'getContactData', kind: 'malformed', times: 2 });
    const socket = await openSocket(house.gateway.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: KNOWN } });
    const { payload } = await socket.next(({ type }) => type === 'next');
    socket.close();
    const [error] = (payload as { errors: { extensions: { correlationId: string } }[] }).errors;
    expect(await idsOf(house.sandbox, 'getContactData')).toContain(error!.extensions.correlationId);
  });

  it('carries none when it is background work, even where a request woke it up', async () => {
    await using house = await startContactHouse({
      env: { S360_MINUTE_MS: '600', S360_CALLS_PER_MONTH: '100000000' },
    });
    expect(await idsOf(house.sandbox, 'getCatalogDetailed')).toEqual([null]);
    const polls = async (): Promise<number> =>
      (await idsOf(house.sandbox, 'getUpdatedAvailabilities')).length;
    await using live = subscribe(
      house.gateway.graphql,
      'subscription { availabilityChanged { __typename kind } }',
    );
    await live.next();
    const before = await polls();
    await eventually('two more polls', async () => ((await polls()) >= before + 2 ? true : null));
    expect(new Set(await idsOf(house.sandbox, 'getUpdatedAvailabilities'))).toEqual(new Set([null]));
  });
});
