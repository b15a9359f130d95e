import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

const BOTH = [...SMALL.performanceIds];

function startSmall(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld() });
}

interface Claims {
  readonly sub?: string;
  readonly aud?: string;
  readonly lifeSeconds?: number;
  readonly secret?: string;
}

/** A token as a partner forges it. */
function forge({
  sub = 'SMALL',
  aud = 'SMALL_FOYER',
  lifeSeconds = 30,
  secret = 'sandbox',
}: Claims = {}): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return new SignJWT({ sub, aud, iss: 'A partner', iat: nowSeconds, exp: nowSeconds + lifeSeconds })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret));
}

interface RestCall {
  readonly service: string;
  readonly method: string;
  readonly body?: unknown;
  readonly token?: string | null;
}

async function post(
  sandbox: TestSandbox,
  { service, method, body = {}, token }: RestCall,
): Promise<Response> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token ?? (await forge())}` };
  return fetch(`${sandbox.url}/small/tnseb/backend-apis/${service}/v1_33/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function ask(sandbox: TestSandbox, call: RestCall): Promise<unknown> {
  const response = await post(sandbox, call);
  expect(response.status).toBe(200);
  return response.json();
}

describe('REST-RPC', () => {
  it('answers with the result at top level, the header with nulls and lists as lists', async () => {
    await using sandbox = await startSmall();
    const call = {
      service: 'catalogService',
      method: 'getCatalogDetailed',
      body: { productCode: 'VISIT', scope: null },
    };
    expect(await ask(sandbox, call)).toMatchObject({
      requestId: null,
      statusCode: 'success',
      statusDetail: null,
      catalogData: {
        seasons: [
          {
            code: 'S26',
            priceLevels: [],
            products: [{ id: 205, code: 'VISIT', pass: { items: [{ itemId: 731, timeslotIds: [711] }] } }],
          },
        ],
      },
    });
  });

  it.each<[string, string, unknown, unknown]>([
    [
      'catalogService',
      'isCatalogServiceAlive',
      {},
      { requestId: null, statusCode: 'success', statusDetail: null },
    ],
    [
      'catalogService',
      'getLastSetupUpdate',
      {},
      { lastSetupUpdate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ],
    [
      'catalogService',
      'getPOSConfig',
      {},
      { posConfigData: { posId: 501, posParameters: { theme: 'dark & blue' } } },
    ],
    [
      'catalogService',
      'getCatalog',
      {},
      { catalogData: expect.stringContaining('<value>Hamlet &amp; &lt;Friends&gt;</value>') },
    ],
    [
      'setupService',
      'listSeasons',
      {},
      { seasons: [{ code: 'S26', audienceCategories: [], priceLevels: [] }] },
    ],
    [
      'availabilityService',
      'getEventAvailability',
      {
        pointOfSalesId: 501,
        eventIds: [201],
        performanceIds: BOTH,
        seatCategoryIds: [-1],
        contingentIds: [],
      },
      { eventAvailabilityData: { eventAvailabilities: [{ quantity: 20 }, { quantity: 5 }, {}, {}] } },
    ],
    [
      'availabilityService',
      'getPerformanceAvailability',
      { requestId: 5, pointOfSalesId: '501', performanceIds: BOTH },
      { requestId: 5, performanceAvailabilityData: { performanceAvailabilities: [{ quantity: 25 }, {}] } },
    ],
    [
      'availabilityService',
      'getProductAvailability',
      { pointOfSalesId: 501, productIds: [205] },
      {
        productAvailabilityData: { productAvailabilities: [{ itemId: 731, timeslotId: 711, quantity: 40 }] },
      },
    ],
    [
      'availabilityService',
      'getSeatsAvailability',
      { pointOfSalesId: 501, performanceId: 301, seatCategoryIds: [402] },
      {
        seatsAvailabilityData: {
          seats: Array.from({ length: 5 }, () => ({ row: null, number: null, available: true })),
        },
      },
    ],
    [
      'availabilityService',
      'getUpdatedAvailabilities',
      { pointOfSalesId: 501, productIds: [201], referenceDate: '2026-01-12T09:00:00.000Z' },
      { statusCode: 'success', availabilityUpdateData: [] },
    ],
    [
      'availabilityService',
      'getAvailableThemeAndLanguage',
      { passId: 205 },
      { listThemeAndLanguage: [{ timeslotId: 711, themeId: 721, languageCode: 'fr' }] },
    ],
    [
      'availabilityService',
      'getEventAvailability',
      { pointOfSalesId: 501 },
      { statusCode: 'error.parameter.missing', statusDetail: 'missing: performanceIds' },
    ],
  ])('%s/%s is the twin of the SOAP operation', async (service, method, body, expected) => {
    await using sandbox = await startSmall();
    expect(await ask(sandbox, { service, method, body })).toMatchObject(expected as object);
  });

  it.each<[string, RestCall, number]>([
    ['no token', { service: 'catalogService', method: 'isCatalogServiceAlive', token: null }, 401],
    ['no JWT', { service: 'catalogService', method: 'isCatalogServiceAlive', token: 'x.y.z' }, 401],
    ['an unknown method', { service: 'catalogService', method: 'getEverything' }, 404],
    ['an unknown service', { service: 'everythingService', method: 'get' }, 404],
    ['a body that is no JSON', { service: 'catalogService', method: 'getPOSConfig', body: '{' }, 400],
    ['a body that is no object', { service: 'catalogService', method: 'getPOSConfig', body: '[]' }, 400],
    [
      'a parameter of the wrong type',
      { service: 'catalogService', method: 'getCatalogDetailed', body: { requestId: 1.5 } },
      400,
    ],
    [
      'a list where one value belongs',
      { service: 'catalogService', method: 'getCatalogDetailed', body: { scope: ['A', 'B'] } },
      400,
    ],
  ])('refuses %s', async (_name, call, status) => {
    await using sandbox = await startSmall();
    expect((await post(sandbox, call)).status).toBe(status);
  });
});

describe('tokens', () => {
  it.each<[string, Claims, number]>([
    ['of a year', { lifeSeconds: 31_536_000 }, 200],
    ['that has expired', { lifeSeconds: -3_600 }, 401],
    ['signed with another secret', { secret: 'another secret' }, 401],
    ['of another operator', { aud: 'SMALL_OTHER' }, 403],
    ['of another institution', { sub: 'OTHER' }, 403],
  ])('one %s answers %s', async (_name, claims, status) => {
    await using sandbox = await startSmall();
    const token = await forge(claims);
    const response = await post(sandbox, {
      service: 'catalogService',
      method: 'isCatalogServiceAlive',
      token,
    });
    expect(response.status).toBe(status);
  });

  it('one without a signature is refused', async () => {
    await using sandbox = await startSmall();
    const token = new UnsecuredJWT({ sub: 'SMALL', aud: 'SMALL_FOYER' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .encode();
    const response = await post(sandbox, {
      service: 'catalogService',
      method: 'isCatalogServiceAlive',
      token,
    });
    expect(response.status).toBe(401);
  });

  it.each(['tnai', 'tnco'])(
    'the endpoint below %s hands one out, with or without a partner',
    async (module) => {
      await using sandbox = await startSmall();
      const response = await fetch(`${sandbox.url}/small/${module}/backend-apis/v1/auth`, {
        method: 'POST',
        body: JSON.stringify({ operator: 'SMALL_FOYER', secret: 'sandbox' }),
      });
      const { token } = (await response.json()) as { token: string };
      await ask(sandbox, { service: 'catalogService', method: 'isCatalogServiceAlive', token });
      expect(await sandbox.journal()).toMatchObject([
        { protocol: 'token', method: 'auth', httpStatus: 200 },
        {
          protocol: 'rest',
          service: 'CatalogService',
          method: 'isCatalogServiceAlive',
          statusCode: 'success',
        },
      ]);
    },
  );

  it.each([
    '{"operator":"SMALL_FOYER","secret":"guess"}',
    '{"operator":"OTHER","secret":"sandbox"}',
    '[',
    'null',
  ])('the endpoint refuses %s', async (body) => {
    await using sandbox = await startSmall();
    const response = await fetch(`${sandbox.url}/small/tnai/backend-apis/v1/auth`, { method: 'POST', body });
    expect(response.status).toBe(401);
  });

  it('stay good when the clock of the sandbox is moved', async () => {
    await using sandbox = await startSmall();
    await sandbox.advance(86_400_000);
    const call = { service: 'catalogService', method: 'isCatalogServiceAlive' };
    expect(await ask(sandbox, call)).toMatchObject({ statusCode: 'success' });
  });
});
