import { beforeEach, describe, expect, it } from 'vitest';
import type { Product } from '../../src/domain/catalog.js';
import { graphInstitution, graphOf, type Graph, type GraphInstitution } from '../support/catalog-graph.js';
import { performance, pointOfSales, price, product, snapshotOf } from '../support/catalog-records.js';

const NOW = Date.UTC(2026, 0, 12, 9);
const DAY = 24 * 60 * 60_000;

const OPERA = product('1', {
  code: 'CARMEN',
  name: [
    ['fr', 'Carmen, opéra'],
    ['en', 'Carmen, the opera'],
  ],
  description: [['fr', 'Séville']],
  imageUrl: 'https://images.example/carmen.jpg',
  topicIds: ['71', '999'],
  performances: [
    performance('11', '1', {
      startsAt: Date.UTC(2026, 1, 14, 19),
      venueId: '81',
      prices: [
        price({ amountMilli: 45_000n }),
        price({ tariffId: '112', amountMilli: 22_500n, maxQuantity: 4 }),
        price({ priceLevelId: '7', amountMilli: 10_000n }),
      ],
    }),
    performance('12', '1', { startsAt: Date.UTC(2026, 6, 14, 19), seatCategoryIds: ['401', '499'] }),
  ],
});
const PASS = product('2', {
  kind: 'PASS',
  name: [['en', 'Museum pass']],
  items: [
    {
      id: '731',
      name: [['en', 'Morning']],
      timeslots: [{ id: '711', startsAt: NOW + DAY, endsAt: NOW + DAY + 3_600_000, quota: 30 }],
      prices: [price({ seatCategoryId: null, amountMilli: 12_340n })],
    },
  ],
});
const PAST = product('3', {
  name: [['en', 'Zauberflöte']],
  performances: [performance('31', '3', { startsAt: NOW - DAY })],
});
const MATCH = product('4', {
  name: [['en', 'Cup final']],
  performances: [performance('41', '4', { startsAt: NOW + 2 * DAY })],
});

let lyric: GraphInstitution;
let arena: GraphInstitution;
let graph: Graph;

beforeEach(async () => {
  const topics = [{ id: '71', code: 'OPERA', name: [['en', 'Opera'] as const] }];
  const venue = {
    id: '81',
    name: [['fr', 'Grande salle'] as const],
    code: 'GS',
    space: [],
    address: '1 rue de la Paix',
    town: 'Paris',
    countryCode: 'FR',
    areas: [],
  };
  lyric = graphInstitution(
    'lyric',
    await snapshotOf([OPERA, PASS, PAST], { institution: 'lyric', parts: [{ topics, venues: [venue] }] }),
  );
  arena = graphInstitution(
    'arena',
    await snapshotOf([MATCH], {
      institution: 'arena',
      pointOfSales: pointOfSales({ currency: { code: 'JPY', fractionDigits: 0 }, timeZone: 'Asia/Tokyo' }),
    }),
  );
  graph = graphOf(lyric, arena);
  graph.now = NOW;
});

async function codes(args: string): Promise<string[]> {
  const data = await graph.data(`{ products(${args}) { nodes { s360Id } } }`);
  return (data['products'] as { nodes: { s360Id: string }[] }).nodes.map(({ s360Id }) => s360Id);
}

