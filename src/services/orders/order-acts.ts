import type { OrderCancelling } from './order-cancelling.js';
import type { OrderChanges } from './order-changes.js';
import type { OrderClosing } from './order-closing.js';
import type { OrderCreation } from './order-creation.js';
import type { OrderLeaving } from './order-leaving.js';

/** Everything that can be done to an order at S-360. */
export interface OrderActs {
  readonly creation: OrderCreation;
  readonly closing: OrderClosing;
  readonly changes: OrderChanges;
  readonly cancelling: OrderCancelling;
  readonly leaving: OrderLeaving;
}
