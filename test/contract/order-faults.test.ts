import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.js';
import {
  columnOf,
  listIn,
  nodeIn,
  orderCaller,
  orderIdOf,
  places,
  startOrderSandbox,
  textIn,
  type Protocol,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';

/** As a client sees it: no connection, a status, or an answer that cannot be read. */
const FAILURE = /fetch failed|terminated|: 5\d\d|JSON|\d+:\d+/;
const CLOSING = ['createPaymentsAndCloseOrder', 'closeOrder'] as const;

describe.each<Protocol>(['soap', 'rest'])('faults of order calls over %s', (protocol) => {
  // What a client cannot tell apart: before the act, or after it.
  it.each<[FaultKind, number]>([
    ['resetBefore', 0],
    ['http509', 0],
    ['soapFault', 0],
    ['http500', 0],
    ['resetAfter', 1],
    ['truncate', 1],
    ['emptyAnswer', 1],
  ])('%s leaves %i order after a create', async (kind, orders) => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    await sandbox.fault({ kind, method: 'createOrUpdateOrder', times: 1 });
    await expect(create(places(1))).rejects.toThrow(FAILURE);
    expect((await sandbox.books(ORDERS.code)).orders).toHaveLength(orders);
  });

  it.each(
    CLOSING.flatMap((method) => [
      [method, 'resetBefore', 0] as const,
      [method, 'soapFault', 0] as const,
      [method, 'resetAfter', 1] as const,
      [method, 'malformed', 1] as const,
    ]),
  )('%s with %s takes effect %i times', async (method, kind, closes) => {
    await using sandbox = await startOrderSandbox();
    const { create, pay, close } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    await sandbox.fault({ kind, method, times: 1 });
    const act = (): Promise<unknown> => (method === 'closeOrder' ? close(orderId) : pay(orderId, 45_000));
    await expect(act()).rejects.toThrow(FAILURE);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes }]);
    expect(await act()).toMatchObject({
      statusCode: closes === 1 ? 'error.order.alreadyClosed' : 'success',
    });
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 1 }]);
  });

  it('unknownEnum reaches the states of orders, files and tickets', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, details, call } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(places(1)), 'orderUpdateData');
    const orderId = textIn(created, 'orderId');
    await close(orderId);
    await sandbox.fault({ kind: 'unknownEnum' });
    const order = await details(orderId);
    expect(order).toMatchObject({ orderState: 'NOT_KNOWN_YET', orderType: 'SALE' });
    expect(columnOf(order, 'tickets', 'ticketState')).toEqual(['NOT_KNOWN_YET']);
    const { fileId } = listIn(created, 'operationDataUpdates')[0]!;
    const file = await call('ExternalOrderService', 'getFileDetails', { fileId });
    expect(nodeIn(file, 'fileDetailsData')).toMatchObject({ fileState: 'NOT_KNOWN_YET' });
  });

  it('inProgress lets a create happen, and the same call again makes another order', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    await sandbox.fault({ kind: 'inProgress', method: 'createOrUpdateOrder', times: 1 });
    const first = await create(places(1));
    expect(first).toMatchObject({ statusCode: 'in_progress' });
    const second = orderIdOf(await create(places(1)));
    const told = orderIdOf(await create({ ...places(1), requestId: first['requestId'] }));
    const { orders } = await sandbox.books(ORDERS.code);
    expect(orders.map(({ orderId }) => orderId)).toEqual([told, second]);
  });

  it('a call beyond the budget of the minute changes nothing', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    await create(places(1));
    const answers = await Promise.allSettled(Array.from({ length: 185 }, () => create({})));
    expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(6);
    await expect(create(places(1))).rejects.toThrow(/509/);
    expect((await sandbox.books(ORDERS.code)).orders).toHaveLength(1);
  });
});
