import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importWorld } from '../../src/sandbox/importer.js';
import { createStock } from '../../src/sandbox/stock.js';
import { createVenueTime } from '../../src/sandbox/venue-time.js';

const WEEK_MS = 7 * 86_400_000;
const paris = createVenueTime('Europe/Paris');

/** A concert in summer time and one in winter time; the second shares its only area among two categories. */
function smallFile() {
  return {
    areaNames: { '11': 'Orchestre', '12': 'Balcon' },
    audienceSubCategoryNames: { '41': 'Plein tarif', '42': 'Abonné' },
    blockNames: {},
    events: {
      '1': {
        id: 1,
        name: 'Trio & <solo>',
        description: null,
        subtitle: 'Ravel',
        logo: '/images/1',
        topicIds: [51],
        subTopicIds: [61],
      },
      '2': {
        id: 2,
        name: 'Sans date',
        description: null,
        subtitle: null,
        logo: null,
        topicIds: [],
        subTopicIds: [],
      },
    },
    performances: [
      {
        id: 101,
        eventId: 1,
        logo: null,
        name: null,
        prices: [
          { amount: 28_501, audienceSubCategoryId: 41, seatCategoryId: 31 },
          { amount: 9_000, audienceSubCategoryId: 42, seatCategoryId: 32 },
        ],
        seatCategories: [
          { seatCategoryId: 32, areas: [{ areaId: 11, blockIds: [] }] },
          {
            seatCategoryId: 31,
            areas: [
              { areaId: 11, blockIds: [] },
              { areaId: 12, blockIds: [5, 6] },
            ],
          },
        ],
        seatMapImage: null,
        start: paris.instant('2013-07-01', '20:00'),
        venueCode: 'HALLE_GRANDE',
      },
      {
        id: 102,
        eventId: 1,
        logo: null,
        name: 'Deuxième soir',
        prices: [],
        seatCategories: [{ seatCategoryId: 33, areas: [] }],
        seatMapImage: null,
        start: paris.instant('2013-12-02', '20:30'),
        venueCode: 'HALLE_GRANDE',
      },
    ],
    seatCategoryNames: { '31': '1ère catégorie', '32': '2ème catégorie' },
    subTopicNames: { '61': 'Jazz' },
    topicNames: { '51': 'Genre' },
    topicSubTopics: { '51': [61] },
    venueNames: { HALLE_GRANDE: 'La Halle' },
  };
}

const imported = (json: unknown, nowMs: number) =>
  importWorld(json, { nowMs, fileName: 'catalog.json' }).institutions[0]!;

describe('an imported file', () => {
  const nowMs = Date.parse('2026-03-05T14:20:00Z');
  const world = imported(smallFile(), nowMs);
  const [trio, undated] = world.seasons[0]!.products;
  const [first, second] = trio!.event!.performances;

  it('becomes one institution named after the venue code', () => {
    expect(world.code).toBe('halle');
    expect(world.posConfig.virtualOperatorName).toBe('HALLE_FOYER');
    expect(world.posConfig.organizationName.translations).toEqual([{ locale: 'fr', value: 'La Halle' }]);
    expect(world.physicalConfigurations[0]).toMatchObject({ siteCode: 'HALLE', spaceCode: 'GRANDE' });
  });

  it('keeps ids, names and amounts', () => {
    expect(trio).toMatchObject({
      id: 1,
      externalName: { translations: [{ locale: 'fr', value: 'Trio & <solo>' }] },
      description: { translations: [{ locale: 'fr', value: 'Ravel' }] },
      logo: '/images/1',
      topicIds: [51, 61],
      productFamilyType: 'SINGLE_ENTRY',
    });
    expect(undated).toMatchObject({ id: 2, event: { performances: [] } });
    expect(
      first!.prices.map(({ amount, audSubCatId, seatCatId }) => [amount, audSubCatId, seatCatId]),
    ).toEqual([
      [28_501, 41, 31],
      [9_000, 42, 32],
    ]);
    expect(second!.externalName?.translations).toEqual([{ locale: 'fr', value: 'Deuxième soir' }]);
    expect(second!.seatCategories[0]!.externalName.translations).toEqual([]);
    expect(world.seasons[0]!.topics.map(({ id }) => id)).toEqual([51, 61]);
  });

  it.each([
    ['2026-03-05T14:20:00Z', 'a winter day'],
    ['2026-07-05T14:20:00Z', 'a summer day'],
    ['2026-10-24T14:20:00Z', 'the eve of the change of the clock'],
    ['2013-07-01T17:59:59Z', 'a second before the first performance'],
    ['2013-07-01T18:00:00Z', 'the very start of the first performance'],
    ['2001-01-01T00:00:00Z', 'a day before all of them'],
  ])('moves to the future of %s, %s, by weeks on the venue clock', (now) => {
    const atMs = Date.parse(now);
    const moved = imported(smallFile(), atMs).seasons[0]!.products[0]!.event!.performances.map(
      ({ start }) => start,
    );
    const starts = smallFile().performances.map(({ start }) => start);
    const weeksOf = moved.map((start, index) => wallClockMs(Date.parse(start)) - wallClockMs(starts[index]!));

    expect(Date.parse(moved[0]!)).toBeGreaterThan(atMs);
    expect(new Set(weeksOf).size).toBe(1);
    expect(weeksOf[0]! % WEEK_MS).toBe(0);
    const [shift = 0] = weeksOf;
    // The hour is that of a change of the clock.
    expect(shift > 0 ? Date.parse(moved[0]!) - atMs : 0).toBeLessThanOrEqual(WEEK_MS + 3_600_000);
  });

  it('seats the dearer category in front, in seats that stay the same', () => {
    const [plan] = world.stock.performances;
    const orchestra = plan!.zones.filter(({ areaId }) => areaId === 11);

    expect(orchestra.map(({ seatCategoryId, rows }) => [seatCategoryId, rows[0]!.name, rows.length])).toEqual(
      [
        [31, '1', 5],
        [32, '6', 5],
      ],
    );
    expect(
      plan!.zones.filter(({ areaId }) => areaId === 12).map(({ blockId, capacity }) => [blockId, capacity]),
    ).toEqual([
      [5, 120],
      [6, 120],
    ]);
    expect(world.stock.performances[1]!.zones).toMatchObject([
      { seatCategoryId: 33, rows: [], capacity: 100 },
    ]);
  });

  it('is on sale', () => {
    const entries = createStock(world).performanceEntries(
      [101],
      { seatCategoryIds: [-1], contingentIds: [] },
      nowMs,
    );

    expect(
      entries.map(({ seatCategoryId, availabilityLevel, quantity }) => [
        seatCategoryId,
        availabilityLevel,
        quantity,
      ]),
    ).toEqual([
      [32, 'GREEN', 60],
      [31, 'GREEN', 300],
    ]);
  });
});

