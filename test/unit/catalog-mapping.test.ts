import { describe, expect, it } from 'vitest';
import { CatalogCollector } from '../../src/datasources/catalog-collector.js';
import { mapProduct, PoisonEntryError, type MappingContext } from '../../src/datasources/catalog-mapping.js';
import { mapSeason, mapTariffs, mapTopics, mapVenue } from '../../src/datasources/catalog-mapping-season.js';
import { mapPointOfSales } from '../../src/datasources/point-of-sales-mapping.js';
import type { WireObject } from '../../src/datasources/s360/answer-decoder.js';
import { colorOfLevel } from '../../src/datasources/s360/guesses.js';
import { decodeCatalogPart, type CatalogPart } from '../../src/domain/catalog-part.js';
import type { SeatCategory } from '../../src/domain/catalog.js';
import { UpstreamShapeError } from '../../src/errors.js';

const CALL = { institution: 'house', service: 'CatalogService', method: 'getPOSConfig' };

interface Noted extends MappingContext {
  readonly words: string[];
  readonly categories: SeatCategory[];
}

function context(timeZone = 'Europe/Paris'): Noted {
  const words: string[] = [];
  const categories: SeatCategory[] = [];
  return {
    timeZone,
    words,
    categories,
    onUnknownWord: (path, word) => words.push(`${path}=${word}`),
    onSeatCategory: (category) => categories.push(category),
  };
}

function text(...values: readonly (readonly [string, string])[]): WireObject {
  return { translations: values.map(([locale, value]) => ({ locale, value })) };
}

function event(performances: readonly WireObject[], changes: WireObject = {}): WireObject {
  return {
    id: '201',
    code: 'CONC',
    externalName: text(['fr', 'Concert']),
    productFamilyType: 'SINGLE_ENTRY',
    state: 'RUNNING',
    event: { performances },
    ...changes,
  };
}

function performance(id: string, start: string, changes: WireObject = {}): WireObject {
  return { id, start, state: 'RUNNING', ...changes };
}

const START = '2026-02-14T20:00:00.000+01:00';
const STARTS_AT = Date.UTC(2026, 1, 14, 19);

function pass(holding: WireObject): WireObject {
  return { id: '301', productFamilyType: 'PASS', state: 'RUNNING', pass: holding };
}

