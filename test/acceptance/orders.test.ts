import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import {
  createRequest,
  orderInput,
  placesLine,
  refOf,
  startOrderHouse,
  type OrderHouse,
} from '../support/order-house.js';
import type { Order, OrderState } from '../../src/domain/order.js';
import { ORDERS } from '../support/order-world.js';

describe('an order', () => {
  it('is held with the total and the end of the hold as S-360 says them', async () => {
    await using house = await startOrderHouse();
    const { order, refusals } = await house.gateway.orders.create(createRequest('shop-1'));
    expect(refusals).toEqual([]);
    expect(order).toMatchObject({ state: 'ON_HOLD', step: null, contactNumber: null, tickets: [] });
    expect(order!.totalMilli).toBe(order!.lines[0]!.unitMilli * 2n);
    expect(order!.holdExpiresAt).toBeGreaterThan(Date.now());
    expect((await house.books()).orders).toMatchObject([
      { orderId: order!.s360OrderId, externalReference: 'shop-1', state: 'RUNNING', closes: 0 },
    ]);
    expect(await house.orderCalls()).toEqual(['createOrUpdateOrder', 'getOrderDetails']);
  });

  it('is closed on the pending account, and has the barcodes that S-360 gave', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('shop-2'))).order!;
    const { order, refusals } = await orders.close({ ...refOf(held), expectedTotalMilli: held.totalMilli });
    expect(refusals).toEqual([]);
    const [inBooks] = (await house.books()).orders;
    expect(order).toMatchObject({ state: 'CLOSED', step: null, holdExpiresAt: null });
    expect(order!.tickets.map(({ barcode }) => barcode)).toEqual(inBooks!.barcodes);
    expect(inBooks).toMatchObject({ state: 'CLOSED', closes: 1, totalMilli: Number(held.totalMilli) });
  });

  it('is placed with three calls: create, close, tickets', async () => {
    await using house = await startOrderHouse();
    const { order } = await house.gateway.orders.create(createRequest('shop-3', { intent: 'PLACE' }));
    expect(order).toMatchObject({ state: 'CLOSED', tickets: [{ state: 'VALID' }, { state: 'VALID' }] });
    expect(await house.orderCalls()).toEqual([
      'createOrUpdateOrder',
      'createPaymentsAndCloseOrder',
      'getOrderDetails',
    ]);
    const transitions = await house.gateway.orders.transitions(order!.number);
    expect(transitions.map(({ from, to, by }) => [from, to, by])).toEqual([
      [null, 'CREATING', 'CLIENT'],
      ['CREATING', 'ON_HOLD', 'UPSTREAM'],
      ['ON_HOLD', 'CLOSING', 'CLIENT'],
      ['CLOSING', 'CLOSED', 'UPSTREAM'],
    ]);
  });

  it('has the seats that were chosen', async () => {
    await using house = await startOrderHouse();
    const seatIds = [String(ORDERS.firstSeatId + 3), String(ORDERS.firstSeatId + 4)];
    const input = orderInput({ lines: [placesLine({ seatIds })] });
    const { order, refusals } = await house.gateway.orders.create(
      createRequest('shop-4', { intent: 'PLACE', input }),
    );
    expect(refusals).toEqual([]);
    expect(order!.tickets.map(({ seatId }) => seatId)).toEqual(seatIds);
  });
});

/** Waits until the order of that key is in one of the states. */
function orderIn(house: OrderHouse, key: string, ...states: readonly OrderState[]): Promise<Order> {
  return eventually(`order ${key} as ${states.join(' or ')}`, async () => {
    const order = await house.gateway.orders.findByClientOrderId('', key);
    return order !== null && states.includes(order.state) && order.step === null ? order : null;
  });
}

async function createsAsked(house: OrderHouse): Promise<number> {
  return (await house.orderCalls()).filter((method) => method === 'createOrUpdateOrder').length;
}