describe('a product', () => {
  it('answers every member of the catalog', async () => {
    const { product: answer } = await graph.data(`{
      product(id: "lyric:1") {
        id s360Id code kind name description imageUrl state saleStatus
        institution { code name } season { id code name startsAt }
        salesPeriods { opensAt } topics { id name }
        priceRange { min { amount minorUnits currency } max { amount } }
        performances { totalCount nodes { id } } items { id }
      }
    }`);
    expect(answer).toEqual({
      id: 'lyric:1',
      s360Id: '1',
      code: 'CARMEN',
      kind: 'EVENT',
      name: 'Carmen, opéra',
      description: 'Séville',
      imageUrl: 'https://images.example/carmen.jpg',
      state: 'RUNNING',
      saleStatus: 'ON_SALE',
      institution: { code: 'lyric', name: 'Lyric Hall' },
      season: { id: 'lyric:11', code: 'S26', name: 'Season 25/26', startsAt: null },
      salesPeriods: [],
      topics: [{ id: 'lyric:71', name: 'Opera' }],
      priceRange: { min: { amount: '22.50', minorUnits: 2_250, currency: 'EUR' }, max: { amount: '45.00' } },
      performances: { totalCount: 2, nodes: [{ id: 'lyric:11' }, { id: 'lyric:12' }] },
      items: [],
    });
  });

  it('without performances has items with prices and time slots on the clock of the venue', async () => {
    const { product: answer } = await graph.data(
      '{ product(id: "lyric:2") { items { id name timeslots { id startsAt endsAt quota } prices { amount { amount } seatCategory { id } tariff { name } } } } }',
    );
    expect(answer).toEqual({
      items: [
        {
          id: 'lyric:731',
          name: 'Morning',
          timeslots: [
            {
              id: 'lyric:711',
              startsAt: '2026-01-13T10:00:00+01:00',
              endsAt: '2026-01-13T11:00:00+01:00',
              quota: 30,
            },
          ],
          prices: [{ amount: { amount: '12.34' }, seatCategory: null, tariff: { name: 'Adult' } }],
        },
      ],
    });
  });

  it.each([
    ['javascript:alert(1)', null],
    ['data:image/svg+xml,x', null],
    ['/images/UE0', '/images/UE0'],
    ['http://images.example/a.png', 'http://images.example/a.png'],
  ])('with the picture %s shows %s', async (imageUrl, shown) => {
    lyric.snapshot = await snapshotOf([product('1', { imageUrl })]);
    expect(await graph.data('{ product(id: "lyric:1") { imageUrl } }')).toEqual({
      product: { imageUrl: shown },
    });
  });
});

describe('a performance', () => {
  it('answers every member, with normal prices only and a name for a category that is gone', async () => {
    const { performance: answer } = await graph.data(`{
      performance(id: "lyric:11") {
        name startsAt localStart durationMinutes state saleStatus
        venue { id name space town address countryCode }
        prices { tariff { code kind requires { code } } seatCategory { code } amount { amount } maxQuantity priceLevelId }
        priceRange { min { amount } max { amount } }
        product { performances { nodes { startsAt localStart seatCategories { id code name } } } }
      }
    }`);
    expect(answer).toMatchObject({
      name: 'Carmen, opéra',
      startsAt: '2026-02-14T20:00:00+01:00',
      localStart: '2026-02-14T20:00:00',
      durationMinutes: 150,
      saleStatus: 'ON_SALE',
      venue: { id: 'lyric:81', name: 'Grande salle', space: null, town: 'Paris', countryCode: 'FR' },
      prices: [
        { tariff: { code: 'ADULT', kind: 'FULL', requires: [] }, amount: { amount: '45.00' } },
        { tariff: { code: 'CHILD', requires: [{ code: 'ADULT' }] }, maxQuantity: 4, priceLevelId: null },
      ],
      priceRange: { min: { amount: '22.50' }, max: { amount: '45.00' } },
    });
    const { product } = answer as { product: { performances: { nodes: unknown[] } } };
    expect(product.performances.nodes[1]).toEqual({
      startsAt: '2026-07-14T21:00:00+02:00',
      localStart: '2026-07-14T21:00:00',
      seatCategories: [
        { id: 'lyric:401', code: 'CAT1', name: 'Category 1' },
        { id: 'lyric:499', code: null, name: '499' },
      ],
    });
  });

  it('shows the prices of price levels to who asks for them', async () => {
    const { performance: answer } = await graph.data(
      '{ performance(id: "lyric:11") { prices(includePriceLevels: true) { priceLevelId amount { amount } } } }',
    );
    expect((answer as { prices: unknown[] }).prices).toContainEqual({
      priceLevelId: 'lyric:7',
      amount: { amount: '10.00' },
    });
  });
});

