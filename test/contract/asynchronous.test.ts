import { describe, expect, it } from 'vitest';
import { callRaw, textsOf, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

/** With no wait at all, the first call always answers `in_progress`. */
function startSlow(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld(), asyncWaitMs: 0 });
}

interface Outcome {
  readonly status: number;
  readonly statusCode: string | undefined;
  readonly requestId: string | undefined;
  readonly hasCatalog: boolean;
}

async function load(sandbox: TestSandbox, parameters = '', method = 'getCatalogDetailed'): Promise<Outcome> {
  const call: RawCall = { service: 'CatalogService', method, parameters };
  const { status, text } = await callRaw(sandbox.institutions[0]!, call);
  return {
    status,
    statusCode: textsOf(text, 'statusCode')[0],
    requestId: textsOf(text, 'requestId')[0],
    hasCatalog: text.includes('<catalogData>'),
  };
}

/** Repeats the call until the work is done; fails when it never is. */
async function poll(sandbox: TestSandbox, parameters: string): Promise<Outcome> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const outcome = await load(sandbox, parameters);
    if (outcome.statusCode !== 'in_progress') return outcome;
  }
  throw new Error('the work was never done');
}

describe('an asynchronous method', () => {
  it.each(['getCatalogDetailed', 'getCatalog'])(
    '%s answers in_progress with a requestId and no data',
    async (method) => {
      await using sandbox = await startSlow();
      const { statusCode, requestId, hasCatalog } = await load(sandbox, '', method);
      expect(statusCode).toBe('in_progress');
      expect(requestId).toMatch(/^\d+$/);
      expect(hasCatalog).toBe(false);
    },
  );

  it('gives the data to the call with that requestId, and again to the same call', async () => {
    await using sandbox = await startSlow();
    const { requestId } = await load(sandbox);
    const parameters = `<requestId>${requestId}</requestId>`;
    const expected = { status: 200, statusCode: 'success', requestId, hasCatalog: true };
    expect(await poll(sandbox, parameters)).toEqual(expected);
    expect(await load(sandbox, parameters)).toEqual(expected);
  });

  it('gives the data to an identical call, once; the next one is a new call', async () => {
    await using sandbox = await startSlow();
    await load(sandbox, '<scope>EXTENDED</scope>');
    expect(await poll(sandbox, '<scope>EXTENDED</scope>')).toMatchObject({ status: 200, hasCatalog: true });
    expect(await load(sandbox, '<scope>EXTENDED</scope>')).toMatchObject({ status: 509 });
  });

  it('does not take another call for a poll', async () => {
    await using sandbox = await startSlow();
    await load(sandbox);
    expect(await load(sandbox, '<scope>EXTENDED</scope>')).toMatchObject({ status: 509 });
  });

  it('calls a requestId unknown that it never gave, or gave for another method, and spares the window', async () => {
    await using sandbox = await startSlow();
    const other = await load(sandbox, '', 'getCatalog');
    for (const id of ['4711', other.requestId]) {
      const parameters = `<requestId>${id}</requestId>`;
      expect(await load(sandbox, parameters)).toMatchObject({ status: 200, statusCode: 'error.technical' });
    }
    expect(await load(sandbox)).toMatchObject({ statusCode: 'in_progress' });
  });

  it('forgets a result after a few minutes', async () => {
    await using sandbox = await startSlow();
    const { requestId } = await load(sandbox);
    await sandbox.advance(5 * 60_000 + 1);
    const late = await load(sandbox, `<requestId>${requestId}</requestId>`);
    expect(late).toMatchObject({ statusCode: 'error.technical' });
  });

  it('counts polls as calls of the institution', async () => {
    await using sandbox = await startSlow();
    const { requestId } = await load(sandbox);
    await poll(sandbox, `<requestId>${requestId}</requestId>`);
    const calls = await sandbox.journal();
    expect(calls.length).toBeGreaterThanOrEqual(2);
    expect(calls.at(-1)).toMatchObject({ method: 'getCatalogDetailed', statusCode: 'success' });
  });
});
