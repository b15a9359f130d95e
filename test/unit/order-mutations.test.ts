import { beforeEach, describe, expect, it } from 'vitest';
import type { Order, OrderRefusal } from '../../src/domain/order.js';
import { CatalogNotLoadedError } from '../../src/errors.js';
import type { OrderCheck, OrderOutcome } from '../../src/services/orders/orders.types.js';
import { graphInstitution, graphOf, type Graph } from '../support/catalog-graph.js';
import { performance, product, snapshotOf } from '../support/catalog-records.js';
import { aClosedOrder } from '../support/closed-order.js';
import { noOrders } from '../support/fake-orders.js';

const LINE = {
  performanceId: 'lyric:11',
  tariffId: 'lyric:111',
  seatCategoryId: 'lyric:401',
  quantity: 2,
  expectedUnitPrice: '45.00',
};
const READ_LINE = {
  performanceId: '11',
  itemId: null,
  timeslotId: null,
  tariffId: '111',
  seatCategoryId: '401',
  seatIds: [],
  quantity: 2,
  expectedUnitMilli: 45_000n,
};

let graph: Graph;
/** What reached the service, as `[method, request]`. */
let asked: [string, unknown][];
let outcome: OrderOutcome;

beforeEach(async () => {
  const opera = product('1', { performances: [performance('11', '1')] });
  graph = graphOf(graphInstitution('lyric', await snapshotOf([opera])), graphInstitution('arena', null));
  graph.caller = 'partner';
  asked = [];
  outcome = { order: aClosedOrder(), refusals: [] };
  const answer =
    (method: string) =>
    async (request: unknown): Promise<OrderOutcome> => {
      asked.push([method, request]);
      return outcome;
    };
  graph.orders = noOrders({
    create: answer('create'),
    update: answer('update'),
    close: answer('close'),
    abandon: answer('abandon'),
    cancel: answer('cancel'),
  });
});

interface Payload {
  readonly order: { readonly id: string; readonly state: string } | null;
  readonly userErrors: {
    readonly __typename: string;
    readonly code: string;
    readonly path: string[] | null;
  }[];
}

const PAYLOAD = '{ order { id state } userErrors { __typename code path message } }';

async function mutate(name: string, input: Readonly<Record<string, unknown>>): Promise<Payload> {
  const type = `${(name === 'placeOrder' ? 'createOrder' : name).replace(/^./, (first) => first.toUpperCase())}Input`;
  const data = await graph.data(`mutation ($input: ${type}!) { ${name}(input: $input) ${PAYLOAD} }`, {
    input,
  });
  return data[name] as Payload;
}

function refused(path: readonly string[], message = `\`${path.join('.')}\` is wrong`): OrderRefusal {
  return { code: 'TARIFF_NOT_ALLOWED', message, path, retryable: false, facts: { kind: 'none' } };
}

