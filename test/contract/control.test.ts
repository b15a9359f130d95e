import { describe, expect, it } from 'vitest';
import { callRaw, textsOf, type RawCall } from '../support/raw-soap.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

const EVENT: RawCall = {
  service: 'AvailabilityService',
  method: 'getEventAvailability',
  parameters: `<pointOfSalesId>${SMALL.posId}</pointOfSalesId><performanceIds>301</performanceIds><seatCategoryIds>-1</seatCategoryIds>`,
};

function startSmall(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld() });
}

async function ask(sandbox: TestSandbox, call: RawCall): Promise<string> {
  return (await callRaw(sandbox.institutions[0]!, call)).text;
}

async function control(
  sandbox: TestSandbox,
  path: string,
  init: RequestInit = {},
): Promise<[number, unknown]> {
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, init);
  return [response.status, await response.json()];
}

function post(sandbox: TestSandbox, path: string, body: unknown): Promise<[number, unknown]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return control(sandbox, path, { method: 'POST', body: text });
}

describe('the journal', () => {
  it('tells each call with when, who, what, and how it was answered', async () => {
    await using sandbox = await startSmall();
    await sandbox.advance(86_400_000);
    const { text } = await callRaw(sandbox.institutions[0]!, EVENT);
    await callRaw(sandbox.institutions[0]!, { ...EVENT, method: 'getNothing' });
    const [first, second, ...more] = await sandbox.journal();
    expect(more).toEqual([]);
    expect(first).toEqual({
      at: expect.any(Number),
      correlationId: null,
      institution: 'small',
      protocol: 'soap',
      service: 'AvailabilityService',
      method: 'getEventAvailability',
      httpStatus: 200,
      statusCode: 'success',
      requestBytes: expect.any(Number),
      responseBytes: Buffer.byteLength(text),
    });
    expect(first!.at).toBeGreaterThan(Date.now() + 86_000_000);
    expect(second).toMatchObject({ method: 'getNothing', httpStatus: 500, statusCode: null });
  });

  it('counts compressed bytes when the answer was compressed', async () => {
    await using sandbox = await startSmall();
    const call: RawCall = {
      service: 'CatalogService',
      method: 'getCatalogDetailed',
      headers: { 'accept-encoding': 'gzip' },
    };
    const { text, headers } = await callRaw(sandbox.institutions[0]!, call);
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(textsOf(text, 'statusCode')).toEqual(['success']);
    const [journaled] = await sandbox.journal();
    expect(journaled!.responseBytes).toBeGreaterThan(100);
    expect(journaled!.responseBytes).toBeLessThan(Buffer.byteLength(text) / 2);
  });

  it('is empty after DELETE', async () => {
    await using sandbox = await startSmall();
    await ask(sandbox, EVENT);
    await sandbox.clearJournal();
    expect(await sandbox.journal()).toEqual([]);
  });
});

describe('stock', () => {
  it('sets what is left of a category or of a whole performance', async () => {
    await using sandbox = await startSmall();
    await sandbox.setStock({ institution: 'small', performanceId: 301, seatCategoryId: 401, remaining: 2 });
    const one = await ask(sandbox, EVENT);
    expect(textsOf(one, 'quantity')).toEqual(['2', '5']);
    expect(textsOf(one, 'availabilityLevel')).toEqual(['ORANGE', 'GREEN']);
    await sandbox.setStock({ institution: 'small', performanceId: 301, remaining: 0 });
    await sandbox.advance(60_000);
    expect(textsOf(await ask(sandbox, EVENT), 'availabilityLevel')).toEqual(['RED', 'RED']);
  });
});

describe('numbers', () => {
  it('may be written as text, as ids of the graph are', async () => {
    await using sandbox = await startSmall();
    const [status] = await post(sandbox, 'stock', {
      institution: 'small',
      performanceId: '301',
      seatCategoryId: '401',
      remaining: '2',
    });
    expect(status).toBe(200);
    expect(textsOf(await ask(sandbox, EVENT), 'quantity')).toEqual(['2', '5']);
  });
});

