import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import {
  columnOf,
  listIn,
  nodeIn,
  orderCaller,
  orderIdOf,
  places,
  startOrderSandbox,
  textIn,
  type OrderCaller,
  type Protocol,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';

/** The two ways to close an order of 45.00. */
const WAYS: readonly (readonly [
  string,
  (caller: OrderCaller, orderId: string) => ReturnType<OrderCaller['pay']>,
])[] = [
  ['createPaymentsAndCloseOrder', ({ pay }, orderId) => pay(orderId, 45_000)],
  ['closeOrder', ({ close }, orderId) => close(orderId)],
];

async function isClosed({ details }: OrderCaller, orderId: string): Promise<boolean> {
  return (await details(orderId, 'OPERATIONS'))['orderState'] === 'CLOSED';
}

describe.each<Protocol>(['soap', 'rest'])('closing over %s', (protocol) => {
  it.each(WAYS)('by %s settles on the pending account and makes barcodes', async (_method, close) => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await caller.create(places(1)));
    expect(await close(caller, orderId)).toMatchObject({ statusCode: 'success', expectedException: 'false' });
    const order = await caller.details(orderId);
    expect(order).toMatchObject({
      orderState: 'CLOSED',
      saleAmount: '45000',
      waitingAccountBalanceAmount: '45000',
      expirationDate: expect.any(String),
    });
    const [barcode] = columnOf(order, 'movementDatas', 'barCode');
    expect(barcode).toMatch(/^\d{24}$/);
    expect(listIn(order, 'tickets')).toEqual([
      {
        ticketId: expect.stringMatching(/^\d{14}$/),
        movementId: columnOf(order, 'movementDatas', 'movementId')[0],
        ticketState: 'VALID',
        barCode: barcode,
      },
    ]);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([
      { state: 'CLOSED', closes: 1, totalMilli: 45_000, barcodes: [barcode] },
    ]);
  });

  it.each(WAYS)('by %s happens once', async (_method, close) => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await caller.create(places(1)));
    await close(caller, orderId);
    const before = await caller.details(orderId);
    expect(await close(caller, orderId)).toMatchObject({ statusCode: 'error.order.alreadyClosed' });
    expect(await caller.create({ orderId, ...places(1) })).toMatchObject({
      statusCode: 'error.order.alreadyClosed',
    });
    expect(await caller.details(orderId)).toEqual(before);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 1 }]);
  });

  it.each(WAYS)('by %s is accepted and takes effect later when it is told to', async (method, close) => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await caller.create(places(1)));
    await sandbox.fault({ kind: 'inProgress', method, delayMs: 1_000, times: 1 });
    expect(await close(caller, orderId)).toMatchObject({ statusCode: 'in_progress' });
    // The fault is used up: the same call again joins no job, and closes nothing.
    expect(await close(caller, orderId)).toMatchObject({ statusCode: 'in_progress' });
    expect(await caller.details(orderId)).toMatchObject({ orderState: 'RUNNING' });
    expect(await caller.create({ orderId, ...places(1) })).toMatchObject({
      statusCode: 'error.order.closing',
    });
    await eventually('a closed order', async () => (await isClosed(caller, orderId)) || null);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 1 }]);
    expect(await close(caller, orderId)).toMatchObject({ statusCode: 'error.order.alreadyClosed' });
  });

  it('that is under way outlives the hold', async () => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await caller.create(places(1)));
    await sandbox.fault({ kind: 'inProgress', method: 'closeOrder', delayMs: 1_000 });
    await caller.close(orderId);
    await sandbox.advance(3_600_000);
    expect(await caller.details(orderId)).toMatchObject({ orderState: 'RUNNING' });
    await eventually('a closed order', async () => (await isClosed(caller, orderId)) || null);
  });

  it('that would be refused is refused at once', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, pay, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    await sandbox.fault({ kind: 'inProgress', delayMs: 10, method: 'createPaymentsAndCloseOrder' });
    expect(await pay(orderId, 44_999)).toMatchObject({ statusCode: 'error.order.paymentAmount' });
    expect(await details(orderId)).toMatchObject({ orderState: 'RUNNING' });
  });

  it.each<[string, string, number, object]>([
    ['error.order.paymentAmount', 'too little', 44_999, {}],
    ['error.order.paymentAmount', 'too much', 45_001, {}],
    ['error.order.paymentAmount', 'another total', 45_000, { paymentParams: { totalAmount: 1 } }],
    [
      'error.order.paymentAmount',
      'a payment below zero',
      0,
      {
        payments: [
          { paymentMethodId: 601, amount: 46_000 },
          { paymentMethodId: 602, amount: -1_000 },
        ],
      },
    ],
    ['error.order.paymentAmount', 'no payment', 0, { payments: [] }],
    [
      'error.payment.methodNotAllowed',
      'a method that is not for payment',
      0,
      { payments: [{ paymentMethodId: 605, amount: 45_000 }] },
    ],
    [
      'error.payment.methodNotAllowed',
      'an unknown method',
      0,
      { payments: [{ paymentMethodId: 1, amount: 45_000 }] },
    ],
    ['error.contact.notFound', 'an unknown contact', 45_000, { purchasersInfo: [{ contactReference: '9' }] }],
    ['error.parameter.invalid', 'another type', 45_000, { orderType: 'OPTION' }],
  ])('answers %s for %s, and the order stays open', async (code, _what, amount, more) => {
    await using sandbox = await startOrderSandbox();
    const { create, pay } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    expect(await pay(orderId, amount, more)).toMatchObject({ statusCode: code, expectedException: 'true' });
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ state: 'RUNNING', closes: 0 }]);
    expect(await pay(orderId, 45_000)).toMatchObject({ statusCode: 'success' });
  });

  it('of an unknown order is refused', async () => {
    await using sandbox = await startOrderSandbox();
    const { close } = orderCaller(sandbox, protocol);
    expect(await close('77')).toMatchObject({ statusCode: 'error.order.unknownReference' });
  });

  it('without barcodes leaves tickets that are not printed', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    await close(orderId, { generateBarCodes: false });
    const order = await details(orderId);
    expect(columnOf(order, 'movementDatas', 'barCode')).toEqual([undefined]);
    expect(columnOf(order, 'tickets', 'ticketState')).toEqual(['NOT_PRINTED']);
  });

  it('by card is paid at once, on the pending account later', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, pay, call, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    const answer = await pay(orderId, 0, {
      payments: [
        { paymentMethodId: ORDERS.cardId, amount: 5_000 },
        { paymentMethodId: ORDERS.pendingId, amount: 40_000 },
      ],
      maxWaitingTime: 30,
    });
    expect(columnOf(answer, 'paymentDetails', 'paymentStatus')).toEqual(['PAID', 'WAITING']);
    expect(await details(orderId)).toMatchObject({ waitingAccountBalanceAmount: '40000' });
    const checked = await call('ExternalPaymentService', 'checkPayment', { orderId });
    expect(checked['paymentDetails']).toEqual(answer['paymentDetails']);
    const [card, pending] = columnOf(checked, 'paymentDetails', 'paymentId');
    const cancel = (...paymentIds: (string | undefined)[]) =>
      call('ExternalPaymentService', 'cancelPayment', { paymentIds });
    expect(await cancel(pending, card)).toMatchObject({ statusCode: 'error.payment.notCancellable' });
    expect(await cancel('77')).toMatchObject({ statusCode: 'error.order.unknownReference' });
    expect(await details(orderId)).toMatchObject({ waitingAccountBalanceAmount: '40000' });
    expect(await cancel(pending)).toMatchObject({ statusCode: 'success' });
    expect(await details(orderId)).toMatchObject({ waitingAccountBalanceAmount: '0' });
  });
});

