import type { Order } from '../domain/order.js';
import { CatalogNotLoadedError } from '../errors.js';
import { checkDraft, type CheckedDraft } from './order-draft.js';
import type { OrderInstitution, OrderParts } from './order-parts.types.js';
import type { OrderDraft } from './orders.types.js';

/** Holds drafts against what their institution's catalog and colors say now. */
export class OrderDrafts {
  constructor(private readonly parts: OrderParts) {}

  /** `held` is the order that it is added to. */
  checked(draft: OrderDraft, held?: Order): CheckedDraft {
    const institution = this.institutionOf(draft.institution);
    const snapshot = institution.catalog.current();
    if (snapshot === null) throw new CatalogNotLoadedError(institution.code, null);
    return checkDraft(draft, {
      snapshot,
      now: this.parts.clock.now(),
      colors: institution.availability.board,
      pendingAccountCode: institution.pendingAccountCode,
      ...(held ? { held } : {}),
    });
  }

  institutionOf(code: string): OrderInstitution {
    const institution = this.parts.institutions.get(code);
    if (institution === undefined) throw new Error(`no institution ${code}: ids are checked before`);
    return institution;
  }
}
