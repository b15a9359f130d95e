import type {
  InstitutionWorld,
  Performance,
  PosConfig,
  Product,
  Season,
  TranslatedString,
  World,
} from '../../src/sandbox/model.js';

/** Ids of the small world, by what they name. */
export const SMALL = {
  code: 'small',
  posId: 501,
  eventId: 201,
  performanceIds: [301, 302],
  categoryIds: [401, 402],
  tariffId: 111,
  passId: 205,
  itemId: 731,
  timeslotId: 711,
} as const;

const DAY_MS = 86_400_000;

/** One institution with a few objects, everything on sale for a month from now; a test may edit it freely. */
export function smallWorld(nowMs = Date.now()): World {
  return { institutions: [smallInstitution(nowMs)] };
}

export function text(value: string): TranslatedString {
  return { translations: [{ locale: 'en', value }] };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00');
}

export function smallInstitution(nowMs: number): InstitutionWorld {
  return {
    code: SMALL.code,
    posConfig: posConfig(),
    seasons: [season(nowMs, { id: 11, code: 'S26', products: products(nowMs) })],
    leakedSeasons: [
      season(nowMs, {
        id: 12,
        code: 'LEAK',
        products: [product({ id: 290, code: 'OTHER', state: 'RUNNING' })],
      }),
    ],
    physicalConfigurations: [],
    externalVerifications: [],
    groupCriterions: [],
    vatCodes: [],
    lastSetupUpdate: iso(nowMs - DAY_MS),
    stock: {
      alertRatioByProductId: {},
      dedicatedContingents: [{ id: 9, code: 'SUBS', composedProductIds: [801] }],
      performances: SMALL.performanceIds.map((performanceId, index) => ({
        performanceId,
        productId: SMALL.eventId,
        zones: [
          {
            ...ZONE,
            capacity: 20,
            rows: [
              { name: 'A', seats: 10 },
              { name: 'B', seats: 10 },
            ],
            firstSeatId: 1_000 + index * 100,
          },
          {
            ...ZONE,
            contingentId: 9,
            capacity: 2,
            rows: [{ name: 'Z', seats: 2 }],
            firstSeatId: 2_000 + index * 100,
          },
          {
            ...ZONE,
            seatCategoryId: SMALL.categoryIds[1],
            areaId: 462,
            capacity: 5,
            rows: [],
            firstSeatId: 3_000 + index * 100,
          },
        ],
      })),
      items: [{ productId: SMALL.passId, itemId: SMALL.itemId, timeslotId: SMALL.timeslotId, quota: 40 }],
    },
  };
}

const ZONE = { seatCategoryId: SMALL.categoryIds[0], contingentId: 0, areaId: 461, blockId: 0 };

function season(nowMs: number, { id, code, products }: Pick<Season, 'id' | 'code' | 'products'>): Season {
  return {
    id,
    code,
    externalName: text(`Season ${code}`),
    state: 'RUNNING',
    start: iso(nowMs - 90 * DAY_MS),
    end: iso(nowMs + 270 * DAY_MS),
    audienceCategories: [
      {
        id: 101,
        code: 'OCCIND',
        externalName: text('Occasional'),
        mainCategory: 'OCCASIONAL',
        secondaryCategory: 'INDIVIDUAL',
        audienceSubCategories: [
          {
            id: SMALL.tariffId,
            code: 'ADULT',
            externalName: text('Adult'),
            audienceCategoryKind: 'FULL',
            requiredAudienceSubCategoryIds: [],
            crossSeatCategory: false,
          },
        ],
      },
    ],
    priceLevels: [],
    topics: [],
    products,
  };
}

function products(nowMs: number): Product[] {
  const performances = SMALL.performanceIds.map((id, index) => performance(nowMs, id, index));
  const states = ['PREPARING', 'VALIDATED', 'SUSPENDED', 'CANCELED', 'CLOSED', 'CANCELED_CLOSED'] as const;
  return [
    {
      ...product({ id: SMALL.eventId, code: 'HAMLET', state: 'RUNNING' }),
      externalName: text('Hamlet & <Friends>'),
      event: { performances },
    },
    {
      ...product({ id: SMALL.passId, code: 'VISIT', state: 'RUNNING' }),
      productFamilyType: 'PASS',
      pass: {
        consecutive: 'INDIFFERENT',
        dateMandatory: true,
        guided: true,
        items: [item()],
        timeslots: [timeslot(nowMs)],
      },
    },
    ...states.map((state, index) => product({ id: 210 + index, code: state.slice(0, 8), state })),
  ];
}

function product(own: Pick<Product, 'id' | 'code' | 'state'>): Product {
  return {
    ...own,
    externalName: text(own.code),
    productFamilyType: 'SINGLE_ENTRY',
    topicIds: [],
    crossSellProductLinks: [],
  };
}

function performance(nowMs: number, id: number, index: number): Performance {
  return {
    id,
    state: 'RUNNING',
    start: iso(nowMs + (10 + index) * DAY_MS),
    duration: 9_000,
    seatCategories: SMALL.categoryIds.map((categoryId) => ({
      id: categoryId,
      code: `CAT${categoryId}`,
      externalName: text(`Category ${categoryId}`),
    })),
    prices: SMALL.categoryIds.map((seatCatId) => ({
      audSubCatId: SMALL.tariffId,
      seatCatId,
      amount: 45_000 + index * 1_000,
      salePeriods: [{ audienceSubCatIds: [SMALL.tariffId] }],
    })),
  };
}

function item(): NonNullable<Product['pass']>['items'][number] {
  return {
    itemId: SMALL.itemId,
    timeslotIds: [SMALL.timeslotId],
    itemPrices: [{ amount: 12_000, audSubCatId: SMALL.tariffId, salePeriods: [] }],
  };
}

function timeslot(nowMs: number): NonNullable<Product['pass']>['timeslots'][number] {
  const date = iso(nowMs + 5 * DAY_MS).slice(0, 10);
  return {
    id: SMALL.timeslotId,
    startDate: date,
    endDate: date,
    startTime: '10:00',
    duration: 3_600,
    salesTolerance: 0,
    quota: 40,
    allVisitLanguages: false,
    allVisitThemes: false,
    themes: [{ themeId: 721, languageCode: 'fr' }],
  };
}

function posConfig(): PosConfig {
  return {
    posId: SMALL.posId,
    posCode: 'API',
    institCode: 'SMALL',
    organizationName: text('Small house'),
    organizationTimeZone: 'Europe/Paris',
    currencyCode: 'EUR',
    organizationCurrency: { currencyCode: 'EUR', symbol: '€', fractionDigit: 2, minAmount: 10 },
    mainLanguage: 'en',
    languageList: 'en',
    maxSeatsPerPerformance: 10,
    orderAbandonDelay: 15,
    testInstitution: true,
    virtualOperatorName: 'SMALL_FOYER',
    paymentMethods: [],
    posParameters: { theme: 'dark & blue' },
  };
}
