import type { Product, ProductFamilyType, State } from '../model.js';
import { LOUNGE_CONTINGENT, SEASON_CONTINGENT, SEASON_TICKET_ITEMS } from './arena.data.js';
import { itemPrices, salePeriods, type SaleWindow } from './prices.js';
import { crossSellLink, plainItem } from './small-parts.js';
import type { BuildingSite } from './site.js';
import type { Tariff, TariffTable } from './tariffs.js';
import { translated, type Text } from './texts.js';

export interface OffersOptions {
  readonly site: BuildingSite;
  readonly matches: readonly Product[];
  readonly leagueTopicId: number;
  readonly tariffs: TariffTable;
  readonly vatCodeId: number;
}

interface OfferPlan {
  readonly code: string;
  readonly name: Text;
  readonly items: readonly (readonly [Text, number])[];
  readonly quota: number;
  readonly window?: SaleWindow;
  readonly state?: State;
}

const NEXT_MATCHES = 4;

/** What a stadium sells beside single matches: season tickets, packages, lounges, buses, parking, scarves, membership. */
export function buildOffers({ site, matches, leagueTopicId, tariffs, vatCodeId }: OffersOptions): Product[] {
  const { calendar, ids, register, stock } = site;
  const adults = tariffs.pick(['VOLL', 'ERM']);
  const running = matches.filter(({ state }) => state === 'RUNNING');
  const league = running.filter(({ topicIds }) => topicIds.includes(leagueTopicId));

  function bare(code: string, name: Text, family: ProductFamilyType, state: State = 'RUNNING'): Product {
    return {
      id: ids.next('product'),
      code,
      externalName: translated(name),
      productFamilyType: family,
      state,
      vatCodeId,
      minQuantity: 1,
      exchangeable: false,
      logo: `/images/arena/${code.toLowerCase()}.svg`,
      topicIds: [],
      crossSellProductLinks: [],
    };
  }

  function itemsOf({ items, window = 'open' }: OfferPlan, sold: readonly Tariff[]) {
    return items.map(([name, amount]) =>
      plainItem(
        site,
        name,
        itemPrices(amount, sold, (tariff) => salePeriods(calendar, tariff, window, 200)),
      ),
    );
  }

  function offer(
    family: 'HOSPITALITY' | 'TRANSPORT' | 'SERVICE' | 'GOODS' | 'MEMBERSHIP',
    plan: OfferPlan,
  ): Product {
    const member = family.toLowerCase() as 'hospitality' | 'transport' | 'service' | 'goods' | 'membership';
    const product = {
      ...bare(plan.code, plan.name, family, plan.state),
      [member]: { items: itemsOf(plan, adults) },
    };
    stock.addItems(product, plan.quota);
    stock.setAlertRatio(product.id, 12);
    return product;
  }

  function seasonTicket(
    plan: Omit<OfferPlan, 'items' | 'quota'>,
    share: number,
    lines: readonly Product[],
  ): Product {
    const items = SEASON_TICKET_ITEMS.map(({ name, amount }) => [name, amount * share] as const);
    const product: Product = {
      ...bare(plan.code, plan.name, 'SEASONTICKET', plan.state),
      seasonTicket: {
        items: itemsOf({ ...plan, items, quota: 0 }, tariffs.pick(['SK-VOLL', 'SK-ERM'])),
        lines: lines.map(({ id }) => ({ product: { id } })),
      },
    };
    for (const [index, { itemId }] of (product.seasonTicket?.items ?? []).entries()) {
      stock.plan.items.push({
        productId: product.id,
        itemId,
        timeslotId: null,
        quota: SEASON_TICKET_ITEMS[index]!.quota,
      });
    }
    return product;
  }

  const seasonTickets = [
    seasonTicket(
      { code: 'SAISON', name: { fr: 'Abonnement', en: 'Season ticket', de: 'Saisonkarte' } },
      1,
      league,
    ),
    seasonTicket(
      { code: 'RUECK', name: { fr: 'Demi-saison', en: 'Half season', de: 'Rückrunde' }, window: 'soon' },
      0.55,
      league.slice(Math.floor(league.length / 2)),
    ),
  ];
  const lounge = offer('HOSPITALITY', {
    code: 'LOUNGE',
    name: { fr: 'Salon Limmat', en: 'Limmat lounge', de: 'Limmat-Lounge' },
    items: [
      [
        { fr: 'Place en salon, menu compris', en: 'Lounge seat with dinner', de: 'Loungeplatz mit Menü' },
        420_000,
      ],
      [{ fr: 'Loge pour dix', en: 'Box for ten', de: 'Loge für zehn' }, 4_800_000],
    ],
    quota: 40,
  });
  const packages = [
    {
      ...bare('TOP3', { fr: 'Trois affiches', en: 'Three top matches', de: 'Drei Spitzenspiele' }, 'PACKAGE'),
      package: linesOf(running.slice(1, 4)),
    },
    {
      ...bare('FAMILIE', { en: 'Family package', de: 'Familienpaket' }, 'PACKAGE'),
      package: linesOf(running.slice(4, 6)),
    },
  ];
  const bus = offer('TRANSPORT', {
    code: 'FANBUS',
    name: { fr: 'Car des supporters', en: 'Fan coach', de: 'Fanbus' },
    items: ['Winterthur', 'Zug', 'Baden'].map((town) => [{ fr: town, en: town, de: town }, 15_000] as const),
    quota: 50,
  });
  const scarf = offer('GOODS', {
    code: 'SCHAL',
    name: { fr: 'Écharpe', en: 'Scarf', de: 'Schal' },
    items: [[{ fr: 'Écharpe', en: 'Scarf', de: 'Schal' }, 25_000]],
    quota: 300,
  });

  for (const match of running.slice(0, NEXT_MATCHES)) {
    match.crossSellProductLinks.push(
      crossSellLink(site, { fr: 'Y aller en car', en: 'Travel by coach', de: 'Mit dem Fanbus' }, bus.id, 1),
      crossSellLink(site, { fr: 'Une écharpe ?', en: 'A scarf?', de: 'Einen Schal?' }, scarf.id, 2),
    );
  }
  stock.plan.dedicatedContingents.push(
    {
      id: register.idOf('contingent', SEASON_CONTINGENT),
      code: SEASON_CONTINGENT,
      composedProductIds: seasonTickets.map(({ id }) => id),
    },
    {
      id: register.idOf('contingent', LOUNGE_CONTINGENT),
      code: LOUNGE_CONTINGENT,
      composedProductIds: [lounge.id],
    },
  );
  return [
    ...seasonTickets,
    ...packages,
    lounge,
    bus,
    scarf,
    offer('TRANSPORT', {
      code: 'EXTRAZUG',
      name: { fr: 'Train spécial', en: 'Special train', de: 'Extrazug' },
      items: [[{ fr: 'Aller-retour', en: 'Return', de: 'Hin und zurück' }, 30_000]],
      quota: 400,
      window: 'ended',
    }),
    offer('SERVICE', {
      code: 'PARKING',
      name: { fr: 'Parking P2', en: 'Car park P2', de: 'Parkplatz P2' },
      items: [[{ fr: 'Voiture', en: 'Car', de: 'Auto' }, 20_000]],
      quota: 250,
    }),
    offer('GOODS', {
      code: 'TRIKOT',
      name: { fr: 'Maillot', en: 'Home shirt', de: 'Heimtrikot' },
      items: ['S', 'M', 'L', 'XL'].map((size) => [{ fr: size, en: size, de: size }, 99_000] as const),
      quota: 120,
    }),
    offer('MEMBERSHIP', {
      code: 'FANKLUB',
      name: { fr: 'Club des supporters', en: 'Supporters club', de: 'Fanklub' },
      items: [[{ fr: 'Une saison', en: 'One season', de: 'Eine Saison' }, 60_000]],
      quota: 1000,
    }),
  ];
}

function linesOf(products: readonly Product[]): { lines: { product: { id: number } }[] } {
  return { lines: products.map(({ id }) => ({ product: { id } })) };
}