describe('a create whose answer is lost', () => {
  it.each(['resetAfter', 'truncate', 'malformed', 'emptyAnswer', 'wrongNamespace'] as const)(
    '(%s) is in doubt, then found by its reference and held, without a second create',
    async (kind) => {
      await using house = await startOrderHouse();
      await house.sandbox.fault({ method: 'createOrUpdateOrder', kind, times: 1 });
      const { order, refusals } = await house.gateway.orders.create(createRequest('lost-1'));
      expect(refusals).toEqual([]);
      expect(order).toMatchObject({ state: 'IN_DOUBT', step: 'CREATE', doubt: { attempts: 0 } });
      const held = await orderIn(house, 'lost-1', 'ON_HOLD');
      expect(held.number).toBe(order!.number);
      expect(await createsAsked(house)).toBe(1);
      expect((await house.books()).orders).toHaveLength(1);
    },
  );

  it.each(['resetBefore', 'http500', 'soapFault', 'hang'] as const)(
    '(%s) is made again after the quarantine only, when S-360 has nothing under its reference',
    async (kind) => {
      await using house = await startOrderHouse();
      await house.sandbox.fault({ method: 'createOrUpdateOrder', kind, times: 1 });
      const before = Date.now();
      await house.gateway.orders.create(createRequest('lost-2', { intent: 'PLACE' }));
      const placed = await orderIn(house, 'lost-2', 'CLOSED');
      const calls = (await house.sandbox.journal()).filter(({ method }) => method === 'createOrUpdateOrder');
      expect(calls).toHaveLength(2);
      expect(calls[1]!.at - before).toBeGreaterThanOrEqual(3_700);
      expect(placed.tickets).toHaveLength(2);
      expect((await house.books()).orders).toMatchObject([{ state: 'CLOSED', closes: 1 }]);
    },
  );

  it('that S-360 finishes long after is found, and not made a second time', async () => {
    await using house = await startOrderHouse();
    await house.sandbox.fault({
      method: 'createOrUpdateOrder',
      kind: 'delayBefore',
      delayMs: 2_500,
      times: 1,
    });
    const { order } = await house.gateway.orders.create(createRequest('lost-3', { intent: 'PLACE' }));
    expect(order!.state).toBe('IN_DOUBT');
    await orderIn(house, 'lost-3', 'CLOSED');
    expect(await createsAsked(house)).toBe(1);
    expect((await house.books()).orders).toMatchObject([{ state: 'CLOSED', closes: 1 }]);
  });
});

describe('a close whose answer is lost', () => {
  it.each(['resetAfter', 'truncate'] as const)('(%s) is found closed, with its tickets', async (kind) => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('lost-4'))).order!;
    await house.sandbox.fault({ method: 'createPaymentsAndCloseOrder', kind, times: 1 });
    const { order } = await orders.close({ ...refOf(held), expectedTotalMilli: null });
    expect(order).toMatchObject({ state: 'IN_DOUBT', step: 'CLOSE' });
    const closed = await orderIn(house, 'lost-4', 'CLOSED');
    expect(closed.tickets).toHaveLength(2);
    expect((await house.books()).orders).toMatchObject([{ closes: 1 }]);
    const again = await orders.close({ ...refOf(held), expectedTotalMilli: null });
    expect(again).toEqual({ order: closed, refusals: [] });
  });

  it('and that never arrived is made again after the quarantine', async () => {
    await using house = await startOrderHouse();
    await house.sandbox.fault({ method: 'createPaymentsAndCloseOrder', kind: 'resetBefore', times: 1 });
    await house.gateway.orders.create(createRequest('lost-5', { intent: 'PLACE' }));
    await orderIn(house, 'lost-5', 'CLOSED');
    expect((await house.books()).orders).toMatchObject([{ closes: 1 }]);
  });

  it('is CLOSING while S-360 says in_progress, and ends by itself', async () => {
    await using house = await startOrderHouse();
    await house.sandbox.fault({
      method: 'createPaymentsAndCloseOrder',
      kind: 'inProgress',
      delayMs: 300,
      times: 1,
    });
    const { order } = await house.gateway.orders.create(createRequest('slow-1', { intent: 'PLACE' }));
    expect(order).toMatchObject({ state: 'CLOSING', tickets: [] });
    await orderIn(house, 'slow-1', 'CLOSED');
    expect((await house.orderCalls()).filter((method) => method.includes('Close'))).toHaveLength(1);
  });
});

