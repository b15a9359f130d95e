import { describe, expect, it } from 'vitest';
import type { InstitutionWorld, Product, World } from '../../src/sandbox/model.js';
import { itemsOf } from '../../src/sandbox/sale-rules.js';
import { createWorld } from '../../src/sandbox/worlds/world.js';
import { xmlSize } from '../../src/sandbox/worlds/xml-size.js';

const NOW_MS = Date.parse('2026-03-05T14:20:00Z');
const STATES = ['PREPARING', 'VALIDATED', 'RUNNING', 'SUSPENDED', 'CANCELED', 'CLOSED', 'CANCELED_CLOSED'];
const FAMILIES = [
  'SINGLE_ENTRY',
  'SEASONTICKET',
  'PASS',
  'PACKAGE',
  'MEMBERSHIP',
  'SERVICE',
  'GOODS',
  'TRANSPORT',
  'HOSPITALITY',
];

const worldOf = (sizeMb?: number): World => createWorld({ seed: 'a seed', nowMs: NOW_MS, sizeMb });
const institutionOf = (code: string): InstitutionWorld =>
  worldOf().institutions.find((institution) => institution.code === code)!;
const productsOf = ({ seasons }: InstitutionWorld): Product[] => seasons.flatMap(({ products }) => products);
const performancesOf = (world: InstitutionWorld) =>
  productsOf(world).flatMap((product) => product.event?.performances ?? []);

describe('a world from a seed', () => {
  it('is the same for the same seed and day', () => {
    expect(worldOf()).toEqual(worldOf());
  });

  it('is another for another seed', () => {
    expect(createWorld({ seed: 'another', nowMs: NOW_MS })).not.toEqual(worldOf());
  });

  it('is set up at another moment for another seed or size, and at the same one after a restart', () => {
    const setUpAt = (seed: string, sizeMb?: number): string =>
      createWorld({ seed, nowMs: NOW_MS, sizeMb }).institutions.find(({ code }) => code === 'lyric')!
        .lastSetupUpdate;
    expect(setUpAt('a seed', 1)).toBe(setUpAt('a seed', 1));
    expect(new Set([setUpAt('a seed', 1), setUpAt('a seed', 2), setUpAt('another', 1)]).size).toBe(3);
  });

  it('keeps ids, names and amounts when it is made on another day', () => {
    const factsOf = (world: World) =>
      world.institutions.map((institution) =>
        productsOf(institution).map(({ id, externalName, event }) => ({
          id,
          externalName,
          performances: event?.performances.map((each) => [each.id, each.prices.map(({ amount }) => amount)]),
        })),
      );
    const later = createWorld({ seed: 'a seed', nowMs: NOW_MS + 100 * 86_400_000 });

    expect(factsOf(later)).toEqual(factsOf(worldOf()));
  });

  it('has three institutions, two currencies and three time zones', () => {
    const { institutions } = worldOf();

    expect(institutions.map(({ code }) => code)).toEqual(['lyric', 'atlas', 'arena']);
    expect(institutions.map(({ posConfig }) => posConfig.currencyCode)).toEqual(['EUR', 'EUR', 'CHF']);
    expect(new Set(institutions.map(({ posConfig }) => posConfig.organizationTimeZone)).size).toBe(3);
    expect(institutions.map(({ posConfig }) => posConfig.virtualOperatorName)).toEqual([
      'LYRIC_FOYER',
      'ATLAS_FOYER',
      'ARENA_FOYER',
    ]);
  });

  it.each([0, 51, -1, Number.NaN])('refuses a size of %s megabytes', (sizeMb) => {
    expect(() => worldOf(sizeMb)).toThrow(/sizeMb must be over 0 and at most 50/);
  });

  it.each([1, 5, 20, 50])('makes a catalog of %s megabytes within 15 per cent', (sizeMb) => {
    const { seasons, leakedSeasons, physicalConfigurations } = worldOf(sizeMb).institutions[0]!;
    const exported = [...seasons, ...leakedSeasons]
      .filter(({ state }) => state === 'RUNNING')
      .map((season) => ({
        ...season,
        products: season.products.filter(({ state }) => state === 'RUNNING' || state === 'SUSPENDED'),
      }));
    const megabytes = xmlSize('catalogData', { seasons: exported, physicalConfigurations }) / 1_000_000;

    expect(megabytes).toBeGreaterThan(sizeMb * 0.85);
    expect(megabytes).toBeLessThan(sizeMb * 1.15);
  });

  it('measures XML by the byte, markup escaped', () => {
    const xml = '<a><b>1</b><b>é &amp; &lt;p&gt;</b><c><d>true</d></c></a>';

    const value = { b: [1, 'é & <p>'], none: undefined, empty: [], c: { d: true } };

    expect(xmlSize('a', value)).toBe(Buffer.byteLength(xml));
  });
});

