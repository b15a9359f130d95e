import type { InstitutionWorld, Item, Performance, Product, Season, Timeslot, Zone } from './model.js';
import { itemsOf } from './sale-rules.js';
import { createStockLayout, type StockLayout } from './stock-layout.js';
import { createPlaces, type Places } from './stock-places.js';

/** A performance with stock, beside the set-up that decides whether it is on sale. */
export interface PlacedPerformance {
  readonly season: Season;
  readonly product: Product;
  readonly performance: Performance;
  readonly places: Places;
}

/** An item, or one of its slots, with its quota. `left` changes as it is sold. */
export interface QuotaItem {
  readonly season: Season;
  readonly product: Product;
  readonly item: Item;
  readonly timeslot: Timeslot | null;
  readonly quota: number;
  left: number;
}

export interface StockIndex {
  performance(performanceId: number): PlacedPerformance | undefined;
  items(productId: number): readonly QuotaItem[];
  item(productId: number, itemId: number, timeslotId: number | null): QuotaItem | undefined;
  product(productId: number): { readonly season: Season; readonly product: Product } | undefined;
}

/**
 * Finds the stock of a world by id. Holds the world's own objects, so an edited state or sale period counts at once;
 * what was added to the stock plan since the last look is read at the first miss. Plans that name what is not in the
 * catalog are left out.
 */
export function createStockIndex(world: InstitutionWorld): StockIndex {
  const performanceById = new Map<number, PlacedPerformance>();
  const itemByKey = new Map<string, QuotaItem>();
  const itemsByProductId = new Map<number, QuotaItem[]>();
  const productById = new Map<number, { season: Season; product: Product }>();
  // Performances in the same room share their zones, and so the layout.
  const layoutByZones = new WeakMap<readonly Zone[], StockLayout>();
  let readPerformances = 0;
  let readItems = 0;

  function readPlan(): void {
    const { performances, items } = world.stock;
    if (readPerformances === performances.length && readItems === items.length) return;
    for (const season of world.seasons) {
      for (const product of season.products) productById.set(product.id, { season, product });
    }
    for (const plan of performances.slice(readPerformances))
      addPerformance(plan.productId, plan.performanceId, plan.zones);
    for (const plan of items.slice(readItems))
      addItem(plan.productId, plan.itemId, plan.timeslotId, plan.quota);
    readPerformances = performances.length;
    readItems = items.length;
  }

  function addPerformance(productId: number, performanceId: number, zones: readonly Zone[]): void {
    const owner = productById.get(productId);
    const performance = owner?.product.event?.performances.find(({ id }) => id === performanceId);
    if (!owner || !performance) return;
    const layout = layoutByZones.get(zones) ?? createStockLayout(zones);
    layoutByZones.set(zones, layout);
    performanceById.set(performanceId, { ...owner, performance, places: createPlaces(layout) });
  }

  function addItem(productId: number, itemId: number, timeslotId: number | null, quota: number): void {
    const owner = productById.get(productId);
    const item = owner && itemsOf(owner.product).find((each) => each.itemId === itemId);
    const timeslot = owner?.product.pass?.timeslots.find(({ id }) => id === timeslotId) ?? null;
    if (!owner || !item || (timeslotId !== null && !timeslot)) return;
    const entry: QuotaItem = { ...owner, item, timeslot, quota, left: quota };
    itemByKey.set(keyOf(productId, itemId, timeslotId), entry);
    const siblings = itemsByProductId.get(productId);
    if (siblings) siblings.push(entry);
    else itemsByProductId.set(productId, [entry]);
  }

  function find<Found>(look: () => Found | undefined): Found | undefined {
    const found = look();
    if (found !== undefined) return found;
    readPlan();
    return look();
  }

  readPlan();
  return {
    performance: (performanceId) => find(() => performanceById.get(performanceId)),
    items: (productId) => find(() => itemsByProductId.get(productId)) ?? [],
    item: (productId, itemId, timeslotId) => find(() => itemByKey.get(keyOf(productId, itemId, timeslotId))),
    product: (productId) => find(() => productById.get(productId)),
  };
}

function keyOf(productId: number, itemId: number, timeslotId: number | null): string {
  return `${productId}/${itemId}/${timeslotId ?? ''}`;
}
