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
  type Node,
  type Protocol,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';

const HOUR_MS = 3_600_000;
const HISTORY = 'ExternalOrderHistoryService';

function ago(hours: number): string {
  return new Date(Date.now() - hours * HOUR_MS).toISOString();
}

function ordersIn(answer: Node): readonly Node[] {
  return listIn(answer, 'files').flatMap((file) => listIn(file, 'orders'));
}

describe.each<Protocol>(['soap', 'rest'])('listFilesByCriteria over %s', (protocol) => {
  it('finds a lost order by when, by whom and by its reference', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    await create({ ...places(1), externalReference: 'before' });
    await sandbox.advance(2 * HOUR_MS);
    const purchasersInfo = [{ contactReference: ORDERS.contactNumber }];
    await sandbox.fault({ kind: 'resetAfter', method: 'createOrUpdateOrder', times: 1 });
    await expect(create({ ...places(1), purchasersInfo, externalReference: 'lost' })).rejects.toThrow(
      /fetch failed/,
    );
    await create({ ...places(1), externalReference: 'of somebody else' });
    const answer = await call(HISTORY, 'listFilesByCriteria', {
      pointOfSalesId: ORDERS.posId,
      startDate: ago(-1),
      endDate: ago(-3),
      states: ['RUNNING'],
      fileContacts: purchasersInfo,
      paginationParameter: { startPosition: 0, maxResult: 10 },
    });
    expect(answer).toMatchObject({ statusCode: 'success', truncated: 'false' });
    const lost = (await sandbox.books(ORDERS.code)).orders.find(
      ({ externalReference }) => externalReference === 'lost',
    );
    expect(ordersIn(answer)).toEqual([
      {
        orderId: lost!.orderId,
        orderType: 'SALE',
        orderState: 'RUNNING',
        creationDateTime: expect.any(String),
        externalReference: 'lost',
        saleAmount: '45000',
        waitingAccountBalanceAmount: '0',
      },
    ]);
  });

  it('lists the oldest first, page by page', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call } = orderCaller(sandbox, protocol);
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) ids.push(orderIdOf(await create(places(1))));
    const page = async (startPosition: number): Promise<[unknown, unknown[]]> => {
      const answer = await call(HISTORY, 'listFilesByCriteria', {
        paginationParameter: { startPosition, maxResult: 2 },
      });
      return [answer['truncated'], ordersIn(answer).map((order) => order['orderId'])];
    };
    expect(await page(0)).toEqual(['true', ids.slice(0, 2)]);
    expect(await page(2)).toEqual(['false', ids.slice(2)]);
    expect(await page(9)).toEqual(['false', []]);
    const wrong = await call(HISTORY, 'listFilesByCriteria', { paginationParameter: { maxResult: 0 } });
    expect(wrong).toMatchObject({ statusCode: 'error.parameter.invalid' });
  });

  it('has the amounts of a month: sales, what is pending, and refunds', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, pay, call } = orderCaller(sandbox, protocol);
    const sold = nodeIn(await create(places(2)), 'orderUpdateData');
    await close(textIn(sold, 'orderId'));
    const byCard = orderIdOf(await create(places(1)));
    await pay(byCard, 0, { payments: [{ paymentMethodId: ORDERS.cardId, amount: 45_000 }] });
    await call('ExternalOrderService', 'cancelOperations', {
      orderId: textIn(sold, 'orderId'),
      movementIds: columnOf(sold, 'movementDataUpdates', 'movementId').slice(0, 1),
    });
    const answer = await call(HISTORY, 'listFilesByCriteria', { startDate: ago(1), endDate: ago(-1) });
    expect(columnOf(answer, 'files', 'fileState')).toEqual(['NOT_SOLDED', 'SOLDED']);
    expect(
      ordersIn(answer).map((order) => [
        order['orderType'],
        order['saleAmount'],
        order['waitingAccountBalanceAmount'],
      ]),
    ).toEqual([
      ['SALE', '90000', '90000'],
      ['REFUND_CLIENT', '-45000', '-45000'],
      ['SALE', '45000', '0'],
    ]);
  });
});

