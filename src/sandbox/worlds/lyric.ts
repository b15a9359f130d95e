import type { InstitutionWorld, Season } from '../model.js';
import { buildConcert, type ConcertHouse } from './lyric-concerts.js';
import { addOddities, stateOf, windowOf } from './lyric-oddities.js';
import { buildSubscriptions } from './lyric-subscriptions.js';
import { fitToSize } from './lyric-size.js';
import { GRAND_HALL, LYRIC_SITE, LYRIC_TARIFFS, STANDING_HALL, STUDIO } from './lyric.data.js';
import { GENRES } from './lyric.works.js';
import { buildPosConfig } from './pos-config.js';
import { buildRoom } from './rooms.js';
import { emptySeason, externalVerification, groupCriterion, leakedSeason, vatCodes } from './small-parts.js';
import { lastSetupUpdate, openSite, type BuildingSite } from './site.js';
import { buildTariffs } from './tariffs.js';
import { everywhere } from './texts.js';

export interface LyricOptions {
  readonly seed: string | number;
  readonly nowMs: number;
  /** How many megabytes the catalog is to have as SOAP; as many as the season has when absent. */
  readonly sizeMb?: number | undefined;
}

const CONCERTS = 180;
/** The season's concerts are spread over so many days. */
const DAYS = 290;
const PAST_CONCERTS = 6;

/** A concert hall in Paris: two rooms, three arrangements, 180 events with 240 performances, and subscriptions. */
export function buildLyric({ seed, nowMs, sizeMb }: LyricOptions): InstitutionWorld {
  const timeZone = 'Europe/Paris';
  const site = openSite({ code: 'lyric', idPrefix: 10229, seed, nowMs, timeZone });
  const { ids } = site;
  const tariffs = buildTariffs(LYRIC_TARIFFS, ids);
  const rooms = {
    grand: buildRoom(GRAND_HALL, ids, site.register),
    studio: buildRoom(STUDIO, ids, site.register),
    standing: buildRoom(STANDING_HALL, ids, site.register),
  };
  const vat = vatCodes(site, 'FR', [2100, 5500, 20_000]);
  const seasons = buildSeasons(site, tariffs);
  const house: ConcertHouse = {
    site,
    rooms,
    tariffs,
    topicIdByGenre: new Map(seasons.current.topics.map(({ code, id }) => [code, id])),
    vatCodeId: vat[0]!.id,
    codeLetter: 'C',
  };

  for (let index = 0; index < CONCERTS; index += 1) {
    const day = index === 0 ? 1 : 2 + Math.floor((index * DAYS) / CONCERTS);
    const plan = { index, day: stateOf(index) === 'CLOSED' ? -40 : day };
    seasons.current.products.push(
      buildConcert(house, { ...plan, state: stateOf(index), window: windowOf(index) }),
    );
  }
  addOddities(site, seasons.current, tariffs);
  for (let index = 0; index < PAST_CONCERTS; index += 1) {
    const past = { index, day: -300 + index * 20, state: 'CLOSED', window: 'ended' } as const;
    seasons.past.products.push(buildConcert({ ...house, codeLetter: 'P' }, past));
  }
  buildSubscriptions({ site, season: seasons.current, festival: seasons.festival, tariffs, vat });

  const world: InstitutionWorld = {
    code: site.code,
    posConfig: buildPosConfig(
      {
        code: site.code,
        name: everywhere(LYRIC_SITE.name),
        timeZone,
        currency: 'EUR',
        languages: ['fr', 'en', 'de'],
        maxSeatsPerPerformance: 10,
        address: LYRIC_SITE,
      },
      ids,
    ),
    seasons: [seasons.current, seasons.festival, seasons.past],
    leakedSeasons: [leakedSeason(site, "Théâtre de l'Autre Rive", tariffs)],
    physicalConfigurations: Object.values(rooms).map(({ configuration }) => configuration),
    externalVerifications: [
      externalVerification(
        site,
        { fr: 'Carte culture étudiante', en: 'Student culture card', de: 'Kulturkarte für Studierende' },
        { fr: 'Numéro au dos de la carte', en: 'Number on the back of the card' },
      ),
    ],
    groupCriterions: [
      groupCriterion(site, 'ECOLE', { fr: 'Niveau scolaire', en: 'School level', de: 'Schulstufe' }, [
        { code: 'PRIM', name: { fr: 'Primaire', en: 'Primary', de: 'Grundschule' } },
        { code: 'SEC', name: { fr: 'Secondaire', en: 'Secondary', de: 'Oberstufe' } },
      ]),
    ],
    vatCodes: vat,
    lastSetupUpdate: lastSetupUpdate(site, nowMs, String(sizeMb)),
    stock: site.stock.plan,
  };
  if (sizeMb !== undefined) fitToSize(world, house, sizeMb);
  return world;
}

function buildSeasons(
  site: BuildingSite,
  tariffs: ReturnType<typeof buildTariffs>,
): { current: Season; festival: Season; past: Season } {
  const year = site.calendar.year(0);
  const topics = GENRES.map(({ code, name }) => ({ code, name }));
  const two = (value: number): string => String(value % 100).padStart(2, '0');
  const current = emptySeason(site, {
    code: `S${two(year)}${two(year + 1)}`,
    name: {
      fr: `Saison ${year}-${year + 1}`,
      en: `Season ${year}-${year + 1}`,
      de: `Spielzeit ${year}-${year + 1}`,
    },
    state: 'RUNNING',
    from: -60,
    until: 320,
    tariffs,
    topics,
  });
  current.priceLevels.push({
    id: site.ids.next('priceLevel'),
    code: 'CERCLE',
    mainCategory: 'MEMBER',
    reduction: 10,
  });
  const festival = emptySeason(site, {
    code: `FEST${two(year)}`,
    name: { fr: 'Festival des Quais', en: 'Quayside Festival' },
    state: 'RUNNING',
    from: 60,
    until: 160,
    tariffs,
  });
  const past = emptySeason(site, {
    code: `S${two(year - 1)}${two(year)}`,
    name: { fr: `Saison ${year - 1}-${year}`, en: `Season ${year - 1}-${year}` },
    state: 'CLOSED',
    from: -425,
    until: -61,
    tariffs,
  });
  return { current, festival, past };
}