describe('a wrong file', () => {
  const wrong = (change: (file: ReturnType<typeof smallFile>) => unknown) => () => {
    const file = smallFile();
    imported(change(file) ?? file, Date.now());
  };

  it.each([
    ['null', () => null, /catalog\.json: the file: .*expected object/],
    ['a list', () => [], /the file: .*expected object/],
    ['a missing member', (file: object) => ({ ...file, events: undefined }), /events: .*expected record/],
  ])('that is %s is refused with the path and the rule', (_, change, message) => {
    expect(() => imported(change(smallFile()), Date.now())).toThrow(message);
  });

  it('names the path of a wrong value', () => {
    expect(wrong((file) => void (file.performances[0]!.prices[1]!.amount = 1.5))).toThrow(
      /performances\[0\]\.prices\[1\]\.amount: .*int/,
    );
    expect(wrong((file) => void (file.performances[1]!.start = Number.NaN))).toThrow(
      /performances\[1\]\.start: /,
    );
    expect(wrong((file) => void (file.performances[1]!.venueCode = '../etc'))).toThrow(
      /performances\[1\]\.venueCode: expected an institution/,
    );
    expect(wrong((file) => ({ ...file, performances: [] }))).toThrow(/performances: /);
  });

  it('names references that lead nowhere, ids that come twice, and a second institution', () => {
    expect(wrong((file) => void (file.performances[1]!.eventId = 77))).toThrow(
      /performances\[1\]\.eventId: expected the id of one of the events, got 77/,
    );
    expect(wrong((file) => void (file.performances[1]!.id = 101))).toThrow(
      /performances\[1\]\.id: expected an id of its own, got 101 again/,
    );
    expect(wrong((file) => void (file.performances[1]!.venueCode = 'OTHER_HALL'))).toThrow(
      /performances\[1\]\.venueCode: expected one institution in a file, HALLE, got OTHER_HALL/,
    );
    expect(wrong((file) => void (file.events['2'].id = 3))).toThrow(
      /events\.2\.id: expected the id that is its key/,
    );
  });

  it('with a thousand mistakes is told by the first ones', () => {
    const broken = { ...smallFile(), performances: Array.from({ length: 1000 }, () => ({})) };

    expect(() => imported(broken, Date.now())).toThrow(/and \d+ more$/);
  });
});

const CITM = fileURLToPath(new URL('../../../shared/data/citm_catalog.json', import.meta.url));

describe.skipIf(!existsSync(CITM))('the catalog of a real concert hall', () => {
  const file = existsSync(CITM) ? JSON.parse(readFileSync(CITM, 'utf8')) : null;

  it('is imported with every event, performance, name, category and amount exactly', () => {
    const { code, seasons, stock } = imported(file, Date.now());
    const products = seasons[0]!.products;
    const french = (value: string) => ({ translations: [{ locale: 'fr', value }] });

    expect(code).toBe('pleyel');
    expect(products.map(({ id, externalName }) => [id, externalName])).toEqual(
      Object.values<{ id: number; name: string }>(file.events).map(({ id, name }) => [id, french(name)]),
    );
    expect(products).toHaveLength(184);
    expect(stock.performances).toHaveLength(243);
    for (const expected of file.performances) {
      const performance = products
        .find(({ id }) => id === expected.eventId)!
        .event!.performances.find(({ id }) => id === expected.id)!;
      expect(
        performance.prices.map(({ amount, audSubCatId, seatCatId }) => ({
          amount,
          audienceSubCategoryId: audSubCatId,
          seatCategoryId: seatCatId,
        })),
      ).toEqual(expected.prices);
      expect(performance.seatCategories.map(({ id, externalName }) => [id, externalName])).toEqual(
        expected.seatCategories.map(({ seatCategoryId }: { seatCategoryId: number }) => [
          seatCategoryId,
          french(file.seatCategoryNames[seatCategoryId]),
        ]),
      );
      const [before, after] = [expected.start, Date.parse(performance.start)].map(wallClockMs);
      expect((after! - before!) % WEEK_MS).toBe(0);
    }
  });
});

function wallClockMs(atMs: number): number {
  return Date.parse(`${paris.wallClock(atMs)}Z`);
}
