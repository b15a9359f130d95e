import { describe, expect, it } from 'vitest';
import { childOf, readXml, type XmlElement } from '../../src/sandbox/protocol/xml-reader.js';
import { SERVICES } from '../../src/sandbox/operations/table.js';
import { endpointOf, type RawService } from '../support/raw-soap.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

const XS = 'http://www.w3.org/2001/XMLSchema';
const WSDL = 'http://schemas.xmlsoap.org/wsdl/';

describe.each(SERVICES.map(({ name }): RawService => name))('the WSDL of %s', (name) => {
  it('is served to anybody with the address it was asked at', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const endpoint = endpointOf(sandbox.institutions[0]!, name);
    const response = await fetch(`${endpoint}?WSDL`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect([...text.matchAll(/<soap:address location="([^"]*)"/g)].map(([, address]) => address)).toEqual([
      endpoint,
    ]);
    expect(await sandbox.journal()).toMatchObject([
      { protocol: 'wsdl', service: name, method: 'wsdl', httpStatus: 200 },
    ]);
  });

  it('describes the operations that there are, with their parameters and result class', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const response = await fetch(`${endpointOf(sandbox.institutions[0]!, name)}?wsdl`);
    const definitions = readXml(await response.text());
    const schema = childOf(childOf(definitions, WSDL, 'types')!, XS, 'schema')!;
    const members = (type: string): string[] => elementNames(typeNamed(schema, type));
    const operations = [...SERVICES.find((service) => service.name === name)!.operations.values()];
    expect(
      childOf(definitions, WSDL, 'portType')!.children.map((operation) => operation.attribute('', 'name')),
    ).toEqual(operations.map(({ method }) => method));
    for (const { method, parameters, resultClass } of operations) {
      const names = parameters.map((parameter) => parameter.name);
      expect(members(method).filter((member) => member !== 'requestId')).toEqual(names);
      expect(members(`${method}Response`)).toEqual([resultClass]);
    }
  });
});

function typeNamed(schema: XmlElement, name: string): XmlElement {
  return schema.children.find(
    (child) => child.name === 'complexType' && child.attribute('', 'name') === name,
  )!;
}

function elementNames(type: XmlElement): string[] {
  const sequence = childOf(type, XS, 'sequence');
  return (sequence?.children ?? []).map((element) => element.attribute('', 'name') ?? '');
}
