import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/clock.js';
import type { FaultKind } from '../../src/sandbox/faults.js';
import { startContactHouse, type ContactHouse } from '../support/contact-house.js';
import { startTestGateway, temporaryFolder } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';

const CREATE = `mutation ($input: CreateContactInput!) {
  createContact(input: $input) { contact { number email } userErrors { code path } } }`;
const DEADLINES = { S360_DEADLINE_MS: '400', S360_ORDER_DEADLINE_MS: '400', S360_QUARANTINE_MS: '60000' };
/** Longer than the quarantine and the time in which a call may leave. */
const PAST_QUARANTINE_MS = 70_000;

interface Created {
  readonly createContact: { readonly contact: { readonly number: string; readonly email: string } | null };
}

function inputOf(clientRequestId: string): { input: Record<string, unknown> } {
  return {
    input: {
      institution: 'small',
      clientRequestId,
      firstName: 'Noa',
      email: `${clientRequestId}@example.org`,
    },
  };
}

/** The number; or the code of the error, when there is one. */
async function create(house: ContactHouse, clientRequestId: string): Promise<string> {
  const { data, errors } = await house.ask<Created>(CREATE, inputOf(clientRequestId));
  return errors?.[0]?.extensions?.['code']?.toString() ?? data!.createContact.contact!.number;
}

interface MovedClock extends Clock {
  offsetMs: number;
}

/** The machine's clock, moved as a test wants it. */
function movedClock(): MovedClock {
  const clock: MovedClock = {
    offsetMs: 0,
    now: () => Date.now() + clock.offsetMs,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
  return clock;
}

describe('createContact, when the answer is lost', () => {
  it('after the contact was made, finds it and never makes another', async () => {
    await using house = await startContactHouse({ env: DEADLINES });
    const before = (await house.books()).length;
    await house.sandbox.fault({ kind: 'resetAfter', method: 'createContact', times: 1 });
    expect(await create(house, 'a')).toBe('0004223');
    expect(await create(house, 'a')).toBe('0004223');
    expect(await house.books()).toHaveLength(before + 1);
    expect((await house.calls()).filter((method) => method === 'createContact')).toHaveLength(1);
  });

  it('and cannot be looked up, is IN_DOUBT until S-360 answers again', async () => {
    await using house = await startContactHouse({ env: DEADLINES });
    const before = (await house.books()).length;
    await house.sandbox.fault({ kind: 'resetAfter', method: 'createContact', times: 1 });
    await house.sandbox.fault({ kind: 'http500', method: 'searchContact' });
    const { data, errors } = await house.ask(CREATE, inputOf('a'));
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'IN_DOUBT',
      retryable: true,
      retryAfterMs: expect.any(Number) as number,
    });
    expect(await create(house, 'a')).toBe('IN_DOUBT');
    await house.sandbox.clearFaults();
    const numbers = await Promise.all([1, 2, 3].map(() => create(house, 'a')));
    expect(new Set(numbers)).toEqual(new Set(['0004223']));
    expect(await house.books()).toHaveLength(before + 1);
  });

  it('by a call that was cut before anything was done, is sent again after the quarantine only', async () => {
    const clock = movedClock();
    await using house = await startContactHouse({ env: DEADLINES, clock });
    await house.sandbox.fault({ kind: 'resetBefore', method: 'createContact', times: 1 });
    expect(await create(house, 'a')).toBe('IN_DOUBT');
    clock.offsetMs += 50_000;
    expect(await create(house, 'a')).toBe('IN_DOUBT');
    expect((await house.calls()).filter((method) => method === 'createContact')).toHaveLength(1);
    clock.offsetMs += 20_000;
    expect(await create(house, 'a')).toBe('0004223');
    expect(await create(house, 'a')).toBe('0004223');
  });

  it('by the deadline, finds out later what S-360 did after all', async () => {
    await using house = await startContactHouse({ env: DEADLINES });
    const before = (await house.books()).length;
    await house.sandbox.fault({ kind: 'delayAfter', method: 'createContact', delayMs: 900, times: 1 });
    expect(await create(house, 'a')).toBe('IN_DOUBT');
    expect(await create(house, 'a')).toBe('0004223');
    expect(await house.books()).toHaveLength(before + 1);
  });

  it(
    'with any fault there is, makes exactly one contact for each key in the end',
    { timeout: 150_000 },
    async () => {
      const clock = movedClock();
      await using house = await startContactHouse({ env: DEADLINES, clock });
      const before = (await house.books()).length;
      const kinds: readonly FaultKind[] = [
        'soapFault',
        'http500',
        'http509',
        'truncate',
        'malformed',
        'inProgress',
        'hang',
        'emptyAnswer',
        'wrongNamespace',
        'entityExpansion',
        'deepNesting',
      ];
      const numbers: string[] = [];
      for (const kind of kinds) {
        await house.sandbox.fault({ kind, method: 'createContact', times: 1 });
        const first = await create(house, kind);
        expect(first).toMatch(/^(\d+|IN_DOUBT|UPSTREAM_RATE_LIMITED)$/);
        clock.offsetMs += PAST_QUARANTINE_MS;
        const number = await create(house, kind);
        expect(await create(house, kind)).toBe(number);
        numbers.push(number);
      }
      expect(new Set(numbers).size).toBe(kinds.length);
      expect(await house.books()).toHaveLength(before + kinds.length);
    },
  );

  it('and the gateway is started again, is found out by the new one', async () => {
    const cacheDir = await temporaryFolder();
    {
      await using house = await startContactHouse({ env: DEADLINES, cacheDir });
      await house.sandbox.fault({ kind: 'resetAfter', method: 'createContact', times: 1 });
      await house.sandbox.fault({ kind: 'http500', method: 'searchContact' });
      expect(await create(house, 'a')).toBe('IN_DOUBT');
      await house.gateway.stop();
      await house.sandbox.clearFaults();
      await using next = await startTestGateway({
        institutions: house.sandbox.institutions,
        env: DEADLINES,
        cacheDir,
      });
      const { data } = await query<Created>(next.graphql, CREATE, inputOf('a'));
      expect(data?.createContact.contact?.number).toBe('0004223');
      expect((await house.calls()).filter((method) => method === 'createContact')).toHaveLength(1);
    }
    await rm(cacheDir, { recursive: true, force: true });
  });
});

