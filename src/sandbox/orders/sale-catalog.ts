import type {
  AudienceCategory,
  AudienceSubCategory,
  InstitutionWorld,
  Item,
  Performance,
  Product,
  Season,
  Zone,
} from '../model.js';
import { itemsOf } from '../sale-rules.js';

interface InProduct {
  readonly season: Season;
  readonly product: Product;
}

/** What can be named in an order, by id. Other organisations' seasons are not sold. */
export interface SaleCatalog {
  product(productId: number): InProduct | undefined;
  performance(performanceId: number): (InProduct & { readonly performance: Performance }) | undefined;
  item(itemId: number): (InProduct & { readonly item: Item }) | undefined;
  tariff(
    tariffId: number,
  ): { readonly category: AudienceCategory; readonly tariff: AudienceSubCategory } | undefined;
  /** The zone that has this place; undefined when the performance has no such place. */
  zone(performanceId: number, seatId: number): Zone | undefined;
}

/** Holds the world's own objects, so that edits count at once; what was added to it is found at the first miss. */
export function createSaleCatalog(world: InstitutionWorld): SaleCatalog {
  let index = readWorld(world);

  function find<Found>(look: (from: WorldIndex) => Found | undefined): Found | undefined {
    const found = look(index);
    if (found !== undefined) return found;
    index = readWorld(world);
    return look(index);
  }

  return {
    product: (id) => find(({ products }) => products.get(id)),
    performance: (id) => find(({ performances }) => performances.get(id)),
    item: (id) => find(({ items }) => items.get(id)),
    tariff: (id) => find(({ tariffs }) => tariffs.get(id)),
    zone: (performanceId, seatId) =>
      find(({ zones }) => zones.get(performanceId))?.find(
        ({ firstSeatId, capacity }) => seatId >= firstSeatId && seatId < firstSeatId + capacity,
      ),
  };
}

type WorldIndex = ReturnType<typeof readWorld>;

function readWorld(world: InstitutionWorld) {
  const inProducts = world.seasons.flatMap((season) =>
    season.products.map((product) => ({ season, product })),
  );
  return {
    products: byId(inProducts, ({ product }) => product.id),
    performances: byId(
      inProducts.flatMap((each) =>
        (each.product.event?.performances ?? []).map((performance) => ({ ...each, performance })),
      ),
      ({ performance }) => performance.id,
    ),
    items: byId(
      inProducts.flatMap((each) => itemsOf(each.product).map((item) => ({ ...each, item }))),
      ({ item }) => item.itemId,
    ),
    tariffs: byId(
      world.seasons
        .flatMap(({ audienceCategories }) => audienceCategories)
        .flatMap((category) => category.audienceSubCategories.map((tariff) => ({ category, tariff }))),
      ({ tariff }) => tariff.id,
    ),
    zones: new Map(world.stock.performances.map(({ performanceId, zones }) => [performanceId, zones])),
  };
}

function byId<Found>(found: readonly Found[], idOf: (each: Found) => number): ReadonlyMap<number, Found> {
  return new Map(found.map((each) => [idOf(each), each]));
}
