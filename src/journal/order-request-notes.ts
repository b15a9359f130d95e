import type { Journal } from './database.js';
import type { OrderRequest } from './order-journal.types.js';
import { isStorable } from './order-rows.js';

/** What each `clientRequestId` of an order was used for. */
export class OrderRequestNotes {
  constructor(private readonly journal: Journal) {}

  /** Null when it is new. */
  async find(orderNumber: string, clientRequestId: string): Promise<OrderRequest | null> {
    if (!isStorable(orderNumber) || !isStorable(clientRequestId)) return null;
    const row = await this.journal
      .selectFrom('order_request')
      .select('fingerprint')
      .where('order_number', '=', orderNumber)
      .where('client_request_id', '=', clientRequestId)
      .executeTakeFirst();
    return row === undefined ? null : { orderNumber, clientRequestId, fingerprint: row.fingerprint };
  }

  /** Answers the first note, which is this one unless another request was faster. */
  async claim(request: OrderRequest): Promise<OrderRequest> {
    await this.journal
      .insertInto('order_request')
      .values({
        order_number: request.orderNumber,
        client_request_id: request.clientRequestId,
        fingerprint: request.fingerprint,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.find(request.orderNumber, request.clientRequestId)) ?? request;
  }
}
