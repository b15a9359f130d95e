import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import {
  listIn,
  orderCaller,
  orderIdOf,
  places,
  startOrderSandbox,
  textIn,
  type Node,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';
import type { TestSandbox } from '../support/sandbox.js';

const MINUTE_MS = 60_000;

/** How many minutes of the hold are left by the order's own dates. */
function minutesOf(order: Node): number {
  const lifeMs = Date.parse(textIn(order, 'expirationDate')) - Date.parse(textIn(order, 'creationDateTime'));
  return Math.round(lifeMs / 1000) / 60;
}

async function statesOf(sandbox: TestSandbox): Promise<string[]> {
  return (await sandbox.books(ORDERS.code)).orders.map(({ state }) => state);
}

describe('the hold of an open order', () => {
  it('ends after the delay, restarted by every addition, but never after the lifespan', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, details } = orderCaller(sandbox, 'rest');
    const orderId = orderIdOf(await create(places(1)));
    expect(minutesOf(await details(orderId))).toBe(15);
    await sandbox.advance(10 * MINUTE_MS);
    await create({ orderId, ...places(1) });
    expect(minutesOf(await details(orderId))).toBeCloseTo(25, 1);
    for (const _ of [1, 2]) {
      await sandbox.advance(12 * MINUTE_MS);
      await create({ orderId, ...places(1) });
    }
    expect(minutesOf(await details(orderId))).toBe(45);
  });

  it('is not restarted by a new reference', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, details } = orderCaller(sandbox, 'rest');
    const orderId = orderIdOf(await create(places(1)));
    await sandbox.advance(5 * MINUTE_MS);
    await create({ orderId, externalReference: 'new' });
    expect(minutesOf(await details(orderId))).toBe(15);
  });

  it('is as long as the point of sales says', async () => {
    await using sandbox = await startOrderSandbox();
    const { call } = orderCaller(sandbox, 'rest');
    expect(await call('CatalogService', 'getPOSConfig')).toMatchObject({
      posConfigData: { orderAbandonDelay: '15' },
    });
    await sandbox.orders({ institution: ORDERS.code, delayMinutes: 3 });
    expect(await call('CatalogService', 'getPOSConfig')).toMatchObject({
      posConfigData: { orderAbandonDelay: '3' },
    });
  });

  it('gives the places back when it is over, and the product counts as moved', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, call, details } = orderCaller(sandbox, 'rest');
    const orderId = orderIdOf(await create(places(10)));
    await sandbox.advance(15 * MINUTE_MS - 1_000);
    expect(await details(orderId)).toMatchObject({ orderState: 'RUNNING' });
    const referenceDate = new Date(Date.now() + 15 * MINUTE_MS - 1_000).toISOString();
    await sandbox.advance(1_000);
    // Nobody has asked for the order.
    const moved = await call('AvailabilityService', 'getUpdatedAvailabilities', {
      pointOfSalesId: ORDERS.posId,
      productIds: [ORDERS.eventId],
      referenceDate,
    });
    expect(moved).toMatchObject({ availabilityUpdateData: [{ productId: String(ORDERS.eventId) }] });
    expect(await details(orderId)).toMatchObject({ orderState: 'ABANDONNED' });
    expect(orderIdOf(await create(places(10)))).not.toBe(orderId);
  });

  it('ends by itself, in contract minutes', async () => {
    await using sandbox = await startOrderSandbox({ minuteMs: 10 });
    const { create, call } = orderCaller(sandbox, 'rest');
    await create(places(10));
    // One sweep of the timer is 20 ms, and the hold 150 ms: nothing but the timer moves the product.
    const referenceDate = new Date().toISOString();
    await eventually('the product moved', async () => {
      const moved = await call('AvailabilityService', 'getUpdatedAvailabilities', {
        pointOfSalesId: ORDERS.posId,
        productIds: [ORDERS.eventId],
        referenceDate,
      });
      return listIn(moved, 'availabilityUpdateData')[0];
    });
    expect(await statesOf(sandbox)).toEqual(['ABANDONNED']);
  });

  it('follows other rules from then on when the control endpoint says so', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, details } = orderCaller(sandbox, 'rest');
    const before = orderIdOf(await create(places(1)));
    const rules = await sandbox.orders({ institution: ORDERS.code, delayMinutes: 30, lifespanMinutes: 20 });
    expect(rules).toEqual({ delayMinutes: 30, lifespanMinutes: 20 });
    const after = orderIdOf(await create(places(1)));
    expect(minutesOf(await details(before))).toBe(15);
    expect(minutesOf(await details(after))).toBe(20);
  });

  it('cannot be changed or closed when it is over', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close, pay } = orderCaller(sandbox, 'rest');
    const orderId = orderIdOf(await create(places(1)));
    await sandbox.advance(15 * MINUTE_MS);
    const expired = { statusCode: 'error.order.expired', expectedException: 'true' };
    expect(await create({ orderId, ...places(1) })).toMatchObject(expired);
    expect(await close(orderId)).toMatchObject(expired);
    expect(await pay(orderId, 45_000)).toMatchObject(expired);
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([{ closes: 0, barcodes: [] }]);
  });
});

