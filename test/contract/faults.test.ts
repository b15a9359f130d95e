import { describe, expect, it } from 'vitest';
import type { FaultScript } from '../../src/sandbox/faults.js';
import { readXml } from '../../src/sandbox/protocol/xml-reader.js';
import { callRaw, endpointOf, envelope, textsOf, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

const CALL: RawCall = { service: 'CatalogService', method: 'getLastSetupUpdate' };
const CATALOG: RawCall = { service: 'CatalogService', method: 'getCatalogDetailed' };
const AVAILABILITY: RawCall = {
  service: 'AvailabilityService',
  method: 'getEventAvailability',
  parameters: `<pointOfSalesId>${SMALL.posId}</pointOfSalesId><performanceIds>301</performanceIds>`,
};

async function startWith(...scripts: FaultScript[]): Promise<TestSandbox> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  for (const script of scripts) await sandbox.fault(script);
  return sandbox;
}

function ask(sandbox: TestSandbox, call: RawCall = CALL): ReturnType<typeof callRaw> {
  return callRaw(sandbox.institutions[0]!, call);
}

describe('a scripted fault', () => {
  it.each(['latency', 'delayBefore', 'delayAfter'] as const)(
    '%s holds the answer for delayMs',
    async (kind) => {
      await using sandbox = await startWith({ kind, delayMs: 80, times: 1 });
      const startedAt = performance.now();
      expect((await ask(sandbox)).status).toBe(200);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(78);
    },
  );

  it('latency without a length waits for a second', async () => {
    await using sandbox = await startWith({ kind: 'latency', times: 1 });
    const startedAt = performance.now();
    await ask(sandbox);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(980);
  });

  it('soapFault answers with a fault of the server', async () => {
    await using sandbox = await startWith({ kind: 'soapFault' });
    const { status, text } = await ask(sandbox);
    expect({ status, code: textsOf(text, 'faultcode') }).toEqual({ status: 500, code: ['S:Server'] });
  });

  it('http500 answers with a page', async () => {
    await using sandbox = await startWith({ kind: 'http500' });
    const { status, headers } = await ask(sandbox);
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 500,
      type: 'text/html; charset=utf-8',
    });
  });

  it('http509 refuses the call without using up its turn', async () => {
    await using sandbox = await startWith({ kind: 'http509', times: 1 });
    const first = await ask(sandbox, CATALOG);
    expect({ status: first.status, text: first.text }).toEqual({ status: 509, text: '' });
    expect((await ask(sandbox, CATALOG)).status).toBe(200);
  });

  it('truncate promises the whole answer and sends half of it', async () => {
    await using sandbox = await startWith({ kind: 'truncate', times: 1 });
    const institution = sandbox.institutions[0]!;
    const response = await fetch(endpointOf(institution, CALL.service), {
      method: 'POST',
      body: envelope(institution, CALL),
    });
    const promised = Number(response.headers.get('content-length'));
    await expect(response.text()).rejects.toThrow(/terminated/);
    const [call] = await sandbox.journal();
    expect(call).toMatchObject({ httpStatus: 200, responseBytes: Math.floor(promised / 2) });
  });

  it('truncate sends half of a large answer too', async () => {
    await using sandbox = await startTestSandbox({ sizeMb: 2 });
    await sandbox.fault({ kind: 'truncate' });
    const institution = sandbox.institutions[0]!;
    const response = await fetch(endpointOf(institution, CATALOG.service), {
      method: 'POST',
      body: envelope(institution, CATALOG),
    });
    const promised = Number(response.headers.get('content-length'));
    expect(promised).toBeGreaterThan(1_500_000);
    let bytes = 0;
    const read = async (): Promise<void> => {
      for await (const piece of response.body!) bytes += piece.length;
    };
    await expect(read()).rejects.toThrow(/terminated/);
    expect(bytes).toBe(Math.floor(promised / 2));
  });

  it.each([CALL, CATALOG])('malformed answers $method completely, but with broken XML', async (call) => {
    await using sandbox = await startWith({ kind: 'malformed', times: 1 });
    const { status, text } = await ask(sandbox, call);
    expect(status).toBe(200);
    expect(() => readXml(text)).toThrow(/\d+:\d+/);
    expect(text).toMatch(/<\/S:Envelope>$/);
  });

  it('resetBefore cuts the connection before the call took its turn', async () => {
    await using sandbox = await startWith({ kind: 'resetBefore', times: 1 });
    await expect(ask(sandbox, CATALOG)).rejects.toThrow(/fetch failed/);
    expect((await ask(sandbox, CATALOG)).status).toBe(200);
    expect(await sandbox.journal()).toMatchObject([{ httpStatus: null }, { httpStatus: 200 }]);
  });

  it('resetAfter cuts the connection when the call has taken effect', async () => {
    await using sandbox = await startWith({ kind: 'resetAfter', times: 1 });
    await expect(ask(sandbox, CATALOG)).rejects.toThrow(/fetch failed/);
    expect((await ask(sandbox, CATALOG)).status).toBe(509);
  });

  it.each([CATALOG, AVAILABILITY])('inProgress holds $method back so many times', async (call) => {
    await using sandbox = await startWith({ kind: 'inProgress', times: 2 });
    const first = await ask(sandbox, call);
    const [requestId] = textsOf(first.text, 'requestId');
    expect(textsOf(first.text, 'statusCode')).toEqual(['in_progress']);
    const poll = { ...call, parameters: `<requestId>${requestId}</requestId>${call.parameters ?? ''}` };
    const second = await ask(sandbox, poll);
    expect(textsOf(second.text, 'statusCode')).toEqual(['in_progress']);
    expect(textsOf(second.text, 'requestId')).toEqual([requestId]);
    const third = await ask(sandbox, poll);
    expect(textsOf(third.text, 'statusCode')).toEqual(['success']);
    expect(third.text).toMatch(/<(catalogData|eventAvailabilityData)>/);
  });

  it('unknownEnum replaces states, families and levels, and nothing else', async () => {
    await using sandbox = await startWith({ kind: 'unknownEnum', times: 2 });
    const levels = textsOf((await ask(sandbox, AVAILABILITY)).text, 'availabilityLevel');
    expect(levels).toEqual(['NOT_KNOWN_YET']);
    const { text } = await ask(sandbox, CATALOG);
    expect(new Set([...textsOf(text, 'state'), ...textsOf(text, 'productFamilyType')])).toEqual(
      new Set(['NOT_KNOWN_YET']),
    );
    expect(textsOf(text, 'code')).toContain('HAMLET');
    await sandbox.advance(600_000);
    expect(textsOf((await ask(sandbox, CATALOG)).text, 'state')).toContain('RUNNING');
  });

  it('hang never answers, and lets the sandbox stop', async () => {
    await using sandbox = await startWith({ kind: 'hang' });
    const institution = sandbox.institutions[0]!;
    const signal = AbortSignal.timeout(150);
    const call = fetch(endpointOf(institution, CALL.service), {
      method: 'POST',
      body: envelope(institution, CALL),
      signal,
    });
    await expect(call).rejects.toThrow(/timeout/);
    expect(await sandbox.journal()).toMatchObject([{ method: 'getLastSetupUpdate', httpStatus: null }]);
  });

  it('entityExpansion answers with a document type', async () => {
    await using sandbox = await startWith({ kind: 'entityExpansion' });
    const { status, text } = await ask(sandbox);
    expect(status).toBe(200);
    expect(text).toMatch(/<!DOCTYPE .*<!ENTITY e9 "(&e8;){10}">/);
    expect(() => readXml(text)).toThrow(/document type/);
  });

  it('deepNesting answers with 10,000 levels', async () => {
    await using sandbox = await startWith({ kind: 'deepNesting' });
    const { text } = await ask(sandbox);
    expect(text.match(/<a>/g)).toHaveLength(10_000);
    expect(() => readXml(text)).toThrow(/levels/);
  });

  it('oversize answers with 200 MB without having them in memory', async () => {
    await using sandbox = await startWith({ kind: 'oversize' });
    const institution = sandbox.institutions[0]!;
    const response = await fetch(endpointOf(institution, CALL.service), {
      method: 'POST',
      body: envelope(institution, CALL),
    });
    let bytes = 0;
    let mostBytes = 0;
    for await (const piece of response.body!) {
      bytes += piece.length;
      mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
    }
    expect(bytes).toBeGreaterThan(200_000_000);
    expect(mostBytes).toBeLessThan(900_000_000);
  });

  it('wrongNamespace puts the answer into another namespace', async () => {
    await using sandbox = await startWith({ kind: 'wrongNamespace' });
    const { text } = await ask(sandbox);
    expect(text).toContain('<LastSetupUpdateResult>');
    expect(text).not.toContain('secutix.com');
  });

  it('emptyAnswer is a success with nothing in it', async () => {
    await using sandbox = await startWith({ kind: 'emptyAnswer' });
    const { status, text } = await ask(sandbox);
    expect({ status, text }).toEqual({ status: 200, text: '' });
  });
});

