import type { Product, Season, VatCode } from '../model.js';
import { itemPrices, salePeriods } from './prices.js';
import { crossSellLink, plainItem } from './small-parts.js';
import type { BuildingSite } from './site.js';
import type { TariffTable } from './tariffs.js';
import { translated, type Text } from './texts.js';

export interface SubscriptionsOptions {
  readonly site: BuildingSite;
  readonly season: Season;
  readonly festival: Season;
  readonly tariffs: TariffTable;
  readonly vat: readonly VatCode[];
}

/** What a concert hall sells beside single concerts: series, a festival package, a circle of friends, programmes. */
export function buildSubscriptions({ site, season, festival, tariffs, vat }: SubscriptionsOptions): void {
  const { ids, stock } = site;
  const series = tariffs.pick(['SERIE']);
  const everybody = tariffs.pick(['PLEIN', 'JEUNE']);
  const normalVat = vat.at(-1)!.id;
  const periodsOf = (tariff: (typeof series)[number]) => salePeriods(site.calendar, tariff, 'open', 60);

  const orchestral = topicConcerts(season, 'SYMPH');
  const piano = topicConcerts(season, 'PIANO');
  const seasonTickets = [
    seasonTicket(
      'ABOSYM',
      { fr: 'Série symphonique', en: 'Orchestral series', de: 'Sinfoniereihe' },
      orchestral.slice(0, 6),
      [
        [{ fr: 'Série, 1re catégorie', en: 'Series, category 1', de: 'Reihe, Kategorie 1' }, 420_000],
        [{ fr: 'Série, 2e catégorie', en: 'Series, category 2', de: 'Reihe, Kategorie 2' }, 330_000],
      ],
    ),
    seasonTicket('ABOPIA', { fr: 'Série piano', en: 'Piano series', de: 'Klavierreihe' }, piano.slice(0, 5), [
      [{ fr: 'Série, 2e catégorie', en: 'Series, category 2', de: 'Reihe, Kategorie 2' }, 210_000],
    ]),
  ];

  function seasonTicket(
    code: string,
    name: Text,
    concerts: readonly Product[],
    items: readonly (readonly [Text, number])[],
  ): Product {
    const product: Product = {
      ...simple(code, name, 'SEASONTICKET', vat[0]!.id),
      seasonTicket: {
        items: items.map(([itemName, amount]) => ({
          ...plainItem(site, itemName, itemPrices(amount / 0.7, series, periodsOf)),
        })),
        lines: concerts.map(({ id }) => ({ product: { id } })),
      },
    };
    stock.addItems(product, 60);
    stock.setAlertRatio(product.id, 20);
    return product;
  }

  function simple(
    code: string,
    name: Text,
    family: Product['productFamilyType'],
    vatCodeId: number,
  ): Product {
    return {
      id: ids.next('product'),
      code,
      externalName: translated(name),
      productFamilyType: family,
      state: 'RUNNING',
      vatCodeId,
      minQuantity: 1,
      exchangeable: false,
      logo: `/images/lyric/${code.toLowerCase()}.png`,
      topicIds: [],
      crossSellProductLinks: [],
    };
  }

  const packageOfThree: Product = {
    ...simple('PASS3', { fr: 'Festival, trois soirs', en: 'Festival, three nights' }, 'PACKAGE', vat[0]!.id),
    package: { lines: orchestral.slice(6, 9).map(({ id }) => ({ product: { id } })) },
  };
  const circle: Product = {
    ...simple(
      'CERCLE',
      { fr: 'Cercle des amis', en: 'Circle of friends', de: 'Freundeskreis' },
      'MEMBERSHIP',
      normalVat,
    ),
    membership: {
      items: [
        plainItem(site, { fr: 'Ami', en: 'Friend', de: 'Freund' }, itemPrices(60_000, everybody, periodsOf)),
        plainItem(
          site,
          { fr: 'Mécène', en: 'Patron', de: 'Mäzen' },
          itemPrices(500_000, everybody, periodsOf),
        ),
      ],
    },
  };
  const programme: Product = {
    ...simple(
      'PROG',
      { fr: 'Programme de salle', en: 'Printed programme', de: 'Programmheft' },
      'GOODS',
      normalVat,
    ),
    goods: {
      items: [
        plainItem(
          site,
          { fr: 'Programme', en: 'Programme', de: 'Programmheft' },
          itemPrices(8_000, everybody, () => []),
        ),
      ],
    },
  };
  const parking: Product = {
    ...simple(
      'PARK',
      { fr: 'Parking du quai', en: 'Quayside parking', de: 'Parkplatz am Quai' },
      'SERVICE',
      normalVat,
    ),
    service: {
      items: [
        plainItem(
          site,
          { fr: 'Une soirée', en: 'One evening', de: 'Ein Abend' },
          itemPrices(12_000, everybody, periodsOf),
        ),
      ],
    },
  };
  stock.addItems(circle, 500);
  stock.addItems(programme, 400);
  stock.addItems(parking, 90);

  stock.plan.dedicatedContingents.push({
    id: site.register.idOf('contingent', 'ABO'),
    code: 'ABO',
    composedProductIds: seasonTickets.map(({ id }) => id),
  });
  for (const concert of orchestral) {
    concert.crossSellProductLinks.push(
      crossSellLink(site, { fr: 'Avec votre programme', en: 'With your programme' }, programme.id, 1),
    );
  }
  season.products.push(...seasonTickets, circle, programme, parking);
  festival.products.push(packageOfThree);
}

/** The running concerts of a topic, in the order of the season. */
function topicConcerts({ topics, products }: Season, topicCode: string): Product[] {
  const topicId = topics.find(({ code }) => code === topicCode)?.id;
  return products.filter(
    ({ state, topicIds }) => state === 'RUNNING' && topicIds.some((id) => id === topicId),
  );
}
