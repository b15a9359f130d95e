import { describe, expect, it } from 'vitest';
import type { InstitutionAddress } from '../../src/sandbox/server.js';
import { SECURITY_HEADERS, callRaw, textsOf } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

async function start(): Promise<TestSandbox & { readonly small: InstitutionAddress }> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  return { ...sandbox, small: sandbox.institutions[0]! };
}

describe('WS-Security', () => {
  it.each(Object.entries(SECURITY_HEADERS))('accepts a username token with %s', async (_name, security) => {
    await using sandbox = await start();
    const { status, text } = await callRaw(sandbox.small, {
      service: 'CatalogService',
      method: 'isCatalogServiceAlive',
      security,
    });
    expect(text).toContain('<WebMethodResult><statusCode>success</statusCode></WebMethodResult>');
    expect(status).toBe(200);
  });
});

describe('CatalogService', () => {
  it('getCatalogDetailed answers with the result class inside a qualified wrapper', async () => {
    await using sandbox = await start();
    const { text } = await callRaw(sandbox.small, {
      service: 'CatalogService',
      method: 'getCatalogDetailed',
    });
    expect(text).toMatch(
      /^<\?xml [^>]*\?><S:Envelope [^>]*><S:Body><ns2:getCatalogDetailedResponse xmlns:ns2="http:\/\/v1_33.CatalogService.service.secutix.com"><CatalogResultDetailed><statusCode>success</,
    );
    expect(textsOf(text, 'amount')).toEqual(['45000', '45000', '46000', '46000', '12000']);
  });
});

describe('AvailabilityService', () => {
  it('getEventAvailability splits by every category for -1', async () => {
    await using sandbox = await start();
    const { text } = await callRaw(sandbox.small, {
      service: 'AvailabilityService',
      method: 'getEventAvailability',
      parameters:
        `<pointOfSalesId>${SMALL.posId}</pointOfSalesId><eventIds>${SMALL.eventId}</eventIds>` +
        `<performanceIds>301</performanceIds><performanceIds>302</performanceIds><seatCategoryIds>-1</seatCategoryIds>`,
    });
    expect(textsOf(text, 'seatCategoryId')).toEqual(['401', '402', '401', '402']);
    expect(textsOf(text, 'quantity')).toEqual(['20', '5', '20', '5']);
  });
});
