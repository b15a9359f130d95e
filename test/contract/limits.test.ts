import { describe, expect, it } from 'vitest';
import { callRaw, endpointOf, textsOf, type RawAnswer, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallInstitution, smallWorld } from '../support/small-world.js';

const MINUTE_MS = 60_000;
const POS = `<pointOfSalesId>${SMALL.posId}</pointOfSalesId>`;
const ALIVE: RawCall = { service: 'CatalogService', method: 'isCatalogServiceAlive' };
const CATALOG: RawCall = { service: 'CatalogService', method: 'getCatalogDetailed' };

function ask(sandbox: TestSandbox, call: RawCall): Promise<RawAnswer> {
  return callRaw(sandbox.institutions[0]!, call);
}

async function statuses(sandbox: TestSandbox, calls: readonly RawCall[]): Promise<number[]> {
  const found: number[] = [];
  for (const call of calls) found.push((await ask(sandbox, call)).status);
  return found;
}

function times(count: number, call: RawCall): RawCall[] {
  return Array.from({ length: count }, () => call);
}

describe('the budget of an institution', () => {
  it('is 180 calls a minute, whatever they are; beyond that the answer is 509 with nothing in it', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const { baseUrl } = sandbox.institutions[0]!;
    await fetch(`${endpointOf(sandbox.institutions[0]!, 'SetupService')}?wsdl`).then((answer) =>
      answer.text(),
    );
    await fetch(`${baseUrl}/tnai/backend-apis/v1/auth`, { method: 'POST', body: '{}' });
    expect(new Set(await statuses(sandbox, times(178, ALIVE)))).toEqual(new Set([200]));
    const refused = await ask(sandbox, ALIVE);
    expect({ status: refused.status, text: refused.text }).toEqual({ status: 509, text: '' });
    expect((await fetch(`${endpointOf(sandbox.institutions[0]!, 'SetupService')}?wsdl`)).status).toBe(509);
    expect((await sandbox.journal()).slice(-2)).toMatchObject([
      {
        protocol: 'soap',
        method: 'isCatalogServiceAlive',
        httpStatus: 509,
        statusCode: null,
        responseBytes: 0,
      },
      { protocol: 'wsdl', httpStatus: 509 },
    ]);
  });

  it('is free again a minute after the first calls, refused ones not counted', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await statuses(sandbox, times(180, ALIVE));
    await sandbox.advance(MINUTE_MS / 2);
    expect(await statuses(sandbox, times(20, ALIVE))).toEqual(Array(20).fill(509));
    await sandbox.advance(MINUTE_MS / 2);
    expect(await statuses(sandbox, times(180, ALIVE))).toEqual(Array(180).fill(200));
  });

  it('belongs to one institution', async () => {
    const other = { ...smallInstitution(Date.now()), code: 'other' };
    const world = { institutions: [smallInstitution(Date.now()), other] };
    await using sandbox = await startTestSandbox({ world });
    await statuses(sandbox, times(181, ALIVE));
    expect((await callRaw(sandbox.institutions[1]!, ALIVE)).status).toBe(200);
  });
});

describe('the window of a method', () => {
  it.each<[string, RawCall, number]>([
    ['getCatalogDetailed', CATALOG, 10],
    ['getCatalog', { service: 'CatalogService', method: 'getCatalog' }, 10],
    ...(
      [
        ['getProductAvailability', '<productIds>205</productIds>'],
        ['getEventAvailability', '<performanceIds>301</performanceIds>'],
        ['getPerformanceAvailability', '<performanceIds>301</performanceIds>'],
        ['getSeatsAvailability', '<performanceId>301</performanceId>'],
        [
          'getUpdatedAvailabilities',
          '<productIds>201</productIds><referenceDate>2026-01-01T00:00:00Z</referenceDate>',
        ],
        ['getAvailableThemeAndLanguage', '<passId>205</passId>'],
      ] as const
    ).map(([method, more]): [string, RawCall, number] => [
      method,
      {
        service: 'AvailabilityService',
        method,
        parameters: method === 'getAvailableThemeAndLanguage' ? more : POS + more,
      },
      1,
    ]),
  ])('of %s is not restarted by a refused call', async (_name, call, minutes) => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    expect(await statuses(sandbox, [call, call])).toEqual([200, 509]);
    await sandbox.advance(minutes * MINUTE_MS - 30_000);
    expect(await statuses(sandbox, [call])).toEqual([509]);
    await sandbox.advance(30_000);
    expect(await statuses(sandbox, [call, call])).toEqual([200, 509]);
  });

  it('is shared by all arguments, except for seats: there each performance has its own', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const seats = (id: number): RawCall => ({
      service: 'AvailabilityService',
      method: 'getSeatsAvailability',
      parameters: `${POS}<performanceId>${id}</performanceId>`,
    });
    expect(await statuses(sandbox, [seats(301), seats(302), seats(301)])).toEqual([200, 200, 509]);
    const filtered = { ...CATALOG, parameters: '<productCode>VISIT</productCode>' };
    expect(await statuses(sandbox, [CATALOG, filtered])).toEqual([200, 509]);
  });

  it('does not exist for cheap methods', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const cheap: RawCall[] = [
      ...times(3, { service: 'CatalogService', method: 'getLastSetupUpdate' }),
      ...times(3, { service: 'CatalogService', method: 'getPOSConfig' }),
      ...times(3, { service: 'SetupService', method: 'listSeasons' }),
    ];
    expect(new Set(await statuses(sandbox, cheap))).toEqual(new Set([200]));
  });

  it('scales with the minute', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld(), minuteMs: 1_000 });
    expect(await statuses(sandbox, [CATALOG, CATALOG])).toEqual([200, 509]);
    await sandbox.advance(10_000);
    expect(await statuses(sandbox, [CATALOG])).toEqual([200]);
  });

  it('is not opened by wrong credentials, and not used up by them', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const stranger = await ask(sandbox, { ...CATALOG, security: () => '' });
    expect(textsOf(stranger.text, 'faultcode')).toEqual(['wsse:FailedAuthentication']);
    expect(await statuses(sandbox, [CATALOG])).toEqual([200]);
  });
});
