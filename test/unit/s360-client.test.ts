import { inspect } from 'node:util';
import { deflateSync, gzipSync, brotliCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  GatewayError,
  InvalidInputError,
  UpstreamAuthenticationError,
  UpstreamFaultError,
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import { eventually } from '../support/eventually.js';
import {
  answer,
  connectTo,
  fault,
  page,
  PASSWORD,
  sendXml,
  SETUP_UPDATE,
  setupUpdate,
  startRawS360,
  SUCCESS,
  type Connected,
  type Reply,
} from '../support/raw-s360.js';

const POLL = { lane: 'availability' } as const;
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PASSWORD_TEXT =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText';

const ENTRY = '<performanceId>3</performanceId><availabilityLevel>GREEN</availabilityLevel>';
const EVENT_DATA = `<eventAvailabilityData><eventAvailabilities>${ENTRY}</eventAvailabilities></eventAvailabilityData>`;

function eventAnswer(content: string): string {
  return answer('AvailabilityService', 'getEventAvailability', 'EventAvailabilityResult', content);
}

function askEvent(
  gateway: Connected,
  signal?: AbortSignal,
): ReturnType<typeof gateway.availability.getEventAvailability> {
  return gateway.availability.getEventAvailability(
    { pointOfSalesId: '7', eventIds: ['1'], performanceIds: ['3'] },
    { ...POLL, ...(signal ? { signal } : {}) },
  );
}

/** What a call was rejected with; it and the log must hold neither the password nor what S-360 wrote. */
async function failureOf(gateway: Connected, call: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await call.then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  const said = `${inspect(error, { depth: 12, showHidden: true })} ${JSON.stringify(error)} ${gateway.logged.join('')}`;
  expect(said).not.toContain(PASSWORD);
  expect(said).not.toContain('secret text');
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
}

describe('a request', () => {
  it('goes to the address of the service, with the security header that the guides show', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(`${s360.url}/hall`);
    s360.reply('getLastSetupUpdate', SETUP_UPDATE);
    await gateway.catalog.lastSetupUpdate();

    const [call] = s360.calls;
    expect(call!.path).toBe(
      '/hall/tnseb/external-remoting/com.secutix.service.realtime.catalog.v1_33.CatalogService.webservice',
    );
    expect(call!.headers).toMatchObject({
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '""',
      'accept-encoding': 'gzip, deflate',
    });
    const security = /<wsse:Security ([^>]*)>(.*)<\/wsse:Security>/s.exec(call!.body)!;
    expect(security[1]).toContain('soap:mustUnderstand="1"');
    expect(security[1]).toContain(`xmlns:wsse="${WSSE}"`);
    expect(security[1]).toContain(`xmlns:wsu="${WSU}"`);
    expect(security[2]).toMatch(/^<wsse:UsernameToken [^>]*wsu:Id="[\w:.-]+"[^>]*>/);
    expect(security[2]).toContain('<wsse:Username>HALL_FOYER</wsse:Username>');
    expect(security[2]).toContain(
      `<wsse:Password Type="${PASSWORD_TEXT}">${PASSWORD}</wsse:Password></wsse:UsernameToken>`,
    );
    expect(security[2]).not.toMatch(/Timestamp|Nonce|Created/);
  });

  it.each<[string, (gateway: Connected) => Promise<unknown>, string]>([
    ['getLastSetupUpdate', ({ catalog }) => catalog.lastSetupUpdate(), ''],
    [
      'getUpdatedAvailabilities',
      ({ availability }) =>
        availability.getUpdatedAvailabilities(
          { since: Date.parse('2026-01-12T09:00:00.250Z'), productIds: ['1', '2'], pointOfSalesId: '7' },
          POLL,
        ),
      '<pointOfSalesId>7</pointOfSalesId><productIds>1</productIds><productIds>2</productIds>' +
        '<referenceDate>2026-01-12T09:00:00.250Z</referenceDate>',
    ],
    [
      'getEventAvailability',
      ({ availability }) =>
        availability.getEventAvailability(
          { performanceIds: ['3', '4'], eventIds: ['1'], pointOfSalesId: '7' },
          POLL,
        ),
      '<pointOfSalesId>7</pointOfSalesId><eventIds>1</eventIds><performanceIds>3</performanceIds>' +
        '<performanceIds>4</performanceIds><seatCategoryIds>-1</seatCategoryIds>',
    ],
    [
      'getPerformanceAvailability',
      ({ availability }) =>
        availability.getPerformanceAvailability(
          { composedProductId: '9', performanceIds: ['3'], pointOfSalesId: '7' },
          POLL,
        ),
      '<pointOfSalesId>7</pointOfSalesId><performanceIds>3</performanceIds>' +
        '<seatCategoryIds>-1</seatCategoryIds><composedProductId>9</composedProductId>',
    ],
    [
      'getProductAvailability',
      ({ availability }) =>
        availability.getProductAvailability({ productIds: [], pointOfSalesId: '9223372036854775807' }, POLL),
      '<pointOfSalesId>9223372036854775807</pointOfSalesId>',
    ],
    [
      'getSeatsAvailability',
      ({ availability }) =>
        availability.getSeatsAvailability(
          { seatCategoryIds: ['5', '6'], performanceId: '3', pointOfSalesId: '7' },
          { lane: 'orders' },
        ),
      '<pointOfSalesId>7</pointOfSalesId><performanceId>3</performanceId>' +
        '<seatCategoryIds>5</seatCategoryIds><seatCategoryIds>6</seatCategoryIds>',
    ],
  ])('%s has unqualified parameters in the order of the description', async (method, ask, parameters) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    await ask(gateway).catch(() => undefined);
    const service = method === 'getLastSetupUpdate' ? 'CatalogService' : 'AvailabilityService';
    const body = /<soap:Body>(.*)<\/soap:Body>/s.exec(s360.calls[0]!.body)![1];
    expect(body).toBe(`<tns:${method}>${parameters}</tns:${method}>`);
    expect(s360.calls[0]!.body).toContain(`xmlns:tns="http://v1_33.${service}.service.secutix.com"`);
    expect(s360.calls[0]!.body).not.toContain(' xmlns="');
  });

  it('escapes what means something in XML', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { username: 'A&B', password: '<"]]>&amp;é🎭' });
    await gateway.availability
      .getProductAvailability({ pointOfSalesId: '</tns:x>', productIds: ['1 & 2'] }, POLL)
      .catch(() => undefined);
    const { body } = s360.calls[0]!;
    expect(body).toContain('<wsse:Username>A&amp;B</wsse:Username>');
    expect(body).toMatch(/>&lt;(?:"|&quot;)\]\]&gt;&amp;amp;é🎭<\/wsse:Password>/);
    expect(body).toContain('<pointOfSalesId>&lt;/tns:x&gt;</pointOfSalesId>');
    expect(body).toContain('<productIds>1 &amp; 2</productIds>');
  });

  it.each(['\0', '\u0001', '\u001F', '\uFFFE', '\uD800'])(
    'with the character %j that XML does not have is refused, and nothing is spent',
    async (character) => {
      await using s360 = await startRawS360();
      await using gateway = await connectTo(s360.url);
      const failure = await failureOf(
        gateway,
        gateway.availability.getProductAvailability(
          { pointOfSalesId: '7', productIds: ['1', `2${character}`] },
          POLL,
        ),
      );
      expect(failure).toBeInstanceOf(InvalidInputError);
      expect(failure.message).toContain('`productIds`');
      expect(s360.calls).toEqual([]);
      expect(gateway.allowance.nextCallAt('AvailabilityService', 'getProductAvailability')).toBe(0);
      expect(gateway.upstream.budgets().map(({ used }) => used)).toEqual([0, 0, 0]);
    },
  );

  it('with a password that XML cannot hold is refused without showing it', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { password: `${PASSWORD}\u0007` });
    const failure = await failureOf(gateway, gateway.catalog.lastSetupUpdate());
    expect(failure.message).toContain('`password`');
    expect(s360.calls).toEqual([]);
  });
});

