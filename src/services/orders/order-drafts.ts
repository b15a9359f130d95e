import type { ColorBoard } from '../../cache/color-board.types.js';
import type { ObservedAvailability } from '../../domain/availability.js';
import type { Order } from '../../domain/order.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import { readSeats } from './order-check.js';
import { checkDraft, type CheckedDraft } from './order-draft.js';
import type { OrderInstitution, OrderParts } from './order-parts.types.js';
import type { OrderDraft } from './orders.types.js';

/** Twice what the contract's fastest polling takes. */
const FRESH_MINUTES = 2;

/** Holds drafts against what their institution's catalog and colors say now. */
export class OrderDrafts {
  constructor(private readonly parts: OrderParts) {}

  /**
   * `held` is the order that it is added to. S-360 is asked only for the category of chosen seats, where the draft does
   * not say it. Throws CatalogNotLoadedError, and what AvailabilityService.seats throws.
   */
  async checked(draft: OrderDraft, held?: Order): Promise<CheckedDraft> {
    const institution = this.institutionOf(draft.institution);
    const snapshot = loadedSnapshot(institution);
    const seats = await readSeats(draft.input.lines, snapshot, institution.availability);
    return checkDraft(draft, {
      snapshot,
      now: this.parts.clock.now(),
      colors: this.#freshColors(institution),
      pendingAccountCode: institution.pendingAccountCode,
      seatOf: (performanceId, seatId) => seats.byId.get(performanceId)?.get(seatId),
      ...(held ? { held } : {}),
    });
  }

  /** An old color is no reason to refuse a sale: S-360 looks again itself, and places may have come back. */
  #freshColors({ availability: { board } }: OrderInstitution): Pick<ColorBoard, 'performance' | 'product'> {
    const freshFrom = this.parts.clock.now() - FRESH_MINUTES * this.parts.timing.minuteMs;
    const ifFresh = (observed: ObservedAvailability | undefined): ObservedAvailability | undefined =>
      observed !== undefined && board.asOf(observed) >= freshFrom ? observed : undefined;
    return {
      performance: (performanceId) => ifFresh(board.performance(performanceId)),
      product: (productId) => ifFresh(board.product(productId)),
    };
  }

  institutionOf(code: string): OrderInstitution {
    const institution = this.parts.institutions.get(code);
    if (institution === undefined) throw new Error(`no institution ${code}: ids are checked before`);
    return institution;
  }
}