describe('a product of the catalog', () => {
  it('becomes a record with its performances sorted by start, then id', () => {
    const product = mapProduct(
      event(
        [
          performance('10', START, { duration: '5400', physicalConfigurationId: '61' }),
          performance('9', START),
          performance('11', '2026-02-13T19:00:00Z'),
        ],
        {
          description: text(['fr', '<p>Long</p>']),
          mediumImageUrl: 'https://x/m.png',
          topicIds: [' 5 ', 'x'],
        },
      ),
      '11',
      context(),
    );

    expect(product).toMatchObject({
      id: '201',
      seasonId: '11',
      kind: 'EVENT',
      state: 'RUNNING',
      name: [['fr', 'Concert']],
      description: [['fr', '<p>Long</p>']],
      imageUrl: 'https://x/m.png',
      topicIds: ['5'],
      items: [],
      containedProductIds: [],
    });
    expect(product.performances.map(({ id }) => id)).toEqual(['11', '9', '10']);
    expect(product.performances[2]).toEqual({
      id: '10',
      productId: '201',
      name: [],
      startsAt: STARTS_AT,
      durationMinutes: 90,
      venueId: '61',
      state: 'RUNNING',
      seatCategoryIds: [],
      prices: [],
    });
  });

  it('keeps every digit of ids and amounts', () => {
    const price = {
      audSubCatId: '9223372036854775807',
      seatCatId: '9007199254740993',
      amount: '21474836470',
    };
    const { performances } = mapProduct(
      event([performance('1', START, { prices: [price] })]),
      '11',
      context(),
    );

    expect(performances[0]!.prices[0]).toMatchObject({
      tariffId: '9223372036854775807',
      seatCategoryId: '9007199254740993',
      amountMilli: 21_474_836_470n,
    });
  });

  it('takes the first of several prices for the same place, tariff and level', () => {
    const price = (amount: string, more: WireObject = {}): WireObject => ({
      audSubCatId: '1',
      seatCatId: '2',
      amount,
      ...more,
    });
    const { performances } = mapProduct(
      event([
        performance('1', START, {
          prices: [price('45000'), price('1'), price('30000', { priceLevelId: '7' })],
        }),
      ]),
      '11',
      context(),
    );

    expect(
      performances[0]!.prices.map(({ amountMilli, priceLevelId }) => [amountMilli, priceLevelId]),
    ).toEqual([
      [45_000n, null],
      [30_000n, '7'],
    ]);
  });

  it('takes the first of several performances with the same id', () => {
    const { performances } = mapProduct(
      event([performance('1', START), performance('1', '2026-03-01T20:00:00Z')]),
      '11',
      context(),
    );

    expect(performances.map(({ startsAt }) => startsAt)).toEqual([STARTS_AT]);
  });

  it('reads sale periods, and their absence as no limit', () => {
    const { performances } = mapProduct(
      event([
        performance('1', START, {
          prices: [
            {
              audSubCatId: '1',
              amount: '0',
              minQty: '2',
              maxQty: '6',
              salePeriods: [{ start: '2026-01-01T00:00:00Z', audienceSubCatIds: ['1', '4'] }, { end: START }],
            },
          ],
        }),
      ]),
      '11',
      context(),
    );

    expect(performances[0]!.prices[0]).toMatchObject({
      seatCategoryId: null,
      minQuantity: 2,
      maxQuantity: 6,
      salesPeriods: [
        { opensAt: Date.UTC(2026, 0, 1), closesAt: null, tariffIds: ['1', '4'] },
        { opensAt: null, closesAt: STARTS_AT, tariffIds: [] },
      ],
    });
  });

  it('tells of its seat categories, and names each once', () => {
    const noted = context();
    const category = (id: string, code?: string): WireObject => ({
      id,
      ...(code ? { code } : {}),
      externalName: text(['en', `Cat ${id}`]),
    });
    const { performances } = mapProduct(
      event([
        performance('1', START, {
          seatCategories: [category('41', 'A'), category('42'), category('41', 'A'), category('no')],
        }),
      ]),
      '11',
      noted,
    );

    expect(performances[0]!.seatCategoryIds).toEqual(['41', '42']);
    expect(noted.categories.slice(0, 2)).toEqual([
      { id: '41', code: 'A', name: [['en', 'Cat 41']] },
      { id: '42', code: null, name: [['en', 'Cat 42']] },
    ]);
  });

  it.each([
    ['SINGLE_ENTRY', 'EVENT'],
    ['SEASONTICKET', 'SEASON_TICKET'],
    ['PASS', 'PASS'],
    ['PACKAGE', 'PACKAGE'],
    ['MEMBERSHIP', 'MEMBERSHIP'],
    ['SERVICE', 'SERVICE'],
    ['GOODS', 'GOODS'],
    ['TRANSPORT', 'TRANSPORT'],
    ['HOSPITALITY', 'HOSPITALITY'],
  ])('of the family %s is a %s', (productFamilyType, kind) => {
    const noted = context();
    expect(mapProduct(event([], { productFamilyType }), '11', noted).kind).toBe(kind);
    expect(noted.words).toEqual([]);
  });

  it('is UNKNOWN in what S-360 says with a new word, and the word is told', () => {
    const noted = context();
    const product = mapProduct(
      event([performance('1', START, { state: 'MOVED' })], {
        state: 'constructor',
        productFamilyType: 'LOTTERY',
      }),
      '11',
      noted,
    );

    expect([product.kind, product.state, product.performances[0]!.state]).toEqual([
      'UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
    ]);
    expect(noted.words.sort()).toEqual([
      'products.event.performances.state=MOVED',
      'products.productFamilyType=LOTTERY',
      'products.state=constructor',
    ]);
  });

  it('lives without what is not needed to sell it', () => {
    const noted = context();
    expect(mapProduct({ id: '1' }, '11', noted)).toEqual({
      id: '1',
      seasonId: '11',
      code: '1',
      kind: 'UNKNOWN',
      name: [],
      description: [],
      imageUrl: null,
      state: 'UNKNOWN',
      topicIds: [],
      performances: [],
      items: [],
      containedProductIds: [],
    });
    expect(noted.words).toEqual([]);
  });

  it('leaves out translations without a language or a text', () => {
    const name = {
      translations: [
        { locale: 'fr' },
        { value: 'x' },
        { locale: 'en', value: ' ' },
        { locale: 'de', value: 'Konzert' },
      ],
    };
    expect(mapProduct(event([], { externalName: name }), '11', context()).name).toEqual([['de', 'Konzert']]);
  });

  it.each<[string, WireObject, string]>([
    ['its id', event([], { id: 'abc' }), 'products.id'],
    ['the id of a performance', event([{ start: START }]), 'products.event.performances.id'],
    ['the start of a performance', event([{ id: '1' }]), 'products.event.performances.start'],
    [
      'an offset of a start',
      event([performance('1', '2026-02-14T20:00:00')]),
      'products.event.performances.start',
    ],
    [
      'a day that exists',
      event([performance('1', '2026-02-31T20:00:00Z')]),
      'products.event.performances.start',
    ],
    [
      'a whole amount',
      event([performance('1', START, { prices: [{ audSubCatId: '1', amount: '45.5' }] })]),
      'products.event.performances.prices.amount',
    ],
    [
      'an amount',
      event([performance('1', START, { prices: [{ audSubCatId: '1' }] })]),
      'products.event.performances.prices.amount',
    ],
    [
      'an amount that can be shown',
      event([performance('1', START, { prices: [{ audSubCatId: '1', amount: '21474836471' }] })]),
      'products.event.performances.prices.amount',
    ],
    [
      'a tariff',
      event([performance('1', START, { prices: [{ amount: '1' }] })]),
      'products.event.performances.prices.audSubCatId',
    ],
    ['the id of an item', pass({ items: [{}] }), 'products.pass.items.itemId'],
  ])('is poison without %s', (_, wire, path) => {
    expect(() => mapProduct(wire, '11', context())).toThrow(PoisonEntryError);
    expect(() => mapProduct(wire, '11', context())).toThrow(expect.objectContaining({ path }));
  });
});