describe('the price range', () => {
  const free = price({ tariffId: '112', amountMilli: 0n });
  it.each([
    ['leaves out free tickets', [free, price({ amountMilli: 9_500n })], ['9.50', '9.50']],
    ['is free where everything is', [free], ['0.00', '0.00']],
  ])('%s', async (_what, prices, [min, max]) => {
    lyric.snapshot = await snapshotOf([product('1', { performances: [performance('11', '1', { prices })] })]);
    const priceRange = { min: { amount: min }, max: { amount: max } };
    expect(
      await graph.data(`{
        product(id: "lyric:1") { priceRange { ...amounts } }
        performance(id: "lyric:11") { priceRange { ...amounts } }
      } fragment amounts on MoneyRange { min { amount } max { amount } }`),
    ).toEqual({ product: { priceRange }, performance: { priceRange } });
  });

  it('is null without a normal price', async () => {
    const prices = [price({ priceLevelId: '7' })];
    lyric.snapshot = await snapshotOf([product('1', { performances: [performance('11', '1', { prices })] })]);
    expect(await graph.data('{ product(id: "lyric:1") { priceRange { min { amount } } } }')).toEqual({
      product: { priceRange: null },
    });
  });
});

describe('languages', () => {
  it.each([
    ['', ['en'], 'Carmen, the opera'],
    ['(lang: "fr-CH")', ['en'], 'Carmen, opéra'],
    ['', [], 'Carmen, opéra'],
    ['(lang: "de")', [], 'Carmen, opéra'],
    ['', ['de', 'en-GB'], 'Carmen, the opera'],
  ])('with argument %j and header %j answer %s', async (args, languages, name) => {
    graph.languages = languages;
    expect(await graph.data(`{ product(id: "lyric:1") { name${args} } }`)).toEqual({ product: { name } });
  });

  it('fall back to the code where there is no name at all', async () => {
    lyric.snapshot = await snapshotOf([product('1', { code: 'BARE', name: [] })]);
    expect(await graph.data('{ product(id: "lyric:1") { name } }')).toEqual({ product: { name: 'BARE' } });
  });
});

describe('products', () => {
  it('come by next performance, those without one last, over all institutions', async () => {
    expect(await codes('sort: NEXT_PERFORMANCE')).toEqual(['4', '1', '2', '3']);
  });

  it('come by name as the language orders it, and by price', async () => {
    graph.languages = ['en'];
    expect(await codes('sort: NAME')).toEqual(['1', '4', '2', '3']);
    expect(await codes('sort: PRICE')).toEqual(['2', '1', '4', '3']);
  });

  it.each([
    ['institutions: ["arena"]', ['4']],
    ['institutions: []', []],
    ['ids: ["lyric:2", "arena:4", "nowhere:1"]', ['4', '2']],
    ['kinds: [PASS, GOODS]', ['2']],
    ['text: "OPERA carm"', ['1']],
    ['text: "zauberflote"', ['3']],
    ['text: "opera final"', []],
    ['text: "!?"', []],
    ['text: "  "', ['4', '1', '2', '3']],
    ['startsFrom: "2026-02-14T20:00:00+01:00"', ['1']],
    ['startsFrom: "2026-01-13T08:00:00Z", startsBefore: "2026-01-14T08:00:00Z"', ['2']],
    ['saleStatus: [SALES_ENDED]', ['3']],
    ['saleStatus: [ON_SALE]', ['4', '1', '2']],
    ['colors: [RED]', ['4']],
    ['colors: [GREEN, RED]', ['4', '1']],
    ['kinds: null, text: null, ids: null', ['4', '1', '2', '3']],
  ])('with the filter { %s } are %j', async (filter, expected) => {
    lyric.colors.set('11', 'RED').set('12', 'GREEN');
    arena.colors.set('41', 'RED');
    if (filter.startsWith('saleStatus')) arena.colors.clear();
    expect(await codes(`filter: { ${filter} }`)).toEqual(expected);
  });

  it('page by cursors, which a reload between two pages does not shift', async () => {
    const page = async (after: string | null) => {
      const document =
        'query ($after: String) { products(sort: NAME, first: 2, after: $after) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }';
      const { products } = await graph.data(document, { after });
      return products as {
        edges: { cursor: string; node: { name: string } }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
        totalCount: number;
      };
    };
    graph.languages = ['en'];
    const first = await page(null);
    expect(first.edges.map(({ node }) => node.name)).toEqual(['Carmen, the opera', 'Cup final']);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0]!.cursor,
      endCursor: first.edges[1]!.cursor,
    });
    const added: Product[] = ['5', '6'].map((id) => product(id, { name: [['en', `Aida ${id}`]] }));
    lyric.snapshot = await snapshotOf([...added, PASS, PAST]);
    const second = await page(first.pageInfo.endCursor);
    expect(second.edges.map(({ node }) => node.name)).toEqual(['Museum pass', 'Zauberflöte']);
    expect(second).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  it('keep the order of the first page by time, even when a performance starts before the second is asked', async () => {
    const ids = ['1', '2', '3', '4'];
    const starts = (id: string) => NOW + Number(id) * DAY;
    arena.snapshot = null;
    lyric.snapshot = await snapshotOf(
      ids.map((id) =>
        product(id, {
          performances: [
            performance(`1${id}`, id, { startsAt: starts(id) }),
            performance(`2${id}`, id, { startsAt: starts(id) + 30 * DAY }),
          ],
        }),
      ),
    );
    const document =
      'query ($after: String) { products(first: 2, after: $after) { nodes { s360Id } pageInfo { endCursor } } }';
    const first = (await graph.data(document))['products'] as { pageInfo: { endCursor: string } };
    graph.now = NOW + 1.5 * DAY;
    const second = await graph.data(document, { after: first.pageInfo.endCursor });
    expect(second['products']).toMatchObject({ nodes: [{ s360Id: '3' }, { s360Id: '4' }] });
  });
});