describe('the control endpoint for orders', () => {
  it.each([
    ['orders', 'POST', { institution: 'small', delay: 3 }, /^`delay` is not a member; expected institution/],
    ['orders', 'POST', { delayMinutes: 3 }, /^`institution` is missing/],
    ['orders', 'POST', { institution: 'small', delayMinutes: -1 }, /^`delayMinutes` must be a number/],
    ['orders', 'POST', { institution: 'small', reissue: 77 }, /^`reissue` must be a closed order/],
    ['books', 'GET', null, /^`institution` is missing/],
    ['books?institution=none', 'GET', null, /^`institution` must be one of small/],
    ['books?institution=small&state=CLOSED', 'GET', null, /^`state` is not a member; expected institution/],
  ])('%s %s %j answers 400 naming member and rule', async (path, method, body, message) => {
    await using sandbox = await startOrderSandbox();
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      method,
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringMatching(message) },
    ]);
  });

  it('leaves orders what they hold when the stock is set to more than that', async () => {
    await using sandbox = await startOrderSandbox();
    const { create, close } = orderCaller(sandbox, 'rest');
    const first = orderIdOf(await create(places(2)));
    await close(orderIdOf(await create(places(2))));
    const [performanceId] = ORDERS.performanceIds;
    const [seatCategoryId] = ORDERS.categoryIds;
    const stock = { institution: ORDERS.code, performanceId, seatCategoryId, remaining: 20 };
    expect(await sandbox.setStock(stock)).toMatchObject({ entries: [{ seatCategoryId, quantity: 16 }, {}] });
    await sandbox.advance(15 * MINUTE_MS);
    expect(await sandbox.setStock(stock)).toMatchObject({ entries: [{ seatCategoryId, quantity: 18 }, {}] });
    expect((await sandbox.books(ORDERS.code)).orders).toMatchObject([
      { orderId: first, state: 'ABANDONNED' },
      { state: 'CLOSED' },
    ]);
  });

  it('shows the contacts there are', async () => {
    await using sandbox = await startOrderSandbox();
    expect(await sandbox.books(ORDERS.code)).toEqual({
      orders: [],
      contacts: [{ contactNumber: ORDERS.contactNumber, state: 'ACTIVE' }],
    });
  });
});

describe('the clock', () => {
  it('is told by every answer below an institution', async () => {
    await using sandbox = await startOrderSandbox();
    await sandbox.advance(86_400_000);
    const { baseUrl } = sandbox.institutions[0]!;
    const endpoint = `${baseUrl}/tnseb/backend-apis/externalOrderService/v1_33/getOrderDetails`;
    for (const init of [{ method: 'POST', body: '{}' }, { method: 'GET' }]) {
      const response = await fetch(endpoint, init);
      const aheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
      expect(aheadMs).toBeGreaterThan(86_390_000);
      expect(aheadMs).toBeLessThan(86_410_000);
    }
  });

  it('is told by an answer as of when it was given', async () => {
    await using sandbox = await startOrderSandbox();
    await sandbox.fault({ kind: 'delayAfter', delayMs: 1_200, times: 1 });
    const { baseUrl } = sandbox.institutions[0]!;
    const startedAt = Date.now();
    const { token } = (await (
      await fetch(`${baseUrl}/tnai/backend-apis/v1/auth`, {
        method: 'POST',
        body: JSON.stringify({ operator: 'SMALL_FOYER', secret: 'sandbox' }),
      })
    ).json()) as { token: string };
    const response = await fetch(`${baseUrl}/tnseb/backend-apis/catalogService/v1_33/getLastSetupUpdate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    });
    // The header has whole seconds.
    expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThanOrEqual(startedAt + 200);
  });
});