describe('fault scripts', () => {
  it('hit only the calls they name, and so often as they say', async () => {
    await using sandbox = await startWith({
      kind: 'http500',
      service: 'CatalogService',
      method: 'getLastSetupUpdate',
      times: 1,
    });
    expect((await ask(sandbox, AVAILABILITY)).status).toBe(200);
    expect((await ask(sandbox)).status).toBe(500);
    expect((await ask(sandbox)).status).toBe(200);
  });

  it('hit by chance when they are told to', async () => {
    await using sandbox = await startWith({ kind: 'http500', probability: 0.5 });
    const found: number[] = [];
    for (let call = 0; call < 60; call += 1) found.push((await ask(sandbox)).status);
    const hits = found.filter((status) => status === 500).length;
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(50);
  });

  it('go when they are cleared', async () => {
    await using sandbox = await startWith({ kind: 'http500' });
    await sandbox.clearFaults();
    expect((await ask(sandbox)).status).toBe(200);
  });

  it('hit REST-RPC as well', async () => {
    await using sandbox = await startWith({ kind: 'malformed', times: 1 }, { kind: 'soapFault' });
    const { baseUrl } = sandbox.institutions[0]!;
    const auth = await fetch(`${baseUrl}/tnai/backend-apis/v1/auth`, {
      method: 'POST',
      body: JSON.stringify({ operator: 'SMALL_FOYER', secret: 'sandbox' }),
    });
    const { token } = (await auth.json()) as { token: string };
    const post = (): Promise<Response> =>
      fetch(`${baseUrl}/tnseb/backend-apis/catalogService/v1_33/getPOSConfig`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: '{}',
      });
    expect((await post()).status).toBe(500);
    await sandbox.clearFaults();
    await sandbox.fault({ kind: 'malformed' });
    const text = await (await post()).text();
    expect(() => JSON.parse(text) as unknown).toThrow(/JSON/);
    expect(text).toContain('"statusCode":"success"');
  });
});
