import { institutionPart, readWorldFile, type FilePerformance, type WorldFile } from './importer-file.js';
import { codeOf, FILE_LOCALE, grouped, inFrench } from './importer-names.js';
import { placesOf } from './importer-places.js';
import { describeRooms } from './importer-rooms.js';
import type {
  InstitutionWorld,
  Performance,
  PhysicalConfiguration,
  Product,
  Season,
  World,
} from './model.js';
import type { VenueTime } from './venue-time.js';
import { buildPosConfig } from './worlds/pos-config.js';
import { lastSetupUpdate, openSite, type BuildingSite } from './worlds/site.js';
import { emptySeason, vatCodes } from './worlds/small-parts.js';

export interface ImportOptions {
  /** Epoch ms of the sandbox's clock: the first performance lands after it. */
  readonly nowMs: number;
  /** For messages. */
  readonly fileName: string;
}

/** The file tells neither zone nor currency; the venues of this format are French. */
const TIME_ZONE = 'Europe/Paris';
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Everything is on sale: since so many days ago, until it starts. */
const ON_SALE_SINCE_DAYS = 60;

/**
 * A world of one institution, made of a catalog file. Ids, names and amounts are the file's own; dates move to the
 * future by one whole number of weeks, weekday and hour on the venue's clock unchanged; seats are derived from the
 * areas of the seat categories. What the file lacks is made up. Throws WorldFileError.
 */
export function importWorld(json: unknown, { nowMs, fileName }: ImportOptions): World {
  const file = readWorldFile(json, fileName);
  const code = institutionPart(file.performances[0]!.venueCode).toLowerCase();
  const site = openSite({ code, idPrefix: 10240, seed: code, nowMs, timeZone: TIME_ZONE });
  const places = placesOf(file.performances, site.ids);
  const startOf = movedToFuture(file.performances, site.calendar.venueTime, nowMs);
  const rooms = describeRooms(site, file, places);
  const vat = vatCodes(site, 'FR', [5500]);
  const season = describeSeason(site, file, startOf);

  const performancesByEventId = grouped(file.performances, ({ eventId }) => eventId);
  for (const event of Object.values(file.events)) {
    const performances = (performancesByEventId.get(event.id) ?? []).map((performance): Performance => {
      site.stock.plan.performances.push({
        performanceId: performance.id,
        productId: event.id,
        zones: places.zonesOf(performance),
      });
      const roomId = rooms.get(performance.venueCode)!.id;
      return describePerformance(site, file, performance, startOf(performance), roomId);
    });
    season.products.push(describeProduct(event, performances, vat[0]!.id));
  }
  return { institutions: [describeInstitution(site, { file, season, rooms, vat, nowMs })] };
}

function describeInstitution(
  site: BuildingSite,
  {
    file,
    season,
    rooms,
    vat,
    nowMs,
  }: {
    file: WorldFile;
    season: Season;
    rooms: ReadonlyMap<string, PhysicalConfiguration>;
    vat: InstitutionWorld['vatCodes'];
    nowMs: number;
  },
): InstitutionWorld {
  const name = Object.values(file.venueNames)[0] ?? site.code;
  return {
    code: site.code,
    posConfig: buildPosConfig(
      {
        code: site.code,
        name: { fr: name },
        timeZone: TIME_ZONE,
        currency: 'EUR',
        languages: [FILE_LOCALE],
        maxSeatsPerPerformance: 10,
        address: { street: '', zipcode: '', town: '', countryCode: 'FR' },
      },
      site.ids,
    ),
    seasons: [season],
    leakedSeasons: [],
    physicalConfigurations: [...rooms.values()],
    externalVerifications: [],
    groupCriterions: [],
    vatCodes: vat,
    lastSetupUpdate: lastSetupUpdate(site, nowMs),
    stock: site.stock.plan,
    isCopy: true,
  };
}

