import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { decodeCatalogPart } from '../../src/domain/catalog-part.js';
import {
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import { eventually } from '../support/eventually.js';
import { failureOf } from '../support/failure.js';
import {
  catalog,
  connectTo,
  POINT_OF_SALES,
  sendXml,
  startRawS360,
  type RawS360,
} from '../support/raw-s360.js';

const START = '<start>2026-02-14T20:00:00+01:00</start>';

function product(id: string | number, inside = START): string {
  return (
    `<products><id>${id}</id><code>P</code><productFamilyType>SINGLE_ENTRY</productFamilyType><state>RUNNING</state>` +
    `<event><performances><id>${id}0</id>${inside}<prices><audSubCatId>1</audSubCatId><amount>45000</amount></prices>` +
    '</performances></event></products>'
  );
}

function season(id: string | number, products: string): string {
  return `<seasons><id>${id}</id><code>S${id}</code>${products}</seasons>`;
}

function data(...seasons: readonly string[]): string {
  return `<catalogData>${seasons.join('')}</catalogData>`;
}

function products(count: number): string {
  return Array.from({ length: count }, (_, index) => product(index + 1)).join('');
}

async function startHouse(): Promise<RawS360> {
  const s360 = await startRawS360();
  s360.reply('getPOSConfig', POINT_OF_SALES);
  return s360;
}

/** A catalog that never ends; tells how much of it went out. */
function endless(): {
  readonly reply: (response: ServerResponse, _: unknown, socket: Socket) => void;
  sent(): number;
} {
  let sent = 0;
  return {
    sent: () => sent,
    reply(response) {
      const [head] = catalog(data(season(1, ''))).split('</seasons>') as [string];
      const piece = products(100);
      response.writeHead(200, { 'content-type': 'text/xml' }).write(head);
      const more = (): void => {
        if (response.destroyed) return;
        sent += piece.length;
        if (response.write(piece.replaceAll('<id>', `<id>${sent}`))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    },
  };
}

describe('the point of sales', () => {
  it('is of the institution that it was of at first, and of no other', async () => {
    await using s360 = await startRawS360();
    const of = (code: string): string =>
      POINT_OF_SALES.replace('<posId>', `<institCode>${code}</institCode><posId>`);
    s360.reply('getPOSConfig', of('HALL'), POINT_OF_SALES, of('ARENA'), of('HALL'));
    await using house = await connectTo(s360.url);
    const ask = () => house.catalog.pointOfSales();

    await ask();
    await ask();
    expect(await failureOf(ask())).toBeInstanceOf(UpstreamShapeError);
    expect(await ask()).toMatchObject({ id: '77' });
  });
});

describe('the load of a catalog', () => {
  it('hands over every record of our own seasons, once, and reports what it met', async () => {
    await using s360 = await startHouse();
    const unreadable = product('x');
    const own = season(1, products(250) + product(251, `${START}<state>MOVED</state><news/>`) + unreadable);
    const room = '<physicalConfigurations><id>61</id></physicalConfigurations>';
    s360.reply(
      'getCatalogDetailed',
      catalog(data(own, season(9, product(900))).replace('</catalogData>', `${room}</catalogData>`)),
    );
    await using house = await connectTo(s360.url);
    const parts: string[] = [];

    const report = await house.catalog.load({
      ownSeasonIds: new Set(['1']),
      onPart: (part) => void parts.push(part),
    });

    const records = parts.map(decodeCatalogPart);
    const loaded = records.flatMap((part) => part.products ?? []);
    expect(loaded.map(({ id }) => id)).toEqual(Array.from({ length: 251 }, (_, index) => String(index + 1)));
    expect(loaded[0]!.performances[0]!.prices[0]!.amountMilli).toBe(45_000n);
    expect(records.flatMap((part) => part.seasons ?? []).map(({ id }) => id)).toEqual(['1']);
    expect(records.flatMap((part) => part.venues ?? []).map(({ id }) => id)).toEqual(['61']);
    expect(report).toMatchObject({
      products: 252,
      performances: 251,
      leakedSeasons: 1,
      poison: [{ path: 'products.id', reason: 'is not an id' }],
    });
    expect(report.responseBytes).toBeGreaterThan(50_000);
    expect(house.upstream.drift().map(({ path, kind, sample }) => [path, kind, sample])).toEqual(
      expect.arrayContaining([
        ['catalogData.products.event.performances.state', 'unknown-value', 'MOVED'],
        ['catalogData.seasons.products.event.performances.news', 'unknown-member', null],
      ]),
    );
    expect(s360.calls.at(-1)!.body).toContain('<scope>EXTENDED</scope>');
  });

  it('finds the season of products that come before its id', async () => {
    await using s360 = await startHouse();
    s360.reply(
      'getCatalogDetailed',
      catalog(data(`<seasons>${products(3)}<id>1</id></seasons><seasons>${product(9)}<id>9</id></seasons>`)),
    );
    await using house = await connectTo(s360.url);
    const parts: string[] = [];

    await house.catalog.load({ ownSeasonIds: new Set(['1']), onPart: (part) => void parts.push(part) });

    const loaded = parts.flatMap((part) => decodeCatalogPart(part).products ?? []);
    expect(loaded.map(({ id, seasonId }) => `${seasonId}/${id}`)).toEqual(['1/1', '1/2', '1/3']);
  });

  it('hands over one part after the other, and holds S-360 back while nobody takes them', async () => {
    await using s360 = await startHouse();
    const source = endless();
    s360.reply('getCatalogDetailed', source.reply);
    await using house = await connectTo(s360.url);
    const stop = new AbortController();
    let taken = 0;
    let release = (): void => undefined;
    const loading = failureOf(
      house.catalog.load({
        ownSeasonIds: null,
        signal: stop.signal,
        onPart: () => {
          taken += 1;
          return new Promise((resolve) => (release = resolve));
        },
      }),
    );
    await eventually('the first part', () => (taken === 1 ? true : null));

    // It comes to rest when everything between it and us is full.
    let before = -1;
    await eventually('S-360 at rest', async () => {
      const isAtRest = source.sent() === before;
      before = source.sent();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return isAtRest ? true : null;
    });
    expect(taken).toBe(1);
    expect(source.sent()).toBeLessThan(30_000_000);
    release();
    await eventually('the second part', () => (taken === 2 ? true : null));

    const reason = new Error('enough');
    stop.abort(reason);
    release();
    expect(await loading).toBe(reason);
    await s360.calls.at(-1)!.left;
    expect(taken).toBe(2);
  });

  it('asks again for the same job while S-360 works on it', async () => {
    await using s360 = await startHouse();
    const working = catalog('', '<requestId>7001</requestId><statusCode>in_progress</statusCode>');
    s360.reply('getCatalogDetailed', working, working, catalog(data(season(1, products(2)))));
    await using house = await connectTo(s360.url, { minuteMs: 1_500 });
    let timesInProgress = 0;

    const report = await house.catalog.load({
      ownSeasonIds: null,
      onPart: () => undefined,
      onInProgress: () => (timesInProgress += 1),
    });

    expect(report.products).toBe(2);
    expect(timesInProgress).toBe(2);
    const asked = s360.calls.filter(({ method }) => method === 'getCatalogDetailed');
    expect(asked.map(({ body }) => /<requestId>(\d+)<\/requestId>/.exec(body)?.[1])).toEqual([
      undefined,
      '7001',
      '7001',
    ]);
  });

  it('is refused, unsent, within ten minutes of the last one', async () => {
    await using s360 = await startHouse();
    s360.reply('getCatalogDetailed', catalog(data()));
    await using house = await connectTo(s360.url);
    const load = () => house.catalog.load({ ownSeasonIds: null, onPart: () => undefined });
    await load();

    const failure = await failureOf(load());

    expect(failure).toBeInstanceOf(UpstreamRateLimitedError);
    expect(failure).toMatchObject({ refusedBy: 'METHOD' });
    expect((failure as UpstreamRateLimitedError).retryAfterMs).toBeGreaterThan(9 * 60_000);
    expect(s360.calls.filter(({ method }) => method === 'getCatalogDetailed')).toHaveLength(1);
  });

  it.each([
    [1, 20],
    [5, 100],
  ])('leaves %i unreadable product of %i out', async (unreadable, all) => {
    await using s360 = await startHouse();
    const readable = products(all - unreadable);
    s360.reply('getCatalogDetailed', catalog(data(season(1, readable + product('x').repeat(unreadable)))));
    await using house = await connectTo(s360.url);

    const { poison } = await house.catalog.load({ ownSeasonIds: null, onPart: () => undefined });

    expect(poison).toHaveLength(unreadable);
  });

  it('does not believe a catalog of which more than a twentieth cannot be read', async () => {
    await using s360 = await startHouse();
    s360.reply('getCatalogDetailed', catalog(data(season(1, products(94) + product('x').repeat(6)))));
    await using house = await connectTo(s360.url);

    const failure = await failureOf(house.catalog.load({ ownSeasonIds: null, onPart: () => undefined }));

    expect(failure).toBeInstanceOf(UpstreamShapeError);
    expect(failure.message).toMatch(/6 of 100 products cannot be read, the first because products.id is not/);
  });

  const whole = catalog(data(season(1, products(2_000))));
  it.each([
    ['half a catalog', whole.slice(0, whole.length / 2), UpstreamShapeError],
    ['a catalog with entities of its own', `<!DOCTYPE a [<!ENTITY b "c">]>${whole}`, UpstreamShapeError],
    ['a success without a catalog', catalog(''), UpstreamShapeError],
    [
      'a broken connection',
      ((response, _, socket) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.write(whole.slice(0, whole.length / 2), () => socket.resetAndDestroy());
      }) satisfies Parameters<RawS360['reply']>[1],
      UpstreamUnavailableError,
    ],
    ['silence', () => undefined, UpstreamTimeoutError],
  ])('fails for %s, and hands over nothing more', async (_, reply, kind) => {
    await using s360 = await startHouse();
    s360.reply('getCatalogDetailed', reply);
    await using house = await connectTo(s360.url, { deadlines: { catalogMs: 3_000 } });
    let isOver = false;
    let late = 0;

    const failure = await failureOf(
      house.catalog.load({ ownSeasonIds: null, onPart: () => void (isOver && (late += 1)) }),
    );
    isOver = true;

    expect(failure).toBeInstanceOf(kind);
    await new Promise(setImmediate);
    expect(late).toBe(0);
  });

  it('fails with the error of whoever takes the parts', async () => {
    await using s360 = await startHouse();
    s360.reply('getCatalogDetailed', (response) => sendXml(response, whole));
    await using house = await connectTo(s360.url);
    let taken = 0;

    const failure = await failureOf(
      house.catalog.load({
        ownSeasonIds: null,
        onPart: () => {
          taken += 1;
          return Promise.reject(new Error('disk full'));
        },
      }),
    );

    expect(failure).toEqual(new Error('disk full'));
    expect(taken).toBe(1);
    expect(house.logged.join('')).toContain('"outcome":"given_up"');
  });

  it('counts the bytes of a load that failed', async () => {
    await using s360 = await startHouse();
    s360.reply('getCatalogDetailed', whole.slice(0, -100));
    await using house = await connectTo(s360.url);

    await failureOf(house.catalog.load({ ownSeasonIds: null, onPart: () => undefined }));

    const bytes = house.upstream.budgets().find(({ window }) => window === 'MONTH_BYTES')!.used;
    expect(bytes).toBeGreaterThan(whole.length);
  });
});
