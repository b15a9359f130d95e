import { inspect } from 'node:util';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogStore } from '../../src/cache/catalog-store.js';
import type { IndexedCatalog } from '../../src/cache/catalog-snapshot.js';
import { createStore } from '../../src/cache/store.js';
import { createCatalogSource } from '../../src/datasources/catalog.js';
import type { CatalogSource } from '../../src/datasources/catalog.types.js';
import type { loadOnThread } from '../../src/datasources/catalog-exchange.js';
import { readCatalog } from '../../src/datasources/catalog-reading.js';
import { S360Client } from '../../src/datasources/s360/client.js';
import { HttpExchange } from '../../src/datasources/s360/http-exchange.js';
import { UpstreamError } from '../../src/errors.js';
import { CatalogLoader, type LoadedCatalog } from '../../src/services/catalog/catalog-refresh-load.js';
import { mutations } from '../support/answer-mutations.js';
import { createLeapingClock } from '../support/leaping-clock.js';
import { graphInstitution, graphOf } from '../support/catalog-graph.js';
import { pointOfSales } from '../support/catalog-records.js';
import {
  connectTo,
  POINT_OF_SALES,
  startRawS360,
  type Connected,
  type RawS360,
} from '../support/raw-s360.js';
import { recordAnswers } from '../support/s360-questions.js';

/** Within the time a test may take; each run is one load. */
const BOUNDS = { numRuns: 600, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false } as const;
const METHOD = 'getCatalogDetailed';
/** Whatever comes over the loopback is read, or refused, in this time; other tests run at the same time. */
const MOST_MS = 3_000;
/** Stands in the place of every name of the catalog: no error may say it. */
const CANARY = 'Kanarienvogel';

const META = { setupUpdatedAt: null, observedAt: 0, pointOfSales: pointOfSales() };
const SETTINGS = {
  institution: 'hall',
  username: 'HALL_FOYER',
  password: 'x',
  minuteMs: 60_000,
  callsPerMinute: 1_000,
  callsPerMonth: 100_000,
  bytesPerMonth: null,
  catalogScope: 'EXTENDED',
  levels: {},
} as const;
const SILENT = pino({ level: 'silent' });

/** Everything that a snapshot can be asked for. */
const EVERYTHING = `
  fragment Amount on Money { amount minorUnits currency }
  fragment Range on MoneyRange { min { ...Amount } max { ...Amount } }
  fragment Cost on Price {
    amount { ...Amount } minQuantity maxQuantity priceLevelId
    seatCategory { id code name } tariff { id code kind name requires { id name } }
  }
  {
    institutions { name seasons { id code name startsAt endsAt } catalog { productCount performanceCount version } }
    products(first: 100) {
      totalCount
      nodes {
        id code description imageUrl kind name state saleStatus availability { color }
        season { id } topics { id name } priceRange { ...Range }
        salesPeriods { opensAt closesAt tariffs { id } }
        items { id name prices(includePriceLevels: true) { ...Cost } timeslots { id startsAt endsAt quota } }
        performances(first: 100) {
          totalCount
          nodes {
            id name startsAt localStart durationMinutes state saleStatus priceRange { ...Range }
            product { id } venue { id name space address town countryCode } seatCategories { id code name }
            prices(includePriceLevels: true) { ...Cost }
          }
        }
      }
    }
    performances(first: 100) { totalCount nodes { id product { id } } }
  }`;

const served = graphInstitution('hall', null);
const graph = graphOf(served);

let real: string;
let s360: RawS360;
let house: Connected;
let exchange: HttpExchange;
let source: CatalogSource;
let store: CatalogStore;
let whole: IndexedCatalog;
/** The ten minutes between two loads are over as soon as the next one is asked for. */
const CLOCK = createLeapingClock();

/** The exchange as the thread makes it, without the second that a thread takes to start. */
const inThisThread: typeof loadOnThread = async (task, { onPart, meter }) => {
  let taken = Promise.resolve();
  const reading = await readCatalog(task, {
    exchange,
    meter,
    pace: () => taken,
    onPart: (text) => {
      taken = taken.then(() => onPart(text));
    },
  });
  await taken;
  return { type: 'ended', transferredBytes: meter.bytes, ...reading };
};

beforeAll(async () => {
  const recorded = (await recordAnswers()).byMethod.get(METHOD)!;
  real = recorded
    .replaceAll(/<value>[^<]*</g, `<value>${CANARY}<`)
    .replaceAll(/<products>.*?<\/products>/gs, (product) =>
      ['', 1, 2, 3, 4].map((of) => copy(product, of)).join(''),
    );
  s360 = await startRawS360();
  s360.reply('getPOSConfig', POINT_OF_SALES);
  house = await connectTo(s360.url, { clock: CLOCK });
  exchange = new HttpExchange(s360.url);
  if (!(house.upstream instanceof S360Client)) throw new Error('what reports is not the client');
  source = createCatalogSource(house.upstream, { ...SETTINGS, baseUrl: s360.url }, inThisThread);
  store = new CatalogStore('hall', createStore({ dir: null, log: SILENT }));
  const { snapshot, writer } = (await load(real, null)) as LoadedCatalog;
  whole = snapshot;
  const facts = { ...META, version: whole.version, confirmedAt: 0, pointOfSalesAt: 0 };
  expect(await store.commit(writer, facts)).toBe(true);
});