describe('set-up', () => {
  it('edits a product and moves the last set-up update each time', async () => {
    await using sandbox = await startSmall();
    const lastUpdate: RawCall = { service: 'CatalogService', method: 'getLastSetupUpdate' };
    const [before] = textsOf(await ask(sandbox, lastUpdate), 'lastSetupUpdate');
    await sandbox.editSetup({ institution: 'small', productId: 201, amount: 1_500, state: 'SUSPENDED' });
    const [between] = textsOf(await ask(sandbox, lastUpdate), 'lastSetupUpdate');
    await sandbox.editSetup({ institution: 'small', productId: 201, name: 'Other' });
    const [after] = textsOf(await ask(sandbox, lastUpdate), 'lastSetupUpdate');
    expect(new Set([before, between, after]).size).toBe(3);
    const parameters = '<productCode>HAMLET</productCode>';
    const text = await ask(sandbox, { service: 'CatalogService', method: 'getCatalogDetailed', parameters });
    expect(new Set(textsOf(text, 'amount'))).toEqual(new Set(['1500']));
    expect(text).toContain('<value>Other</value>');
    expect(textsOf(text, 'state')).toContain('SUSPENDED');
  });
});

describe('availability switches', () => {
  it('hide quantities and rename levels until they are set back', async () => {
    await using sandbox = await startSmall();
    await sandbox.bendAvailability({
      institution: 'small',
      hideQuantity: true,
      renameLevel: { GREEN: 'PLENTY' },
    });
    const bent = await ask(sandbox, EVENT);
    expect(textsOf(bent, 'availabilityLevel')).toEqual(['PLENTY', 'PLENTY']);
    expect(bent).not.toContain('quantity');
    await sandbox.bendAvailability({ institution: 'small', hideQuantity: false, renameLevel: {} });
    await sandbox.advance(60_000);
    const straight = await ask(sandbox, EVENT);
    expect(textsOf(straight, 'availabilityLevel')).toEqual(['GREEN', 'GREEN']);
    expect(textsOf(straight, 'quantity')).toEqual(['20', '5']);
  });

  it('touchEveryMinute makes every known product count as changed', async () => {
    await using sandbox = await startSmall();
    const since = new Date().toISOString();
    await sandbox.bendAvailability({ institution: 'small', touchEveryMinute: true });
    await sandbox.advance(60_000);
    const parameters =
      `<pointOfSalesId>${SMALL.posId}</pointOfSalesId><productIds>201</productIds><productIds>205</productIds>` +
      `<productIds>999</productIds><referenceDate>${since}</referenceDate>`;
    const call: RawCall = { service: 'AvailabilityService', method: 'getUpdatedAvailabilities', parameters };
    expect(textsOf(await ask(sandbox, call), 'productId')).toEqual(['201', '205']);
  });

  it('freeze stops the buyers, and lets them go on', async () => {
    const minuteMs = 100;
    await using sandbox = await startTestSandbox({ world: smallWorld(), minuteMs, speed: 10 });
    const quantities = async (): Promise<string[]> => {
      await sandbox.advance(minuteMs);
      return textsOf(await ask(sandbox, EVENT), 'quantity');
    };
    const changesWithin = async (rounds: number): Promise<boolean> => {
      const first = (await quantities()).join();
      for (let round = 0; round < rounds; round += 1) {
        if ((await quantities()).join() !== first) return true;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return false;
    };
    await sandbox.bendAvailability({ institution: 'small', freeze: true });
    expect(await changesWithin(30)).toBe(false);
    await sandbox.bendAvailability({ institution: 'small', freeze: false });
    expect(await changesWithin(300)).toBe(true);
  });
});

describe('bad input to the control endpoint', () => {
  it.each<[string, unknown, RegExp]>([
    ['clock', {}, /^`advanceMs` is missing$/],
    ['clock', { advanceMs: -1 }, /^`advanceMs` must be a whole number >= 0, got -1$/],
    ['clock', { advanceMs: 'five' }, /^`advanceMs` must be a whole number >= 0, got "five"$/],
    ['clock', { advanceMs: '-5' }, /^`advanceMs` must be a whole number >= 0, got "-5"$/],
    ['clock', { advance: 5 }, /^`advance` is not a member; expected advanceMs$/],
    ['clock', '{', /JSON/],
    ['clock', '[]', /one JSON object/],
    ['faults', {}, /^`kind` is missing$/],
    ['faults', { kind: 'explode' }, /^`kind` must be one of latency, .*, got "explode"$/],
    [
      'faults',
      { kind: 'hang', institution: 'nowhere' },
      /^`institution` must be one of small, got "nowhere"$/,
    ],
    ['faults', { kind: 'hang', service: 'X' }, /^`service` must be one of CatalogService, /],
    [
      'faults',
      { kind: 'hang', service: 'SetupService', method: 'getPOSConfig' },
      /^`method` must be one of listSeasons, /,
    ],
    ['faults', { kind: 'hang', times: 0 }, /^`times` must be a whole number >= 1, got 0$/],
    ['faults', { kind: 'hang', probability: 2 }, /^`probability` must be a number from 0 to 1, got 2$/],
    [
      'faults',
      { kind: 'latency', delayMs: 1.5 },
      /^`delayMs` must be a whole number from 0 to 3600000, got 1.5$/,
    ],
    ['stock', { performanceId: 301, remaining: 1 }, /^`institution` is missing$/],
    [
      'stock',
      { institution: 'small', performanceId: 7, remaining: 1 },
      /^`performanceId` must be a performance/,
    ],
    [
      'stock',
      { institution: 'small', performanceId: 301, seatCategoryId: 7, remaining: 1 },
      /^`seatCategoryId` must be a seat category/,
    ],
    [
      'stock',
      { institution: 'small', performanceId: 301, remaining: -1 },
      /^`remaining` must be a whole number >= 0/,
    ],
    ['setup', { institution: 'small', productId: 7 }, /^`productId` must be a product/],
    [
      'setup',
      { institution: 'small', productId: 201, name: ' ' },
      /^`name` must be a text that is not empty/,
    ],
    ['setup', { institution: 'small', productId: 201, amount: 0.5 }, /^`amount` must be a whole number >= 0/],
    ['setup', { institution: 'small', productId: 201, state: 'OPEN' }, /^`state` must be one of PREPARING, /],
    ['availability', { institution: 'small', freeze: 1 }, /^`freeze` must be true or false, got 1$/],
    ['availability', { institution: 'small', renameLevel: 'X' }, /^`renameLevel` must be an object/],
  ])('%s %j answers 400 naming member and rule', async (path, body, message) => {
    await using sandbox = await startSmall();
    expect(await post(sandbox, path, body)).toEqual([400, { error: expect.stringMatching(message) }]);
  });

  it('an unknown path answers 404 with the ones there are', async () => {
    await using sandbox = await startSmall();
    const [status, answer] = await control(sandbox, 'ledger?institution=small');
    expect(status).toBe(404);
    expect(answer).toEqual({
      error: expect.stringMatching(/no \/_sandbox\/ledger; there are .*\/_sandbox\/journal/),
    });
    expect((await control(sandbox, 'constructor'))[0]).toBe(404);
    expect((await control(sandbox, 'clock', { method: 'DELETE' }))[0]).toBe(405);
  });

  it('faults and the clock can be looked at', async () => {
    await using sandbox = await startSmall();
    await sandbox.fault({ kind: 'hang', method: 'getCatalog', times: 2 });
    expect(await control(sandbox, 'faults')).toEqual([
      200,
      { faults: [{ kind: 'hang', method: 'getCatalog', times: 2 }] },
    ]);
    expect(await control(sandbox, 'clock')).toEqual([200, { now: expect.any(Number) }]);
    expect(await sandbox.journal()).toEqual([]);
  });
});

it('the control endpoint is not there when it is switched off', async () => {
  await using sandbox = await startTestSandbox({ control: false });
  expect((await fetch(`${sandbox.url}/_sandbox/journal`)).status).toBe(404);
  expect(await (await fetch(sandbox.url)).json()).toMatchObject({ control: [] });
});
