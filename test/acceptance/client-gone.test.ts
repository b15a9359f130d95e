import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { openSocket } from '../support/graphql-client.js';
import { startOrderHouse, type OrderHouse } from '../support/order-house.js';
import { PLACE_ORDER, placeVisits, visits } from '../support/place-order.js';

const variables = visits('left-alone', 2);

/** How a client asks, and goes while S-360 is at work. */
const WAYS: readonly [string, (url: string) => Promise<() => void>][] = [
  [
    'over HTTP',
    async (url) => {
      const leaving = new AbortController();
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: PLACE_ORDER, variables }),
        signal: leaving.signal,
      }).catch(() => undefined);
      return () => leaving.abort();
    },
  ],
  [
    'on a socket',
    async (url) => {
      const socket = await openSocket(url);
      socket.send({ type: 'subscribe', id: 'a', payload: { query: PLACE_ORDER, variables } });
      return () => socket.close();
    },
  ],
];

describe('a client that goes while its order is placed', () => {
  it.each(WAYS)('%s: the order is finished, once, and its answer waits under its key', async (_how, ask) => {
    await using house = await startOrderHouse();
    await house.sandbox.fault({ kind: 'latency', delayMs: 300, service: 'ExternalOrderFacade' });
    const leave = await ask(house.gateway.graphql);
    await eventually('a call of the order', async () =>
      (await house.orderCalls()).length > 0 ? true : null,
    );
    leave();
    await eventually('a closed order', () => closedIn(house));
    const { data } = await placeVisits(house.gateway.graphql, 'left-alone', 2);
    const [inBooks] = (await house.books()).orders;
    expect(inBooks).toMatchObject({ state: 'CLOSED', closes: 1 });
    expect((await house.books()).orders).toHaveLength(1);
    const { order } = data!.placeOrder;
    expect(order!.state).toBe('CLOSED');
    expect(order!.tickets.map(({ barcode }) => barcode.value)).toEqual(inBooks!.barcodes);
  });
});

async function closedIn(house: OrderHouse): Promise<true | null> {
  return (await house.books()).orders[0]?.state === 'CLOSED' ? true : null;
}