describe('createOrder and placeOrder', () => {
  it.each([
    ['createOrder', 'HOLD'],
    ['placeOrder', 'PLACE'],
  ])('%s hands the order on, read and with its intent', async (name, intent) => {
    const payload = await mutate(name, {
      clientOrderId: 'shop-1',
      lines: [LINE],
      contactId: 'lyric:0004217',
      reference: 'Shop 12',
    });
    expect(payload).toEqual({ order: { id: 'lyric:7001', state: 'CLOSED' }, userErrors: [] });
    expect(asked).toEqual([
      [
        'create',
        {
          caller: 'partner',
          institution: 'lyric',
          clientOrderId: 'shop-1',
          intent,
          input: { lines: [READ_LINE], contactNumber: '0004217', reference: 'Shop 12' },
        },
      ],
    ]);
  });

  it.each(['createOrder', 'placeOrder'])(
    '%s tells all that is wrong with the input, and asks nobody',
    async (name) => {
      const { order, userErrors } = await mutate(name, {
        clientOrderId: 'shop-1',
        lines: [
          { ...LINE, quantity: 0 },
          { ...LINE, tariffId: 'arena:1' },
        ],
      });
      expect(order).toBeNull();
      expect(userErrors.map(({ __typename, code, path }) => [__typename, code, path?.join('.')])).toEqual([
        ['SimpleUserError', 'INVALID_INPUT', 'lines.0.quantity'],
        ['SimpleUserError', 'INVALID_INPUT', 'lines.1.tariffId'],
      ]);
      expect(asked).toEqual([]);
    },
  );

  it('answers an order whose outcome is not known as one in doubt, without an error', async () => {
    const doubt = { since: 0, attempts: 0, nextCheckAt: 0 };
    outcome = { order: aClosedOrder({ state: 'IN_DOUBT', step: 'CREATE', doubt }), refusals: [] };
    expect(await mutate('createOrder', { clientOrderId: 'k', lines: [LINE] })).toEqual({
      order: { id: 'lyric:7001', state: 'IN_DOUBT' },
      userErrors: [],
    });
  });

  it('answers an order that S-360 refused with why', async () => {
    outcome = { order: aClosedOrder({ state: 'REJECTED' }), refusals: [refused(['lines', '0', 'tariffId'])] };
    expect(await mutate('placeOrder', { clientOrderId: 'k', lines: [LINE] })).toMatchObject({
      order: { state: 'REJECTED' },
      userErrors: [{ code: 'TARIFF_NOT_ALLOWED', path: ['lines', '0', 'tariffId'] }],
    });
  });

  it('lets what is no refusal be an error of the operation', async () => {
    graph.orders = noOrders({
      create: async () => {
        throw new CatalogNotLoadedError('lyric', null);
      },
    });
    const { errors } = await graph.query(
      `mutation ($input: CreateOrderInput!) { createOrder(input: $input) ${PAYLOAD} }`,
      { input: { clientOrderId: 'k', lines: [LINE] } },
    );
    expect(errors?.[0]?.originalError).toBeInstanceOf(CatalogNotLoadedError);
  });
});

describe('updateOrder', () => {
  it('hands lines and purchaser on', async () => {
    await mutate('updateOrder', {
      orderId: 'lyric:7001',
      clientRequestId: 'r1',
      addLines: [LINE],
      contactId: 'lyric:7',
    });
    expect(asked).toEqual([
      [
        'update',
        {
          caller: 'partner',
          institution: 'lyric',
          number: '7001',
          clientRequestId: 'r1',
          input: { lines: [READ_LINE], contactNumber: '7', reference: null },
        },
      ],
    ]);
  });

  it('may change the purchaser alone', async () => {
    await mutate('updateOrder', { orderId: 'lyric:7001', clientRequestId: 'r1', contactId: 'lyric:7' });
    expect(asked).toMatchObject([['update', { input: { lines: [], contactNumber: '7' } }]]);
  });

  it.each([
    ['nothing to change', {}, null],
    ['a wrong line', { addLines: [{ ...LINE, quantity: 0 }] }, ['addLines', '0', 'quantity']],
    [
      'a line of another institution',
      { addLines: [{ ...LINE, tariffId: 'arena:1' }] },
      ['addLines', '0', 'tariffId'],
    ],
    ['a contact of another institution', { contactId: 'arena:7' }, ['contactId']],
  ])('refuses %s by the names of its own input', async (_what, changes, path) => {
    const { userErrors } = await mutate('updateOrder', {
      orderId: 'lyric:7001',
      clientRequestId: 'r1',
      ...changes,
    });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path }]);
    expect(JSON.stringify(userErrors)).not.toContain('`lines');
    expect(asked).toEqual([]);
  });

  it('names refused lines as the client calls them', async () => {
    outcome = { order: aClosedOrder({ state: 'ON_HOLD' }), refusals: [refused(['lines', '0', 'tariffId'])] };
    const payload = await mutate('updateOrder', {
      orderId: 'lyric:7001',
      clientRequestId: 'r1',
      addLines: [LINE],
    });
    expect(payload.userErrors).toMatchObject([
      { path: ['addLines', '0', 'tariffId'], message: '`addLines.0.tariffId` is wrong' },
    ]);
  });
});

