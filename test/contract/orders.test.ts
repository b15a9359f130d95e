import { describe, expect, it } from 'vitest';
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
import type { TestSandbox } from '../support/sandbox.js';

const [CATEGORY, FREE_SEATING] = ORDERS.categoryIds;

/** What is left of each category of the first performance. */
async function leftOf(sandbox: TestSandbox): Promise<string[]> {
  const { call } = orderCaller(sandbox, 'rest');
  const answer = await call('AvailabilityService', 'getPerformanceAvailability', {
    pointOfSalesId: ORDERS.posId,
    performanceIds: [ORDERS.performanceIds[0]],
    seatCategoryIds: [-1],
  });
  return columnOf(nodeIn(answer, 'performanceAvailabilityData'), 'performanceAvailabilities', 'quantity').map(
    String,
  );
}

describe.each<Protocol>(['soap', 'rest'])('createOrUpdateOrder over %s', (protocol) => {
  it('holds the best seats and answers with what is new', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const created = await create({ requestId: 41, externalReference: 'LAKE-58', ...places(2) });
    expect(created).toMatchObject({ requestId: '41', statusCode: 'success', expectedException: 'false' });
    const update = nodeIn(created, 'orderUpdateData');
    expect(listIn(update, 'operationDataUpdates')).toMatchObject([
      {
        operationId: textIn(update, 'mainOperationId'),
        kind: 'SINGLE_ENTRY',
        quantity: '2',
        unitPrice: '45000',
        totalAmount: '90000',
        performanceId: '301',
        productId: '201',
        productCode: 'HAMLET',
        audienceSubCategoryId: '111',
        numbered: 'true',
      },
    ]);
    expect(listIn(update, 'movementDataUpdates')).toMatchObject([
      {
        type: 'SEAT',
        seatId: '1000',
        row: 'A',
        number: '1',
        seatCategoryId: '401',
        areaId: '461',
        contingentId: '0',
      },
      { type: 'SEAT', seatId: '1001', seatCategoryId: '401', areaId: '461', contingentId: '0' },
    ]);
    expect(update).toMatchObject({ catalogCurrency: { currencyCode: 'EUR', minAmount: '10' } });
    expect(textIn(update, 'orderSecretId').length).toBeGreaterThan(20);
    expect(columnOf(update, 'movementDataUpdates', 'barCode')).toEqual([undefined, undefined]);
    expect(await leftOf(sandbox)).toEqual(['18', '5']);
    expect((await sandbox.books(ORDERS.code)).orders).toEqual([
      {
        orderId: orderIdOf(created),
        externalReference: 'LAKE-58',
        state: 'RUNNING',
        closes: 0,
        totalMilli: 90_000,
        barcodes: [],
      },
    ]);
  });

  it('makes another order each time', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const first = await create({ externalReference: 'same', ...places(1) });
    const second = await create({ externalReference: 'same', ...places(1) });
    expect(orderIdOf(second)).not.toBe(orderIdOf(first));
    expect((await sandbox.books(ORDERS.code)).orders).toHaveLength(2);
  });

  it('adds to an order that is named, and changes whose it is', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create());
    const added = await create({
      orderId,
      ...places(1, { seatCategoryId: FREE_SEATING }),
      purchasersInfo: [{ contactReference: ORDERS.contactNumber }],
      externalReference: 'later',
      origin: { code: 'WEB' },
    });
    const update = nodeIn(added, 'orderUpdateData');
    expect(textIn(update, 'orderId')).toBe(orderId);
    expect(listIn(update, 'movementDataUpdates')).toMatchObject([{ type: 'AREA', areaId: '462' }]);
    expect(columnOf(update, 'movementDataUpdates', 'seatId')).toEqual([undefined]);
    const order = await details(orderId, 'MOVEMENT');
    expect(columnOf(order, 'operationDatas', 'quantity')).toEqual(['2', '1']);
    expect(order).toMatchObject({
      saleAmount: '135000',
      contactReference: ORDERS.contactNumber,
      orderOriginData: { code: 'WEB' },
    });
    const references = await call('ExternalOrderService', 'getExternalReference', {
      id: orderId,
      externalReferenceKind: 'ORDER',
    });
    expect(references).toMatchObject({
      externalReferences: {
        id: orderId,
        externalReferences: protocol === 'rest' ? [{ value: 'later' }] : { value: 'later' },
      },
    });
  });

  it('changes the reference alone', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create());
    expect(await create({ orderId, externalReference: 'new' })).toMatchObject({ statusCode: 'success' });
    expect((await sandbox.books(ORDERS.code)).orders[0]).toMatchObject({ externalReference: 'new' });
  });

  it('puts a new order into the file that is named', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    const first = nodeIn(await create(), 'orderUpdateData');
    const fileId = textIn(listIn(first, 'operationDataUpdates')[0]!, 'fileId');
    await create({ fileId, ...places(1) });
    const file = await call('ExternalOrderService', 'getFileDetails', { fileId });
    expect(nodeIn(file, 'fileDetailsData')).toMatchObject({ fileId, fileState: 'RUNNING' });
    expect(listIn(file, 'orderDetailsDatas')).toHaveLength(2);
    const same = await call('ExternalOrderService', 'getFileDetailsFromOrderSecretId', {
      orderSecretId: textIn(first, 'orderSecretId'),
    });
    expect(same['fileDetailsData']).toEqual(file['fileDetailsData']);
  });

  it('sells items, on their slot where they have slots', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const visit = { itemId: ORDERS.itemId, audienceSubCategoryId: ORDERS.tariffId, quantity: 3 };
    expect(await create({ simpleProductOperations: [visit] })).toMatchObject({
      statusCode: 'error.parameter.missing',
    });
    expect(await create({ simpleProductOperations: [{ ...visit, timeSlotId: 999 }] })).toMatchObject({
      statusCode: 'error.order.unknownReference',
    });
    const created = await create({
      simpleProductOperations: [{ ...visit, timeSlotId: ORDERS.timeslotId }],
      chargeOperations: [{ chargeId: ORDERS.chargeId, amount: 2_500 }],
    });
    const update = nodeIn(created, 'orderUpdateData');
    expect(listIn(update, 'operationDataUpdates')).toMatchObject([
      { kind: 'PASS', itemId: '731', timeSlotId: '711', quantity: '3', totalAmount: '36000' },
      { kind: 'CHARGE', quantity: '1', totalAmount: '2500' },
    ]);
    expect(columnOf(update, 'movementDataUpdates', 'type')).toEqual(['AREA', 'AREA', 'AREA']);
  });

  it('sells a package as what is inside, with its dedicated places first', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    const created = await create({
      composedProductOperations: [
        {
          productId: ORDERS.packageId,
          audienceSubCategoryId: ORDERS.tariffId,
          quantity: 2,
          compositions: ORDERS.performanceIds.map((performanceId) => ({
            performanceId,
            seatCategoryId: CATEGORY,
          })),
        },
      ],
    });
    const update = nodeIn(created, 'orderUpdateData');
    expect(columnOf(update, 'operationDataUpdates', 'kind')).toEqual([
      'PACKAGE',
      'SINGLE_ENTRY',
      'SINGLE_ENTRY',
    ]);
    expect(columnOf(update, 'movementDataUpdates', 'contingentId')).toEqual(['9', '9', '9', '9']);
    const orderId = textIn(update, 'orderId');
    const whole = textIn(update, 'mainOperationId');
    await call('ExternalOrderService', 'cancelOperations', { orderId, operationIds: [whole] });
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ state: 'ABANDONNED' }]);
  });

  it('tries the preferred areas first', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const elsewhere = await create(places(1, {}, [ORDERS.freeAreaId]));
    expect(elsewhere).toMatchObject({ statusCode: 'success' });
    const here = await create(places(1, { seatCategoryId: FREE_SEATING }, [461, ORDERS.freeAreaId]));
    expect(columnOf(nodeIn(here, 'orderUpdateData'), 'movementDataUpdates', 'areaId')).toEqual(['462']);
  });

  it.each<[string, string, object]>([
    ['error.order.availability', 'too many of what is left', places(6, { seatCategoryId: FREE_SEATING })],
    ['error.order.maxSeats', 'more seats than one may have', places(11)],
    ['error.order.quantity', 'no place at all', places(0)],
    ['error.order.quantity', 'less than a price asks for', places(1, { audienceSubCategoryId: 114 })],
    ['error.order.quantity', 'more than a price allows', places(5, { audienceSubCategoryId: 114 })],
    ['error.order.unknownReference', 'an unknown performance', places(1, { performanceId: 1 })],
    ['error.order.unknownReference', 'an unknown category', places(1, { seatCategoryId: 1 })],
    ['error.order.unknownReference', 'an unknown tariff', places(1, { audienceSubCategoryId: 1 })],
    [
      'error.order.unknownReference',
      'a tariff that the category has not',
      places(1, { seatCategoryId: FREE_SEATING, audienceSubCategoryId: 112 }),
    ],
    ['error.order.unknownReference', 'an unknown order', { orderId: 77, ...places(1) }],
    ['error.order.unknownReference', 'an unknown file', { fileId: 77, ...places(1) }],
    ['error.order.notOnSale', 'a tariff that is not on sale yet', places(1, { audienceSubCategoryId: 113 })],
    ['error.order.tariffCondition', 'a child alone', places(1, { audienceSubCategoryId: 112 })],
    [
      'error.contact.notFound',
      'a contact without its zeros',
      { ...places(1), purchasersInfo: [{ contactReference: '4217' }] },
    ],
    [
      'error.order.contactRequired',
      'a membership for nobody',
      { simpleProductOperations: [{ itemId: 732, audienceSubCategoryId: 111, quantity: 1 }] },
    ],
    ['error.parameter.missing', 'nothing', {}],
    [
      'error.parameter.missing',
      'an empty list',
      { singleEntryAttributionOperations: [{ preferedAreas: [1] }] },
    ],
    [
      'error.parameter.invalid',
      'a reference that is too long',
      { ...places(1), externalReference: 'x'.repeat(251) },
    ],
    ['error.parameter.invalid', 'another type', { ...places(1), orderType: 'OPTION' }],
  ])('answers %s for %s, and nothing is held', async (code, _what, parameters) => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    expect(await create(parameters)).toMatchObject({ statusCode: code });
    expect(await leftOf(sandbox)).toEqual(['20', '5']);
    expect((await sandbox.books(ORDERS.code)).orders).toEqual([]);
  });

  it('gives everything back when one line cannot be had', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const lists = [places(4), places(6, { seatCategoryId: FREE_SEATING })] as {
      singleEntryAttributionOperations: object[];
    }[];
    const answer = await create({
      singleEntryAttributionOperations: lists.flatMap((each) => each.singleEntryAttributionOperations),
    });
    expect(answer).toMatchObject({ statusCode: 'error.order.availability', expectedException: 'true' });
    expect(answer['orderUpdateData']).toBeUndefined();
    expect(textIn(answer, 'statusMessage')).toMatch(/Not enough places/);
    expect(await leftOf(sandbox)).toEqual(['20', '5']);
  });

  it('sells a child together with an adult', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(1)));
    const child = await create({ orderId, ...places(2, { audienceSubCategoryId: ORDERS.childId }) });
    expect(child).toMatchObject({ statusCode: 'success' });
  });

  it('counts the seats of the whole order', async () => {
    await using sandbox = await startOrderSandbox();
    const { create } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create(places(8)));
    expect(await create({ orderId, ...places(3) })).toMatchObject({ statusCode: 'error.order.maxSeats' });
    expect(await leftOf(sandbox)).toEqual(['12', '5']);
  });
});

