import type { Product, State } from '../model.js';
import {
  BOWL_SHARES,
  CUP_OPPONENTS,
  FRIENDLY_OPPONENTS,
  HOME,
  LEAGUE_OPPONENTS,
  WOMEN_OPPONENTS,
} from './arena.data.js';
import { gridPrices, salePeriods, type SaleWindow } from './prices.js';
import type { Room } from './rooms.js';
import type { BuildingSite } from './site.js';
import type { TariffTable } from './tariffs.js';
import { everywhere, translated, type Text } from './texts.js';

export type Competition = 'LEAGUE' | 'CUP' | 'FRIENDLY' | 'WOMEN';

export const COMPETITIONS: Readonly<Record<Competition, Text>> = {
  LEAGUE: { fr: 'Championnat', en: 'League', de: 'Meisterschaft' },
  CUP: { fr: 'Coupe', en: 'Cup', de: 'Cup' },
  FRIENDLY: { fr: 'Match amical', en: 'Friendly', de: 'Testspiel' },
  WOMEN: { fr: 'Championnat féminin', en: "Women's league", de: 'Frauenmeisterschaft' },
};

export interface MatchesOptions {
  readonly site: BuildingSite;
  readonly room: Room;
  readonly tariffs: TariffTable;
  readonly topicIdOf: (competition: Competition) => number;
  readonly vatCodeId: number;
}

/** Thousandths: the best seat. */
const AMOUNTS: Readonly<Record<Competition, number>> = {
  LEAGUE: 85_000,
  CUP: 70_000,
  FRIENDLY: 50_000,
  WOMEN: 40_000,
};
/** The derby and the champion cost more, and sell out first. */
const TOP_OPPONENTS = new Set(['SC Rheinbrück', 'BSC Bärengraben']);
const DAYS_BETWEEN = 11;
const MATCH_SECONDS = 6900;
/** Matches later than this are not on sale yet. */
const SALES_HORIZON_DAYS = 170;
const STATES: Readonly<Record<number, State>> = { 0: 'CLOSED', 7: 'SUSPENDED', 12: 'CANCELED' };

/** The 24 matches of the season; the first one is over. */
export function buildMatches(options: MatchesOptions): Product[] {
  const fixtures: { competition: Competition; opponent: string }[] = [
    ...LEAGUE_OPPONENTS.map((opponent) => ({ competition: 'LEAGUE' as const, opponent })),
    ...CUP_OPPONENTS.map((opponent) => ({ competition: 'CUP' as const, opponent })),
    ...FRIENDLY_OPPONENTS.map((opponent) => ({ competition: 'FRIENDLY' as const, opponent })),
    ...WOMEN_OPPONENTS.map((opponent) => ({ competition: 'WOMEN' as const, opponent })),
  ];
  // Seven and 24 have no common factor: the competitions mix, and every fixture comes once.
  return fixtures.map((_, index) => buildMatch(options, index, fixtures[(index * 7) % fixtures.length]!));
}

function buildMatch(
  { site, room, tariffs, topicIdOf, vatCodeId }: MatchesOptions,
  index: number,
  { competition, opponent }: { competition: Competition; opponent: string },
): Product {
  const { ids, calendar, stock } = site;
  const state = STATES[index] ?? 'RUNNING';
  const day = index === 0 ? -7 : nextMatchDay(site, 2 + (index - 1) * DAYS_BETWEEN);
  const isTop = TOP_OPPONENTS.has(opponent);
  const window: SaleWindow = index === 0 ? 'ended' : day > SALES_HORIZON_DAYS ? 'soon' : 'open';
  const id = ids.next('product');
  const performanceId = ids.next('performance');
  stock.addPerformance(id, performanceId, room);
  stock.setAlertRatio(id, isTop ? 15 : 5);
  const code = `M${String(index + 1).padStart(2, '0')}`;
  return {
    id,
    code,
    externalName: translated(everywhere(`${HOME} – ${opponent}`)),
    description: translated(descriptionOf(competition, opponent)),
    productFamilyType: 'SINGLE_ENTRY',
    state,
    vatCodeId,
    minQuantity: 1,
    exchangeable: competition !== 'CUP',
    logo: `/images/arena/${code.toLowerCase()}.svg`,
    largeImageUrl: `https://media.arena.example/matches/${code.toLowerCase()}.jpg`,
    topicIds: [topicIdOf(competition)],
    crossSellProductLinks: [],
    event: {
      performances: [
        {
          id: performanceId,
          state,
          start: calendar.at(day, calendar.weekday(day) === 0 ? '16:30' : '20:30'),
          duration: MATCH_SECONDS,
          externalName: translated(COMPETITIONS[competition]),
          physicalConfigurationId: room.configuration.id,
          seatCategories: room.seatCategories,
          prices: gridPrices({
            fullAmount: AMOUNTS[competition] * (isTop ? 1.3 : 1),
            categoryShares: BOWL_SHARES,
            seatCategories: room.seatCategories,
            tariffs: tariffs.pick(['VOLL', 'ERM', 'KIND', 'BEGL', 'FAN']),
            periodsOf: (tariff) => salePeriods(calendar, tariff, window, day),
          }),
        },
      ],
    },
  };
}

/** Saturdays, Sundays and Wednesdays. */
function nextMatchDay({ calendar }: BuildingSite, fromDay: number): number {
  let day = fromDay;
  while (![0, 3, 6].includes(calendar.weekday(day))) day += 1;
  return day;
}

function descriptionOf(competition: Competition, opponent: string): Text {
  const against = opponent.replaceAll('&', '&amp;');
  return {
    fr: `<p>${COMPETITIONS[competition].fr}&nbsp;: ${against}. Ouverture des portes 90 minutes avant le coup d'envoi.</p>`,
    en: `<p>${COMPETITIONS[competition].en}: ${against}. Gates open 90 minutes before kick-off.</p>`,
    de: `<p>${COMPETITIONS[competition].de}: ${against}. Einlass 90 Minuten vor Anpfiff.</p>`,
  };
}