describe('the three institutions together', () => {
  const { institutions } = worldOf();
  const products = institutions.flatMap(productsOf);
  const performances = institutions.flatMap(performancesOf);

  it.each(STATES)('have a product that is %s', (state) => {
    expect(products.some((product) => product.state === state)).toBe(true);
  });

  it.each(STATES)('have a performance that is %s', (state) => {
    expect(performances.some((performance) => performance.state === state)).toBe(true);
  });

  it.each(FAMILIES)('have a product of the family %s', (family) => {
    expect(products.some((product) => product.productFamilyType === family)).toBe(true);
  });

  it('give every id once for its kind, all of them safe integers of 14 digits', () => {
    for (const ids of [
      products.map(({ id }) => id),
      performances.map(({ id }) => id),
      products.flatMap((product) => itemsOf(product).map(({ itemId }) => itemId)),
      products.flatMap((product) => (product.pass?.timeslots ?? []).map(({ id }) => id)),
    ]) {
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => Number.isSafeInteger(id) && String(id).length === 14)).toBe(true);
    }
  });

  it('give products a code of at most eight characters, once in a season', () => {
    for (const { products: own } of institutions.flatMap(({ seasons }) => seasons)) {
      expect(own.every(({ code }) => code.length > 0 && code.length <= 8)).toBe(true);
      expect(new Set(own.map(({ code }) => code)).size).toBe(own.length);
    }
  });

  it('have a pending account, a leaked season and two seasons of their own each', () => {
    for (const { posConfig, seasons, leakedSeasons } of institutions) {
      expect(posConfig.paymentMethods.map(({ code }) => code)).toContain('PEND');
      expect(leakedSeasons.length).toBeGreaterThan(0);
      expect(seasons.length).toBeGreaterThan(1);
      const own = new Set(seasons.map(({ id }) => id));
      expect(leakedSeasons.some(({ id }) => own.has(id))).toBe(false);
    }
  });

  it('have conditional tariffs, and price levels', () => {
    const tariffs = institutions.flatMap(({ seasons }) =>
      seasons.flatMap(({ audienceCategories }) =>
        audienceCategories.flatMap(({ audienceSubCategories }) => audienceSubCategories),
      ),
    );
    const known = new Set(tariffs.map(({ id }) => id));
    const required = tariffs.flatMap(({ requiredAudienceSubCategoryIds }) => requiredAudienceSubCategoryIds);

    expect(required.length).toBeGreaterThan(0);
    expect(required.every((id) => known.has(id))).toBe(true);
    expect(
      performances.some(({ prices }) => prices.some(({ priceLevelId }) => priceLevelId !== undefined)),
    ).toBe(true);
  });

  it('have sale periods that are over, running and still to come', () => {
    const periods = performances.flatMap(({ prices }) => prices.flatMap(({ salePeriods }) => salePeriods));
    const startsLater = periods.filter(({ start }) => Date.parse(start!) > NOW_MS);
    const over = periods.filter(({ end }) => Date.parse(end!) <= NOW_MS);

    expect(startsLater.length).toBeGreaterThan(0);
    expect(over.length).toBeGreaterThan(0);
    expect(periods.length).toBeGreaterThan(startsLater.length + over.length);
    expect(periods.every(({ start, end }) => Date.parse(start!) < Date.parse(end!))).toBe(true);
  });

  it('refer only to what is there, apart from the concert with ids of things long deleted', () => {
    const lost = institutions.flatMap(danglingOf);

    expect(new Set(lost.map(({ code }) => code))).toEqual(new Set(['C0017']));
    expect(new Set(lost.map(({ kind }) => kind))).toEqual(
      new Set(['vatCode', 'topic', 'link', 'configuration', 'tariff', 'seatCategory']),
    );
  });

  it('plan stock for performances and items that exist, in seats that nobody else has', () => {
    for (const institution of institutions) {
      const known = new Set(performancesOf(institution).map(({ id }) => id));
      expect(new Set(institution.stock.performances.map(({ performanceId }) => performanceId))).toEqual(
        known,
      );
      const items = new Set(
        productsOf(institution).flatMap((each) => itemsOf(each).map(({ itemId }) => itemId)),
      );
      expect(new Set(institution.stock.items.map(({ itemId }) => itemId))).toEqual(items);
      const contingents = institution.stock.dedicatedContingents.map(({ id }) => id);
      const used = institution.stock.performances.flatMap(({ zones }) =>
        zones.map(({ contingentId }) => contingentId),
      );
      expect(new Set(used)).toEqual(new Set([0, ...contingents]));
    }
  });
});