describe('closeOrder', () => {
  it.each([
    ['90.00', 90_000n],
    ['0', 0n],
    [null, null],
  ])('hands the total on that the customer agreed to: %s', async (expectedTotal, expectedTotalMilli) => {
    await mutate('closeOrder', { orderId: 'lyric:7001', expectedTotal });
    expect(asked).toEqual([
      ['close', { caller: 'partner', institution: 'lyric', number: '7001', expectedTotalMilli }],
    ]);
  });

  it('refuses a total below nothing', async () => {
    const { userErrors } = await mutate('closeOrder', { orderId: 'lyric:7001', expectedTotal: '-1' });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['expectedTotal'] }]);
    expect(asked).toEqual([]);
  });
});

describe('abandonOrder', () => {
  it('hands the order on', async () => {
    const data = await graph.data(`mutation { abandonOrder(orderId: "lyric:7001") ${PAYLOAD} }`);
    expect(data['abandonOrder']).toMatchObject({ order: { id: 'lyric:7001' } });
    expect(asked).toEqual([['abandon', { caller: 'partner', institution: 'lyric', number: '7001' }]]);
  });
});

describe('cancelOrder', () => {
  it('hands tickets on, each once', async () => {
    await mutate('cancelOrder', {
      orderId: 'lyric:7001',
      clientRequestId: 'r1',
      ticketIds: ['lyric:90001', 'lyric:90002', 'lyric:90001'],
      reason: 'Ill',
    });
    expect(asked).toEqual([
      [
        'cancel',
        {
          caller: 'partner',
          institution: 'lyric',
          number: '7001',
          clientRequestId: 'r1',
          ticketIds: ['90001', '90002'],
          reason: 'Ill',
        },
      ],
    ]);
  });

  it('without tickets means all of them', async () => {
    await mutate('cancelOrder', { orderId: 'lyric:7001', clientRequestId: 'r1', reason: '' });
    expect(asked).toMatchObject([['cancel', { ticketIds: null, reason: null }]]);
  });

  it.each([
    ['no ticket', { ticketIds: [] }, ['ticketIds']],
    ['more than 500 tickets', { ticketIds: Array.from({ length: 501 }, () => 'lyric:1') }, ['ticketIds']],
    ['a malformed ticket', { ticketIds: ['lyric:1', 'x'] }, ['ticketIds', '1']],
    ['a ticket of another institution', { ticketIds: ['arena:1'] }, ['ticketIds', '0']],
    ['a long reason', { reason: 'x'.repeat(201) }, ['reason']],
    ['a line break in the reason', { reason: 'a\nb' }, ['reason']],
  ])('refuses %s', async (_what, changes, path) => {
    const { userErrors } = await mutate('cancelOrder', {
      orderId: 'lyric:7001',
      clientRequestId: 'r1',
      ...changes,
    });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path }]);
    expect(asked).toEqual([]);
  });
});

describe('an order that is named', () => {
  it.each([
    ['updateOrder', { clientRequestId: 'r', contactId: 'lyric:1' }],
    ['closeOrder', {}],
    ['cancelOrder', { clientRequestId: 'r' }],
  ])('by %s must have an id, and be of an institution that is configured', async (name, more) => {
    const malformed = await mutate(name, { orderId: '7001', ...more });
    expect(malformed.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['orderId'] }]);
    const unknown = await mutate(name, { orderId: 'opera:7001', ...more });
    expect(unknown.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
    expect(asked).toEqual([]);
  });
});

