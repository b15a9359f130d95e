import { request } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { callRaw, endpointOf, envelope, postRaw, textsOf, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

const ALIVE: RawCall = { service: 'CatalogService', method: 'isCatalogServiceAlive' };

function startSmall(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld() });
}

/** Posts a changed envelope and expects a SOAP 1.1 fault; answers its code and text. */
async function refused(sandbox: TestSandbox, change: (xml: string) => string): Promise<[string, string]> {
  const institution = sandbox.institutions[0]!;
  const { status, text, headers } = await postRaw(
    institution,
    'CatalogService',
    change(envelope(institution, ALIVE)),
  );
  expect(status).toBe(500);
  expect(headers.get('content-type')).toMatch(/^text\/xml/);
  expect(text).toMatch(
    /<S:Body><S:Fault><faultcode>[^<]+<\/faultcode><faultstring>[^<]+<\/faultstring><\/S:Fault><\/S:Body>/,
  );
  return [textsOf(text, 'faultcode')[0]!, textsOf(text, 'faultstring')[0]!];
}

describe('credentials', () => {
  it.each([
    ['a wrong password', (xml: string) => xml.replace('>sandbox<', '>guess<')],
    ['another operator', (xml: string) => xml.replace('SMALL_FOYER', 'SMALL_OTHER')],
    ['a digest', (xml: string) => xml.replace('#PasswordText', '#PasswordDigest')],
    ['no header', (xml: string) => xml.replace(/<soapenv:Header>.*<\/soapenv:Header>/s, '')],
    [
      'a token in another namespace',
      (xml: string) => xml.replaceAll('wssecurity-secext', 'wssecurity-other'),
    ],
  ])('%s is a fault in the security namespace', async (_name, change) => {
    await using sandbox = await startSmall();
    const institution = sandbox.institutions[0]!;
    const { status, text } = await postRaw(
      institution,
      'CatalogService',
      change(envelope(institution, ALIVE)),
    );
    expect(status).toBe(500);
    expect(text).toContain('<faultcode>wsse:FailedAuthentication</faultcode>');
    expect(text).toContain(
      'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"',
    );
  });
});

describe('requests that are not understood', () => {
  it.each([
    [
      'an unknown operation',
      (xml: string) => xml.replace('isCatalogServiceAlive', 'getEverything'),
      'S:Client',
      /getEverything/,
    ],
    [
      'a wrong namespace',
      (xml: string) => xml.replace('v1_33.Catalog', 'v1_32.Catalog'),
      'S:Client',
      /v1_32/,
    ],
    ['an unqualified wrapper', (xml: string) => xml.replace('<v1:', '<'), 'S:Client', /dispatch/],
    [
      'a qualified parameter',
      (xml: string) =>
        xml.replace(
          /<v1:is\w+\/>/,
          '<v1:getCatalogDetailed><v1:scope>EXTENDED</v1:scope></v1:getCatalogDetailed>',
        ),
      'S:Client',
      /unqualified/,
    ],
    [
      'a parameter of the wrong type',
      (xml: string) =>
        xml.replace(
          /<v1:is\w+\/>/,
          '<v1:getCatalogDetailed><requestId>x</requestId></v1:getCatalogDetailed>',
        ),
      'S:Client',
      /requestId/,
    ],
    [
      'a parameter twice',
      (xml: string) =>
        xml.replace(
          /<v1:is\w+\/>/,
          '<v1:getCatalogDetailed><scope>A</scope><scope>B</scope></v1:getCatalogDetailed>',
        ),
      'S:Client',
      /scope/,
    ],
    ['an empty body', (xml: string) => xml.replace(/<v1:is\w+\/>/, ''), 'S:Client', /body/],
    [
      'a header that must be understood',
      (xml: string) =>
        xml.replace(
          '</soapenv:Header>',
          '<x:Tx xmlns:x="urn:x" soapenv:mustUnderstand="1"/></soapenv:Header>',
        ),
      'S:MustUnderstand',
      /urn:x/,
    ],
    [
      'SOAP 1.2',
      (xml: string) =>
        xml.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
      'S:VersionMismatch',
      /1\.1/,
    ],
    ['a page of HTML', () => '<html><body/></html>', 'S:VersionMismatch', /html/],
    ['half an envelope', (xml: string) => xml.slice(0, xml.length / 2), 'S:Client', /SOAP message/],
    ['an unbound prefix', (xml: string) => xml.replaceAll('v1:is', 'v2:is'), 'S:Client', /SOAP message/],
    ['nothing', () => '', 'S:Client', /SOAP message/],
    ['no XML', () => '{}', 'S:Client', /SOAP message/],
  ])('%s is a SOAP 1.1 fault', async (_name, change, code, message) => {
    await using sandbox = await startSmall();
    const [faultcode, faultstring] = await refused(sandbox, change);
    expect(faultcode).toBe(code);
    expect(faultstring).toMatch(message);
  });

  it('a namespace with a slash at its end is let pass', async () => {
    await using sandbox = await startSmall();
    const institution = sandbox.institutions[0]!;
    const xml = envelope(institution, ALIVE).replace('secutix.com"', 'secutix.com/"');
    expect((await postRaw(institution, 'CatalogService', xml)).status).toBe(200);
  });

  it('an unknown parameter is passed over', async () => {
    await using sandbox = await startSmall();
    const parameters = '<productCode>VISIT</productCode><later>1</later>';
    const { status } = await callRaw(sandbox.institutions[0]!, {
      service: 'CatalogService',
      method: 'getCatalogDetailed',
      parameters,
    });
    expect(status).toBe(200);
  });
});

