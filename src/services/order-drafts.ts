import type { Order } from '../domain/order.js';
import { loadedSnapshot } from './loaded-catalog.js';
import { readSeats } from './order-check.js';
import { checkDraft, type CheckedDraft } from './order-draft.js';
import type { OrderInstitution, OrderParts } from './order-parts.types.js';
import type { OrderDraft } from './orders.types.js';

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
      colors: institution.availability.board,
      pendingAccountCode: institution.pendingAccountCode,
      seatOf: (performanceId, seatId) => seats.byId.get(performanceId)?.get(seatId),
      ...(held ? { held } : {}),
    });
  }

  institutionOf(code: string): OrderInstitution {
    const institution = this.parts.institutions.get(code);
    if (institution === undefined) throw new Error(`no institution ${code}: ids are checked before`);
    return institution;
  }
}
