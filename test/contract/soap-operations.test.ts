import { describe, expect, it } from 'vitest';
import { SECURITY_HEADERS, callRaw, textsOf, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

const POS = `<pointOfSalesId>${SMALL.posId}</pointOfSalesId>`;
const BOTH = SMALL.performanceIds.map((id) => `<performanceIds>${id}</performanceIds>`).join('');
const EVERY_CATEGORY = '<seatCategoryIds>-1</seatCategoryIds>';

function startSmall(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld() });
}

async function ask(sandbox: TestSandbox, call: RawCall): Promise<string> {
  const { status, text } = await callRaw(sandbox.institutions[0]!, call);
  expect({ status, fault: textsOf(text, 'faultstring') }).toEqual({ status: 200, fault: [] });
  return text;
}

function catalog(method: string, parameters = ''): RawCall {
  return { service: 'CatalogService', method, parameters };
}

function availability(method: string, parameters: string): RawCall {
  return { service: 'AvailabilityService', method, parameters };
}

describe('WS-Security', () => {
  it.each(Object.entries(SECURITY_HEADERS))('accepts a username token with %s', async (_name, security) => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, { ...catalog('isCatalogServiceAlive'), security });
    expect(text).toContain('<WebMethodResult><statusCode>success</statusCode></WebMethodResult>');
  });
});

describe('CatalogService', () => {
  it('answers with the result class, unqualified, inside a qualified wrapper', async () => {
    await using sandbox = await startSmall();
    expect(await ask(sandbox, catalog('getLastSetupUpdate'))).toMatch(
      /^<\?xml [^>]*\?><S:Envelope [^>]*><S:Body><ns2:getLastSetupUpdateResponse xmlns:ns2="http:\/\/v1_33\.CatalogService\.service\.secutix\.com"><LastSetupUpdateResult><statusCode>success<\/statusCode><lastSetupUpdate>\d{4}-\d\d-\d\dT[^<]*[+-]\d\d:\d\d<\/lastSetupUpdate><\/LastSetupUpdateResult><\/ns2:getLastSetupUpdateResponse><\/S:Body><\/S:Envelope>$/,
    );
  });

  it('getCatalogDetailed takes an empty wrapper and answers with what is exported, leaked seasons included', async () => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, catalog('getCatalogDetailed'));
    expect(text).toContain('<CatalogResultDetailed><statusCode>success</statusCode>');
    expect(codesOf(text)).toEqual(['S26', 'HAMLET', 'VISIT', 'VALIDATE', 'SUSPENDE', 'LEAK', 'OTHER']);
    expect(text).toContain(
      '<externalName><translations><locale>en</locale><value>Hamlet &amp; &lt;Friends&gt;</value></translations></externalName>',
    );
    expect(text).toContain(
      '<prices><audSubCatId>111</audSubCatId><seatCatId>401</seatCatId><amount>46000</amount>',
    );
  });

  it('getCatalogDetailed with scope EXTENDED adds what is no longer on sale, never what is in preparation', async () => {
    await using sandbox = await startSmall();
    const codes = codesOf(await ask(sandbox, catalog('getCatalogDetailed', '<scope>EXTENDED</scope>')));
    expect(codes).toEqual(expect.arrayContaining(['CANCELED', 'CLOSED', 'HAMLET']));
    expect(codes).not.toContain('PREPARIN');
  });

  it.each([
    ['<productCode>VISIT</productCode>', ['S26', 'VISIT']],
    ['<seasonCode>LEAK</seasonCode>', ['LEAK', 'OTHER']],
    ['<seasonCode>NONE</seasonCode>', []],
    [
      '<seasonCode xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><productCode>OTHER</productCode>',
      ['LEAK', 'OTHER'],
    ],
  ])('getCatalogDetailed filters by %s and keeps the tree', async (parameters, codes) => {
    await using sandbox = await startSmall();
    expect(codesOf(await ask(sandbox, catalog('getCatalogDetailed', parameters)))).toEqual(codes);
  });

  it('getCatalogDetailed refuses a scope that it does not know inside a 200 answer', async () => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, catalog('getCatalogDetailed', '<scope>ALL</scope>'));
    expect(textsOf(text, 'statusCode')).toEqual(['error.technical']);
    expect(text).not.toContain('catalogData');
  });

  it('getCatalogDetailed answers from the edited set-up once the set-up moved', async () => {
    await using sandbox = await startSmall();
    await ask(sandbox, catalog('getCatalogDetailed'));
    await sandbox.editSetup({ institution: SMALL.code, productId: SMALL.eventId, name: 'Macbeth' });
    await sandbox.advance(600_000);
    expect(await ask(sandbox, catalog('getCatalogDetailed'))).toContain('<value>Macbeth</value>');
  });

  it('getCatalog answers with the same catalog as XML in a string', async () => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, catalog('getCatalog', '<productCode>VISIT</productCode>'));
    const [inner] = textsOf(text, 'catalogData');
    expect(inner).toContain('&lt;code&gt;VISIT&lt;/code&gt;');
    expect(inner).toMatch(/^&lt;\?xml .*&lt;\/catalogData&gt;$/);
  });

  it('getPOSConfig writes maps as entries', async () => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, catalog('getPOSConfig'));
    expect(text).toContain(
      `<POSConfigResult><statusCode>success</statusCode><posConfigData><posId>501</posId>`,
    );
    expect(text).toContain(
      '<posParameters><entry><key>theme</key><value>dark &amp; blue</value></entry></posParameters>',
    );
  });
});