describe('hostile requests', () => {
  it.each([
    ['a document type', (xml: string) => `<!DOCTYPE a [<!ENTITY b "c">]>${xml}`],
    [
      'an external entity',
      (xml: string) =>
        `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${xml.replace('>sandbox<', '>&b;<')}`,
    ],
    ['an unknown entity', (xml: string) => xml.replace('>sandbox<', '>&b;<')],
    [
      '10,000 levels',
      (xml: string) => xml.replace(/<v1:is\w+\/>/, `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`),
    ],
    ['a character that XML forbids', (xml: string) => xml.replace('>sandbox<', '>\u0001<')],
  ])('%s is refused as malformed', async (_name, change) => {
    await using sandbox = await startSmall();
    const [faultcode, faultstring] = await refused(sandbox, change);
    expect(faultcode).toBe('S:Client');
    expect(faultstring).toMatch(/SOAP message/);
  });

  it('more than 8 MB are refused, and the sandbox goes on', async () => {
    await using sandbox = await startSmall();
    const institution = sandbox.institutions[0]!;
    const sent = request(endpointOf(institution, 'CatalogService'), {
      method: 'POST',
      headers: { 'content-length': 9 * 1024 * 1024 },
    });
    sent.on('error', () => undefined);
    sent.write('<a>');
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    sent.destroy();
    expect((await callRaw(institution, ALIVE)).status).toBe(200);
  });
});

describe('addresses', () => {
  it.each([
    [
      'GET',
      '/small/tnseb/external-remoting/com.secutix.service.realtime.catalog.v1_33.CatalogService.webservice',
      405,
    ],
    [
      'POST',
      '/small/tnseb/external-remoting/com.secutix.service.realtime.catalog.v1_32.CatalogService.webservice',
      404,
    ],
    [
      'POST',
      '/other/tnseb/external-remoting/com.secutix.service.realtime.catalog.v1_33.CatalogService.webservice',
      404,
    ],
    ['POST', '/small', 404],
    ['GET', '/', 200],
  ])('%s %s answers %i', async (method, path, status) => {
    await using sandbox = await startSmall();
    expect((await fetch(sandbox.url + path, { method })).status).toBe(status);
  });
});
