import { describe, expect, it } from 'vitest';
import {
  columnOf,
  nodeIn,
  orderCaller,
  places,
  startOrderSandbox,
  textIn,
  type Node,
  type OrderCaller,
  type Protocol,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';

interface Held {
  readonly operationIds: readonly string[];
  readonly movementIds: readonly string[];
  readonly orderId: string;
}

async function hold({ create }: OrderCaller, parameters: object): Promise<Held> {
  const update = nodeIn(await create(parameters), 'orderUpdateData');
  return {
    operationIds: [textIn(update, 'mainOperationId')],
    movementIds: columnOf(update, 'movementDataUpdates', 'movementId').map(String),
    orderId: textIn(update, 'orderId'),
  };
}

function seat(
  { call }: OrderCaller,
  { operationIds, movementIds }: Held,
  seatIds: readonly number[],
): Promise<Node> {
  return call('ExternalSeatingService', 'doSeatingForOperations', {
    operationIds,
    seatingInformation: seatIds.map((physicalSeatId, index) => ({
      movementId: movementIds[index],
      physicalSeatId,
    })),
  });
}

describe.each<Protocol>(['soap', 'rest'])('doSeatingForOperations over %s', (protocol) => {
  it('moves places to the chosen seats, and frees the old ones', async () => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const held = await hold(caller, places(2));
    const answer = await seat(caller, held, [1_015, 1_016]);
    expect(answer).toMatchObject({ statusCode: 'success', expectedException: 'false' });
    expect(columnOf(answer, 'movementsData', 'seatId')).toEqual(['1015', '1016']);
    expect(columnOf(answer, 'movementsData', 'row')).toEqual(['B', 'B']);
    expect(columnOf(answer, 'movementsData', 'number')).toEqual(['6', '7']);
    expect(columnOf(await caller.details(held.orderId), 'movementDatas', 'seatId')).toEqual(['1015', '1016']);
    const others = nodeIn(await caller.create(places(2)), 'orderUpdateData');
    expect(columnOf(others, 'movementDataUpdates', 'seatId')).toEqual(['1000', '1001']);
  });

  it('is a success for the seats that are held, in any order', async () => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const held = await hold(caller, places(2));
    expect(columnOf(await seat(caller, held, [1_000, 1_001]), 'movementsData', 'seatId')).toEqual([
      '1000',
      '1001',
    ]);
    expect(columnOf(await seat(caller, held, [1_001, 1_000]), 'movementsData', 'seatId')).toEqual([
      '1001',
      '1000',
    ]);
    expect(columnOf(await seat(caller, held, [1_002, 1_001]), 'movementsData', 'seatId')).toEqual([
      '1002',
      '1001',
    ]);
    const next = nodeIn(await caller.create(places(1)), 'orderUpdateData');
    expect(columnOf(next, 'movementDataUpdates', 'seatId')).toEqual(['1000']);
  });

  it.each<[string, string, readonly number[]]>([
    ['error.order.seatNotFree', 'a seat of somebody else', [1_010, 1_004]],
    ['error.order.seatNotFree', 'the same seat twice', [1_010, 1_010]],
    ['error.order.seatNotFree', 'a place of another category', [1_010, 3_000]],
    ['error.order.seatNotFree', 'a seat of a contingent for others', [1_010, 2_000]],
    ['error.order.unknownReference', 'a seat that is not there', [1_010, 9_999]],
    ['error.parameter.missing', 'no seat', []],
  ])('answers %s for %s, and nothing has changed', async (code, _what, seatIds) => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const held = await hold(caller, places(2));
    await hold(caller, places(4));
    expect(await seat(caller, held, seatIds)).toMatchObject({ statusCode: code });
    expect(columnOf(await caller.details(held.orderId), 'movementDatas', 'seatId')).toEqual(['1000', '1001']);
    // 1010 is free: it begins the first row with four together after the ten of row A minus six.
    expect((await seat(caller, held, [1_010, 1_011]))['statusCode']).toBe('success');
  });

  it('needs an open order and its own movements', async () => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const held = await hold(caller, places(1));
    const other = await hold(caller, places(1));
    expect(await seat(caller, { ...held, movementIds: other.movementIds }, [1_010])).toMatchObject({
      statusCode: 'error.order.unknownReference',
    });
    expect(await seat(caller, { ...held, operationIds: ['77'] }, [1_010])).toMatchObject({
      statusCode: 'error.order.unknownReference',
    });
    await caller.close(other.orderId);
    expect(await seat(caller, other, [1_010])).toMatchObject({ statusCode: 'error.order.alreadyClosed' });
    await sandbox.advance(900_000);
    expect(await seat(caller, held, [1_010])).toMatchObject({ statusCode: 'error.order.expired' });
  });

  it('keeps what it moved when the order is closed', async () => {
    await using sandbox = await startOrderSandbox();
    const caller = orderCaller(sandbox, protocol);
    const held = await hold(caller, places(1));
    await seat(caller, held, [1_019]);
    await caller.close(held.orderId);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 1 }]);
    expect(columnOf(await caller.details(held.orderId), 'movementDatas', 'seatId')).toEqual(['1019']);
  });
});