describe('an answer', () => {
  const encodings: readonly [string, (text: string) => Buffer][] = [
    ['identity', (text) => Buffer.from(text)],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ];
  it.each(encodings)(
    'is read when its encoding is %s, and its bytes on the wire count',
    async (encoding, encode) => {
      await using s360 = await startRawS360();
      await using gateway = await connectTo(s360.url);
      const body = encode(eventAnswer(SUCCESS + EVENT_DATA.repeat(1) + ' '.repeat(20_000)));
      s360.reply(
        'getEventAvailability',
        (response) =>
          void response
            .writeHead(200, { 'content-type': 'text/xml', 'content-encoding': encoding })
            .end(body),
      );
      expect(await askEvent(gateway)).toEqual([{ performanceId: '3', availabilityLevel: 'GREEN' }]);
      const used = gateway.upstream.budgets().find(({ window }) => window === 'MONTH_BYTES')!.used;
      expect(used).toBe(body.length + Buffer.byteLength(s360.calls[0]!.body));
    },
  );

  it('is the same wherever its bytes are cut, inside a character too', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    const name = 'Zürich 🎭 é';
    const xml = Buffer.from(
      answer(
        'CatalogService',
        'getPOSConfig',
        'POSConfigResult',
        `${SUCCESS}<posConfigData><posId>7</posId><posCode>${name}</posCode><currencyCode>CHF</currencyCode></posConfigData>`,
      ),
    );
    const start = xml.indexOf('Zürich');
    for (let cut = start; cut <= start + Buffer.byteLength(name); cut += 1) {
      s360.reply('getPOSConfig', async (response, _, socket) => {
        socket.setNoDelay(true);
        response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' });
        response.write(xml.subarray(0, cut));
        await new Promise((resolve) => setTimeout(resolve, 5));
        response.end(xml.subarray(cut));
      });
      expect((await gateway.catalog.pointOfSales()).code, `cut at ${cut}`).toBe(name);
    }
  });

  it('in another character set is read as its header says', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    const xml = answer(
      'CatalogService',
      'getPOSConfig',
      'POSConfigResult',
      `${SUCCESS}<posConfigData><posId>7</posId><posCode>Zürich</posCode><currencyCode>CHF</currencyCode></posConfigData>`,
    );
    s360.reply(
      'getPOSConfig',
      (response) =>
        void response
          .writeHead(200, { 'content-type': 'text/xml; charset=ISO-8859-1' })
          .end(Buffer.from(xml.replace('<?xml version="1.0" encoding="UTF-8"?>', ''), 'latin1')),
    );
    expect((await gateway.catalog.pointOfSales()).code).toBe('Zürich');
  });

  it('with members that we do not know is used, and each is told of once', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply(
      'getLastSetupUpdate',
      setupUpdate(
        `${SUCCESS}<lastSetupUpdate>2026-01-12T09:00:00Z</lastSetupUpdate><mood>good</mood><mood/>`,
      ),
    );
    await gateway.catalog.lastSetupUpdate();
    await gateway.catalog.lastSetupUpdate();
    expect(gateway.upstream.drift()).toMatchObject([
      { service: 'CatalogService', path: 'mood', kind: 'unknown-member', count: 4, sample: null },
    ]);
    expect(gateway.logged.filter((line) => line.includes('differs'))).toHaveLength(1);
  });
});