describe.each<Protocol>(['soap', 'rest'])('an open order over %s', (protocol) => {
  it('gives movements back, and is abandoned with the last one', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(places(3)), 'orderUpdateData');
    const orderId = textIn(created, 'orderId');
    const [first, ...others] = columnOf(created, 'movementDataUpdates', 'movementId');
    const some = await call('ExternalOrderService', 'abandonMovements', { orderId, movementIds: [first] });
    const update = nodeIn(some, 'orderUpdateData');
    expect(update['removeMovementIds']).toEqual([first]);
    expect(listIn(update, 'operationDataUpdates')).toMatchObject([{ quantity: '2', totalAmount: '90000' }]);
    expect(await leftOf(sandbox)).toEqual(['18', '5']);
    await call('ExternalOrderService', 'abandonMovements', { orderId, movementIds: others });
    expect(await details(orderId)).toMatchObject({ orderState: 'ABANDONNED' });
    expect(await create({ orderId, ...places(1) })).toMatchObject({ statusCode: 'error.order.expired' });
    const again = await call('ExternalOrderService', 'abandonMovements', { orderId, movementIds: [first] });
    expect(again).toMatchObject({ statusCode: 'error.order.expired' });
  });

  it('loses operations that are cancelled', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(places(2)), 'orderUpdateData');
    const orderId = textIn(created, 'orderId');
    await create({ orderId, ...places(1, { seatCategoryId: FREE_SEATING }) });
    const operationIds = [textIn(created, 'mainOperationId')];
    const answer = await call('ExternalOrderService', 'cancelOperations', { orderId, operationIds });
    expect(nodeIn(answer, 'orderUpdateData')['removeOperationIds']).toEqual(operationIds);
    expect(await details(orderId)).toMatchObject({ orderState: 'RUNNING', saleAmount: '45000' });
    expect(await leftOf(sandbox)).toEqual(['20', '4']);
    expect(await call('ExternalOrderService', 'cancelOperations', { orderId, operationIds })).toMatchObject({
      statusCode: 'error.order.unknownReference',
    });
  });

  it('shows more with each granularity', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create());
    const least = await call('ExternalOrderService', 'getOrderDetails', { orderId });
    expect(listIn(nodeIn(least, 'orderDetailsData'), 'operationDatas')).toHaveLength(1);
    expect(nodeIn(least, 'orderDetailsData')['movementDatas']).toBeUndefined();
    expect(listIn(await details(orderId, 'MOVEMENTS'), 'movementDatas')).toHaveLength(2);
    const all = await call('ExternalOrderService', 'getOrderDetails', { orderId, granularity: 'ALL' });
    expect(all).toMatchObject({ statusCode: 'error.parameter.invalid' });
  });

  it('keeps references by key, at most 250 characters long', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    const id = orderIdOf(await create());
    const update = (value: string, kind = 'ORDER') =>
      call('ExternalOrderService', 'updateExternalReferences', {
        id,
        externalReferenceKind: kind,
        externalReference: { key: 'partner', value },
      });
    expect(await update('one')).toMatchObject({ statusCode: 'success' });
    expect(await update('x'.repeat(251))).toMatchObject({ statusCode: 'error.parameter.invalid' });
    expect(await update('two', 'FILE')).toMatchObject({ statusCode: 'error.parameter.invalid' });
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ externalReference: 'one' }]);
  });

  it('has a file with documents that come and go', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    const created = nodeIn(await create(), 'orderUpdateData');
    const fileId = textIn(listIn(created, 'operationDataUpdates')[0]!, 'fileId');
    const attachments = async () =>
      columnOf(
        nodeIn(await call('ExternalOrderService', 'getFileDetails', { fileId }), 'fileDetailsData'),
        'fileAttachments',
        'fileAttachmentId',
      );
    expect(
      await call('ExternalOrderService', 'updateFileStatus', { fileId, fileStatusIC: '' }),
    ).toMatchObject({
      statusCode: 'success',
    });
    await call('ExternalOrderService', 'uploadFileAttachment', {
      fileId,
      printableFileAttachmentData: { data: 'SGVsbG8=', fileName: 'id.pdf', mimetype: 'application/pdf' },
    });
    const [fileAttachmentId] = await attachments();
    expect(await call('ExternalOrderService', 'getFileAttachment', { fileAttachmentId })).toMatchObject({
      printableFileAttachmentData: { data: 'SGVsbG8=', fileName: 'id.pdf' },
    });
    await call('ExternalOrderService', 'deleteFileAttachment', { fileAttachmentId });
    expect(await attachments()).toEqual([]);
    expect(await call('ExternalOrderService', 'getFileAttachment', { fileAttachmentId })).toMatchObject({
      statusCode: 'error.order.unknownReference',
    });
  });

  it('is abandoned by the notice that it was not paid, and stays open when it is reopened', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, protocol);
    const orderId = orderIdOf(await create());
    expect(await call('ExternalOrderService', 'reopenOrder', { orderId })).toMatchObject({
      statusCode: 'success',
    });
    const paid = await call('ExternalOrderService', 'notifyOrder', { orderId, isPaid: true });
    expect(paid).toMatchObject({ statusCode: 'error.order.paymentAmount' });
    await call('ExternalOrderService', 'notifyOrder', { orderId, isPaid: false });
    expect(await details(orderId)).toMatchObject({ orderState: 'ABANDONNED' });
    expect(await call('ExternalOrderService', 'reopenOrder', { orderId })).toMatchObject({
      statusCode: 'error.order.expired',
    });
  });
});