describe('barcodes', () => {
  it('are unique, often begin with zeros, and are the same for the same seed', async () => {
    async function sell(seed: string): Promise<(string | undefined)[]> {
      await using sandbox = await startOrderSandbox({ seed });
      const { create, close, details } = orderCaller(sandbox, 'rest');
      const barcodes: (string | undefined)[] = [];
      for (const quantity of [10, 8]) {
        const orderId = orderIdOf(await create(places(quantity)));
        await close(orderId);
        barcodes.push(...columnOf(await details(orderId), 'movementDatas', 'barCode'));
      }
      return barcodes;
    }
    const barcodes = await sell('one');
    expect(new Set(barcodes).size).toBe(18);
    expect(barcodes.filter((barcode) => barcode?.startsWith('00')).length).toBeGreaterThan(5);
    expect(barcodes.every((barcode) => /^\d{24}$/.test(barcode ?? ''))).toBe(true);
    expect(await sell('one')).toEqual(barcodes);
    expect(await sell('two')).not.toEqual(barcodes);
  });

  it('are new after a reissue, and the old ones invalidated', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, details } = orderCaller(sandbox, 'rest');
    const orderId = orderIdOf(await create(places(2)));
    await close(orderId);
    const before = columnOf(await details(orderId), 'movementDatas', 'barCode');
    expect(await sandbox.orders({ institution: ORDERS.code, reissue: orderId })).toMatchObject({
      reissued: 2,
    });
    const order = await details(orderId);
    const after = columnOf(order, 'movementDatas', 'barCode');
    expect(new Set([...before, ...after]).size).toBe(4);
    expect(columnOf(order, 'tickets', 'ticketState')).toEqual([
      'INVALIDATED',
      'INVALIDATED',
      'VALID',
      'VALID',
    ]);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 1, barcodes: after }]);
  });
});