/** One number of weeks for all: the smallest that brings the first performance after now. */
function movedToFuture(
  performances: readonly FilePerformance[],
  venueTime: VenueTime,
  nowMs: number,
): (performance: FilePerformance) => number {
  const move = (startMs: number, weeks: number): number => {
    const [date = '', time = ''] = venueTime.wallClock(startMs).split('T');
    const moved = new Date(Date.parse(`${date}T00:00:00Z`) + weeks * WEEK_MS).toISOString().slice(0, 10);
    return venueTime.instant(moved, time);
  };
  const earliestMs = Math.min(...performances.map(({ start }) => start));
  // One less than the distance, as a change of the clock in between may bring it a little closer.
  let weeks = Math.max(0, Math.floor((nowMs - earliestMs) / WEEK_MS) - 1);
  while (move(earliestMs, weeks) <= nowMs) weeks += 1;
  return ({ start }) => move(start, weeks);
}

function describeSeason(
  site: BuildingSite,
  file: WorldFile,
  startOf: (performance: FilePerformance) => number,
): Season {
  const starts = file.performances.map(startOf);
  const firstYear = site.calendar.venueTime.wallClock(Math.min(...starts)).slice(0, 4);
  const tariffs = Object.entries(file.audienceSubCategoryNames).map(([id, name]) => ({
    id: Number(id),
    code: codeOf(Number(id)),
    externalName: inFrench(name),
    audienceCategoryKind: 'FULL' as const,
    requiredAudienceSubCategoryIds: [],
    crossSeatCategory: false,
  }));
  const season = emptySeason(site, {
    code: `S${firstYear}`,
    name: { fr: `Saison ${firstYear}` },
    state: 'RUNNING',
    from: -ON_SALE_SINCE_DAYS,
    until: 0,
    tariffs: {
      audienceCategories: [
        {
          id: site.ids.next('audienceCategory'),
          code: 'INDIV',
          externalName: inFrench('Individuels'),
          mainCategory: 'OCCASIONAL',
          secondaryCategory: 'INDIVIDUAL',
          audienceSubCategories: tariffs,
        },
      ],
      all: [],
      pick: () => [],
    },
  });
  season.end = site.calendar.venueTime.iso(Math.max(...starts) + DAY_MS);
  season.topics = [...Object.entries(file.topicNames), ...Object.entries(file.subTopicNames)].map(
    ([id, name]) => ({
      id: Number(id),
      code: codeOf(Number(id)),
      externalName: inFrench(name),
    }),
  );
  return season;
}

function describeProduct(
  event: WorldFile['events'][string],
  performances: Performance[],
  vatCodeId: number,
): Product {
  const description = event.description ?? event.subtitle;
  return {
    id: event.id,
    code: codeOf(event.id),
    externalName: inFrench(event.name),
    ...(description ? { description: inFrench(description) } : {}),
    productFamilyType: 'SINGLE_ENTRY',
    state: 'RUNNING',
    vatCodeId,
    ...(event.logo ? { logo: event.logo } : {}),
    topicIds: [...event.topicIds, ...event.subTopicIds],
    crossSellProductLinks: [],
    event: { performances },
  };
}

function describePerformance(
  { calendar }: BuildingSite,
  file: WorldFile,
  performance: FilePerformance,
  startMs: number,
  physicalConfigurationId: number,
): Performance {
  const start = calendar.venueTime.iso(startMs);
  const onSaleSince = calendar.at(-ON_SALE_SINCE_DAYS, '10:00');
  return {
    id: performance.id,
    state: 'RUNNING',
    start,
    ...(performance.name ? { externalName: inFrench(performance.name) } : {}),
    physicalConfigurationId,
    seatCategories: performance.seatCategories.map(({ seatCategoryId }) => ({
      id: seatCategoryId,
      code: codeOf(seatCategoryId),
      externalName: inFrench(file.seatCategoryNames[String(seatCategoryId)]),
    })),
    prices: performance.prices.map(({ amount, audienceSubCategoryId, seatCategoryId }) => ({
      audSubCatId: audienceSubCategoryId,
      seatCatId: seatCategoryId,
      amount,
      salePeriods: [{ start: onSaleSince, end: start, audienceSubCatIds: [audienceSubCategoryId] }],
    })),
  };
}