describe('performances', () => {
  it.each([
    ['', ['31', '41', '11', '12']],
    ['(filter: { productIds: ["lyric:1"] })', ['11', '12']],
    ['(filter: { ids: ["lyric:12", "lyric:31"] })', ['31', '12']],
    ['(filter: { startsFrom: "2026-01-12T09:00:00Z", startsBefore: "2026-03-01T00:00:00Z" })', ['41', '11']],
    ['(filter: { saleStatus: [TEMPORARILY_UNAVAILABLE] })', ['11']],
    ['(filter: { colors: [UNKNOWN], institutions: ["lyric"] })', ['31', '12']],
    ['(first: 1)', ['31']],
  ])('%s come by start: %j', async (args, expected) => {
    lyric.colors.set('11', 'RED');
    const { performances } = await graph.data(`{ performances${args} { nodes { s360Id } } }`);
    expect((performances as { nodes: { s360Id: string }[] }).nodes.map(({ s360Id }) => s360Id)).toEqual(
      expected,
    );
  });

  it('of a product take a filter and pages of their own', async () => {
    const { product: answer } = await graph.data(
      '{ product(id: "lyric:1") { performances(first: 1, filter: { startsFrom: "2026-03-01T00:00:00Z" }) { totalCount nodes { s360Id } } elsewhere: performances(filter: { institutions: ["arena"] }) { totalCount } } }',
    );
    expect(answer).toEqual({
      performances: { totalCount: 1, nodes: [{ s360Id: '12' }] },
      elsewhere: { totalCount: 0 },
    });
  });
});