const raw =
  (headers: Record<string, string>, body: string | Buffer): Reply =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/xml', ...headers }).end(body);
const xml500 =
  (xml: string): Reply =>
  (response) =>
    sendXml(response, xml, 500);

type ErrorClass = new (...args: never[]) => GatewayError;

describe('a failing call', () => {
  const good = eventAnswer(SUCCESS + EVENT_DATA);
  it.each<[string, Reply, ErrorClass, RegExp]>([
    ['HTTP 500 with a page', page(500), UpstreamUnavailableError, /HTTP 500/],
    ['HTTP 502', page(502), UpstreamUnavailableError, /HTTP 502/],
    ['HTTP 503', page(503), UpstreamUnavailableError, /HTTP 503/],
    ['HTTP 404', page(404), UpstreamUnavailableError, /HTTP 404/],
    ['HTTP 204', page(204, ''), UpstreamUnavailableError, /HTTP 204/],
    [
      'a redirection',
      (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      UpstreamUnavailableError,
      /HTTP 302/,
    ],
    ['HTTP 401', page(401), UpstreamAuthenticationError, /HTTP 401/],
    ['HTTP 403', page(403), UpstreamAuthenticationError, /HTTP 403/],
    ['HTTP 500 around a success', xml500(good), UpstreamUnavailableError, /HTTP 500/],
    ['HTTP 500 around broken XML', xml500('<oops'), UpstreamUnavailableError, /HTTP 500/],
    ['HTTP 500 with an empty XML', xml500(''), UpstreamUnavailableError, /HTTP 500/],
    ['a fault', xml500(fault('S:Server')), UpstreamFaultError, /refused with "Server"/],
    ['a fault inside a 200', fault('S:Server'), UpstreamFaultError, /refused with "Server"/],
    [
      'a fault about the password',
      xml500(fault('wsse:FailedAuthentication')),
      UpstreamAuthenticationError,
      /name or password/,
    ],
    [
      'a refusal inside a 200',
      eventAnswer('<statusCode>error.not.known.to.us</statusCode><statusDetail>secret text</statusDetail>'),
      UpstreamFaultError,
      /"error.not.known.to.us"/,
    ],
    ['no status code', eventAnswer(EVENT_DATA), UpstreamShapeError, /no statusCode/],
    ['an empty 200', '', UpstreamShapeError, /refused/],
    ['a page with 200', page(200), UpstreamShapeError, /refused/],
    ['an unfinished answer', good.slice(0, -30), UpstreamShapeError, /not well-formed/],
    ['another namespace', good.replaceAll('v1_33.Avail', 'v1_34.Avail'), UpstreamShapeError, /expected/],
    ['a document type', `<!DOCTYPE x>${good}`, UpstreamShapeError, /document type/],
    [
      'bytes that are no UTF-8',
      raw({}, Buffer.from(good.replace('GREEN', 'GR\u00CBEN'), 'latin1')),
      UpstreamShapeError,
      /not text in utf-8/,
    ],
    [
      'no such character set',
      raw({ 'content-type': 'text/xml; charset=klingon' }, good),
      UpstreamShapeError,
      /klingon/,
    ],
    ['gzip that is none', raw({ 'content-encoding': 'gzip' }, good), UpstreamShapeError, /inflated/],
    [
      'gzip cut off',
      raw({ 'content-encoding': 'gzip' }, gzipSync(good.repeat(50)).subarray(0, 100)),
      UpstreamShapeError,
      /inflated/,
    ],
    ['gzip not told of', raw({}, gzipSync(good)), UpstreamShapeError, /refused/],
    [
      'an encoding that nobody knows',
      raw({ 'content-encoding': 'rot13' }, 'nothing readable'),
      UpstreamShapeError,
      /refused/,
    ],
    [
      'a body shorter than announced',
      (response, _, socket) => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': good.length + 10 });
        response.write(good, () => socket.destroy());
      },
      UpstreamUnavailableError,
      /connection broke/,
    ],
    [
      'a reset before the answer',
      (_, __, socket) => void socket.resetAndDestroy(),
      UpstreamUnavailableError,
      /broke/,
    ],
    [
      'a reset in the answer',
      (response, _, socket) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.write(good.slice(0, 100), () => setTimeout(() => socket.resetAndDestroy(), 10));
      },
      UpstreamUnavailableError,
      /broke/,
    ],
    [
      'something that is not HTTP',
      (_, __, socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
      UpstreamUnavailableError,
      /broke/,
    ],
    [
      '8 MB and a little',
      eventAnswer(`<x>${'a'.repeat(1017)}</x>`.repeat(8 * 1024)),
      UpstreamShapeError,
      /more than 8388608 bytes/,
    ],
    [
      'a gzip bomb',
      raw({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '))),
      UpstreamShapeError,
      /a text of more than 1048576 characters/,
    ],
    ['headers without end', raw({ 'x-long': 'a'.repeat(20_000) }, good), UpstreamUnavailableError, /broke/],
  ])('by %s is one of our errors, once, and keeps its window', async (_, reply, errorClass, message) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', reply);
    const failure = await failureOf(gateway, askEvent(gateway));
    expect(failure).toBeInstanceOf(errorClass);
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^hall AvailabilityService.getEventAvailability: /);
    expect(s360.calls).toHaveLength(1);
    expect(gateway.upstream.calls()).toMatchObject([{ method: 'getEventAvailability', calls: 1, errors: 1 }]);
    const waitMs = gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability') - Date.now();
    expect(waitMs).toBeGreaterThan(55_000);
    expect(waitMs).toBeLessThan(61_000);
  });

  it.each([509, 429])('by HTTP %d lets polling rest for a minute', async (status) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', page(status));
    s360.reply('getLastSetupUpdate', SETUP_UPDATE);
    const refused = await failureOf(gateway, askEvent(gateway));
    expect(refused).toBeInstanceOf(UpstreamRateLimitedError);
    expect(refused).toMatchObject({ refusedBy: 'S360', retryAfterMs: 60_000 });
    const next = await failureOf(gateway, gateway.catalog.lastSetupUpdate());
    expect(next).toMatchObject({ refusedBy: 'S360' });
    expect(next.retryAfterMs).toBeGreaterThan(55_000);
    expect(s360.calls).toHaveLength(1);
  });

  it('by a success without its data is a wrong shape', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', eventAnswer(SUCCESS));
    const failure = await failureOf(gateway, askEvent(gateway));
    expect(failure).toBeInstanceOf(UpstreamShapeError);
    expect(failure.message).toContain('no eventAvailabilityData');
  });

  it.each([
    ['a code', 'error.Order-2/x:Y_z', 'error.Order-2/x:Y_z'],
    ['a text', 'no contact kanari@vogel.example', 'a text instead of a code'],
    ['an address', 'kanari@vogel.example', 'a text instead of a code'],
  ])('keeps codes of S-360 untouched and nothing else: %s', async (_what, sent, kept) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', eventAnswer(`<statusCode>${sent}</statusCode>`));
    expect(((await failureOf(gateway, askEvent(gateway))) as UpstreamFaultError).upstreamCode).toBe(kept);
  });

  it('without a connection was never sent: the method and the month are as before', async () => {
    const s360 = await startRawS360();
    await s360[Symbol.asyncDispose]();
    await using gateway = await connectTo(s360.url);
    const failure = await failureOf(gateway, askEvent(gateway));
    expect(failure).toBeInstanceOf(UpstreamUnavailableError);
    expect(failure.message).toContain('no connection (ECONNREFUSED)');
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability')).toBe(0);
    expect(gateway.upstream.budgets().map(({ used }) => used)).toEqual([0, 0, 0]);
  });
});

