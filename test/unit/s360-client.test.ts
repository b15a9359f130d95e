import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  UpstreamAuthenticationError,
  type UpstreamError,
  UpstreamFaultError,
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import {
  connect,
  envelope,
  failureOf,
  PASSWORD,
  POS_CONFIG,
  startScriptedS360,
  success,
  xml,
  type Script,
} from '../support/scripted-s360.js';

const POS = success('CatalogService', 'getPOSConfig', 'POSConfigResult', POS_CONFIG);
const POS_TEXT = envelope(
  'CatalogService',
  'getPOSConfig',
  `<POSConfigResult><statusCode>success</statusCode>${POS_CONFIG}</POSConfigResult>`,
);
const XML = { 'content-type': 'text/xml' };

function fault(code: string): string {
  return (
    '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>' +
    `<faultcode>${code}</faultcode><faultstring>java.lang.Canary</faultstring></S:Fault></S:Body></S:Envelope>`
  );
}

function status(code: string, more = ''): Script {
  return xml(
    envelope(
      'CatalogService',
      'getPOSConfig',
      `<POSConfigResult><statusCode>${code}</statusCode>${more}</POSConfigResult>`,
    ),
  );
}

/** Writes `chunk` for ever, as fast as it is read. */
function endless(response: ServerResponse, chunk: string): void {
  response.writeHead(200, XML);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) continue;
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

describe('a request to S-360', () => {
  it('is the SOAP 1.1 that its pages show: named security, arguments in order and unqualified', async () => {
    await using s360 = await startScriptedS360();
    s360.on(
      'getEventAvailability',
      success(
        'AvailabilityService',
        'getEventAvailability',
        'EventAvailabilityResult',
        '<eventAvailabilityData/>',
      ),
    );
    await using house = await connect(s360.baseUrl);

    await house.availability.getEventAvailability(
      {
        performanceIds: ['10229000000302', '10229000000301'],
        eventIds: ['10229000000201'],
        pointOfSalesId: '5',
      },
      { lane: 'availability' },
    );

    const [call] = s360.received;
    expect(call!.path).toBe(
      '/house/tnseb/external-remoting/com.secutix.service.realtime.availability.v1_33.AvailabilityService.webservice',
    );
    expect(call!.headers).toMatchObject({
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '""',
      'accept-encoding': 'gzip, deflate',
    });
    expect(call!.body).toMatch(/<wsse:Security soap:mustUnderstand="1"/);
    expect(call!.body).toMatch(/<wsse:UsernameToken [^>]*wsu:Id="[^"]+"/);
    expect(call!.body).toContain('#PasswordText">Pa55&lt;word&gt;&amp;&quot;canary</wsse:Password>');
    const body = /<soap:Body>(.*)<\/soap:Body>/s.exec(call!.body)![1]!;
    expect(body.replace(/ xmlns[^>]*/, '').replaceAll(/(<\/?)\w+:get/g, '$1get')).toBe(
      '<getEventAvailability><pointOfSalesId>5</pointOfSalesId><eventIds>10229000000201</eventIds>' +
        '<performanceIds>10229000000302</performanceIds><performanceIds>10229000000301</performanceIds>' +
        '<seatCategoryIds>-1</seatCategoryIds></getEventAvailability>',
    );
    const [, prefix] = /^<(\w+):getEventAvailability>/.exec(body)!;
    expect(call!.body).toContain(`xmlns:${prefix}="http://v1_33.AvailabilityService.service.secutix.com"`);
  });

  it('holds no character that XML does not have: it is refused, unsent and unpaid, by the name of its argument', async () => {
    await using s360 = await startScriptedS360();
    await using house = await connect(s360.baseUrl);

    const failure = await failureOf(
      house.availability.getProductAvailability(
        { pointOfSalesId: '5\u0000', productIds: ['1'] },
        { lane: 'availability' },
      ),
    );

    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'pointOfSalesId' });
    expect(s360.received).toEqual([]);
    expect(house.upstream.budgets()).toContainEqual(expect.objectContaining({ window: 'MONTH', used: 0 }));
  });

  it('uses a kept connection again, also after answers that were not read to their end', async () => {
    await using s360 = await startScriptedS360();
    await using house = await connect(s360.baseUrl, { callsPerMinute: 1_000 });
    const page = `<html>${'x'.repeat(2_000_000)}</html>`;
    for (let round = 0; round < 15; round += 1) {
      s360.on('getPOSConfig', (_, response) => void response.writeHead(401).end(page));
      await failureOf(house.catalog.pointOfSales());
    }
    s360.on('getPOSConfig', POS);
    const before = s360.connections();

    for (let round = 0; round < 5; round += 1) await house.catalog.pointOfSales();

    expect(s360.connections()).toBeLessThanOrEqual(before + 2);
  });
});

