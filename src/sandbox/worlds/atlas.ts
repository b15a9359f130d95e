import type { InstitutionWorld, Product, Season } from '../model.js';
import { ATLAS_EVENTS, type AtlasEventPlan } from './atlas-events.data.js';
import { SIMPLE_PRODUCTS, type SimpleProductPlan } from './atlas-shop.data.js';
import { VISITS } from './atlas-visits.data.js';
import { ATLAS_SITE, ATLAS_TARIFFS, AUDITORIUM, WORKSHOP_ROOM } from './atlas.data.js';
import { buildVisit } from './atlas-visits.js';
import { buildPosConfig } from './pos-config.js';
import { gridPrices, itemPrices, salePeriods } from './prices.js';
import { buildRoom, type Room } from './rooms.js';
import {
  crossSellLink,
  emptySeason,
  externalVerification,
  groupCriterion,
  leakedSeason,
  plainItem,
  vatCodes,
} from './small-parts.js';
import { lastSetupUpdate, openSite, type BuildingSite } from './site.js';
import { buildTariffs, type TariffTable } from './tariffs.js';
import { everywhere, mapped, translated } from './texts.js';

/** A museum in Dublin: dated slots, guided visits, tickets for any day, memberships, a shop, talks and workshops. */
export function buildAtlas({ seed, nowMs }: { seed: string | number; nowMs: number }): InstitutionWorld {
  const timeZone = 'Europe/Dublin';
  const site = openSite({ code: 'atlas', idPrefix: 10230, seed, nowMs, timeZone });
  const { ids } = site;
  const tariffs = buildTariffs(ATLAS_TARIFFS, ids);
  const rooms = {
    auditorium: buildRoom(AUDITORIUM, ids, site.register),
    workshop: buildRoom(WORKSHOP_ROOM, ids, site.register),
  };
  const vat = vatCodes(site, 'IE', [9000, 23_000]);
  const { current, next } = buildSeasons(site, tariffs);

  const visits = VISITS.map((plan) => buildVisit(site, plan, tariffs, vat[0]!.id));
  const simple = SIMPLE_PRODUCTS.map((plan) => buildSimple(site, plan, tariffs, vat[1]!.id));
  const events = ATLAS_EVENTS.map((plan) =>
    buildEvent(site, plan, rooms[plan.room], tariffs, current, vat[0]!.id),
  );
  const audioGuide = simple.find(({ code }) => code === 'AUDIO')!;
  for (const visit of visits) {
    visit.crossSellProductLinks.push(
      crossSellLink(site, { fr: 'Ajouter un audioguide', en: 'Add an audio guide' }, audioGuide.id, 1),
    );
  }
  current.products.push(...visits, ...simple, ...events);
  next.products.push(
    buildVisit(
      site,
      { ...VISITS[0]!, code: 'ENTRY2', departures: [], weekdays: [], window: 'soon' },
      tariffs,
      vat[0]!.id,
    ),
  );

  return {
    code: site.code,
    posConfig: buildPosConfig(
      {
        code: site.code,
        name: everywhere(ATLAS_SITE.name),
        timeZone,
        currency: 'EUR',
        languages: ['en', 'fr', 'de'],
        maxSeatsPerPerformance: 20,
        address: ATLAS_SITE,
      },
      ids,
    ),
    seasons: [current, next],
    leakedSeasons: [leakedSeason(site, 'Harbour Gallery', tariffs)],
    physicalConfigurations: Object.values(rooms).map(({ configuration }) => configuration),
    externalVerifications: [
      externalVerification(site, { en: 'City pass' }, { fr: 'Numéro du pass', en: 'Number of the pass' }),
    ],
    groupCriterions: [
      groupCriterion(site, 'AGE', { fr: 'Âge des élèves', en: 'Age of the pupils', de: 'Alter der Kinder' }, [
        { code: '6-8', name: { fr: '6 à 8 ans', en: '6 to 8', de: '6 bis 8' } },
        { code: '9-12', name: { fr: '9 à 12 ans', en: '9 to 12', de: '9 bis 12' } },
      ]),
    ],
    vatCodes: vat,
    lastSetupUpdate: lastSetupUpdate(site, nowMs),
    stock: site.stock.plan,
  };
}

