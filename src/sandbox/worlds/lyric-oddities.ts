import type { Performance, Product, Season, State } from '../model.js';
import type { SaleWindow } from './prices.js';
import { crossSellLink } from './small-parts.js';
import type { BuildingSite } from './site.js';
import type { TariffTable } from './tariffs.js';

const STATES: Readonly<Record<number, State>> = {
  6: 'PREPARING',
  7: 'VALIDATED',
  8: 'SUSPENDED',
  9: 'CANCELED',
  10: 'CLOSED',
  11: 'CANCELED_CLOSED',
};

const WINDOWS: Readonly<Record<number, SaleWindow>> = { 10: 'ended', 12: 'soon', 13: 'ended', 24: 'soon' };

/** The concerts that are not simply on sale, by their index. */
export function stateOf(index: number): State {
  return STATES[index] ?? 'RUNNING';
}

export function windowOf(index: number): SaleWindow {
  return WINDOWS[index] ?? 'open';
}

/**
 * What real catalogs have and nobody expects: prices twice, ids of things long deleted, missing translations,
 * performances in every state, different periods for different tariffs. Each on a concert of its own.
 */
export function addOddities(site: BuildingSite, season: Season, tariffs: TariffTable): void {
  const { ids, calendar } = site;
  const concert = (index: number): Product => season.products[index]!;
  const evening = (index: number, number = 0): Performance => concert(index).event!.performances[number]!;

  // A reduced price for those who hold the level, beside the normal one.
  for (const price of evening(3).prices.filter(({ audSubCatId }) => audSubCatId === tariffs.all[0]!.id)) {
    evening(3).prices.push({
      ...price,
      priceLevelId: season.priceLevels[0]!.id,
      amount: Math.round((price.amount * 0.9) / 500) * 500,
    });
  }

  const [first] = evening(5).prices;
  evening(5).prices.push({ ...first!, amount: first!.amount + 1000 });

  const periodsSeen = evening(14).prices;
  for (const price of periodsSeen) {
    const [from, until] = ({ 0: [-90, -3], 1: [-20, 14], 2: [12, 15] } as const)[
      (tariffs.all.findIndex(({ id }) => id === price.audSubCatId) % 3) as 0 | 1 | 2
    ];
    price.salePeriods = [
      {
        start: calendar.at(from, '10:00'),
        end: calendar.at(until, '18:00'),
        audienceSubCatIds: [price.audSubCatId],
      },
    ];
  }

  concert(16).vatCodeId = ids.dangling('vatCode');
  concert(16).topicIds.push(ids.dangling('topic'));
  concert(16).crossSellProductLinks.push(
    crossSellLink(site, { fr: 'Coffret de disques', en: 'Box set' }, ids.dangling('product'), 2),
  );
  evening(16).physicalConfigurationId = ids.dangling('configuration');
  evening(16).prices.push(
    {
      audSubCatId: ids.dangling('tariff'),
      seatCatId: evening(16).seatCategories[0]!.id,
      amount: 12_000,
      salePeriods: [],
    },
    {
      audSubCatId: tariffs.all[0]!.id,
      seatCatId: ids.dangling('seatCategory'),
      amount: 9_000,
      salePeriods: [],
    },
  );

  const [normal] = evening(17).prices;
  evening(17).prices.push({
    audSubCatId: normal!.audSubCatId,
    amount: 8_000,
    salePeriods: normal!.salePeriods,
  });

  keepLocales(concert(18), ['fr', 'de']);
  keepLocales(concert(19), ['de']);
  keepLocales(concert(20), []);
  delete concert(21).description;
  delete concert(21).largeImageUrl;
  delete concert(21).logo;

  // Its first evening was yesterday's: over, though the product still runs.
  evening(22, 0).start = calendar.at(-1, '20:00');

  const [last, middle, opening] = [evening(36, 0), evening(36, 1), evening(36, 2)];
  last.state = 'SUSPENDED';
  middle.state = 'CANCELED';
  opening.externalName = { translations: [{ locale: 'fr', value: 'Avant-première' }] };
  evening(72, 0).state = 'VALIDATED';
  evening(72, 1).state = 'PREPARING';
  evening(108, 0).state = 'CLOSED';
  evening(108, 1).state = 'CANCELED_CLOSED';
}

function keepLocales(product: Product, locales: readonly string[]): void {
  for (const text of [product.externalName, product.description]) {
    if (text) text.translations = text.translations.filter(({ locale }) => locales.includes(locale));
  }
}