describe('an answer of S-360', () => {
  it.each<[string, Script]>([
    ['plain', POS],
    [
      'compressed',
      (_, response) =>
        void response.writeHead(200, { ...XML, 'content-encoding': 'gzip' }).end(gzipSync(POS_TEXT)),
    ],
    [
      'in another character set',
      (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/xml; charset=ISO-8859-1' })
          .end(Buffer.from(POS_TEXT.replace('WEB', 'W\u00C9B'), 'latin1')),
    ],
    ['after a byte order mark', (_, response) => void response.writeHead(200, XML).end(`\uFEFF${POS_TEXT}`)],
  ])('is read when it comes %s', async (_, script) => {
    await using s360 = await startScriptedS360();
    s360.on('getPOSConfig', script);
    await using house = await connect(s360.baseUrl);

    expect(await house.catalog.pointOfSales()).toMatchObject({
      id: '10229000000501',
      code: expect.stringMatching(/^W[EÉ]B$/),
      timeZone: 'Europe/Paris',
    });
  });

  it('keeps every digit of an id', async () => {
    await using s360 = await startScriptedS360();
    s360.on(
      'getEventAvailability',
      success(
        'AvailabilityService',
        'getEventAvailability',
        'EventAvailabilityResult',
        '<eventAvailabilityData><eventAvailabilities><performanceId>9223372036854775807</performanceId>' +
          '<availabilityLevel>GREEN</availabilityLevel></eventAvailabilities></eventAvailabilityData>',
      ),
    );
    await using house = await connect(s360.baseUrl);

    const [entry] = await house.availability.getEventAvailability(
      { pointOfSalesId: '5', eventIds: ['1'], performanceIds: ['9223372036854775807'] },
      { lane: 'availability' },
    );

    expect(entry).toMatchObject({ performanceId: '9223372036854775807', availabilityLevel: 'GREEN' });
  });

  const gzipped =
    (body: Buffer): Script =>
    (_, response) =>
      void response.writeHead(200, { ...XML, 'content-encoding': 'gzip' }).end(body);

  it.each<[string, Script, new (...args: never[]) => UpstreamError, object]>([
    ['HTTP 509', xml('', 509), UpstreamRateLimitedError, { refusedBy: 'S360', retryAfterMs: 60_000 }],
    ['HTTP 429', xml('', 429), UpstreamRateLimitedError, { refusedBy: 'S360' }],
    ['HTTP 401', xml('', 401), UpstreamAuthenticationError, {}],
    ['HTTP 403', xml('', 403), UpstreamAuthenticationError, {}],
    [
      'a fault about the password',
      xml(fault('wsse:FailedAuthentication'), 500),
      UpstreamAuthenticationError,
      {},
    ],
    ['another fault', xml(fault('S:Server'), 500), UpstreamFaultError, { upstreamCode: 'Server' }],
    ['a fault with status 200', xml(fault('S:Client')), UpstreamFaultError, { upstreamCode: 'Client' }],
    [
      'a refusal inside a 200',
      status('error.no.such'),
      UpstreamFaultError,
      { upstreamCode: 'error.no.such' },
    ],
    [
      'HTML with 500',
      (_, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>'),
      UpstreamUnavailableError,
      {},
    ],
    ['HTTP 503', xml('', 503), UpstreamUnavailableError, {}],
    ['HTTP 404', xml('', 404), UpstreamUnavailableError, {}],
    [
      'a redirection',
      (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      UpstreamUnavailableError,
      {},
    ],
    ['a success with status 500', xml(POS_TEXT, 500), UpstreamUnavailableError, {}],
    ['a reset', (_, response) => void response.socket!.resetAndDestroy(), UpstreamUnavailableError, {}],
    [
      'a reset in the body',
      (_, response) => {
        response.writeHead(200, XML).write(POS_TEXT.slice(0, 100), () => response.socket!.resetAndDestroy());
      },
      UpstreamUnavailableError,
      {},
    ],
    [
      'a body shorter than it said',
      (_, response) => {
        response
          .writeHead(200, { ...XML, 'content-length': 9_999 })
          .write(POS_TEXT, () => response.socket!.end());
      },
      UpstreamUnavailableError,
      {},
    ],
    ['an empty 200', xml(''), UpstreamShapeError, {}],
    ['HTML with 200', xml('<!DOCTYPE html><html></html>'), UpstreamShapeError, {}],
    ['JSON', xml('{"statusCode":"success"}'), UpstreamShapeError, {}],
    ['half an answer', xml(POS_TEXT.slice(0, 200)), UpstreamShapeError, {}],
    ['no statusCode', status(''), UpstreamShapeError, {}],
    ['a success without its data', status('success'), UpstreamShapeError, {}],
    [
      'bytes that are no UTF-8',
      (_, response) =>
        void response.writeHead(200, XML).end(Buffer.from(POS_TEXT.replace('WEB', 'W\u00C9B'), 'latin1')),
      UpstreamShapeError,
      {},
    ],
    [
      'a character set of nobody',
      (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/xml; charset=klingon' }).end(POS_TEXT),
      UpstreamShapeError,
      {},
    ],
    ['bytes that do not inflate', gzipped(Buffer.from('not gzip at all')), UpstreamShapeError, {}],
    ['half a compressed body', gzipped(gzipSync(POS_TEXT).subarray(0, 120)), UpstreamShapeError, {}],
    ['a bomb of 300 MB in 300 KB', gzipped(gzipSync(Buffer.alloc(300_000_000, ' '))), UpstreamShapeError, {}],
    ['a body without end', (_, response) => endless(response, ' '.repeat(65_536)), UpstreamShapeError, {}],
    [
      'a drip of 5 bytes a second',
      (_, response) => {
        response.writeHead(200, XML).write('<S:');
        const drip = setInterval(() => response.write(' '), 200);
        response.once('close', () => clearInterval(drip));
      },
      UpstreamTimeoutError,
      {},
    ],
    ['silence', () => undefined, UpstreamTimeoutError, {}],
  ])('becomes an error of ours: %s', { timeout: 20_000 }, async (_, script, kind, facts) => {
    await using s360 = await startScriptedS360();
    s360.on('*', script);
    await using house = await connect(s360.baseUrl, { deadlines: { callMs: 1_500 } });

    const failure = await failureOf(house.catalog.pointOfSales());

    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject(facts);
    const told = inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure) + house.logged();
    for (const canary of [PASSWORD, 'Pa55', 'Canary', 'wsse:Password']) expect(told).not.toContain(canary);
  });

  it('is a timeout when nobody listens behind the address, and costs nothing', async () => {
    const gone = await startScriptedS360();
    await gone[Symbol.asyncDispose]();
    await using house = await connect(gone.baseUrl);

    const failure = await failureOf(
      house.availability.getProductAvailability(
        { pointOfSalesId: '5', productIds: ['1'] },
        { lane: 'availability' },
      ),
    );

    expect(failure).toBeInstanceOf(UpstreamUnavailableError);
    expect(failure.message).toMatch(/no connection \(ECONNREFUSED\)/);
    expect(house.allowance.nextCallAt('AvailabilityService', 'getProductAvailability')).toBeLessThanOrEqual(
      Date.now(),
    );
    expect(house.upstream.budgets()).toContainEqual(expect.objectContaining({ window: 'MONTH', used: 0 }));
  });
});

describe('the policies of a call', () => {
  it('try a read once more when S-360 is down, and pay for both', async () => {
    await using s360 = await startScriptedS360();
    s360.on('getPOSConfig', (_, response) => {
      s360.on('getPOSConfig', POS);
      response.writeHead(503).end();
    });
    await using house = await connect(s360.baseUrl);

    await house.catalog.pointOfSales();

    expect(s360.callsOf('getPOSConfig')).toBe(2);
    expect(house.upstream.budgets()).toContainEqual(expect.objectContaining({ window: 'MONTH', used: 2 }));
    expect(house.upstream.calls()).toEqual([
      expect.objectContaining({ method: 'getPOSConfig', calls: 2, errors: 1 }),
    ]);
  });

  it.each<[string, Script]>([
    ['a refusal for too many calls', xml('', 509)],
    ['a wrong password', xml(fault('wsse:FailedAuthentication'), 500)],
    ['an answer of the wrong shape', xml('')],
  ])('do not repeat %s', async (_, script) => {
    await using s360 = await startScriptedS360();
    s360.on('getPOSConfig', script);
    await using house = await connect(s360.baseUrl);

    await failureOf(house.catalog.pointOfSales());

    expect(s360.callsOf('getPOSConfig')).toBe(1);
  });

  it('do not repeat a method with a limit of its own, not even at once after a reset', async () => {
    await using s360 = await startScriptedS360();
    s360.on('*', (_, response) => void response.socket!.resetAndDestroy());
    await using house = await connect(s360.baseUrl);
    const ask = () =>
      failureOf(
        house.availability.getProductAvailability(
          { pointOfSalesId: '5', productIds: ['1'] },
          { lane: 'availability' },
        ),
      );

    expect(await ask()).toBeInstanceOf(UpstreamUnavailableError);
    expect(await ask()).toMatchObject({ refusedBy: 'METHOD' });

    expect(s360.received).toHaveLength(1);
  });

  it('stop asking a service that fails, and leave the others alone', async () => {
    await using s360 = await startScriptedS360();
    s360.on('getPOSConfig', (_, response) => void response.socket!.resetAndDestroy());
    s360.on(
      'listSeasons',
      success('SetupService', 'listSeasons', 'ListSeasonsResult', '<seasons><id>7</id></seasons>'),
    );
    await using house = await connect(s360.baseUrl);
    for (let turn = 0; turn < 6; turn += 1) await failureOf(house.catalog.pointOfSales());
    const sent = s360.callsOf('getPOSConfig');

    const failure = await failureOf(house.catalog.pointOfSales());

    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfterMs: 5_000 });
    expect(failure.message).toContain('not sent');
    expect(s360.callsOf('getPOSConfig')).toBe(sent);
    expect(house.upstream.circuit()).toBe('OPEN');
    expect(await house.catalog.ownSeasonIds()).toEqual(new Set(['7']));
  });

  it('let the caller give up, with its own reason', async () => {
    await using s360 = await startScriptedS360();
    s360.on('*', () => undefined);
    await using house = await connect(s360.baseUrl);
    const patience = AbortSignal.timeout(100);

    expect(await failureOf(house.catalog.pointOfSales(patience))).toBe(patience.reason);
  });

  it('cut what is under way when the adapter stops, twice if need be, and send nothing after', async () => {
    await using s360 = await startScriptedS360();
    const asked = new Promise<void>((resolve) => s360.on('*', () => resolve()));
    await using house = await connect(s360.baseUrl);
    const waiting = failureOf(house.catalog.pointOfSales());
    await asked;

    await Promise.all([house.stop(), house.stop()]);

    expect(await waiting).toBeInstanceOf(UpstreamUnavailableError);
    expect(await failureOf(house.catalog.pointOfSales())).toBeInstanceOf(UpstreamUnavailableError);
    expect(s360.received).toHaveLength(1);
  });
});

describe('what S-360 says that we do not know', () => {
  it('is counted, and logged once', async () => {
    await using s360 = await startScriptedS360();
    s360.on(
      'getPOSConfig',
      xml(
        POS_TEXT.replace('<posId>', '<newMember>1</newMember><posId>').replace(
          'Europe/Paris',
          'Europe/Atlantis',
        ),
      ),
    );
    await using house = await connect(s360.baseUrl);

    expect((await house.catalog.pointOfSales()).timeZone).toBe('UTC');
    await house.catalog.pointOfSales();

    expect(house.upstream.drift()).toEqual([
      expect.objectContaining({
        path: 'posConfigData.newMember',
        kind: 'unknown-member',
        count: 2,
        sample: null,
      }),
      expect.objectContaining({
        path: 'posConfigData.organizationTimeZone',
        kind: 'unknown-value',
        sample: 'Europe/Atlantis',
      }),
    ]);
    expect(house.logged().match(/newMember/g)).toHaveLength(1);
  });
});