describe('the same key', () => {
  it('gives the same order however often it is sent, and at once when sent many times at a time', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => orders.create(createRequest('key-1', { intent: 'PLACE' }))),
    );
    expect(new Set(answers.map(({ order }) => order!.number)).size).toBe(1);
    expect(answers.every(({ order }) => order!.state === 'CLOSED')).toBe(true);
    expect((await house.books()).orders).toMatchObject([{ closes: 1 }]);
    expect(await createsAsked(house)).toBe(1);
  });

  it('with another input is a conflict that names the first order, and asks S-360 nothing', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const first = (await orders.create(createRequest('key-2'))).order!;
    const calls = (await house.orderCalls()).length;
    const input = orderInput({ lines: [placesLine({ quantity: 1 })] });
    const { order, refusals } = await orders.create(createRequest('key-2', { input }));
    expect(order).toBeNull();
    expect(refusals).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT', facts: { kind: 'conflict', orderNumber: first.number } },
    ]);
    expect((await house.orderCalls()).length).toBe(calls);
  });

  it('may be sent again when the first time surely did not reach S-360', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    await house.sandbox.fault({ method: 'createOrUpdateOrder', kind: 'http509', times: 1 });
    await expect(orders.create(createRequest('key-3'))).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
    });
    const { order } = await orders.create(createRequest('key-3'));
    expect(order).toMatchObject({ state: 'ON_HOLD' });
    expect((await house.books()).orders).toHaveLength(1);
  });

  it('held first is sold when it is placed', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('key-4'))).order!;
    const placed = (await orders.create(createRequest('key-4', { intent: 'PLACE' }))).order!;
    expect(placed).toMatchObject({ number: held.number, state: 'CLOSED' });
    expect((await house.books()).orders).toMatchObject([{ closes: 1 }]);
  });
});

describe('a hold', () => {
  it('that is over is seen as EXPIRED without being asked, by the clock of S-360', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('hold-1'))).order!;
    const watched = await orders.watch(refOf(held), AbortSignal.timeout(30_000));
    await house.sandbox.advance(60 * 1_200);
    const states: OrderState[] = [];
    for await (const { state } of watched!) states.push(state);
    expect(states).toEqual(['ON_HOLD', 'EXPIRED']);
    const { refusals } = await orders.close({ ...refOf(held), expectedTotalMilli: null });
    expect(refusals).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
  });

  it('that is abandoned gives its places back', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('hold-2'))).order!;
    const { order } = await orders.abandon(refOf(held));
    expect(order).toMatchObject({ state: 'ABANDONED', holdExpiresAt: null });
    expect((await house.books()).orders).toMatchObject([{ state: 'ABANDONNED' }]);
    expect(await orders.abandon(refOf(held))).toEqual({ order, refusals: [] });
    expect((await orders.close({ ...refOf(held), expectedTotalMilli: null })).refusals).toMatchObject([
      { code: 'WRONG_STATE' },
    ]);
  });

  it('takes more lines once for each clientRequestId', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('hold-3'))).order!;
    const input = orderInput({ lines: [placesLine({ quantity: 1 })] });
    const request = { ...refOf(held), clientRequestId: 'more', input };
    const [one, other] = await Promise.all([orders.update(request), orders.update(request)]);
    expect(one.order!.lines).toHaveLength(2);
    expect(other.order!.lines).toHaveLength(2);
    expect(one.order!.totalMilli).toBe((held.totalMilli! * 3n) / 2n);
    const third = await orders.update(request);
    expect(third.order!.lines).toHaveLength(2);
    const conflict = await orders.update({ ...request, input: orderInput() });
    expect(conflict.refusals).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  });
});

