import type { InstitutionWorld, Product, Season, State } from '../model.js';

export type CatalogScope = 'DEFAULT' | 'EXTENDED';

export interface CatalogFilter {
  readonly scope: CatalogScope;
  readonly seasonCode: string | undefined;
  readonly productCode: string | undefined;
}

/** Without `scope`; `VALIDATED` is there because the point of sales has the option for additional states on. */
const DEFAULT_STATES: ReadonlySet<State> = new Set<State>(['RUNNING', 'SUSPENDED', 'VALIDATED']);
const EXTENDED_STATES: ReadonlySet<State> = new Set<State>([
  ...DEFAULT_STATES,
  'CANCELED',
  'CLOSED',
  'CANCELED_CLOSED',
]);

/** The `CatalogData` that the channel may see: whole objects of the world, less those in states that are not exported. */
export function viewCatalog(world: InstitutionWorld, filter: CatalogFilter): object {
  const states = filter.scope === 'EXTENDED' ? EXTENDED_STATES : DEFAULT_STATES;
  return {
    seasons: [...world.seasons, ...world.leakedSeasons]
      .filter(({ state, code }) => states.has(state) && isWanted(code, filter.seasonCode))
      .map((season) => viewSeason(season, states, filter.productCode))
      .filter(({ products }) => filter.productCode === undefined || products.length > 0),
    physicalConfigurations: world.physicalConfigurations,
    externalVerifications: world.externalVerifications,
    groupCriterions: world.groupCriterions,
  };
}

function isWanted(code: string, wanted: string | undefined): boolean {
  return wanted === undefined || code === wanted;
}

function viewSeason(season: Season, states: ReadonlySet<State>, productCode: string | undefined): Season {
  return {
    ...season,
    products: season.products
      .filter(({ state, code }) => states.has(state) && isWanted(code, productCode))
      .map((product) => viewProduct(product, states)),
  };
}

function viewProduct(product: Product, states: ReadonlySet<State>): Product {
  if (!product.event) return product;
  const performances = product.event.performances.filter(({ state }) => states.has(state));
  return { ...product, event: { ...product.event, performances } };
}