describe('checkOrder', () => {
  const CHECK = `{ bookable total { amount currency } upstreamCalls freshness { source observedAt }
    problems { __typename code ... on PriceChangedUserError { actual { amount } } } }`;
  const CHECKED: OrderCheck = {
    isBookable: true,
    totalMilli: 90_000n,
    currency: { code: 'EUR', fractionDigits: 2 },
    problems: [],
    freshness: { observedAt: 0, source: 'STALE', staleReason: 'UPSTREAM_DOWN', nextRefreshAt: null },
    upstreamCalls: 1,
  };

  async function check(input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const source = `query ($input: OrderDraftInput!) { checkOrder(input: $input) ${CHECK} }`;
    return (await graph.data(source, { input }))['checkOrder'];
  }

  it('answers what the order would meet', async () => {
    graph.orders = noOrders({
      async check(draft) {
        asked.push(['check', draft]);
        return CHECKED;
      },
    });
    expect(await check({ lines: [LINE] })).toEqual({
      bookable: true,
      total: { amount: '90.00', currency: 'EUR' },
      upstreamCalls: 1,
      freshness: { source: 'STALE', observedAt: '1970-01-01T00:00:00Z' },
      problems: [],
    });
    expect(asked).toEqual([
      [
        'check',
        { institution: 'lyric', input: { lines: [READ_LINE], contactNumber: null, reference: null } },
      ],
    ]);
  });

  it('tells problems with their types', async () => {
    const facts = { kind: 'price', expectedMilli: 1n, actualMilli: 45_000n } as const;
    const problem: OrderRefusal = { ...refused(['lines', '0']), code: 'PRICE_CHANGED', facts };
    graph.orders = noOrders({
      check: async () => ({ ...CHECKED, isBookable: false, totalMilli: null, problems: [problem] }),
    });
    expect(await check({ lines: [LINE] })).toMatchObject({
      bookable: false,
      total: null,
      problems: [{ __typename: 'PriceChangedUserError', actual: { amount: '45.00' } }],
    });
  });

  it('of an input that cannot be read asks nobody', async () => {
    expect(await check({ lines: [] })).toEqual({
      bookable: false,
      total: null,
      upstreamCalls: 0,
      freshness: { source: 'CACHE', observedAt: '2026-01-12T09:00:00Z' },
      problems: [{ __typename: 'SimpleUserError', code: 'INVALID_INPUT' }],
    });
  });
});

describe('orderUpdated', () => {
  let isEnded: boolean;

  function watched(...states: readonly Order[]): void {
    isEnded = false;
    graph.orders = noOrders({
      async watch(ref, signal) {
        asked.push(['watch', ref]);
        signal.addEventListener('abort', () => (isEnded = true));
        return ref.number === '7001' ? orders(states) : null;
      },
    });
  }

  async function* orders(states: readonly Order[]): AsyncGenerator<Order> {
    yield* states;
  }

  async function read(selection: string): Promise<unknown[]> {
    const seen: unknown[] = [];
    for await (const { data, errors } of await graph.subscribe(
      `subscription { orderUpdated(orderId: "lyric:7001") { ${selection} } }`,
    )) {
      expect(errors).toBeUndefined();
      seen.push(JSON.parse(JSON.stringify(data?.['orderUpdated'])));
    }
    return seen;
  }

  it('gives the order as it is, then its changes, and ends with it', async () => {
    watched(aClosedOrder({ state: 'CLOSING', tickets: [] }), aClosedOrder());
    expect(await read('id state printableUrl')).toEqual([
      { id: 'lyric:7001', state: 'CLOSING', printableUrl: null },
      { id: 'lyric:7001', state: 'CLOSED', printableUrl: 'https://shop.example/tickets/lyric:7001' },
    ]);
    expect(asked).toEqual([['watch', { caller: 'partner', institution: 'lyric', number: '7001' }]]);
  });

  it('never carries a barcode, however it is asked for', async () => {
    watched(aClosedOrder());
    const [seen] = await read(
      'tickets { id secret: barcode { value svg } ...Other } } } fragment Other on Ticket { barcode { value',
    );
    expect(seen).toEqual({ tickets: [{ id: 'lyric:90001', secret: null, barcode: null }] });
  });

  it('stops watching when its reader leaves', async () => {
    watched(aClosedOrder({ state: 'ON_HOLD' }), aClosedOrder());
    const stream = await graph.subscribe('subscription { orderUpdated(orderId: "lyric:7001") { state } }');
    await stream.next();
    expect(isEnded).toBe(false);
    await stream.return(undefined);
    expect(isEnded).toBe(true);
  });

  it.each([
    ['lyric:9', 'names no order'],
    ['opera:7001', 'names no order'],
    ['7001', 'must look like'],
  ])('refuses %s', async (orderId, message) => {
    watched(aClosedOrder());
    await expect(
      graph.subscribe(`subscription { orderUpdated(orderId: "${orderId}") { state } }`),
    ).rejects.toThrow(message);
  });
});