describe('a color on the board', () => {
  it('that is fresh and RED refuses the order without asking S-360; an old one leaves it to S-360', async () => {
    await using house = await startOrderHouse();
    const { gateway, sandbox } = house;
    const performanceId = String(ORDERS.performanceIds[0]);
    const { availability } = gateway.institutions.get(ORDERS.code)!;
    await sandbox.setStock({
      institution: ORDERS.code,
      performanceId: ORDERS.performanceIds[0],
      remaining: 0,
    });
    availability.expectMoves([String(ORDERS.eventId)]);
    await eventually('RED on the board', async () => {
      const [answer] = await availability.ofPerformances([performanceId]);
      return answer?.observed?.color === 'RED' ? true : null;
    });
    const { refusals } = await gateway.orders.create(createRequest('red-1'));
    expect(refusals).toMatchObject([{ code: 'SOLD_OUT', facts: { kind: 'availability', performanceId } }]);
    expect(await createsAsked(house)).toBe(0);

    // From here on nothing new is learnt about colors, while time goes on.
    await sandbox.fault({ service: 'AvailabilityService', kind: 'http500' });
    await sandbox.setStock({
      institution: ORDERS.code,
      performanceId: ORDERS.performanceIds[0],
      remaining: 5,
    });
    const held = await eventually('a sale in spite of the old color', async () => {
      const { order } = await gateway.orders.create(createRequest('red-2'));
      return order;
    });
    expect(held.state).toBe('ON_HOLD');
  });
});

describe('whoever watches an order', () => {
  it('sees each transition once and in order, also after it was closed', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const held = (await orders.create(createRequest('watch-1'))).order!;
    const seen: OrderState[] = [];
    const watched = await orders.watch(refOf(held), AbortSignal.timeout(20_000));
    const watching = (async () => {
      for await (const { state } of watched!) seen.push(state);
    })();
    await orders.close({ ...refOf(held), expectedTotalMilli: null });
    await orders.cancel({ ...refOf(held), clientRequestId: 'all', ticketIds: null, reason: null });
    await watching;
    expect(seen.filter((state, index) => state !== seen[index - 1])).toEqual([
      'ON_HOLD',
      'CLOSING',
      'CLOSED',
      'CANCELLED',
    ]);
  });

  it("cannot watch another institution's or caller's", async () => {
    await using house = await startOrderHouse();
    const held = (await house.gateway.orders.create(createRequest('watch-2'))).order!;
    const signal = AbortSignal.timeout(20_000);
    expect(await house.gateway.orders.watch({ ...refOf(held), caller: 'other' }, signal)).toBeNull();
    expect(await house.gateway.orders.watch({ ...refOf(held), institution: 'other' }, signal)).toBeNull();
  });
});

describe('tickets of a closed order', () => {
  it('are cancelled one by one, and the order with the last', async () => {
    await using house = await startOrderHouse();
    const { orders } = house.gateway;
    const placed = (await orders.create(createRequest('cancel-1', { intent: 'PLACE' }))).order!;
    const [first, second] = placed.tickets;
    const one = await orders.cancel({
      ...refOf(placed),
      clientRequestId: 'a',
      ticketIds: [first!.id],
      reason: null,
    });
    expect(one.refusals).toEqual([]);
    expect(one.order).toMatchObject({
      state: 'CLOSED',
      tickets: [{ state: 'CANCELLED' }, { state: 'VALID' }],
    });
    const all = await orders.cancel({
      ...refOf(placed),
      clientRequestId: 'b',
      ticketIds: null,
      reason: null,
    });
    expect(all.order).toMatchObject({
      state: 'CANCELLED',
      tickets: [{ id: first!.id }, { id: second!.id, state: 'CANCELLED' }],
    });
  });
});