describe('institutions', () => {
  it('tell what they are, what they sell through and what they cost', async () => {
    const { institutions } = await graph.data(`{
      institutions {
        code name timeZone currency languages serviceLevel seasons { code }
        pointOfSales { id code maxSeatsPerPerformance paymentMethods { id } pendingAccount { code name } }
        catalog { version setupUpdatedAt productCount performanceCount freshness { source observedAt ageSeconds } }
        upstream { circuit budgets { window limit used forecast } pollPlan { everySeconds watchers product { id } } drift { path } calls { method } }
      }
    }`);
    expect(institutions).toHaveLength(2);
    expect((institutions as unknown[])[0]).toMatchObject({
      code: 'lyric',
      name: 'Lyric Hall',
      timeZone: 'Europe/Paris',
      currency: 'EUR',
      languages: ['fr', 'en'],
      pointOfSales: { id: 'lyric:501', pendingAccount: { code: 'PEND', name: 'Pending account' } },
      catalog: { productCount: 3, performanceCount: 3, freshness: { observedAt: '1970-01-01T00:00:00Z' } },
      upstream: {
        circuit: 'CLOSED',
        budgets: [
          { window: 'MONTH', limit: 10_000, used: 12, forecast: 400 },
          { window: 'MONTH_BYTES', limit: 2_147_483_647, used: 34, forecast: 56 },
        ],
        pollPlan: [{ everySeconds: 60, watchers: 2, product: { id: 'lyric:1' } }],
      },
    });
  });

  it('that are not loaded yet are left out, unless they are asked for by name', async () => {
    lyric.snapshot = null;
    expect(
      await graph.data(
        '{ institutions { code } products { totalCount } institution(code: "nowhere") { code } }',
      ),
    ).toEqual({
      institutions: [{ code: 'arena' }],
      products: { totalCount: 1 },
      institution: null,
    });
    arena.snapshot = null;
    for (const field of [
      'institution(code: "lyric") { code }',
      'product(id: "lyric:1") { id }',
      'products(filter: { institutions: ["lyric"] }) { totalCount }',
      'products { totalCount }',
      'performances { totalCount }',
    ]) {
      const { errors } = await graph.query(`{ ${field} }`);
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', isRetryable: true });
    }
  });
});

describe('a catalog that is not loaded', () => {
  it.each([
    [null, 'The catalog of lyric is not loaded yet'],
    ['UPSTREAM_DOWN', 'The catalog of lyric is not loaded yet: S-360 does not answer as it should'],
    ['CATALOG_IN_PROGRESS', 'The catalog of lyric is not loaded yet: S-360 is still preparing it'],
  ] as const)('for %s says so', async (staleReason, message) => {
    lyric.snapshot = null;
    lyric.freshness = { ...lyric.freshness, staleReason };
    const { errors } = await graph.query('{ product(id: "lyric:1") { id } }');
    expect(errors?.[0]?.message).toBe(message);
  });
});

describe('bad input', () => {
  it.each([
    ['product(id: "lyric:404") { id }', null],
    ['product(id: "nowhere:1") { id }', null],
    ['performance(id: "lyric:404") { id }', null],
  ])('%s is null', async (field, answer) => {
    expect(Object.values(await graph.data(`{ ${field} }`))).toEqual([answer]);
  });

  const many = (count: number): string => Array.from({ length: count }, () => '"lyric:1"').join();
  it.each([
    ['product(id: "1") { id }', 'id', /must look like/],
    ['performance(id: "lyric:99999999999999999999") { id }', 'id', /must look like/],
    ['institution(code: "No Such") { code }', 'code', /must be the code/],
    ['products(first: 0) { totalCount }', 'first', /from 1 to 100, got 0/],
    ['performances(first: 101) { totalCount }', 'first', /from 1 to 100, got 101/],
    ['products(after: "garbage") { totalCount }', 'after', /must be a cursor/],
    ['products(filter: { ids: ["lyric:1", "x"] }) { totalCount }', 'filter.ids[1]', /must look like/],
    [
      `products(filter: { ids: [${many(501)}] }) { totalCount }`,
      'filter.ids',
      /at most 500 entries, got 501/,
    ],
    [
      'products(filter: { institutions: ["lyric", "opera"] }) { totalCount }',
      'filter.institutions[1]',
      /one of lyric, arena, got "opera"/,
    ],
    [`products(filter: { text: "${'x'.repeat(201)}" }) { totalCount }`, 'filter.text', /at most 200/],
    ['performances(filter: { productIds: ["x"] }) { totalCount }', 'filter.productIds[0]', /must look like/],
    ['product(id: "lyric:1") { performances(first: 500) { totalCount } }', 'first', /from 1 to 100/],
  ])('%s names the argument and the rule', async (field, argument, rule) => {
    const { errors } = await graph.query(`{ ${field} }`);
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(errors?.[0]?.message).toMatch(rule);
  });

  it.each(['"2026-02-30T00:00:00Z"', '"2026-02-14"', '"2026-02-14T20:00:00"', '1771095600', '"yesterday"'])(
    'the moment %s is refused',
    async (moment) => {
      const { errors } = await graph.query(`{ products(filter: { startsFrom: ${moment} }) { totalCount } }`);
      expect(errors?.[0]?.message).toMatch(/must be a string in RFC 3339/);
    },
  );

  it('is a cursor of another order', async () => {
    const byName = await graph.data('{ products(sort: NAME) { pageInfo { endCursor } } }');
    const { endCursor } = (byName['products'] as { pageInfo: { endCursor: string } }).pageInfo;
    const { errors } = await graph.query(`{ products(sort: PRICE, after: "${endCursor}") { totalCount } }`);
    expect(errors?.[0]?.originalError).toMatchObject({ argument: 'after' });
  });
});