describe('a slow call', () => {
  it.each<[string, Reply]>([
    ['that never answers', () => undefined],
    [
      'whose answer never begins its body',
      (response) => response.writeHead(200, { 'content-type': 'text/xml' }).flushHeaders(),
    ],
    [
      'that drips 5 bytes a second',
      (response, _, socket) => {
        const xml = eventAnswer(SUCCESS + EVENT_DATA);
        let sent = 0;
        response.writeHead(200, { 'content-type': 'text/xml' });
        const drip = setInterval(() => response.write(xml.slice(sent, ++sent)), 200);
        socket.on('close', () => clearInterval(drip));
      },
    ],
    [
      'that sends blanks without end',
      (response, _, socket) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const blanks = setInterval(() => response.write(' '.repeat(1_000)), 1);
        socket.on('close', () => clearInterval(blanks));
        response.write('<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">');
      },
    ],
  ])('%s is cut at the deadline of the whole call', async (_, reply) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { deadlines: { callMs: 300 } });
    s360.reply('getEventAvailability', reply);
    const startedAt = performance.now();
    const failure = await failureOf(gateway, askEvent(gateway));
    const tookMs = performance.now() - startedAt;
    expect(failure).toBeInstanceOf(UpstreamTimeoutError);
    expect(failure.message).toContain('within 300 ms');
    expect(tookMs).toBeGreaterThan(290);
    expect(tookMs).toBeLessThan(1_500);
    await s360.calls[0]!.left;
  });

  it('given up by its caller ends with the reason of the caller, and its window counts', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    const caller = new AbortController();
    s360.reply('getEventAvailability', () => caller.abort(new Error('no longer wanted')));
    await expect(askEvent(gateway, caller.signal)).rejects.toThrow('no longer wanted');
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability')).toBeGreaterThan(
      Date.now(),
    );
    await s360.calls[0]!.left;
  });

  it('given up before it began is not sent', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    await expect(askEvent(gateway, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(s360.calls).toEqual([]);
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability')).toBe(0);
  });
});