describe('the concert hall', () => {
  const lyric = institutionOf('lyric');
  const season = lyric.seasons[0]!;
  const concerts = season.products.filter(({ event }) => event);

  it('has 180 events with 240 performances in its season', () => {
    expect(concerts).toHaveLength(180);
    expect(concerts.flatMap(({ event }) => event!.performances)).toHaveLength(240);
  });

  it('prices two performances of an event differently for the same combination', () => {
    const [first, second] = concerts[1]!.event!.performances;
    const [one, other] = [first!.prices[0]!, second!.prices[0]!];

    expect([one.audSubCatId, one.seatCatId]).toEqual([other.audSubCatId, other.seatCatId]);
    expect(one.amount).not.toBe(other.amount);
  });

  it('has a combination with two prices, a price without a category, and performances out of order', () => {
    const keysOf = (index: number) =>
      concerts[index]!.event!.performances[0]!.prices.map(
        ({ audSubCatId, seatCatId, priceLevelId }) => `${audSubCatId}/${seatCatId}/${priceLevelId}`,
      );
    const starts = concerts[0]!.event!.performances.map(({ start }) => Date.parse(start));

    expect(new Set(keysOf(5)).size).toBe(keysOf(5).length - 1);
    expect(
      concerts[17]!.event!.performances[0]!.prices.some(({ seatCatId }) => seatCatId === undefined),
    ).toBe(true);
    expect(starts).not.toEqual(starts.toSorted((one, other) => one - other));
  });

  it('lacks translations here and there, and all of them once', () => {
    const localesOf = (index: number) =>
      concerts[index]!.externalName.translations.map(({ locale }) => locale);

    expect(localesOf(0)).toEqual(['fr', 'en', 'de']);
    expect(localesOf(18)).toEqual(['fr', 'de']);
    expect(localesOf(20)).toEqual([]);
  });

  it('has an unnumbered category and a contingent for its season tickets', () => {
    const zones = lyric.stock.performances.flatMap((performance) => performance.zones);
    const [contingent] = lyric.stock.dedicatedContingents;
    const seasonTickets = productsOf(lyric).filter(
      ({ productFamilyType }) => productFamilyType === 'SEASONTICKET',
    );

    expect(zones.some(({ rows, capacity }) => rows.length === 0 && capacity > 0)).toBe(true);
    expect(contingent!.composedProductIds).toEqual(seasonTickets.map(({ id }) => id));
    expect(seasonTickets.every(({ seasonTicket }) => seasonTicket!.lines.length > 1)).toBe(true);
  });
});