describe('other changes, when the answer is lost', () => {
  it('fail as S-360 failed, and repeating them does no harm', async () => {
    await using house = await startContactHouse({ env: DEADLINES });
    const save = `mutation { saveContactAddress(input: { contactId: "small:0004217", address: { lines: ["Seegasse 8"] } }) {
      contact { addresses { id } } } }`;
    const remove = 'mutation { deleteContact(id: "small:0004218") { deletedId userErrors { code } } }';
    await house.sandbox.fault({ kind: 'resetAfter', method: 'addOrUpdateAddress', times: 1 });
    await house.sandbox.fault({ kind: 'resetAfter', method: 'deleteContact', times: 1 });
    for (const document of [save, remove]) {
      const { errors } = await house.ask(document);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    }
    const saved = await house.data<{ saveContactAddress: { contact: { addresses: unknown[] } } }>(save);
    expect(saved.saveContactAddress.contact.addresses).toHaveLength(3);
    expect(await house.data(remove)).toEqual({
      deleteContact: { deletedId: 'small:0004218', userErrors: [] },
    });
  });
});

describe('personal data', () => {
  it('is in no log, no metric, no error of S-360, no journal and no cache', async () => {
    const cacheDir = await temporaryFolder();
    const logged: string[] = [];
    const stream = new Writable({
      write(line: Buffer, _encoding, next) {
        logged.push(line.toString());
        next();
      },
    });
    {
      const log = pino({ level: 'trace' }, stream);
      await using house = await startContactHouse({
        env: { ...DEADLINES, LOG_LEVEL: 'trace' },
        cacheDir,
        log,
      });
      const input = {
        institution: 'small',
        clientRequestId: 'canary-key@example.org',
        firstName: 'CanaryFirst',
        lastName: 'CanaryLast',
        email: 'canary@example.org',
        phone: '021 555 77 33',
        address: { lines: ['CanaryStreet 1'], town: 'CanaryTown' },
        criteria: [{ code: 'INTERESTS', values: ['CanaryValue'] }],
      };
      const texts: string[] = [];
      const say = async (document: string, variables: Record<string, unknown>): Promise<void> => {
        const { errors } = await house.ask(document, variables);
        texts.push(JSON.stringify(errors ?? []));
      };
      for (const kind of ['resetAfter', 'soapFault', 'malformed', 'hang'] as const) {
        await house.sandbox.fault({ kind, service: 'ContactInformationPublicService', times: 2 });
        await say(CREATE, { input: { ...input, clientRequestId: `${kind} canary` } });
        await house.sandbox.clearFaults();
      }
      await say(CREATE, { input });
      await say(CREATE, { input: { ...input, lastName: 'CanaryConflict' } });
      await say(CREATE, { input: { ...input, clientRequestId: 'x', email: 'canary-without-at' } });
      await house.sandbox.fault({ kind: 'http500', method: 'searchContact' });
      await say('query ($search: ContactSearch!) { contacts(search: $search) { nodes { email } } }', {
        search: { institution: 'small', email: 'canary@example.org' },
      });
      texts.push(await (await fetch(new URL('metrics', house.gateway.url))).text());
      expect(texts.join('\n')).not.toMatch(/canary/i);
      expect(logged.length).toBeGreaterThan(5);
    }
    const files = await readdir(cacheDir, { recursive: true, withFileTypes: true });
    const written = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
    );
    expect(written.some((text) => text.includes('contact_request'))).toBe(true);
    expect([...logged, ...written].filter((text) => /canary|555.?77/i.test(text))).toEqual([]);
    await rm(cacheDir, { recursive: true, force: true });
  });
});
