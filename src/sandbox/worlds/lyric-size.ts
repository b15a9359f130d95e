import type { InstitutionWorld, Product, Season } from '../model.js';
import { buildConcert, type ConcertHouse } from './lyric-concerts.js';
import { emptySeason } from './small-parts.js';
import { xmlSize } from './xml-size.js';

const MEGABYTE = 1_000_000;
const CONCERTS_IN_A_SEASON = 180;
/** Concerts that stay however small the catalog is to be: those with something to show. */
const CONCERTS_TO_KEEP = 25;
/** What `getCatalogDetailed` answers without a scope, the option for additional states on. */
const EXPORTED = new Set<string>(['RUNNING', 'SUSPENDED', 'VALIDATED']);

/**
 * Makes the catalog about `sizeMb` megabytes of XML: further seasons of concerts after the ones there are, or fewer
 * ordinary concerts. Each concert is measured once, when it comes or goes.
 */
export function fitToSize(world: InstitutionWorld, house: ConcertHouse, sizeMb: number): void {
  let missing = sizeMb * MEGABYTE - catalogSize(world);
  if (missing < 0) leaveOutConcerts(world, -missing);
  for (let number = 1; missing > 0; number += 1) {
    const season = furtherSeason(world, house, number);
    missing -= sizeOf(season);
    for (let index = 0; index < CONCERTS_IN_A_SEASON && missing > 0; index += 1) {
      const day = 3 + Math.floor((index * 290) / CONCERTS_IN_A_SEASON);
      const concert = buildConcert(
        { ...house, codeLetter: furtherLetter(number), topicIdByGenre: topicIds(season) },
        { index, day },
      );
      season.products.push(concert);
      missing -= xmlSize('products', concert);
    }
    world.seasons.push(season);
  }
}

/** Bytes of the answer to `getCatalogDetailed` without parameters, as XML. */
function catalogSize(world: InstitutionWorld): number {
  const seasons = [...world.seasons, ...world.leakedSeasons].filter(({ state }) => EXPORTED.has(state));
  return (
    seasons.reduce((sum, season) => sum + sizeOf(season), 0) +
    xmlSize('physicalConfigurations', world.physicalConfigurations) +
    xmlSize('externalVerifications', world.externalVerifications) +
    xmlSize('groupCriterions', world.groupCriterions)
  );
}

function sizeOf(season: Season): number {
  return xmlSize('seasons', {
    ...season,
    products: season.products.filter(({ state }) => EXPORTED.has(state)),
  });
}

function leaveOutConcerts(world: InstitutionWorld, bytes: number): void {
  const season = world.seasons[0]!;
  const composed = new Set(
    world.seasons
      .flatMap(({ products }) => products)
      .flatMap((product) => [...(product.seasonTicket?.lines ?? []), ...(product.package?.lines ?? [])])
      .map(({ product }) => product.id),
  );
  const left = new Set<Product>();
  let surplus = bytes;
  for (const product of season.products.slice(CONCERTS_TO_KEEP).toReversed()) {
    if (surplus <= 0) break;
    if (!product.event || composed.has(product.id)) continue;
    left.add(product);
    surplus -= xmlSize('products', product);
  }
  const leftIds = new Set([...left].map(({ id }) => id));
  season.products = season.products.filter((product) => !left.has(product));
  world.stock.performances = world.stock.performances.filter(({ productId }) => !leftIds.has(productId));
  for (const id of leftIds) delete world.stock.alertRatioByProductId[id];
}

function furtherSeason(world: InstitutionWorld, { site, tariffs }: ConcertHouse, number: number): Season {
  const [{ topics } = { topics: [] }] = world.seasons;
  return emptySeason(site, {
    code: `PLUS${String(number).padStart(3, '0')}`,
    name: { fr: `Cycle ${number}`, en: `Cycle ${number}`, de: `Zyklus ${number}` },
    state: 'RUNNING',
    from: -10,
    until: 320,
    tariffs,
    topics: topics.map(({ code, externalName }) => ({
      code,
      name: Object.fromEntries(externalName.translations.map(({ locale, value }) => [locale, value])),
    })),
  });
}

/** Product codes are at most eight characters: the cycle in letters before the number of the concert. */
function furtherLetter(number: number): string {
  return `X${number.toString(36).toUpperCase()}`;
}

function topicIds({ topics }: Season): ReadonlyMap<string, number> {
  return new Map(topics.map(({ code, id }) => [code, id]));
}
