import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { connectInstitution } from '../../src/datasources/upstream.js';
import { loadOnThread } from '../../src/datasources/catalog-exchange.js';
import { MalformedAnswerError, SoapFaultAnswer } from '../../src/datasources/s360/answer-decoder.js';
import { HttpStatusError } from '../../src/datasources/s360/answer-reader.js';
import { packFailure, unpackFailure } from '../../src/datasources/s360/failure-transfer.js';
import { AnswerTooLargeError, HttpExchange, NotSentError } from '../../src/datasources/s360/http-exchange.js';
import { SoapClient } from '../../src/datasources/s360/soap-client.js';
import type { Performance } from '../../src/domain/catalog.js';
import { decodeCatalogPart, type CatalogPart } from '../../src/domain/catalog-part.js';
import { openJournal } from '../../src/journal/database.js';
import type { InstitutionWorld, Product, Season } from '../../src/sandbox/model.js';
import { createWorld } from '../../src/sandbox/worlds/world.js';
import { failureOf } from '../support/failure.js';
import { catalog, connectTo, PASSWORD, POINT_OF_SALES, startRawS360, SUCCESS } from '../support/raw-s360.js';
import { startTestSandbox } from '../support/sandbox.js';

/** Everything in this state is in no catalog, whatever the scope. */
const isShown = ({ state }: { readonly state: string }): boolean => state !== 'PREPARING';

function shownProducts({ seasons }: InstitutionWorld): { season: Season; product: Product }[] {
  return seasons
    .filter(isShown)
    .flatMap((season) => season.products.filter(isShown).map((product) => ({ season, product })));
}

describe.each(['lyric', 'atlas', 'arena'])('the catalog of %s', (code) => {
  it('has every record that the world has, and no other', async () => {
    const world = createWorld({ seed: 'catalog', nowMs: Date.now() });
    const expected = structuredClone(world.institutions.find((institution) => institution.code === code)!);
    await using sandbox = await startTestSandbox({ world });
    const address = sandbox.institutions.find((institution) => institution.code === code)!;
    const upstream = await connectInstitution(
      {
        ...address,
        institution: code,
        minuteMs: 60_000,
        callsPerMinute: 70,
        callsPerMonth: 10_000,
        bytesPerMonth: null,
        catalogScope: 'EXTENDED',
        levels: {},
      },
      { clock: systemClock, journal: openJournal(':memory:'), log: pino({ level: 'silent' }) },
    );
    try {
      const { posConfig, lastSetupUpdate } = expected;
      expect(await upstream.catalog.pointOfSales()).toMatchObject({
        id: String(posConfig.posId),
        timeZone: posConfig.organizationTimeZone,
        currency: { code: posConfig.currencyCode },
      });
      expect(await upstream.catalog.lastSetupUpdate()).toBe(Date.parse(lastSetupUpdate));
      const ownSeasonIds = await upstream.catalog.ownSeasonIds();
      expect(ownSeasonIds).toEqual(new Set(expected.seasons.map(({ id }) => String(id))));

      const parts: CatalogPart[] = [];
      const report = await upstream.catalog.load({
        ownSeasonIds,
        onPart: (part) => void parts.push(decodeCatalogPart(part)),
      });

      const shown = shownProducts(expected);
      const products = new Map(
        parts.flatMap((part) => part.products ?? []).map((product) => [product.id, product]),
      );
      expect([...products.keys()].sort()).toEqual(shown.map(({ product }) => String(product.id)).sort());
      for (const { season, product } of shown) {
        const loaded = products.get(String(product.id))!;
        const performances = product.event?.performances.filter(isShown) ?? [];
        expect(loaded).toMatchObject({
          seasonId: String(season.id),
          code: product.code,
          state: product.state,
          name: product.externalName.translations.map(({ locale, value }) => [locale, value]),
          topicIds: product.topicIds.map(String),
        });
        expect(loaded.performances.map(({ id, startsAt }) => `${id} ${startsAt}`).sort()).toEqual(
          performances.map(({ id, start }) => `${id} ${Date.parse(start)}`).sort(),
        );
        expect(amounts(loaded.performances)).toEqual(amountsOnce(performances));
      }

      expect(report).toMatchObject({
        products: shown.length,
        performances: shown.flatMap(({ product }) => product.event?.performances.filter(isShown) ?? [])
          .length,
        leakedSeasons: expected.leakedSeasons.filter(isShown).length,
        poison: [],
      });
      const idsOf = (kind: 'seasons' | 'tariffs' | 'topics' | 'venues'): string[] =>
        parts.flatMap((part) => (part[kind] ?? []).map(({ id }) => id)).sort();
      const seasons = expected.seasons.filter(isShown);
      const texts = (records: readonly { readonly id: number }[]): string[] =>
        records.map(({ id }) => String(id)).sort();
      expect(idsOf('seasons')).toEqual(texts(seasons));
      expect(idsOf('topics')).toEqual(texts(seasons.flatMap(({ topics }) => topics)));
      expect(idsOf('venues')).toEqual(texts(expected.physicalConfigurations));
      expect(idsOf('tariffs')).toEqual(
        texts(
          seasons
            .flatMap(({ audienceCategories }) => audienceCategories)
            .flatMap(({ audienceSubCategories }) => audienceSubCategories),
        ),
      );
      const categories = parts.flatMap((part) => (part.seatCategories ?? []).map(({ id }) => id));
      expect(new Set(categories).size).toBe(categories.length);
      expect(upstream.upstream.drift()).toEqual([]);
    } finally {
      await upstream.stop();
    }
  });
});

