import { GatewayError, JournalError } from '../../errors.js';
import type { OrderJournal } from '../../journal/order-journal.types.js';
import { OrderNumberTakenError } from '../../journal/order-number.js';

/** The journal, whose failures are JournalErrors: what a database says of itself is nothing for clients. */
export function guardedJournal(journal: OrderJournal): OrderJournal {
  return {
    create: guarded((order, by, lease) => journal.create(order, by, lease)),
    byNumber: guarded((number) => journal.byNumber(number)),
    byClientOrderId: guarded((caller, clientOrderId) => journal.byClientOrderId(caller, clientOrderId)),
    bySeveral: guarded((numbers) => journal.bySeveral(numbers)),
    write: guarded((next, by, lease, passed) => journal.write(next, by, lease, passed)),
    acquire: guarded((order, lease, now) => journal.acquire(order, lease, now)),
    unsettled: guarded((institution, now, limit) => journal.unsettled(institution, now, limit)),
    holdsEndingBefore: guarded((institution, at, limit) => journal.holdsEndingBefore(institution, at, limit)),
    transitions: guarded((number) => journal.transitions(number)),
    list: guarded((query) => journal.list(query)),
    createdBetween: guarded((query) => journal.createdBetween(query)),
    counts: guarded((institution) => journal.counts(institution)),
    doubts: guarded((institution) => journal.doubts(institution)),
    findRequest: guarded((number, clientRequestId) => journal.findRequest(number, clientRequestId)),
    claimRequest: guarded((request) => journal.claimRequest(request)),
    byS360OrderIds: guarded((institution, ids) => journal.byS360OrderIds(institution, ids)),
    byTicketIds: guarded((institution, ids) => journal.byTicketIds(institution, ids)),
  };
}

function guarded<Arguments extends readonly unknown[], Result>(
  ask: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  return async (...args) => {
    try {
      return await ask(...args);
    } catch (error) {
      if (error instanceof GatewayError || error instanceof OrderNumberTakenError) throw error;
      throw new JournalError('The order journal cannot be reached', { cause: error });
    }
  };
}
