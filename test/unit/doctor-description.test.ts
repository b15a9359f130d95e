import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { differencesOf, readDescription } from '../../src/doctor/description.js';

const read = (name: string): Promise<string> =>
  readFile(new URL(`../../wsdl/v1_33/${name}.wsdl`, import.meta.url), 'utf8');

describe('a description', () => {
  it('is its namespace, its operations, and the members of what it sends', async () => {
    const { namespace, operations, members } = readDescription(await read('AvailabilityService'));
    expect(namespace).toBe('http://v1_33.AvailabilityService.service.secutix.com');
    expect([...operations]).toContain('getUpdatedAvailabilities');
    expect(members.get('getSeatsAvailability')).toContain('performanceId');
  });

  it('differs in nothing from itself, nor from one that has more', async () => {
    const text = await read('CatalogService');
    const own = readDescription(text);
    const more = readDescription(text.replace('<wsdl:portType ', '<wsdl:portType x="1" '));
    expect(differencesOf(own, own)).toEqual([]);
    expect(differencesOf(own, more)).toEqual([]);
  });

  it.each([
    [
      'an operation',
      (text: string) => text.replaceAll('name="getPOSConfig"', 'name="getPointOfSalesConfig"'),
      { isSerious: true, says: 'it has no getPOSConfig' },
    ],
    [
      'the namespace',
      (text: string) => text.replaceAll('http://v1_33.CatalogService', 'http://v1_34.CatalogService'),
      expect.objectContaining({
        isSerious: true,
        says: expect.stringContaining('v1_34') as string,
      }) as object,
    ],
    [
      'a member',
      (text: string) => text.replaceAll('name="posId"', 'name="pointOfSaleId"'),
      expect.objectContaining({
        isSerious: false,
        says: expect.stringContaining('posId') as string,
      }) as object,
    ],
  ])('that has lost or renamed %s says so', async (_what, change, expected) => {
    const text = await read('CatalogService');
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(differencesOf(readDescription(text), readDescription(changed))).toContainEqual(expected);
  });

  it('whose types are in a document of their own is compared by its operations alone', async () => {
    const own = readDescription(await read('CatalogService'));
    const operations = [...own.operations].map((name) => `<operation name="${name}"/>`).join('');
    const bare = `<definitions targetNamespace="${own.namespace}"><types><schema><import schemaLocation="http://169.254.169.254/x.xsd"/></schema></types><portType name="p">${operations}</portType></definitions>`;
    expect(differencesOf(own, readDescription(bare))).toEqual([]);
  });

  it.each([
    ['a page', '<html><body>Welcome</body></html>'],
    ['no XML', 'Service temporarily unavailable'],
    ['nothing', ''],
    ['a document type', '<!DOCTYPE definitions [<!ENTITY a "b">]><definitions targetNamespace="x"/>'],
  ])('that is %s is none', (_what, text) => {
    expect(() => readDescription(text)).toThrow(
      /definitions|document type|empty|text data|outside|root element/i,
    );
  });
});