/** Tariff, category, level and amount of each price. */
function amounts(performances: readonly Performance[]): string[] {
  return performances
    .flatMap(({ prices }) =>
      prices.map(({ tariffId, seatCategoryId, priceLevelId, amountMilli }) =>
        [tariffId, seatCategoryId, priceLevelId, amountMilli].join(' '),
      ),
    )
    .sort();
}

/** Of the same combination twice in a performance, the first. */
function amountsOnce(performances: NonNullable<Product['event']>['performances']): string[] {
  return performances
    .flatMap(({ prices }) => {
      const first = new Map<string, number>();
      for (const { audSubCatId, seatCatId, priceLevelId, amount } of prices) {
        const combination = [audSubCatId, seatCatId, priceLevelId].join(' ');
        if (!first.has(combination)) first.set(combination, amount);
      }
      return [...first].map((price) => price.join(' '));
    })
    .sort();
}

describe('a failure on the thread', () => {
  const broken = Object.assign(new Error('write EPIPE to 10.0.0.1'), { code: 'EPIPE', request: 'secret' });
  it.each([
    ['a status', new HttpStatusError(503), HttpStatusError, { status: 503 }],
    ['a fault', new SoapFaultAnswer('Server'), SoapFaultAnswer, { faultCode: 'Server' }],
    [
      'a refused answer',
      new MalformedAnswerError('it is odd'),
      MalformedAnswerError,
      { message: 'it is odd' },
    ],
    ['too large an answer', new AnswerTooLargeError('more'), AnswerTooLargeError, { message: 'more' }],
    ['no connection', new NotSentError('ECONNREFUSED'), NotSentError, { message: 'ECONNREFUSED' }],
    ['a broken connection', broken, Error, { code: 'EPIPE', message: 'the connection broke' }],
    ['something without a code', 'odd', Error, { code: '', message: 'the connection broke' }],
  ])('such as %s is the same on the other side, without what it must not tell', (_, failure, kind, facts) => {
    const sent = structuredClone(packFailure(failure));
    expect(JSON.stringify(sent)).not.toMatch(/secret|10\.0\.0\.1/);
    const received = unpackFailure(sent);
    expect(received).toBeInstanceOf(kind);
    expect(received).toMatchObject(facts);
  });
});

describe('a hostile catalog', () => {
  it('that needs more memory than its thread has ends the thread and nothing else', async () => {
    await using s360 = await startRawS360();
    // Ten bytes of XML make an object with four lists in it.
    const bomb = gzipSync(catalog(`<catalogData>${'<seasons/>'.repeat(1_500_000)}</catalogData>`), {
      level: 1,
    });
    s360.reply(
      'getCatalogDetailed',
      (response) =>
        void response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' }).end(bomb),
    );
    const { signal } = new AbortController();
    const exchange = new HttpExchange(s360.url);
    const access = { username: 'HALL_FOYER', password: PASSWORD };
    const client = await SoapClient.open({ service: 'CatalogService', ...access, exchange });
    const failure = await failureOf(
      client.sendBy({ method: 'getCatalogDetailed', args: {}, signal }, async (request) => {
        const task = { baseUrl: s360.url, request, timeZone: 'UTC', ownSeasonIds: null };
        const options = { onPart: () => undefined, signal, meter: { bytes: 0 }, heapMb: 48 };
        return (await loadOnThread(task, options)).result;
      }),
    );

    expect(failure).toBeInstanceOf(MalformedAnswerError);
    expect(failure.message).toBe('it needs more than 48 MB to be read');
  }, 60_000);

  it('that says its job failed is no job any more', async () => {
    await using s360 = await startRawS360();
    await using gateway = await connectTo(s360.url, { minuteMs: 600 });
    s360.reply('getPOSConfig', POINT_OF_SALES);
    s360.reply(
      'getCatalogDetailed',
      catalog('', '<requestId>1</requestId><statusCode>in_progress</statusCode>'),
      catalog('<requestState>FAILED</requestState>', '<statusCode>in_progress</statusCode>'),
      catalog('<catalogData/>', SUCCESS),
    );
    const failure = await failureOf(gateway.catalog.load({ ownSeasonIds: null, onPart: () => undefined }));
    expect(failure).toMatchObject({ upstreamCode: 'FAILED' });
  });
});