describe('AvailabilityService', () => {
  it.each([
    [
      'one entry for each category for -1',
      EVERY_CATEGORY,
      ['401', '402', '401', '402'],
      ['20', '5', '20', '5'],
    ],
    ['one sum for an absent list', '', [], ['25', '25']],
    [
      'one entry for each category named',
      '<seatCategoryIds>402</seatCategoryIds>',
      ['402', '402'],
      ['5', '5'],
    ],
  ])('getEventAvailability gives %s', async (_name, split, categories, quantities) => {
    await using sandbox = await startSmall();
    const parameters = `${POS}<eventIds>${SMALL.eventId}</eventIds>${BOTH}${split}`;
    const text = await ask(sandbox, availability('getEventAvailability', parameters));
    expect(textsOf(text, 'seatCategoryId')).toEqual(categories);
    expect(textsOf(text, 'quantity')).toEqual(quantities);
    expect(new Set(textsOf(text, 'availabilityLevel'))).toEqual(new Set(['GREEN']));
    expect(new Set(textsOf(text, 'eventId'))).toEqual(new Set(['201']));
  });

  it('getEventAvailability splits category by contingent', async () => {
    await using sandbox = await startSmall();
    const split =
      '<performanceIds>301</performanceIds><seatCategoryIds>-1</seatCategoryIds><contingentIds>-1</contingentIds>';
    const parameters = `${POS}${split}<composedProductId>801</composedProductId>`;
    const text = await ask(sandbox, availability('getEventAvailability', parameters));
    expect(textsOf(text, 'contingentId')).toEqual(['0', '9', '0']);
  });

  it('getEventAvailability leaves unknown performances and other events out', async () => {
    await using sandbox = await startSmall();
    const unknown = `${POS}<performanceIds>301</performanceIds><performanceIds>999999999999999999</performanceIds>`;
    const text = await ask(sandbox, availability('getEventAvailability', unknown));
    expect(textsOf(text, 'performanceId')).toEqual(['301']);
    await sandbox.advance(60_000);
    const other = `${POS}<eventIds>7</eventIds>${BOTH}`;
    expect(textsOf(await ask(sandbox, availability('getEventAvailability', other)), 'performanceId')).toEqual(
      [],
    );
  });

  it.each([
    ['getEventAvailability', BOTH, 'pointOfSalesId'],
    ['getEventAvailability', POS, 'performanceIds'],
    ['getPerformanceAvailability', POS, 'performanceIds'],
    ['getProductAvailability', POS, 'productIds'],
    ['getSeatsAvailability', POS, 'performanceId'],
    ['getUpdatedAvailabilities', `${POS}<productIds>201</productIds>`, 'referenceDate'],
    ['getAvailableThemeAndLanguage', '<timeslotIds>1</timeslotIds>', 'passId'],
  ])('%s says in a 200 answer that %s lacks a mandatory parameter', async (method, parameters, missing) => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, availability(method, parameters));
    expect(textsOf(text, 'statusCode')).toEqual(['error.parameter.missing']);
    expect(textsOf(text, 'statusDetail')).toEqual([`missing: ${missing}`]);
  });

  it('refuses a point of sales of somebody else inside a 200 answer', async () => {
    await using sandbox = await startSmall();
    const parameters = `<pointOfSalesId>1</pointOfSalesId>${BOTH}`;
    const text = await ask(sandbox, availability('getEventAvailability', parameters));
    expect(textsOf(text, 'statusCode')).toEqual(['error.technical']);
  });

  it('sends the requestId of the caller back', async () => {
    await using sandbox = await startSmall();
    const parameters = `<requestId>77</requestId>${POS}${BOTH}`;
    const text = await ask(sandbox, availability('getPerformanceAvailability', parameters));
    expect(text).toContain('<PerformanceAvailabilityResult><requestId>77</requestId><statusCode>success<');
    expect(textsOf(text, 'performanceId')).toEqual(['301', '302']);
  });

  it('getProductAvailability answers for each item and time slot', async () => {
    await using sandbox = await startSmall();
    const parameters = `${POS}<productIds>${SMALL.passId}</productIds><productIds>404404</productIds>`;
    const text = await ask(sandbox, availability('getProductAvailability', parameters));
    expect(text).toContain(
      '<productAvailabilityData><productAvailabilities><productId>205</productId><itemId>731</itemId><timeslotId>711</timeslotId><availabilityLevel>GREEN</availabilityLevel><quantity>40</quantity></productAvailabilities></productAvailabilityData>',
    );
  });

  it('getSeatsAvailability names numbered seats and writes nil for the row of the others', async () => {
    await using sandbox = await startSmall();
    const seats = (more: string): RawCall =>
      availability('getSeatsAvailability', `${POS}<performanceId>301</performanceId>${more}`);
    const text = await ask(sandbox, seats(''));
    expect(textsOf(text, 'row')).toEqual([...Array(10).fill('A'), ...Array(10).fill('B')]);
    expect(text.match(/<row xsi:nil="true"\/><number xsi:nil="true"\/>/g)).toHaveLength(5);
    await sandbox.advance(60_000);
    const area = await ask(sandbox, seats('<areaIds>462</areaIds>'));
    expect(textsOf(area, 'physicalSeatId')).toEqual(['3000', '3001', '3002', '3003', '3004']);
  });

  it('getUpdatedAvailabilities names the products that moved after the date, and only those', async () => {
    await using sandbox = await startSmall();
    const since = new Date().toISOString();
    await sandbox.setStock({ institution: SMALL.code, performanceId: 301, remaining: 0 });
    const parameters = (referenceDate: string): string =>
      `${POS}<productIds>201</productIds><productIds>205</productIds><referenceDate>${referenceDate}</referenceDate>`;
    const text = await ask(sandbox, availability('getUpdatedAvailabilities', parameters(since)));
    expect(textsOf(text, 'productId')).toEqual(['201']);
    const [lastUpdate] = textsOf(text, 'lastUpdate');
    expect(Date.parse(lastUpdate!)).toBeGreaterThanOrEqual(Date.parse(since));
    await sandbox.advance(60_000);
    const after = await ask(sandbox, availability('getUpdatedAvailabilities', parameters(lastUpdate!)));
    expect(textsOf(after, 'productId')).toEqual([]);
  });

  it('getAvailableThemeAndLanguage names what is chosen for the slots of a pass', async () => {
    await using sandbox = await startSmall();
    const parameters = `<passId>${SMALL.passId}</passId><timeslotIds>${SMALL.timeslotId}</timeslotIds>`;
    const text = await ask(sandbox, availability('getAvailableThemeAndLanguage', parameters));
    expect(text).toContain(
      '<listThemeAndLanguage><languageCode>fr</languageCode><themeId>721</themeId><timeslotId>711</timeslotId></listThemeAndLanguage>',
    );
  });
});

describe('SetupService', () => {
  it('listSeasons names the own seasons only, without categories and price levels', async () => {
    await using sandbox = await startSmall();
    const text = await ask(sandbox, { service: 'SetupService', method: 'listSeasons' });
    expect(codesOf(text)).toEqual(['S26']);
    expect(text).not.toMatch(/audienceCategories|priceLevels|products/);
  });
});

/** Codes of seasons and products, those of smaller objects left out. */
function codesOf(text: string): string[] {
  return textsOf(text, 'code').filter((code) => !/^(OCCIND|ADULT|CAT\d+)$/.test(code));
}