describe('a pass', () => {
  const slot = (id: string, startDate: string, startTime: string, changes: WireObject = {}): WireObject => ({
    id,
    startDate,
    startTime,
    duration: '3600',
    quota: '25',
    ...changes,
  });

  it('has its time slots at the time of the place, summer and winter', () => {
    const { items } = mapProduct(
      pass({
        items: [
          {
            itemId: '51',
            externalName: text(['en', 'Entry']),
            timeslotIds: ['1', '2', '3', '99'],
            itemPrices: [{ audSubCatId: '7', amount: '12000' }],
          },
        ],
        timeslots: [
          slot('1', '2026-01-10', '09:30'),
          slot('2', '2026-07-10+02:00', '09:30:00'),
          slot('3', '2026-07-10', 'noon'),
        ],
      }),
      '11',
      context(),
    );

    expect(items).toEqual([
      {
        id: '51',
        name: [['en', 'Entry']],
        timeslots: [
          {
            id: '1',
            startsAt: Date.UTC(2026, 0, 10, 8, 30),
            endsAt: Date.UTC(2026, 0, 10, 9, 30),
            quota: 25,
          },
          {
            id: '2',
            startsAt: Date.UTC(2026, 6, 10, 7, 30),
            endsAt: Date.UTC(2026, 6, 10, 8, 30),
            quota: 25,
          },
        ],
        prices: [
          {
            tariffId: '7',
            seatCategoryId: null,
            priceLevelId: null,
            amountMilli: 12_000n,
            minQuantity: null,
            maxQuantity: null,
            salesPeriods: [],
          },
        ],
      },
    ]);
  });
});