describe.each<Protocol>(['soap', 'rest'])('cancelling a closed order over %s', (protocol) => {
  it('makes a refund in the same file, and the places are on sale again', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, call, details } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(places(2)), 'orderUpdateData');
    const orderId = textIn(created, 'orderId');
    await close(orderId);
    const [first] = columnOf(created, 'movementDataUpdates', 'movementId');
    const answer = await call('ExternalOrderService', 'cancelOperations', { orderId, movementIds: [first] });
    const update = nodeIn(answer, 'orderUpdateData');
    expect(update['removeMovementIds']).toEqual([first]);
    const refundId = textIn(update, 'orderId');
    expect(refundId).not.toBe(orderId);
    expect(await details(refundId)).toMatchObject({
      orderType: 'REFUND_CLIENT',
      orderState: 'CLOSED',
      saleAmount: '-45000',
      waitingAccountBalanceAmount: '-45000',
    });
    const sale = await details(orderId);
    expect(sale).toMatchObject({ orderState: 'CLOSED', saleAmount: '90000' });
    expect(columnOf(sale, 'tickets', 'ticketState')).toEqual(['CANCELLED', 'VALID']);
    const [gone, kept] = columnOf(sale, 'movementDatas', 'barCode');
    expect([gone, kept]).toEqual([undefined, expect.stringMatching(/^\d{24}$/)]);
    const next = nodeIn(await create(places(1)), 'orderUpdateData');
    expect(columnOf(next, 'movementDataUpdates', 'seatId')).toEqual([String(ORDERS.firstSeatId)]);
    expect((await sandbox.books(ORDERS.code)).orders.map(({ closes }) => closes)).toEqual([1, 1, 0]);
  });

  it('cannot cancel a ticket twice', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, call } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(places(2)), 'orderUpdateData');
    const orderId = textIn(created, 'orderId');
    const operationIds = [textIn(created, 'mainOperationId')];
    await close(orderId);
    const cancel = (more: object) => call('ExternalOrderService', 'cancelOperations', { orderId, ...more });
    expect(await cancel({})).toMatchObject({ statusCode: 'error.parameter.missing' });
    expect(await cancel({ operationIds })).toMatchObject({ statusCode: 'success' });
    expect(await cancel({ operationIds })).toMatchObject({ statusCode: 'error.order.alreadyClosed' });
    expect(
      await cancel({ movementIds: columnOf(created, 'movementDataUpdates', 'movementId') }),
    ).toMatchObject({
      statusCode: 'error.order.alreadyClosed',
    });
    const { orders } = await sandbox.books(ORDERS.code);
    expect(orders.map(({ totalMilli }) => totalMilli)).toEqual([90_000, -90_000]);
    const fileId = textIn(listIn(created, 'operationDataUpdates')[0]!, 'fileId');
    const file = await call('ExternalOrderService', 'getFileDetails', { fileId });
    expect(nodeIn(file, 'fileDetailsData')).toMatchObject({ fileState: 'CANCELED' });
  });
});
