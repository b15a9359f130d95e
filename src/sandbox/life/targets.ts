import type { InstitutionWorld, Performance } from '../model.js';
import type { Stock } from '../stock.types.js';

/** What a crowd wants: every category of a performance, or every item of a product. */
export interface Target {
  /** What is on sale now, by what has a color of its own. */
  parts(nowMs: number): readonly TargetPart[];
  /** Gives back what was sold before the crowd came. */
  reopen(nowMs: number): void;
}

export interface TargetPart {
  readonly left: number;
  /** Null: somebody was faster. */
  take(count: number, nowMs: number): Basket | null;
}

/** What one buyer holds. */
export interface Basket {
  giveBack(nowMs: number): void;
}

export interface Market {
  readonly institution: InstitutionWorld;
  readonly stock: Stock;
}

const EACH = [-1];
const DEFAULT_ALERT_RATIO = 10;
/** Per cent of the places left above the alert ratio when the crowd comes: a few purchases more and it is orange. */
const MARGIN = 3;

/** A performance that is nearly sold when the crowd comes. */
export function performanceTarget(
  { institution, stock }: Market,
  productId: number,
  performance: Performance,
  nowMs: number,
): Target {
  const { id } = performance;
  const entries = (atMs: number) =>
    stock
      .performanceEntries([id], { seatCategoryIds: EACH, contingentIds: [] }, atMs)
      .filter(({ availabilityLevel }) => availabilityLevel !== 'GREY');
  const share = shareAtArrival(institution, productId);
  const soldBefore = new Map<number, number>();
  for (const { seatCategoryId = 0, quantity } of entries(nowMs)) {
    const remaining = Math.ceil(capacityOf(institution, id, seatCategoryId) * share);
    if (quantity <= remaining) continue;
    soldBefore.set(seatCategoryId, quantity - remaining);
    stock.setRemaining(id, seatCategoryId, remaining, nowMs);
  }

  return {
    parts: (atMs) =>
      entries(atMs).map(({ seatCategoryId = 0, quantity }) => ({
        left: quantity,
        take(count, takenAtMs) {
          const seatIds = stock.take(id, seatCategoryId, count, takenAtMs);
          return seatIds && { giveBack: (backAtMs) => stock.giveBack(id, seatIds, backAtMs) };
        },
      })),
    reopen(atMs) {
      for (const { seatCategoryId = 0, quantity } of entries(atMs)) {
        const sold = soldBefore.get(seatCategoryId);
        if (sold !== undefined) stock.setRemaining(id, seatCategoryId, quantity + sold, atMs);
      }
    },
  };
}

/** A product without performances, nearly sold when the crowd comes. */
export function itemsTarget({ institution, stock }: Market, productId: number, nowMs: number): Target {
  const entries = (atMs: number) =>
    stock.itemEntries([productId], atMs).filter(({ availabilityLevel }) => availabilityLevel !== 'GREY');
  const share = shareAtArrival(institution, productId);

  function take(itemId: number, timeslotId: number | null, count: number, atMs: number): Basket | null {
    if (!stock.takeItem(productId, itemId, timeslotId, count, atMs)) return null;
    return { giveBack: (backAtMs) => stock.giveBackItem(productId, itemId, timeslotId, count, backAtMs) };
  }

  const quotas = new Map(
    institution.stock.items
      .filter((each) => each.productId === productId)
      .map((each) => [`${each.itemId}/${each.timeslotId ?? ''}`, each.quota]),
  );
  const soldBefore = entries(nowMs).flatMap(({ itemId, timeslotId, quantity }) => {
    const quota = quotas.get(`${itemId}/${timeslotId ?? ''}`) ?? 0;
    const basket = take(itemId, timeslotId ?? null, quantity - Math.ceil(quota * share), nowMs);
    return basket ? [basket] : [];
  });

  return {
    parts: (atMs) =>
      entries(atMs).map(({ itemId, timeslotId, quantity }) => ({
        left: quantity,
        take: (count, takenAtMs) => take(itemId, timeslotId ?? null, count, takenAtMs),
      })),
    reopen(atMs) {
      for (const basket of soldBefore.splice(0)) basket.giveBack(atMs);
    },
  };
}

function shareAtArrival(institution: InstitutionWorld, productId: number): number {
  return ((institution.stock.alertRatioByProductId[productId] ?? DEFAULT_ALERT_RATIO) + MARGIN) / 100;
}

function capacityOf(institution: InstitutionWorld, performanceId: number, seatCategoryId: number): number {
  const plan = institution.stock.performances.find((each) => each.performanceId === performanceId);
  return (plan?.zones ?? [])
    .filter((zone) => zone.seatCategoryId === seatCategoryId && zone.contingentId === 0)
    .reduce((sum, zone) => sum + zone.capacity, 0);
}