describe('a composed product', () => {
  it.each(['seasonTicket', 'package'])(
    'names what a %s holds, each once, and not what has no id',
    (member) => {
      const lines = [
        { product: { id: '1' } },
        { product: {} },
        {},
        { product: { id: '2' } },
        { product: { id: '1' } },
      ];
      expect(mapProduct({ id: '9', [member]: { lines } }, '11', context()).containedProductIds).toEqual([
        '1',
        '2',
      ]);
    },
  );

  it('has the items of a season ticket', () => {
    const wire = {
      id: '9',
      seasonTicket: { items: [{ itemId: '91', itemPrices: [{ audSubCatId: '1', amount: '199000' }] }] },
    };
    expect(mapProduct(wire, '11', context()).items).toMatchObject([
      { id: '91', prices: [{ amountMilli: 199_000n }] },
    ]);
  });
});

describe('what surrounds the products', () => {
  it('is a season, or nothing without an id', () => {
    const wire = { id: '11', externalName: text(['en', 'Season']), state: 'CLOSED', start: START };
    expect(mapSeason(wire, context())).toEqual({
      id: '11',
      code: '11',
      name: [['en', 'Season']],
      state: 'CLOSED',
      startsAt: STARTS_AT,
      endsAt: null,
    });
    expect(mapSeason({ code: 'S' }, context())).toBeUndefined();
  });

  it('is a tariff with what it requires', () => {
    const noted = context();
    const tariffs = mapTariffs(
      {
        audienceCategories: [
          {
            audienceSubCategories: [
              { id: '1', code: 'ADULT', audienceCategoryKind: 'FULL', requiredAudienceSubCategoryIds: [] },
            ],
          },
          {
            audienceSubCategories: [
              { id: '2', audienceCategoryKind: 'HALF', requiredAudienceSubCategoryIds: ['1'] },
              { code: 'none' },
            ],
          },
        ],
      },
      noted,
    );

    expect(tariffs).toEqual([
      { id: '1', code: 'ADULT', name: [], kind: 'FULL', requiredTariffIds: [] },
      { id: '2', code: '2', name: [], kind: 'UNKNOWN', requiredTariffIds: ['1'] },
    ]);
    expect(noted.words).toEqual(['audienceSubCategories.audienceCategoryKind=HALF']);
  });

  it('is a topic, and a venue by the name of its site', () => {
    expect(
      mapTopics({ topics: [{ id: '5', code: 'JAZZ', externalName: text(['en', 'Jazz']) }, {}] }),
    ).toEqual([{ id: '5', code: 'JAZZ', name: [['en', 'Jazz']] }]);
    expect(
      mapVenue({
        id: '61',
        code: 'CFG',
        siteCode: 'HALL',
        externalName: text(['en', 'Set-up']),
        siteExternalName: text(['en', 'Hall']),
        spaceExternalName: text(['en', 'Great room']),
        street: '1 Road',
        town: 'Lyon',
        countryCode: 'FR',
        areas: [{ id: '1', code: 'STALLS' }, {}],
      }),
    ).toEqual({
      id: '61',
      code: 'HALL',
      name: [['en', 'Hall']],
      space: [['en', 'Great room']],
      address: '1 Road',
      town: 'Lyon',
      countryCode: 'FR',
      areas: [{ id: '1', code: 'STALLS' }],
    });
    expect(mapVenue({})).toBeUndefined();
  });
});

