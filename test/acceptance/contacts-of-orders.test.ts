import { expect, it } from 'vitest';
import { queryData } from '../support/graphql-client.js';
import { createRequest, orderInput, SHORT_WAITS, startOrderHouse } from '../support/order-house.js';
import { orderWorld } from '../support/order-world.js';
import { startTestSandbox } from '../support/sandbox.js';

it('orders with their contacts cost one call for all contacts, whatever the page asks of them', async () => {
  const world = orderWorld();
  world.institutions[0]!.contacts = ['Ada', 'Noa', 'Ivo'].map((firstname) => ({
    details: { firstname, phoneNumber: `021 ${firstname.length}` },
    addresses: [{ street1: firstname }],
  }));
  await using sandbox = await startTestSandbox({ world, minuteMs: Number(SHORT_WAITS.S360_MINUTE_MS) });
  await using house = await startOrderHouse({ sandbox });
  for (const [index, contactNumber] of ['0004217', '0004218', '0004219', '0004217'].entries()) {
    const { refusals } = await house.gateway.orders.create(
      createRequest(`shop-${index}`, { input: orderInput({ contactNumber }) }),
    );
    expect(refusals).toEqual([]);
  }
  await sandbox.clearJournal();

  const { orders } = await queryData<{ orders: { nodes: { contact: object }[] } }>(
    house.gateway.graphql,
    `{ orders(first: 10) { nodes { contact { id } who: contact { firstName ...More } } } }
     fragment More on Contact { addresses { lines } }`,
  );
  expect(orders.nodes).toEqual(
    ['Ada', 'Ivo', 'Noa', 'Ada'].map((firstName) => ({
      contact: { id: expect.stringMatching(/^small:000421[789]$/) as string },
      who: { firstName, addresses: [{ lines: [firstName] }] },
    })),
  );
  const calls = await sandbox.journal();
  expect(calls.filter(({ service }) => service.startsWith('Contact')).map(({ method }) => method)).toEqual([
    'searchContact',
  ]);

  await sandbox.clearJournal();
  await queryData(house.gateway.graphql, '{ orders(first: 10) { nodes { contact { id number } } } }');
  expect((await sandbox.journal()).filter(({ service }) => service.startsWith('Contact'))).toEqual([]);
});