describe('a refused answer', () => {
  it('that goes on without end does not keep its connection', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', (response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).write('<html>');
    });
    expect((await failureOf(gateway, askEvent(gateway))).message).toContain('HTTP 503');
    await s360.calls[0]!.left;
  });
});

describe('a retry', () => {
  it('asks once more for what has no limit of its own', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getLastSetupUpdate', page(503), SETUP_UPDATE);
    expect(await gateway.catalog.lastSetupUpdate()).toBe(Date.parse('2026-01-12T08:00:00Z'));
    expect(s360.calls).toHaveLength(2);
    expect(gateway.upstream.calls()).toMatchObject([{ calls: 2, errors: 1 }]);
  });

  it('is not made twice', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getLastSetupUpdate', page(503), page(503), SETUP_UPDATE);
    await failureOf(gateway, gateway.catalog.lastSetupUpdate());
    expect(s360.calls).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['a refusal for the rate', page(509)],
    ['a fault', xml500(fault('S:Server'))],
    ['a wrong password', page(401)],
    ['a malformed answer', '<a>'],
    ['a refusal inside a 200', setupUpdate('<statusCode>error.technical</statusCode>')],
  ])('is not made after %s', async (_, reply) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getLastSetupUpdate', reply, SETUP_UPDATE);
    await failureOf(gateway, gateway.catalog.lastSetupUpdate());
    expect(s360.calls).toHaveLength(1);
  });

  it('is not made when the deadline passed', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { deadlines: { callMs: 100 } });
    s360.reply('getLastSetupUpdate', () => undefined, SETUP_UPDATE);
    expect(await failureOf(gateway, gateway.catalog.lastSetupUpdate())).toBeInstanceOf(UpstreamTimeoutError);
    expect(s360.calls).toHaveLength(1);
  });
});