describe('the collector of a catalog', () => {
  function collect(
    act: (collector: CatalogCollector) => WireObject,
    ownSeasonIds: ReadonlySet<string> | null = null,
  ) {
    const parts: CatalogPart[] = [];
    const collector = new CatalogCollector({
      timeZone: 'UTC',
      ownSeasonIds,
      onPart: (part) => parts.push(decodeCatalogPart(part)),
    });
    const { counts, drift } = collector.finish(act(collector));
    const products = parts.flatMap((part) => part.products ?? []);
    return { parts, counts, drift, products };
  }
  const data = (...seasons: readonly WireObject[]): WireObject => ({ catalogData: { seasons } });

  it('makes parts of fifty products, or of fewer that have many prices', () => {
    const prices = Array.from({ length: 150 }, (_, index) => ({ audSubCatId: String(index), amount: '1' }));
    const { parts } = collect((collector) => {
      const season = { id: '11' };
      for (let id = 1; id <= 250; id += 1) collector.product({ id: String(id) }, season);
      for (let id = 251; id <= 260; id += 1)
        collector.product(event([performance(String(id), START, { prices })], { id: String(id) }), season);
      return data(season);
    });

    expect(parts.flatMap(({ products }) => (products?.length ? [products.length] : []))).toEqual([
      50, 50, 50, 50, 50, 3, 3, 3, 1,
    ]);
  });

  it('drops the seasons of others, with what is in them', () => {
    const { counts, products, parts } = collect(
      (collector) => {
        const [own, leaked] = [
          { id: '11', products: [] },
          { id: '99', products: [] },
        ];
        collector.product({ id: '1' }, own);
        collector.product({ id: '2' }, leaked);
        collector.product({ id: 'unreadable' }, leaked);
        return data(own, leaked);
      },
      new Set(['11']),
    );

    expect(products.map(({ id }) => id)).toEqual(['1']);
    expect(counts).toMatchObject({ products: 1, leakedSeasons: 1, poisonCount: 0 });
    expect(parts.flatMap(({ seasons }) => seasons ?? []).map(({ id }) => id)).toEqual(['11']);
  });

  it('waits for the id of a season that comes after its products', () => {
    const { products } = collect(
      (collector) => {
        const season: Record<string, string> = {};
        collector.product({ id: '1' }, season);
        season['id'] = '11';
        collector.product({ id: '2' }, season);
        return data(season);
      },
      new Set(['11']),
    );

    expect(products.map(({ id, seasonId }) => [id, seasonId])).toEqual([
      ['2', '11'],
      ['1', '11'],
    ]);
  });

  it('reports poison by its place, a season without an id and a product that comes twice among it', () => {
    const { counts, products } = collect((collector) => {
      const [season, nameless] = [{ id: '11' }, {}];
      collector.product({ id: '1' }, season);
      collector.product({ id: '1' }, season);
      collector.product({ id: '-5' }, season);
      collector.product({ id: '2' }, nameless);
      return data(season, nameless);
    });

    expect(products.map(({ id }) => id)).toEqual(['1']);
    expect(counts).toMatchObject({
      products: 4,
      poisonCount: 3,
      poison: [
        { path: 'products.id', reason: 'comes a second time' },
        { path: 'products.id', reason: 'is not an id' },
        { path: 'seasons.id', reason: 'is not an id' },
      ],
    });
  });

  it('counts the same drift together', () => {
    const { drift } = collect((collector) => {
      const season = { id: '11' };
      collector.product({ id: '1', state: 'MOVED' }, season);
      collector.product({ id: '2', state: 'MOVED' }, season);
      collector.unknownMember('catalogData.news');
      return data(season);
    });

    expect(drift).toEqual([
      { path: 'catalogData.products.state', kind: 'unknown-value', sample: 'MOVED', count: 2 },
      { path: 'catalogData.news', kind: 'unknown-member', sample: null, count: 1 },
    ]);
  });
});

