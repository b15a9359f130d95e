import type { Order } from '../domain/order.js';
import type { Journal } from './database.js';
import { keyPieces } from './key-pieces.js';
import { isStorable } from './order-rows.js';

/** Which order a ticket is of, by the ticket's id: a row for each ticket that an order has or once had. */
export class OrderTicketIndex {
  constructor(private readonly journal: Journal) {}

  /** An order never gives a ticket up, so what is there already stays. Nobody can ask by an id that is no storable text. */
  async add({ institution, number, tickets }: Order): Promise<void> {
    const ids = tickets.map(({ id }) => id).filter(isStorable);
    for (const piece of keyPieces(ids)) {
      await this.journal
        .insertInto('order_ticket')
        .values(piece.map((id) => ({ institution, ticket_id: id, order_number: number })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }

  /** The order's number by ticket id; ids that no order has are left out. */
  async orderNumbers(
    institution: string,
    ticketIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(ticketIds)].filter(isStorable);
    const numbers = new Map<string, string>();
    for (const piece of keyPieces(wanted)) {
      const rows = await this.journal
        .selectFrom('order_ticket')
        .select(['ticket_id', 'order_number'])
        .where('institution', '=', institution)
        .where('ticket_id', 'in', piece)
        .execute();
      for (const row of rows) numbers.set(row.ticket_id, row.order_number);
    }
    return numbers;
  }
}