describe('catalogChanged', () => {
  const swap = {
    at: NOW,
    products: [
      { productId: '1', kind: 'CHANGED' as const },
      { productId: '9', kind: 'REMOVED' as const },
    ],
  };

  it('tells of new catalogs of the institutions asked for, with what they sell now', async () => {
    const stream = await graph.subscribe(
      'subscription { catalogChanged(institutions: ["lyric"]) { version at institution { code } products { productId kind product { name } } } }',
    );
    arena.swaps.announce({ ...swap, snapshot: arena.snapshot! });
    lyric.swaps.announce({ ...swap, snapshot: lyric.snapshot! });
    const { value } = await stream.next();
    expect(JSON.parse(JSON.stringify(value))).toEqual({
      data: {
        catalogChanged: {
          version: lyric.snapshot!.version,
          at: '2026-01-12T09:00:00Z',
          institution: { code: 'lyric' },
          products: [
            { productId: 'lyric:1', kind: 'CHANGED', product: { name: 'Carmen, opéra' } },
            { productId: 'lyric:9', kind: 'REMOVED', product: null },
          ],
        },
      },
    });
    await stream.return(undefined);
  });

  it('ends while it waits when its reader leaves, and nothing is told it any more', async () => {
    const stream = await graph.subscribe('subscription { catalogChanged { version } }');
    const waiting = stream.next();
    await stream.return(undefined);
    expect(await waiting).toMatchObject({ done: true });
  });

  it('refuses an institution that is not configured', async () => {
    await expect(
      graph.subscribe('subscription { catalogChanged(institutions: ["opera"]) { version } }'),
    ).rejects.toThrow(/institutions\[0\]/);
  });
});

describe('a page of 50 products with all their performances and prices', () => {
  it('is answered well within a second', async () => {
    const prices = Array.from({ length: 20 }, (_, index) => price({ amountMilli: BigInt(index * 1_000) }));
    const products = Array.from({ length: 50 }, (_, index) => {
      const id = String(index + 1);
      const performances = Array.from({ length: 10 }, (_, at) =>
        performance(`${id}${at + 10}`, id, { startsAt: NOW + DAY, prices }),
      );
      return product(id, { performances });
    });
    arena.snapshot = null;
    lyric.snapshot = await snapshotOf(products);
    const document =
      '{ products(first: 50) { nodes { name performances(first: 10) { nodes { startsAt localStart prices { tariff { name } seatCategory { name } amount { amount minorUnits } } } } } } }';
    await graph.data(document);
    const before = performanceNow();
    await graph.data(document);
    // 10,000 prices take 0.1 s; with a promise for each of their names it would be several times as long.
    expect(performanceNow() - before).toBeLessThan(1_000);
  });
});

function performanceNow(): number {
  return globalThis.performance.now();
}