describe('the point of sales', () => {
  const wire: WireObject = {
    posId: '501',
    posCode: 'WEB',
    organizationName: text(['en', 'House']),
    organizationTimeZone: 'Europe/Zurich',
    currencyCode: 'CHF',
    organizationCurrency: { currencyCode: 'CHF', fractionDigit: '2' },
    mainLanguage: 'de',
    languageList: 'fr;de, it',
    maxSeatsPerPerformance: '8',
    paymentMethods: [{ id: '7', code: 'PEND', externalName: text(['en', 'Pending']) }, { code: 'none' }],
  };
  const none = (): void => undefined;

  it('is read with the main language first', () => {
    expect(mapPointOfSales(CALL, wire, none)).toEqual({
      id: '501',
      code: 'WEB',
      organizationName: [['en', 'House']],
      timeZone: 'Europe/Zurich',
      currency: { code: 'CHF', fractionDigits: 2 },
      languages: ['de', 'fr', 'it'],
      maxSeatsPerPerformance: 8,
      paymentMethods: [{ id: '7', code: 'PEND', name: [['en', 'Pending']] }],
      contactCreationAllowed: true,
      contactAccessAllowed: true,
      contactRequiredKinds: [],
      isSelling: true,
    });
  });

  it.each([
    [{ contactAccountCreationAllowed: false }, { contactCreationAllowed: false, contactAccessAllowed: true }],
    [{ contactFileAccessAllowed: false }, { contactCreationAllowed: true, contactAccessAllowed: false }],
    [{ posActivityState: 'RUNNING', salesChannelActivityState: 'RUNNING' }, { isSelling: true }],
    [{ posActivityState: 'SUSPENDED' }, { isSelling: false }],
    [{ posActivityState: 'RUNNING', salesChannelActivityState: 'STOPPED' }, { isSelling: false }],
    [
      {
        productFamilies: [
          { productFamilyType: 'SEASONTICKET', contactRequired: true },
          { productFamilyType: 'SEASONTICKET', contactRequired: true },
          { productFamilyType: 'PASS', contactRequired: false },
          { productFamilyType: 'BRAND_NEW', contactRequired: true },
          { contactRequired: true },
        ],
      },
      { contactRequiredKinds: ['SEASON_TICKET'] },
    ],
  ])('with %j says %j', (members, expected) => {
    expect(mapPointOfSales(CALL, { ...wire, ...members }, none)).toMatchObject(expected);
  });

  it.each(['posId', 'currencyCode'])('cannot be used without %s', (member) => {
    const { [member]: _, organizationCurrency: __, ...rest } = wire;
    expect(() => mapPointOfSales(CALL, rest, none)).toThrow(UpstreamShapeError);
  });

  it.each(['-1', '5', '400', '2147483647', 'two'])(
    'shows two digits for a currency of %s',
    (fractionDigit) => {
      const organizationCurrency = { currencyCode: 'CHF', fractionDigit };
      expect(mapPointOfSales(CALL, { ...wire, organizationCurrency }, none).currency.fractionDigits).toBe(2);
    },
  );

  it('takes the currency of the catalog where it names none of its own', () => {
    const { currencyCode: _, organizationCurrency: __, ...rest } = wire;
    const currencies = { catalogCurrencies: [{ currencyCode: 'JPY', fractionDigit: '0' }] };
    expect(mapPointOfSales(CALL, { ...rest, ...currencies }, none).currency).toEqual({
      code: 'JPY',
      fractionDigits: 0,
    });
  });
});

describe('a level of availability', () => {
  it.each(['GREEN', 'ORANGE', 'RED', 'GREY'] as const)('%s is that color', (word) => {
    expect(colorOfLevel(word)).toEqual({ color: word, known: true });
    expect(colorOfLevel(` ${word}\n`)).toEqual({ color: word, known: true });
  });

  it.each([undefined, '', 'green', 'PURPLE', 'constructor', '__proto__'])('%j is not known', (word) => {
    expect(colorOfLevel(word)).toEqual({ color: 'UNKNOWN', known: false });
  });

  it('is what the institution says its word means', () => {
    const levels = { GOOD: 'GREEN', RED: 'GREY' } as const;
    expect(colorOfLevel('GOOD', levels)).toEqual({ color: 'GREEN', known: true });
    expect(colorOfLevel('RED', levels)).toEqual({ color: 'GREY', known: true });
    expect(colorOfLevel('ORANGE', levels)).toEqual({ color: 'ORANGE', known: true });
  });
});