function buildSeasons(site: BuildingSite, tariffs: TariffTable): { current: Season; next: Season } {
  const year = site.calendar.year(0);
  const seasonOf = (of: number, from: number, until: number): Season =>
    emptySeason(site, {
      code: `Y${of}`,
      name: mapped(() => String(of)),
      state: 'RUNNING',
      from,
      until,
      tariffs,
      topics: [
        { code: 'TALKS', name: { fr: 'Conférences', en: 'Talks', de: 'Vorträge' } },
        { code: 'KIDS', name: { fr: 'Jeune public', en: 'For children', de: 'Für Kinder' } },
      ],
    });
  return { current: seasonOf(year, -120, 180), next: seasonOf(year + 1, 181, 545) };
}

function buildSimple(
  site: BuildingSite,
  plan: SimpleProductPlan,
  tariffs: TariffTable,
  vatCodeId: number,
): Product {
  const sold = tariffs.pick(['ADULT', 'STUDENT']);
  const items = plan.items.map(([name, amount]) =>
    plainItem(
      site,
      name,
      itemPrices(amount, sold.slice(0, plan.family === 'GOODS' ? 1 : 2), (tariff) =>
        salePeriods(site.calendar, tariff, 'open', 180),
      ),
    ),
  );
  const holder = { MEMBERSHIP: 'membership', GOODS: 'goods', SERVICE: 'service' } as const;
  const product: Product = {
    id: site.ids.next('product'),
    code: plan.code,
    externalName: translated(plan.name),
    productFamilyType: plan.family,
    state: plan.state ?? 'RUNNING',
    vatCodeId,
    minQuantity: 1,
    exchangeable: false,
    logo: `/images/atlas/${plan.code.toLowerCase()}.png`,
    topicIds: [],
    crossSellProductLinks: [],
    [holder[plan.family]]: { items },
  };
  site.stock.addItems(product, plan.quota);
  site.stock.setAlertRatio(product.id, 15);
  return product;
}

function buildEvent(
  site: BuildingSite,
  plan: AtlasEventPlan,
  room: Room,
  tariffs: TariffTable,
  season: Season,
  vatCodeId: number,
): Product {
  const id = site.ids.next('product');
  const topicCode = plan.room === 'workshop' ? 'KIDS' : 'TALKS';
  const sold = tariffs.pick(['ADULT', 'STUDENT', 'CHILD', 'MEMBER']);
  site.stock.setAlertRatio(id, plan.room === 'workshop' ? 25 : 10);
  return {
    id,
    code: plan.code,
    externalName: translated(plan.name),
    description: translated(mapped((locale) => `<p>${(plan.name[locale] ?? '').replace('&', '&amp;')}</p>`)),
    productFamilyType: 'SINGLE_ENTRY',
    state: plan.state ?? 'RUNNING',
    vatCodeId,
    minQuantity: 1,
    exchangeable: true,
    largeImageUrl: `https://media.atlas.example/events/${plan.code.toLowerCase()}.jpg`,
    topicIds: season.topics.filter(({ code }) => code === topicCode).map((topic) => topic.id),
    crossSellProductLinks: [],
    event: {
      performances: plan.days.map((day) => {
        const performanceId = site.ids.next('performance');
        site.stock.addPerformance(id, performanceId, room);
        return {
          id: performanceId,
          state: plan.state ?? 'RUNNING',
          start: site.calendar.at(day, plan.time),
          duration: 5400,
          physicalConfigurationId: room.configuration.id,
          seatCategories: room.seatCategories,
          prices: gridPrices({
            fullAmount: plan.amount,
            categoryShares: [1, 0.7],
            seatCategories: room.seatCategories,
            tariffs: sold,
            periodsOf: (tariff) => salePeriods(site.calendar, tariff, day < 0 ? 'ended' : 'open', day),
          }),
        };
      }),
    },
  };
}