describe('a job that S-360 still works on', () => {
  const working = (content = '') => eventAnswer(`${content}<statusCode>in_progress</statusCode>`);
  const done = eventAnswer(SUCCESS + EVENT_DATA);
  const requestIdOf = (body: string): string | undefined => /<requestId>(.*?)<\/requestId>/.exec(body)?.[1];
  /** A contract whose minute is 60 ms asks about a job every 10 ms. */
  const quick = { minuteMs: 60, deadlines: { callMs: 2_000 } };

  it.each<[string, Reply[], (string | undefined)[]]>([
    ['by its name', [working('<requestId>12</requestId>'), done], [undefined, '12']],
    ['by the same question when it has no name', [working(), done], [undefined, undefined]],
    [
      'by the name that it had first',
      [working('<requestId>12</requestId>'), working(), done],
      [undefined, '12', '12'],
    ],
    [
      'by its newest name',
      [working('<requestId>12</requestId>'), working('<requestId>13</requestId>'), done],
      [undefined, '12', '13'],
    ],
    [
      'again after a question that failed',
      [working('<requestId>12</requestId>'), page(503), page(509), done],
      [undefined, '12', '12', '12'],
    ],
  ])('is asked about %s', async (_, replies, expected) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, quick);
    s360.reply('getEventAvailability', ...replies);
    expect(await askEvent(gateway)).toHaveLength(1);
    expect(s360.calls.map(({ body }) => requestIdOf(body))).toEqual(expected);
    for (const { body } of s360.calls.filter((call) => requestIdOf(call.body) !== undefined)) {
      expect(body).toMatch(/<tns:getEventAvailability><requestId>\d+<\/requestId><pointOfSalesId>/);
    }
  });

  it.each<[string, Reply]>([
    ['a refusal', eventAnswer('<statusCode>error.technical</statusCode>')],
    ['a fault', xml500(fault('S:Server'))],
  ])('ends with %s', async (_, reply) => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, quick);
    s360.reply('getEventAvailability', working('<requestId>12</requestId>'), reply, done);
    expect(await failureOf(gateway, askEvent(gateway))).toBeInstanceOf(UpstreamFaultError);
    expect(s360.calls).toHaveLength(2);
  });

  it('is given up after a while', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { ...quick, minuteMs: 24 });
    s360.reply('getEventAvailability', working());
    const failure = await failureOf(gateway, askEvent(gateway));
    expect(failure).toBeInstanceOf(UpstreamTimeoutError);
    expect(failure.message).toContain('still in progress');
    expect(s360.calls.length).toBeLessThanOrEqual(60);
  });

  it('is left alone when its caller gives up', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', working());
    const caller = new AbortController();
    const asked = askEvent(gateway, caller.signal);
    await eventually('the first question ended', () => gateway.upstream.calls()[0]);
    caller.abort(new Error('no longer wanted'));
    await expect(asked).rejects.toThrow('no longer wanted');
    expect(s360.calls).toHaveLength(1);
  });
});