afterAll(async () => {
  await exchange.close();
  await house[Symbol.asyncDispose]();
  await s360[Symbol.asyncDispose]();
});

/** With ids of its own: among many products one that cannot be read is left out, among few the catalog is refused. */
function copy(product: string, prefix: number | string): string {
  return product.replaceAll(/<(id|itemId|seatCatId|timeslotIds)>(\d+)</g, `<$1>${prefix}$2<`);
}

/** What becomes of an answer while the whole catalog is served: another catalog, or what was thrown. */
async function load(xml: string, before: IndexedCatalog | null = whole): Promise<LoadedCatalog | Error> {
  CLOCK.leap(11 * 60_000);
  s360.reply(METHOD, xml);
  const startedAt = performance.now();
  const request = {
    ownSeasonIds: null,
    meta: META,
    before,
    onInProgress: () => undefined,
    signal: new AbortController().signal,
  };
  const outcome = await new CatalogLoader({ source, store, log: SILENT })
    .load(request)
    .catch((error: unknown) => error as Error);
  expect(performance.now() - startedAt).toBeLessThan(MOST_MS);
  return outcome;
}

async function complaintsAbout(outcome: LoadedCatalog | Error): Promise<string[]> {
  if (outcome instanceof UpstreamError) {
    return inspect(outcome, { depth: 12 }).includes(CANARY) ? ['the error has a text of the catalog'] : [];
  }
  if (outcome instanceof Error) return [`no error of ours: ${inspect(outcome)}`];
  return [...strangersIn(outcome.snapshot), ...(await complaintsOfClients(outcome.snapshot))];
}

/** What is found by one way and not by another. */
function strangersIn(snapshot: IndexedCatalog): string[] {
  const found: string[] = [];
  for (const product of snapshot.products) {
    if (snapshot.product(product.id) !== product) found.push(`product ${product.id} is another`);
    for (const performance of product.performances) {
      const { id, productId, seatCategoryIds } = performance;
      if (snapshot.performance(id) !== performance) found.push(`performance ${id} is another`);
      if (productId !== product.id) found.push(`performance ${id} is of ${productId}, not ${product.id}`);
      for (const category of seatCategoryIds) {
        if (snapshot.seatCategory(category) === undefined) found.push(`no seat category ${category}`);
      }
    }
  }
  const inProducts = snapshot.products.flatMap(({ performances }) => performances).length;
  if (inProducts !== snapshot.performances.length) {
    found.push(`${snapshot.performances.length} performances, ${inProducts} in products`);
  }
  return found;
}

async function complaintsOfClients(snapshot: IndexedCatalog): Promise<string[]> {
  served.snapshot = snapshot;
  const { errors = [] } = await graph.query(EVERYTHING);
  return errors.map(({ message, path }) => `${String(path)}: ${message}`);
}

describe('the answer with a catalog', () => {
  it('that is real is taken', async () => {
    const outcome = await load(real);
    expect(await complaintsAbout(outcome)).toEqual([]);
    expect((outcome as LoadedCatalog).snapshot.version).toBe(whole.version);
  });

  it.each<[string, RegExp, string]>([
    [
      'a performance of one product that is in another one too',
      /<performances><id>\d+</g,
      '<performances><id>301<',
    ],
    ['an item of one product that is in another one too', /<itemId>\d+</g, '<itemId>732<'],
    ['durations without end', /<duration>\d+</g, '<duration>999999999999999<'],
    ['quotas beyond 32 bits', /<quota>\d+</g, '<quota>99999999999<'],
    ['amounts beyond 64 bits', /<amount>\d+</, '<amount>99999999999999999999<'],
    ['dates at the end of time', /<(start|end)>[^<]+</g, '<$1>9999-12-31T23:59:59.999-14:00<'],
    ['slots at the end of time', /<(startDate|endDate)>[^<]+</g, '<$1>9999-12-31<'],
    ['smallest quantities beyond 32 bits', /<amount>/g, '<minQty>99999999999</minQty><amount>'],
    ['tariffs that are not there', /<audSubCatId>\d+</g, '<audSubCatId>9<'],
    [
      'rooms that are not there',
      /<performances>/g,
      '<performances><physicalConfigurationId>9</physicalConfigurationId>',
    ],
    ['topics that are not there', /<products>/g, '<products><topicIds>9</topicIds>'],
  ])('with %s makes a catalog that can be served whole, or none', async (_what, from, to) => {
    const spoilt = real.replace(from, to);
    expect(spoilt).not.toBe(real);
    expect(await complaintsAbout(await load(spoilt))).toEqual([]);
  });

  it('however it is spoilt, makes a catalog that can be served whole, or an error of ours, and harms no other', async () => {
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        const xml = mutate(real);
        const outcome = await load(xml);
        if (outcome instanceof Error) refused += 1;
        else {
          taken += 1;
          await store.abandon(outcome.writer);
        }
        const complaints = await complaintsAbout(outcome);
        expect({ xml: complaints.length > 0 ? xml : '', complaints }).toEqual({ xml: '', complaints: [] });
      }),
      BOUNDS,
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(0);
    expect(await complaintsAbout({ snapshot: whole } as LoadedCatalog)).toEqual([]);
    expect((await store.restore())?.snapshot.version).toBe(whole.version);
  });
});