describe('the museum', () => {
  const atlas = institutionOf('atlas');

  it('has passes with slots on the next six weeks, and one for any day', () => {
    const passes = productsOf(atlas).filter(({ pass }) => pass);
    const dated = passes.filter(({ pass }) => pass!.timeslots.length > 0);
    const days = dated.flatMap(({ pass }) => pass!.timeslots.map(({ startDate }) => startDate)).sort();

    expect(passes.length).toBeGreaterThan(dated.length);
    expect(days[0]).toBe('2026-03-05');
    expect(days.at(-1)! >= '2026-04-13').toBe(true);
    for (const { pass } of dated) {
      expect(pass!.items.flatMap(({ timeslotIds }) => timeslotIds)).toEqual(
        pass!.timeslots.map(({ id }) => id),
      );
    }
  });

  it('tells themes and languages of guided visits', () => {
    const guided = productsOf(atlas).filter(({ pass }) => pass?.guided);

    expect(guided.length).toBeGreaterThan(0);
    expect(guided.every(({ pass }) => pass!.timeslots.every(({ themes }) => themes.length === 1))).toBe(true);
  });
});

describe('the stadium', () => {
  const arena = institutionOf('arena');

  it('has 24 matches in one bowl of 60,000 places, 40 blocks and 8 categories', () => {
    const matches = arena.seasons[0]!.products.filter(({ event }) => event);
    const zones = arena.stock.performances[0]!.zones;

    expect(matches).toHaveLength(24);
    expect(zones.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(60_000);
    expect(
      new Set(matches.map(({ externalName }) => externalName.translations[0]!.value)).size,
    ).toBeGreaterThan(20);
    expect(new Set(zones.map(({ seatCategoryId }) => seatCategoryId)).size).toBe(8);
    expect(arena.stock.performances.every((performance) => performance.zones === zones)).toBe(true);
  });
});

interface Dangling {
  readonly kind: string;
  readonly code: string;
}

/** Every reference of every product that leads nowhere. */
function danglingOf(world: InstitutionWorld): Dangling[] {
  const products = productsOf(world);
  const tariffs = new Set(
    world.seasons.flatMap(({ audienceCategories }) =>
      audienceCategories.flatMap(({ audienceSubCategories }) => audienceSubCategories.map(({ id }) => id)),
    ),
  );
  const known = {
    product: new Set(products.map(({ id }) => id)),
    vatCode: new Set(world.vatCodes.map(({ id }) => id)),
    topic: new Set(world.seasons.flatMap(({ topics }) => topics.map(({ id }) => id))),
    configuration: new Set(world.physicalConfigurations.map(({ id }) => id)),
  };
  return products.flatMap((product) => {
    const { code } = product;
    const lost: Dangling[] = [];
    const check = (kind: string, isKnown: boolean): void => void (isKnown || lost.push({ kind, code }));
    check('vatCode', product.vatCodeId === undefined || known.vatCode.has(product.vatCodeId));
    for (const id of product.topicIds) check('topic', known.topic.has(id));
    for (const link of product.crossSellProductLinks) {
      check('link', known.product.has(link['targetProductId'] as number));
    }
    for (const line of [...(product.seasonTicket?.lines ?? []), ...(product.package?.lines ?? [])]) {
      check('line', known.product.has(line.product.id));
    }
    for (const item of itemsOf(product)) {
      for (const { audSubCatId } of item.itemPrices) check('tariff', tariffs.has(audSubCatId));
    }
    for (const performance of product.event?.performances ?? []) {
      const categories = new Set(performance.seatCategories.map(({ id }) => id));
      check('configuration', known.configuration.has(performance.physicalConfigurationId!));
      for (const { audSubCatId, seatCatId } of performance.prices) {
        check('tariff', tariffs.has(audSubCatId));
        check('seatCategory', seatCatId === undefined || categories.has(seatCatId));
      }
    }
    return lost;
  });
}