describe('the circuit of a service', () => {
  afterEach(() => void vi.useRealTimers());

  it('opens when half of the calls fail, and closes when one succeeds later', async () => {
    // Only the date: the network keeps its own timers.
    vi.useFakeTimers({ toFake: ['Date'] });
    await using s360 = await startRawS360();
    // Twelve calls in a minute are two in 10 s: so many failures are enough.
    await using gateway = await connectTo(s360.url, { callsPerMinute: 12 });
    s360.reply('getSeatsAvailability', page(503));
    s360.reply('getLastSetupUpdate', SETUP_UPDATE);
    const ask = (performanceId: string): Promise<unknown> =>
      gateway.availability.getSeatsAvailability(
        { pointOfSalesId: '7', performanceId, seatCategoryIds: [] },
        { lane: 'orders' },
      );
    expect(gateway.upstream.circuit()).toBe('CLOSED');
    await failureOf(gateway, ask('1'));
    expect(gateway.upstream.circuit()).toBe('CLOSED');
    await failureOf(gateway, ask('2'));
    expect(gateway.upstream.circuit()).toBe('OPEN');

    const refused = await failureOf(gateway, ask('3'));
    expect(refused).toBeInstanceOf(UpstreamUnavailableError);
    expect(refused.message).toContain('not sent');
    expect(refused.retryAfterMs).toBe(5_000);
    expect(s360.calls).toHaveLength(2);
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getSeatsAvailability', '3')).toBe(0);
    await gateway.catalog.lastSetupUpdate();

    vi.setSystemTime(Date.now() + 5_001);
    await failureOf(gateway, ask('4'));
    expect(gateway.upstream.circuit()).toBe('OPEN');
    vi.setSystemTime(Date.now() + 5_001);
    await failureOf(gateway, ask('5'));
    expect(s360.calls, 'open for longer the second time').toHaveLength(4);

    s360.reply(
      'getSeatsAvailability',
      answer(
        'AvailabilityService',
        'getSeatsAvailability',
        'SeatsAvailabilityResult',
        `${SUCCESS}<seatsAvailabilityData/>`,
      ),
    );
    vi.setSystemTime(Date.now() + 5_001);
    expect(await ask('6')).toEqual([]);
    expect(gateway.upstream.circuit()).toBe('CLOSED');
  });

  it('does not hear of callers who give up', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { callsPerMinute: 12 });
    s360.reply('getLastSetupUpdate', () => undefined);
    for (let call = 0; call < 4; call += 1) {
      const patience = AbortSignal.timeout(30);
      await expect(gateway.catalog.lastSetupUpdate(patience)).rejects.toThrow(/timeout/);
    }
    expect(gateway.upstream.circuit()).toBe('CLOSED');
  });

  it('does not mind that S-360 says no', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { callsPerMinute: 12 });
    s360.reply('getLastSetupUpdate', setupUpdate('<statusCode>error.technical</statusCode>'));
    for (let call = 0; call < 4; call += 1) await failureOf(gateway, gateway.catalog.lastSetupUpdate());
    expect(gateway.upstream.circuit()).toBe('CLOSED');
    expect(s360.calls).toHaveLength(4);
  });
});

