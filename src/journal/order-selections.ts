import type { SelectQueryBuilder } from 'kysely';
import type { Journal } from './database.js';
import type { CreatedQuery, OrderQuery } from './order-journal.types.js';
import { isStorable } from './order-rows.js';
import type { CustomerOrderRow, JournalTables } from './tables.js';

export type OrderSelection = SelectQueryBuilder<JournalTables, 'customer_order', CustomerOrderRow>;

/** What may be asked of the orders, as SQL; nothing is read here. */
export class OrderSelections {
  constructor(private readonly journal: Journal) {}

  all(): OrderSelection {
    return this.journal.selectFrom('customer_order').selectAll();
  }

  byClientOrderId(caller: string, clientOrderId: string): OrderSelection {
    return this.all().where('caller', '=', caller).where('client_order_id', '=', clientOrderId);
  }

  ofInstitution(institution: string): OrderSelection {
    return this.all().where('institution', '=', institution);
  }

  /** Newest first. Null when nothing can match: an empty list of states has no SQL of its own. */
  matching(query: OrderQuery): OrderSelection | null {
    const { institutions, states, contact, reference } = query;
    if (institutions?.length === 0 || states?.length === 0) return null;
    if (
      ![
        query.caller,
        ...(institutions ?? []),
        contact?.contactNumber ?? '',
        reference ?? '',
        query.beforeNumber ?? '',
      ].every(isStorable)
    )
      return null;
    let selection = this.all().where('caller', '=', query.caller);
    if (institutions !== undefined) selection = selection.where('institution', 'in', institutions);
    if (states !== undefined) selection = selection.where('state', 'in', states);
    if (query.createdFrom !== undefined) selection = selection.where('created_at', '>=', query.createdFrom);
    if (query.createdBefore !== undefined)
      selection = selection.where('created_at', '<', query.createdBefore);
    if (contact !== undefined) {
      selection = selection
        .where('institution', '=', contact.institution)
        .where('contact_number', '=', contact.contactNumber);
    }
    if (reference !== undefined) selection = selection.where('reference', '=', reference);
    if (query.beforeNumber !== undefined) selection = selection.where('number', '<', query.beforeNumber);
    return selection.orderBy('number', 'desc');
  }

  /** What somebody has to go on with and nobody does, oldest first. */
  unsettled(institution: string, now: number): OrderSelection {
    return this.ofInstitution(institution)
      .where('step', 'is not', null)
      .where((is) =>
        is.or([
          is('state', '!=', 'IN_DOUBT'),
          is('next_check_at', 'is', null),
          is('next_check_at', '<=', now),
        ]),
      )
      .where((is) => is.or([is('lease_owner', 'is', null), is('lease_until', '<=', now)]))
      .orderBy('number');
  }

  /** Those that end first come first. */
  holdsEndingBefore(institution: string, at: number): OrderSelection {
    return this.ofInstitution(institution)
      .where('state', '=', 'ON_HOLD')
      .where('hold_expires_at', '<', at)
      .orderBy('hold_expires_at');
  }

  /** Oldest first. */
  createdBetween({ institution, from, before, after }: CreatedQuery): OrderSelection {
    const window = this.ofInstitution(institution)
      .where('created_at', '>=', from)
      .where('created_at', '<', before);
    const page =
      after === null
        ? window
        : window.where((is) =>
            is(is.refTuple('created_at', 'number'), '>', is.tuple(after.createdAt, after.number)),
          );
    return page.orderBy('created_at').orderBy('number');
  }
}
