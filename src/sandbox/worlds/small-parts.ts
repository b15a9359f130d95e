import type { Item, JsonObject, Season, State, VatCode } from '../model.js';
import type { BuildingSite } from './site.js';
import { everywhere, translated, type Text } from './texts.js';
import type { TariffTable } from './tariffs.js';

export interface SeasonPlan {
  readonly code: string;
  readonly name: Text;
  readonly state: State;
  /** Days after today. */
  readonly from: number;
  readonly until: number;
  readonly tariffs: TariffTable;
  readonly topics?: readonly { readonly code: string; readonly name: Text }[];
}

/** A season without products and price levels yet. */
export function emptySeason({ ids, calendar }: BuildingSite, plan: SeasonPlan): Season {
  return {
    id: ids.next('season'),
    code: plan.code,
    externalName: translated(plan.name),
    state: plan.state,
    start: calendar.at(plan.from, '00:00'),
    end: calendar.at(plan.until, '23:59'),
    audienceCategories: plan.tariffs.audienceCategories,
    priceLevels: [],
    topics: (plan.topics ?? []).map(({ code, name }) => ({
      id: ids.next('topic'),
      code,
      externalName: translated(name),
    })),
    products: [],
  };
}

/** An offer of one product beside another. */
export function crossSellLink(
  { ids, calendar }: BuildingSite,
  name: Text,
  targetProductId: number,
  rank: number,
): JsonObject {
  return {
    id: ids.next('link'),
    externalName: { ...translated(name) },
    type: 'CROSS_SELL',
    baseMinQuantity: 1,
    targetProductId,
    targetProductRank: rank,
    targetQuantityType: 'FREE',
    targetSameDateAsBase: false,
    start: calendar.at(-30, '00:00'),
    end: calendar.at(300, '00:00'),
  };
}

/** A card of another house that a buyer may have to show. */
export function externalVerification({ ids }: BuildingSite, name: Text, description: Text): JsonObject {
  return {
    id: ids.next('verification'),
    externalName: { ...translated(name) },
    description: { ...translated(description) },
    field1Name: 'cardNumber',
    field2Name: 'lastName',
    numberOfTicketsPerCard: 2,
  };
}

/** A question that groups answer when they book. */
export function groupCriterion(
  { ids }: BuildingSite,
  code: string,
  name: Text,
  elements: readonly { readonly code: string; readonly name: Text }[],
): JsonObject {
  return {
    id: ids.next('criterion'),
    code,
    externalName: { ...translated(name) },
    rank: 1,
    planningRequirement: 'NONE',
    elements: elements.map((element, index) => ({
      id: ids.next('element'),
      code: element.code,
      externalName: { ...translated(element.name) },
      rank: index + 1,
    })),
  };
}

/** Rates in per cent x 1000, the normal one last. */
export function vatCodes({ ids }: BuildingSite, country: string, rates: readonly number[]): VatCode[] {
  return rates.map((currentRate) => ({
    id: ids.next('vatCode'),
    code: `${country}${currentRate / 100}`,
    currentRate,
    country,
  }));
}

/** An item that is not used on slots. */
export function plainItem({ ids }: BuildingSite, name: Text, itemPrices: Item['itemPrices']): Item {
  return { itemId: ids.next('item'), externalName: translated(name), timeslotIds: [], itemPrices };
}

/**
 * A season of another organisation on the same account: `getCatalogDetailed` lets it through, `listSeasons` does not
 * name it. One event, of which nothing is sold here.
 */
export function leakedSeason(site: BuildingSite, organisation: string, tariffs: TariffTable): Season {
  const { ids, calendar } = site;
  const season = emptySeason(site, {
    code: 'OTHER',
    name: everywhere(organisation),
    state: 'RUNNING',
    from: -30,
    until: 200,
    tariffs,
  });
  const seatCategory = {
    id: ids.next('seatCategory'),
    code: 'UNIQUE',
    externalName: translated(everywhere('Unique')),
  };
  season.products.push({
    id: ids.next('product'),
    code: 'OTHER1',
    externalName: translated(everywhere(`${organisation}: gala`)),
    productFamilyType: 'SINGLE_ENTRY',
    state: 'RUNNING',
    topicIds: [],
    crossSellProductLinks: [],
    event: {
      performances: [
        {
          id: ids.next('performance'),
          state: 'RUNNING',
          start: calendar.at(40, '19:00'),
          seatCategories: [seatCategory],
          prices: [
            { audSubCatId: tariffs.all[0]!.id, seatCatId: seatCategory.id, amount: 30_000, salePeriods: [] },
          ],
        },
      ],
    },
  });
  return season;
}