describe('many calls at the same time', () => {
  it('are ten, and the others wait', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    let [running, most] = [0, 0];
    s360.reply('getLastSetupUpdate', async (response) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      sendXml(response, SETUP_UPDATE);
    });
    await Promise.all(Array.from({ length: 25 }, () => gateway.catalog.lastSetupUpdate()));
    expect(s360.calls).toHaveLength(25);
    expect(most).toBe(10);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('are refused when too many wait already', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getLastSetupUpdate', () => undefined);
    const calls = Array.from({ length: 111 }, () =>
      gateway.catalog.lastSetupUpdate().catch((error: unknown) => error),
    );
    const first = await Promise.race(calls);
    expect(first).toBeInstanceOf(UpstreamUnavailableError);
    expect((first as GatewayError).message).toContain('too many calls wait');
    await gateway.stop();
    await Promise.all(calls);
  });
});

describe('stopping', () => {
  it('cuts what is under way, waits until that is written down, and can be done twice', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    s360.reply('getEventAvailability', () => undefined);
    const cut = failureOf(gateway, askEvent(gateway));
    await eventually('the call', () => s360.calls[0]);
    await Promise.all([gateway.stop(), gateway.stop()]);
    expect(await cut).toBeInstanceOf(UpstreamUnavailableError);
    expect(gateway.upstream.calls()).toMatchObject([{ calls: 1, errors: 1 }]);
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability')).toBeGreaterThan(
      Date.now(),
    );
    await s360.calls[0]!.left;
  });

  it('leaves calls that come later unsent', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url);
    await gateway.stop();
    expect(await failureOf(gateway, askEvent(gateway))).toBeInstanceOf(UpstreamUnavailableError);
    expect(gateway.allowance.nextCallAt('AvailabilityService', 'getEventAvailability')).toBe(0);
  });
});
