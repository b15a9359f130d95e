import type { InstitutionWorld, Price, Product, State } from '../model.js';
import { itemsOf } from '../sale-rules.js';
import type { Stock } from '../stock.types.js';
import { createVenueTime } from '../venue-time.js';

export interface EditedInstitution {
  readonly world: InstitutionWorld;
  readonly stock: Stock;
}

export interface SetupChange {
  readonly productId: number;
  /** The new name, in every language. */
  readonly name?: string | undefined;
  /** The new amount of every price, in thousandths. */
  readonly amount?: number | undefined;
  readonly state?: State | undefined;
}

/** Edits one product as its organiser would, and moves the last set-up update. False: no such product, nothing changed. */
export function editSetup(institution: EditedInstitution, change: SetupChange, nowMs: number): boolean {
  const product = findProduct(institution.world, change.productId);
  if (!product) return false;
  if (change.name !== undefined) {
    for (const translation of product.externalName.translations) translation.value = change.name;
  }
  if (change.amount !== undefined) {
    for (const price of pricesOf(product)) price.amount = change.amount;
  }
  if (change.state !== undefined && change.state !== product.state) {
    product.state = change.state;
    // What is suspended shows another color, though nobody bought a place.
    institution.stock.touch(product.id, nowMs);
  }
  moveLastSetupUpdate(institution.world, nowMs);
  return true;
}

/** Every edit gets a moment of its own, even two in the same millisecond. */
export function moveLastSetupUpdate(world: InstitutionWorld, nowMs: number): void {
  const atMs = Math.max(nowMs, Date.parse(world.lastSetupUpdate) + 1);
  world.lastSetupUpdate = createVenueTime(world.posConfig.organizationTimeZone).iso(atMs);
}

/** All prices of a product, of its performances and of its items; the world's own objects. */
export function pricesOf(product: Product): Pick<Price, 'amount'>[] {
  return [
    ...(product.event?.performances ?? []).flatMap(({ prices }) => prices),
    ...itemsOf(product).flatMap(({ itemPrices }) => itemPrices),
  ];
}

function findProduct(world: InstitutionWorld, productId: number): Product | undefined {
  for (const season of world.seasons) {
    const product = season.products.find(({ id }) => id === productId);
    if (product) return product;
  }
  return undefined;
}