describe.each<Protocol>(['soap', 'rest'])('countFilesByCriteria over %s', (protocol) => {
  it('counts what matches all that is asked', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, call } = orderCaller(sandbox, protocol);
    const purchasersInfo = [{ contactReference: ORDERS.contactNumber }];
    await close(orderIdOf(await create({ ...places(1), purchasersInfo })));
    await create({
      simpleProductOperations: [
        {
          itemId: ORDERS.itemId,
          audienceSubCategoryId: ORDERS.tariffId,
          quantity: 1,
          timeSlotId: ORDERS.timeslotId,
        },
      ],
    });
    const count = async (criteria: object): Promise<unknown> =>
      (await call(HISTORY, 'countFilesByCriteria', criteria))['count'];
    const cases: readonly (readonly [object, string])[] = [
      [{}, '2'],
      [{ states: ['RUNNING'] }, '1'],
      [{ states: ['RUNNING', 'NOT_SOLDED'] }, '2'],
      [{ paymentStates: ['WAITING'] }, '1'],
      [{ productId: ORDERS.eventId }, '1'],
      [{ performanceId: ORDERS.performanceIds[1] }, '0'],
      [{ itemId: ORDERS.itemId }, '1'],
      [{ fileContacts: purchasersInfo }, '1'],
      [{ fileContacts: [...purchasersInfo, { contactReference: '9' }] }, '1'],
      [
        {
          fileContacts: [...purchasersInfo, { contactReference: '9' }],
          fileSearchCriteria: 'INTERSECT_FILE_CONTACTS',
        },
        '0',
      ],
      [{ culturalContactReference: ORDERS.contactNumber }, '0'],
      [{ mainAudienceCategory: 'OCCASIONAL' }, '2'],
      [{ mainAudienceCategory: 'MEMBER' }, '0'],
      [{ orderOriginators: ['EXTERNAL_SALE'] }, '2'],
      [{ orderOriginators: ['DESK'] }, '0'],
      [{ fileOptionStates: ['REQUESTED'] }, '0'],
      [{ maxFileExpirationDate: ago(0) }, '0'],
      [{ endDate: ago(1) }, '0'],
    ];
    for (const [criteria, expected] of cases) {
      expect([criteria, await count(criteria)]).toEqual([criteria, expected]);
    }
    expect(await call(HISTORY, 'countFilesByCriteria', { fileSearchCriteria: 'ANY' })).toMatchObject({
      statusCode: 'error.parameter.invalid',
    });
  });
});

describe.each<Protocol>(['soap', 'rest'])('listTicketsByCriteria over %s', (protocol) => {
  it('lists tickets of the period, and nothing when the point of sales is named', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, call } = orderCaller(sandbox, protocol);
    await close(orderIdOf(await create(places(2))));
    await create(places(1));
    const list = (criteria: object, paginationParameter: object = {}) =>
      call(HISTORY, 'listTicketsByCriteria', {
        ticketFilterCriteria: { startDate: ago(1), endDate: ago(-1), ...criteria },
        paginationParameter: { startPosition: 0, ...paginationParameter },
      });
    const all = await list({});
    expect(all).toMatchObject({ truncated: 'false' });
    expect(listIn(all, 'ticketSummaries')).toMatchObject([
      {
        ticketState: 'VALID',
        performanceId: '301',
        seatCategoryId: '401',
        audienceSubCategoryId: '111',
        price: '45000',
      },
      { ticketState: 'VALID' },
    ]);
    const first = await list({}, { maxResult: 1 });
    expect([first['truncated'], listIn(first, 'ticketSummaries')]).toEqual([
      'true',
      listIn(all, 'ticketSummaries').slice(0, 1),
    ]);
    expect(listIn(await list({ pointOfSalesId: ORDERS.posId }), 'ticketSummaries')).toEqual([]);
    expect(listIn(await list({ productId: ORDERS.passId }), 'ticketSummaries')).toEqual([]);
    expect(listIn(await list({ endDate: ago(0.5) }), 'ticketSummaries')).toEqual([]);
  });

  it('wants both dates', async () => {
    await using sandbox = await startOrderSandbox();
    const { call } = orderCaller(sandbox, protocol);
    const answer = await call(HISTORY, 'listTicketsByCriteria', {
      ticketFilterCriteria: { startDate: ago(1) },
    });
    expect(answer).toMatchObject({
      statusCode: 'error.parameter.missing',
      statusDetail: 'missing: ticketFilterCriteria.endDate',
    });
  });
});
