import { describe, expect, it } from 'vitest';
import { CloseOrderDocument, CreateOrderDocument } from '../operations/operations.js';
import { queryData } from '../support/graphql-client.js';
import { startOrderHouse } from '../support/order-house.js';
import { ORDERS } from '../support/order-world.js';

interface ListedSeat {
  readonly id: string;
  readonly available: boolean;
  readonly row: string;
  readonly number: string;
  readonly seatCategory: { readonly id: string };
}

describe('an order of chosen seats', () => {
  it('takes their category from the seats themselves, asks for them once, and gets those seats', async () => {
    await using house = await startOrderHouse();
    const { graphql } = house.gateway;
    const performanceId = `${ORDERS.code}:${ORDERS.performanceIds[0]}`;
    const { performance } = await queryData<{ performance: { seats: { seats: ListedSeat[] } } }>(
      graphql,
      `{ performance(id: "${performanceId}") { seats { seats { id available row number seatCategory { id } } } } }`,
    );
    const free = performance.seats.seats.filter(({ available }) => available);
    const [wanted] = free
      .filter(({ seatCategory }) => seatCategory.id === `${ORDERS.code}:${ORDERS.categoryIds[0]}`)
      .slice(-1);
    expect(wanted).toBeDefined();

    const { createOrder } = await queryData(graphql, CreateOrderDocument, {
      input: {
        clientOrderId: 'seats-1',
        lines: [
          {
            performanceId,
            tariffId: `${ORDERS.code}:${ORDERS.tariffId}`,
            seatIds: [wanted!.id],
            quantity: 1,
          },
        ],
      },
    });
    expect(createOrder.userErrors).toEqual([]);
    expect(createOrder.order).toMatchObject({
      state: 'ON_HOLD',
      lines: [{ seatCategory: { id: wanted!.seatCategory.id }, quantity: 1 }],
    });
    const seatCalls = (await house.sandbox.journal()).filter(
      ({ method }) => method === 'getSeatsAvailability',
    );
    expect(seatCalls).toHaveLength(1);

    const { closeOrder } = await queryData(graphql, CloseOrderDocument, {
      input: { orderId: createOrder.order!.id },
    });
    expect(closeOrder.order?.tickets).toHaveLength(1);
    expect(closeOrder.order?.tickets[0]?.seatLabel).toContain(wanted!.number);
  });
});
