import type {
  AudienceSubCategory,
  InstitutionWorld,
  Price,
  Product,
  World,
} from '../../src/sandbox/model.js';
import { SMALL, smallWorld, text } from './small-world.js';

/** Ids of the world for orders, beside those of the small one. */
export const ORDERS = {
  ...SMALL,
  /** Sold together with an adult's only. */
  childId: 112,
  /** Not on sale yet. */
  laterId: 113,
  /** From two to four. */
  groupId: 114,
  packageId: 801,
  circleId: 206,
  circleItemId: 732,
  pendingId: 601,
  cardId: 602,
  creditId: 605,
  chargeId: 620,
  firstSeatId: 1_000,
  freeAreaId: 462,
  /** Of the one contact there is. */
  contactNumber: '0004217',
} as const;

const DAY_MS = 86_400_000;

/** The small world with what selling needs: payment methods, conditional tariffs, a package, a contact. */
export function orderWorld(nowMs = Date.now()): World {
  const world = smallWorld(nowMs);
  const [institution] = world.institutions;
  equip(institution!, nowMs);
  return world;
}

function equip(institution: InstitutionWorld, nowMs: number): void {
  const [season] = institution.seasons;
  season!.audienceCategories[0]!.audienceSubCategories.push(
    tariff(ORDERS.childId, 'CHILD', [ORDERS.tariffId]),
    tariff(ORDERS.laterId, 'LATER'),
    tariff(ORDERS.groupId, 'GROUP'),
  );
  const event = season!.products.find(({ id }) => id === ORDERS.eventId)!;
  for (const { prices } of event.event!.performances) prices.push(...morePrices(nowMs));
  season!.products.push(friends(), bundle());
  institution.stock.items.push({
    productId: ORDERS.circleId,
    itemId: ORDERS.circleItemId,
    timeslotId: null,
    quota: 5,
  });
  institution.contacts = [{ details: { firstname: 'Ada', lastname: 'Example' } }];
  institution.posConfig = {
    ...institution.posConfig,
    paymentMethods: [
      method(ORDERS.pendingId, 'PEND', 'PAY_TYPE/CA'),
      method(ORDERS.cardId, 'CARD', 'PAY_TYPE/CC'),
      { ...method(ORDERS.creditId, 'CREDIT', 'PAY_TYPE/AVR'), forPayment: false },
    ],
    charges: [{ id: ORDERS.chargeId, code: 'FILE' }],
    productFamilies: [{ productFamilyType: 'MEMBERSHIP', contactRequired: true }],
  };
}

function tariff(id: number, code: string, required: number[] = []): AudienceSubCategory {
  return {
    id,
    code,
    externalName: text(code),
    audienceCategoryKind: 'REDUCED',
    requiredAudienceSubCategoryIds: required,
    crossSeatCategory: false,
  };
}

function morePrices(nowMs: number): Price[] {
  const common = { seatCatId: ORDERS.categoryIds[0], salePeriods: [] };
  return [
    { ...common, audSubCatId: ORDERS.childId, amount: 5_000 },
    {
      ...common,
      audSubCatId: ORDERS.laterId,
      amount: 9_000,
      salePeriods: [{ start: new Date(nowMs + DAY_MS).toISOString(), audienceSubCatIds: [] }],
    },
    { ...common, audSubCatId: ORDERS.groupId, amount: 30_000, minQty: 2, maxQty: 4 },
  ];
}

function friends(): Product {
  return {
    ...bare(ORDERS.circleId, 'FRIENDS', 'MEMBERSHIP'),
    membership: {
      items: [
        {
          itemId: ORDERS.circleItemId,
          timeslotIds: [],
          itemPrices: [{ audSubCatId: ORDERS.tariffId, amount: 60_000, salePeriods: [] }],
        },
      ],
    },
  };
}

function bundle(): Product {
  return {
    ...bare(ORDERS.packageId, 'BUNDLE', 'PACKAGE'),
    package: { lines: [{ product: { id: ORDERS.eventId } }] },
  };
}

function bare(id: number, code: string, family: Product['productFamilyType']): Product {
  return {
    id,
    code,
    externalName: text(code),
    productFamilyType: family,
    state: 'RUNNING',
    topicIds: [],
    crossSellProductLinks: [],
  };
}

function method(
  id: number,
  code: string,
  paymentType: string,
): InstitutionWorld['posConfig']['paymentMethods'][number] {
  return { id, code, externalName: text(code), paymentType, forPayment: true, rank: 1 };
}
