import type { KnownContacts } from '../contact-book.types.js';
import type { InstitutionWorld } from '../model.js';
import { createRandom } from '../random.js';
import type { Stock } from '../stock.types.js';
import { createVenueTime, type VenueTime } from '../venue-time.js';
import { createSecrets, type Secrets } from './barcodes.js';
import { createHoldRules, type HoldRules } from './hold-rules.js';
import { OrderBook } from './order-book.js';
import { createOrderIds, type OrderIds } from './order-ids.js';
import { createSaleCatalog, type SaleCatalog } from './sale-catalog.js';

/** Everything that selling needs: what there is to sell, who buys, and the book of what was ordered. */
export interface OrderOffice {
  readonly world: InstitutionWorld;
  readonly stock: Stock;
  readonly clock: { now(): number };
  readonly contacts: KnownContacts;
  readonly catalog: SaleCatalog;
  readonly venueTime: VenueTime;
  readonly rules: HoldRules;
  readonly ids: OrderIds;
  readonly secrets: Secrets;
  readonly book: OrderBook;
}

export interface OrderOfficeOptions {
  readonly world: InstitutionWorld;
  readonly stock: Stock;
  /** Epoch ms of the sandbox's clock, which can be moved. */
  readonly clock: { now(): number };
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  readonly contacts: KnownContacts;
  readonly seed: string | number;
}

export function createOrderOffice(options: OrderOfficeOptions): OrderOffice {
  const { world, stock, clock, minuteMs, contacts, seed } = options;
  const ids = createOrderIds(clock.now());
  const secrets = createSecrets(createRandom(seed).fork(`orders of ${world.code}`));
  return {
    world,
    stock,
    clock,
    contacts,
    catalog: createSaleCatalog(world),
    venueTime: createVenueTime(world.posConfig.organizationTimeZone),
    rules: createHoldRules(world.posConfig, minuteMs),
    ids,
    secrets,
    book: new OrderBook({ stock, clock, minuteMs, ids, secrets }),
  };
}
