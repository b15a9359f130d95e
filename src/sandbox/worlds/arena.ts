import type { InstitutionWorld, Season } from '../model.js';
import { buildMatches, COMPETITIONS, type Competition } from './arena-matches.js';
import { buildOffers } from './arena-offers.js';
import { ARENA_SITE, ARENA_TARIFFS, BOWL, HOME } from './arena.data.js';
import { buildPosConfig } from './pos-config.js';
import { buildRoom } from './rooms.js';
import { emptySeason, externalVerification, leakedSeason, vatCodes } from './small-parts.js';
import { lastSetupUpdate, openSite, type BuildingSite } from './site.js';
import { buildTariffs, type TariffTable } from './tariffs.js';
import { everywhere, translated } from './texts.js';

/** A stadium in Zurich: 60,000 places, 24 matches, season tickets with places of their own, lounges, buses. */
export function buildArena({ seed, nowMs }: { seed: string | number; nowMs: number }): InstitutionWorld {
  const timeZone = 'Europe/Zurich';
  const site = openSite({ code: 'arena', idPrefix: 10231, seed, nowMs, timeZone });
  const { ids } = site;
  const tariffs = buildTariffs(ARENA_TARIFFS, ids);
  const room = buildRoom(BOWL, ids, site.register);
  const vat = vatCodes(site, 'CH', [2600, 8100]);
  const { current, next } = buildSeasons(site, tariffs);
  const topicIdOf = (competition: Competition): number =>
    current.topics.find(({ code }) => code === competition)!.id;

  const vatCodeId = vat[1]!.id;
  const matches = buildMatches({ site, room, tariffs, topicIdOf, vatCodeId });
  current.products.push(
    ...matches,
    ...buildOffers({ site, matches, leagueTopicId: topicIdOf('LEAGUE'), tariffs, vatCodeId }),
  );
  next.products.push({
    id: ids.next('product'),
    code: 'SAISON+1',
    externalName: translated({ de: 'Saisonkarte, nächste Saison' }),
    productFamilyType: 'SEASONTICKET',
    state: 'VALIDATED',
    vatCodeId,
    topicIds: [],
    crossSellProductLinks: [],
    seasonTicket: { items: [], lines: [] },
  });

  return {
    code: site.code,
    posConfig: buildPosConfig(
      {
        code: site.code,
        name: everywhere(HOME),
        timeZone,
        currency: 'CHF',
        languages: ['de', 'fr', 'en'],
        maxSeatsPerPerformance: 8,
        address: ARENA_SITE,
      },
      ids,
    ),
    seasons: [current, next],
    leakedSeasons: [leakedSeason(site, 'Eishalle Sihl AG', tariffs)],
    physicalConfigurations: [room.configuration],
    externalVerifications: [
      externalVerification(
        site,
        { fr: 'Carte de supporter', en: 'Supporter card', de: 'Fankarte' },
        { en: 'Number on the front', de: 'Nummer auf der Vorderseite' },
      ),
    ],
    groupCriterions: [],
    vatCodes: vat,
    lastSetupUpdate: lastSetupUpdate(site, nowMs),
    stock: site.stock.plan,
  };
}

function buildSeasons(site: BuildingSite, tariffs: TariffTable): { current: Season; next: Season } {
  const year = site.calendar.year(0);
  const topics = Object.entries(COMPETITIONS).map(([code, name]) => ({ code, name }));
  const seasonOf = (of: number, state: Season['state'], from: number, until: number): Season =>
    emptySeason(site, {
      code: `SP${of}`,
      name: {
        fr: `Saison ${of}/${of + 1}`,
        en: `Season ${of}/${of + 1}`,
        de: `Saison ${of}/${of + 1}`,
      },
      state,
      from,
      until,
      tariffs,
      topics,
    });
  return {
    current: seasonOf(year, 'RUNNING', -40, 300),
    next: seasonOf(year + 1, 'VALIDATED', 301, 660),
  };
}
