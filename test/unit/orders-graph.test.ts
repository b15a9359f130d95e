import { beforeEach, describe, expect, it } from 'vitest';
import type { Order, OrderRefusal, OrderRefusalFacts, OrderState } from '../../src/domain/order.js';
import type { OrderQuery } from '../../src/journal/order-journal.types.js';
import { graphInstitution, graphOf, type Graph, type GraphInstitution } from '../support/catalog-graph.js';
import { performance, pointOfSales, price, product, snapshotOf } from '../support/catalog-records.js';
import { aClosedOrder, aSoldLine, aSoldTicket } from '../support/closed-order.js';
import { noOrders } from '../support/fake-orders.js';

const NOW = Date.UTC(2026, 0, 12, 9);
const DAY = 24 * 60 * 60_000;

const OPERA = product('1', {
  performances: [
    performance('11', '1', { startsAt: NOW + DAY }),
    performance('12', '1', { startsAt: NOW + 2 * DAY }),
    performance('13', '1', { startsAt: NOW + 3 * DAY }),
    performance('14', '1', { startsAt: NOW + 4 * DAY, state: 'SUSPENDED' }),
    performance('15', '1', { startsAt: NOW + 5 * DAY }),
    performance('16', '1', { startsAt: NOW + 6 * DAY }),
  ],
});
const PASS = product('2', {
  kind: 'PASS',
  items: [{ id: '731', name: [['en', 'Morning']], timeslots: [], prices: [price({ seatCategoryId: null })] }],
});

let lyric: GraphInstitution;
let graph: Graph;

beforeEach(async () => {
  lyric = graphInstitution('lyric', await snapshotOf([OPERA, PASS]));
  const yen = pointOfSales({ currency: { code: 'JPY', fractionDigits: 0 } });
  const arena = graphInstitution('arena', await snapshotOf([], { institution: 'arena', pointOfSales: yen }));
  graph = graphOf(lyric, arena);
  graph.now = NOW;
});

function orderIs(order: Order): void {
  graph.orders = noOrders({
    find: async (ref) => (ref.number === order.number ? order : null),
    findByClientOrderId: async (_caller, key) => (key === order.clientOrderId ? order : null),
    transitions: async () => [
      { at: NOW, from: null, to: 'CREATING', by: 'CLIENT' },
      { at: NOW + 1000, from: 'CREATING', to: 'ON_HOLD', by: 'UPSTREAM' },
    ],
  });
}

async function orderAs(order: Order, selection: string): Promise<unknown> {
  orderIs(order);
  return (await graph.data(`{ order(id: "lyric:7001") { ${selection} } }`))['order'];
}

describe('an order', () => {
  it('answers every member of the contract', async () => {
    expect(
      await orderAs(
        aClosedOrder(),
        `id clientOrderId s360OrderId institution { code } reference state
        lines { performance { id } item { id } product { id } tariff { id name code } seatCategory { id } quantity unitPrice { amount currency } }
        total { amount minorUnits currency } holdExpiresAt printableUrl inDoubt { step } createdAt problems { code }
        tickets { id state performance { id } product { id } tariff { id } seatLabel holder barcode { value symbology } }
        timeline { at from to by }`,
      ),
    ).toEqual({
      id: 'lyric:7001',
      clientOrderId: 'shop-1',
      s360OrderId: '640077',
      institution: { code: 'lyric' },
      reference: 'Shop 12',
      state: 'CLOSED',
      lines: [
        {
          performance: { id: 'lyric:11' },
          item: null,
          product: { id: 'lyric:1' },
          tariff: { id: 'lyric:111', name: 'Adult', code: 'ADULT' },
          seatCategory: { id: 'lyric:401' },
          quantity: 2,
          unitPrice: { amount: '45.00', currency: 'EUR' },
        },
      ],
      total: { amount: '90.00', minorUnits: 9_000, currency: 'EUR' },
      holdExpiresAt: null,
      printableUrl: 'https://shop.example/tickets/lyric:7001',
      inDoubt: null,
      createdAt: '2026-01-12T10:00:00+01:00',
      problems: [],
      tickets: [
        {
          id: 'lyric:90001',
          state: 'VALID',
          performance: { id: 'lyric:11' },
          product: { id: 'lyric:1' },
          tariff: { id: 'lyric:111' },
          seatLabel: 'Row A, seat 1',
          holder: null,
          barcode: { value: '310000640077906000010417', symbology: 'QR' },
        },
      ],
      timeline: [
        { at: '2026-01-12T09:00:00Z', from: null, to: 'CREATING', by: 'CLIENT' },
        { at: '2026-01-12T09:00:01Z', from: 'CREATING', to: 'ON_HOLD', by: 'UPSTREAM' },
      ],
    });
  });

  it.each<OrderState>([
    'CREATING',
    'ON_HOLD',
    'CLOSING',
    'CLOSED',
    'IN_DOUBT',
    'EXPIRED',
    'ABANDONED',
    'CANCELLED',
    'REJECTED',
  ])('may be %s, with an address for printing only when it is closed', async (state) => {
    expect(await orderAs(aClosedOrder({ state }), 'state printableUrl')).toEqual({
      state,
      printableUrl: state === 'CLOSED' ? 'https://shop.example/tickets/lyric:7001' : null,
    });
  });

  it('shows until when it is held, on the clock of the venue, and no more when nothing is', async () => {
    const holdExpiresAt = NOW + 900_000;
    expect(await orderAs(aClosedOrder({ state: 'ON_HOLD', holdExpiresAt }), 'holdExpiresAt')).toEqual({
      holdExpiresAt: '2026-01-12T10:15:00+01:00',
    });
    expect(await orderAs(aClosedOrder({ state: 'EXPIRED', holdExpiresAt }), 'holdExpiresAt')).toEqual({
      holdExpiresAt: null,
    });
  });

  it('in doubt says of which step, and when S-360 is asked again', async () => {
    const doubt = { since: NOW, attempts: 2, nextCheckAt: NOW + 5000 };
    const order = aClosedOrder({ state: 'IN_DOUBT', step: 'CLOSE', doubt });
    expect(await orderAs(order, 'inDoubt { step since attempts nextCheckAt }')).toEqual({
      inDoubt: {
        step: 'CLOSE',
        since: '2026-01-12T09:00:00Z',
        attempts: 2,
        nextCheckAt: '2026-01-12T09:00:05Z',
      },
    });
  });

  it('that was refused says why, with the type of the reason', async () => {
    const refusals = [refused('UPSTREAM_REJECTED', { kind: 'upstream', upstreamCode: 'error.order.odd' })];
    const order = aClosedOrder({ state: 'REJECTED', refusals, totalMilli: null, tickets: [] });
    expect(
      await orderAs(
        order,
        'total { amount } problems { __typename code ... on UpstreamUserError { upstreamCode } }',
      ),
    ).toEqual({
      total: null,
      problems: [
        { __typename: 'UpstreamUserError', code: 'UPSTREAM_REJECTED', upstreamCode: 'error.order.odd' },
      ],
    });
  });

  it('has a picture of each barcode', async () => {
    const answer = await orderAs(aClosedOrder(), 'tickets { barcode { svg } }');
    expect(JSON.stringify(answer)).toContain('<svg xmlns=');
  });

  it('loses the barcode, and nothing else, when it cannot be drawn', async () => {
    orderIs(
      aClosedOrder({ tickets: [aSoldTicket({ barcode: 'x'.repeat(8000) }), aSoldTicket({ id: '90002' })] }),
    );
    const { data, errors } = await graph.query(
      '{ order(id: "lyric:7001") { state tickets { id barcode { svg } } } }',
    );
    const order = JSON.parse(JSON.stringify(data?.['order'])) as { tickets: { barcode: unknown }[] };
    expect(order).toMatchObject({ state: 'CLOSED', tickets: [{ id: 'lyric:90001' }, { id: 'lyric:90002' }] });
    expect(order.tickets.map(({ barcode }) => barcode === null)).toEqual([true, false]);
    expect(errors).toHaveLength(1);
  });

  it('has at most 500 pictures in one operation, drawn with room for others between them', async () => {
    const tickets = Array.from({ length: 502 }, (_, index) =>
      aSoldTicket({ id: `${index + 1}`, barcode: `${index}` }),
    );
    lyric = { ...lyric, symbology: 'CODE128' };
    graph = graphOf(lyric);
    orderIs(aClosedOrder({ tickets }));
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const { data, errors } = await graph
      .query('{ order(id: "lyric:7001") { tickets { barcode { svg } } } }')
      .finally(() => clearInterval(counting));
    const order = JSON.parse(JSON.stringify(data?.['order'])) as { tickets: { barcode: unknown }[] };
    expect(order.tickets.filter(({ barcode }) => barcode !== null)).toHaveLength(500);
    expect(errors?.map(({ message }) => message)[0]).toContain('`svg` can be asked of 500 barcodes');
    expect(turns).toBeGreaterThan(10);
  });

  it('has tickets without barcode as long as S-360 gave none', async () => {
    const tickets = [aSoldTicket({ barcode: null, state: 'NOT_PRINTED' })];
    expect(await orderAs(aClosedOrder({ tickets }), 'tickets { state barcode { value } }')).toEqual({
      tickets: [{ state: 'NOT_PRINTED', barcode: null }],
    });
  });

  it('has lines and tickets of items', async () => {
    const line = aSoldLine({ productId: '2', performanceId: null, itemId: '731', seatCategoryId: null });
    const selection =
      'lines { performance { id } item { id name } product { kind } seatCategory { id } } tickets { performance { id } product { id } }';
    expect(await orderAs(aClosedOrder({ lines: [line] }), selection)).toEqual({
      lines: [
        {
          performance: null,
          item: { id: 'lyric:731', name: 'Morning' },
          product: { kind: 'PASS' },
          seatCategory: null,
        },
      ],
      tickets: [{ performance: null, product: { id: 'lyric:2' } }],
    });
  });

  it('finds the line of a ticket by the operation', async () => {
    const lines = [aSoldLine(), aSoldLine({ operationId: '502', performanceId: '12' })];
    const tickets = [aSoldTicket({ operationId: '502' }), aSoldTicket()];
    expect(await orderAs(aClosedOrder({ lines, tickets }), 'tickets { performance { id } }')).toEqual({
      tickets: [{ performance: { id: 'lyric:12' } }, { performance: { id: 'lyric:11' } }],
    });
  });
});

describe('the purchaser of an order', () => {
  it('is known by number without asking S-360, and null when there is none', async () => {
    expect(await orderAs(aClosedOrder({ contactNumber: '0004217' }), 'contact { id number }')).toEqual({
      contact: { id: 'lyric:0004217', number: '0004217' },
    });
    expect(await orderAs(aClosedOrder(), 'contact { id }')).toEqual({ contact: null });
  });

  it('fails alone when S-360 cannot be asked for more', async () => {
    orderIs(aClosedOrder({ contactNumber: '0004217' }));
    const { data, errors } = await graph.query('{ order(id: "lyric:7001") { state contact { lastName } } }');
    expect(JSON.parse(JSON.stringify(data))).toEqual({ order: { state: 'CLOSED', contact: null } });
    expect(errors?.[0]?.path).toEqual(['order', 'contact']);
  });

  it('has orders, the newest first', async () => {
    orderIs(aClosedOrder({ contactNumber: '0004217' }));
    const queries: OrderQuery[] = [];
    graph.orders = noOrders({
      ...graph.orders,
      async list(query) {
        queries.push(query);
        return [aClosedOrder({ number: '7002' }), aClosedOrder()];
      },
    });
    const data = await graph.data(
      '{ order(id: "lyric:7001") { contact { orders(first: 1) { nodes { id } pageInfo { hasNextPage } } } } }',
    );
    expect(data['order']).toEqual({
      contact: { orders: { nodes: [{ id: 'lyric:7002' }], pageInfo: { hasNextPage: true } } },
    });
    expect(queries).toEqual([
      {
        caller: '',
        institutions: ['lyric'],
        contact: { institution: 'lyric', contactNumber: '0004217' },
        limit: 2,
      },
    ]);
  });
});

describe('an order whose records have left the catalog', () => {
  const SELECTION = `institution { code name timeZone }
    lines {
      performance { id name startsAt localStart durationMinutes state saleStatus product { name } prices { amount { amount } } seatCategories { name } availability { color } venue { id } }
      product { id name code kind state saleStatus season { id } performances { totalCount } availability { color } }
      tariff { id name code kind requires { id } } seatCategory { id name } unitPrice { amount currency }
    }
    tickets { product { name } performance { name } tariff { name } }`;

  const REMEMBERED = {
    performance: {
      id: 'lyric:11',
      name: 'Carmen as sold',
      durationMinutes: 150,
      state: 'UNKNOWN',
      saleStatus: 'UNKNOWN',
      product: { name: 'Carmen as sold' },
      prices: [],
      seatCategories: [{ name: 'Category as sold' }],
      availability: { color: 'UNKNOWN' },
      venue: null,
    },
    product: {
      id: 'lyric:1',
      name: 'Carmen as sold',
      code: 'CARMEN',
      kind: 'UNKNOWN',
      state: 'UNKNOWN',
      saleStatus: 'UNKNOWN',
      season: null,
      performances: { totalCount: 0 },
      availability: { color: 'UNKNOWN' },
    },
    tariff: { id: 'lyric:111', name: 'Adult as sold', code: null, kind: 'UNKNOWN', requires: [] },
    seatCategory: { id: 'lyric:401', name: 'Category as sold' },
    unitPrice: { amount: '45.00', currency: 'EUR' },
  };
  const TICKET = {
    product: { name: 'Carmen as sold' },
    performance: { name: 'Carmen as sold' },
    tariff: { name: 'Adult as sold' },
  };

  it('is answered with what it remembers of them', async () => {
    lyric.snapshot = await snapshotOf([PASS]);
    const answer = await orderAs(aClosedOrder(), SELECTION);
    expect(answer).toMatchObject({
      institution: { code: 'lyric', name: 'Lyric Hall' },
      lines: [
        {
          ...REMEMBERED,
          // Tariffs and categories are still there.
          performance: {
            ...REMEMBERED.performance,
            startsAt: '2026-02-14T20:00:00+01:00',
            seatCategories: [{ name: 'Category 1' }],
          },
          tariff: { name: 'Adult' },
          seatCategory: { name: 'Category 1' },
        },
      ],
    });
  });

  it('is answered without any catalog too', async () => {
    lyric.snapshot = null;
    expect(await orderAs(aClosedOrder(), SELECTION)).toEqual({
      institution: { code: 'lyric', name: 'lyric', timeZone: 'UTC' },
      lines: [
        {
          ...REMEMBERED,
          performance: {
            ...REMEMBERED.performance,
            startsAt: '2026-02-14T19:00:00+00:00',
            localStart: '2026-02-14T19:00:00',
          },
        },
      ],
      tickets: [TICKET],
    });
  });

  it('keeps the name of an item', async () => {
    lyric.snapshot = await snapshotOf([OPERA]);
    const names = { ...aSoldLine().names, item: [['en', 'Afternoon'] as const], startsAt: null };
    const line = aSoldLine({ productId: '2', performanceId: null, itemId: '731', names });
    expect(
      await orderAs(aClosedOrder({ lines: [line] }), 'lines { item { id name timeslots { id } } }'),
    ).toEqual({
      lines: [{ item: { id: 'lyric:731', name: 'Afternoon', timeslots: [] } }],
    });
  });
});

describe('order', () => {
  it('finds one by the key of the client', async () => {
    orderIs(aClosedOrder());
    expect(await graph.data('{ order(clientOrderId: "shop-1") { id } }')).toEqual({
      order: { id: 'lyric:7001' },
    });
  });

  it.each(['id: "lyric:9"', 'id: "opera:7001"', 'clientOrderId: "other"'])('is null for %s', async (args) => {
    orderIs(aClosedOrder());
    expect(await graph.data(`{ order(${args}) { id } }`)).toEqual({ order: null });
  });

  it('is null for an order of an institution that is not configured any more', async () => {
    orderIs(aClosedOrder({ institution: 'opera' }));
    expect(await graph.data('{ order(clientOrderId: "shop-1") { id } }')).toEqual({ order: null });
  });

  it("asks for the caller's own orders", async () => {
    graph.caller = 'partner';
    const asked: unknown[] = [];
    graph.orders = noOrders({
      async find(ref) {
        asked.push(ref);
        return null;
      },
      async findByClientOrderId(...key) {
        asked.push(key);
        return null;
      },
    });
    await graph.data('{ a: order(id: "lyric:7001") { id } b: order(clientOrderId: "k") { id } }');
    expect(asked).toEqual([{ caller: 'partner', institution: 'lyric', number: '7001' }, ['partner', 'k']]);
  });

  it.each([
    ['', 'exactly one, got neither'],
    ['(id: null)', 'exactly one, got neither'],
    ['(id: "lyric:1", clientOrderId: "k")', 'exactly one, got both'],
    ['(id: "7001")', 'must look like "<institution>:<number>"'],
  ])('refuses %s', async (args, message) => {
    const { errors } = await graph.query(`{ order${args} { id } }`);
    expect(errors?.[0]?.message).toContain(message);
    expect(errors?.[0]?.message).toContain('`id`');
  });
});

describe('orders', () => {
  let queries: OrderQuery[];

  beforeEach(() => {
    queries = [];
    const all = Array.from({ length: 5 }, (_, index) => aClosedOrder({ number: `${7005 - index}` }));
    graph.orders = noOrders({
      async list(query) {
        queries.push(query);
        const { beforeNumber } = query;
        return all
          .filter(({ number }) => beforeNumber === undefined || number < beforeNumber)
          .slice(0, query.limit);
      },
    });
  });

  interface Listed {
    readonly nodes: { readonly id: string }[];
    readonly edges: { readonly cursor: string }[];
    readonly pageInfo: Record<string, unknown>;
  }

  async function list(args: string): Promise<Listed> {
    const selection =
      'nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
    return (await graph.data(`{ orders${args} { ${selection} } }`))['orders'] as Listed;
  }

  it('lists the newest first, page by page, each order once', async () => {
    const seen: string[] = [];
    let after: unknown = null;
    for (let page = 0; page < 3; page += 1) {
      const { nodes, edges, pageInfo } = await list(`(first: 2, after: ${JSON.stringify(after)})`);
      seen.push(...nodes.map(({ id }) => id));
      expect(pageInfo).toMatchObject({
        hasNextPage: page < 2,
        hasPreviousPage: page > 0,
        startCursor: edges[0]!.cursor,
        endCursor: edges.at(-1)!.cursor,
      });
      after = pageInfo['endCursor'];
    }
    expect(seen).toEqual(['lyric:7005', 'lyric:7004', 'lyric:7003', 'lyric:7002', 'lyric:7001']);
    expect(queries.map(({ limit }) => limit)).toEqual([3, 3, 3]);
  });

  it('hands the whole filter on', async () => {
    graph.caller = 'partner';
    await list(`(first: 1, filter: {
      institutions: ["lyric"], states: [CLOSED, ON_HOLD, CLOSED], contactId: "lyric:0004217", reference: "Shop 12",
      createdFrom: "2026-01-12T09:00:00Z", createdBefore: "2026-01-13T09:00:00Z"
    })`);
    expect(queries).toEqual([
      {
        caller: 'partner',
        institutions: ['lyric'],
        states: ['CLOSED', 'ON_HOLD'],
        createdFrom: NOW,
        createdBefore: NOW + DAY,
        contact: { institution: 'lyric', contactNumber: '0004217' },
        reference: 'Shop 12',
        limit: 2,
      },
    ]);
  });

  it('without a filter asks for all institutions that are configured', async () => {
    await list('');
    expect(queries).toEqual([{ caller: '', institutions: ['lyric', 'arena'], limit: 21 }]);
  });

  it('asks nobody when a list of the filter is empty', async () => {
    expect((await list('(filter: { states: [] })')).nodes).toEqual([]);
    expect((await list('(filter: { institutions: [] })')).nodes).toEqual([]);
    expect(queries).toEqual([]);
  });

  it.each([
    ['(first: 0)', '`first` must be from 1 to 100, got 0'],
    ['(first: 101)', '`first` must be from 1 to 100, got 101'],
    ['(after: "x")', '`after` must be a cursor that this list has given'],
    [
      '(filter: { institutions: ["opera"] })',
      '`filter.institutions[0]` must be one of lyric, arena, got "opera"',
    ],
    ['(filter: { contactId: "7" })', '`filter.contactId` must look like'],
  ])('refuses %s', async (args, message) => {
    const { errors } = await graph.query(`{ orders${args} { nodes { id } } }`);
    expect(errors?.[0]?.message).toContain(message);
    expect(queries).toEqual([]);
  });

  it('refuses a cursor of another list', async () => {
    const other = await graph.data('{ performances(first: 1) { pageInfo { endCursor } } }');
    const { endCursor } = (other['performances'] as { pageInfo: { endCursor: string } }).pageInfo;
    const { errors } = await graph.query(`{ orders(after: "${endCursor}") { nodes { id } } }`);
    expect(errors?.[0]?.message).toContain('sorted by NEWEST');
  });
});

function refused(code: OrderRefusal['code'], facts: OrderRefusalFacts = { kind: 'none' }): OrderRefusal {
  return { code, message: `because of ${code}`, path: ['lines', '0'], retryable: false, facts };
}

describe('a user error', () => {
  const ERROR = `__typename code message path retryable
    ... on AvailabilityUserError { availability { color performance { id } product { id } } alternatives { id } }
    ... on PriceChangedUserError { expected { amount } actual { amount currency } }
    ... on IdempotencyUserError { order { id clientOrderId } }
    ... on UpstreamUserError { upstreamCode }`;

  async function errorFor(refusal: OrderRefusal, selection = ERROR): Promise<Record<string, unknown>> {
    graph.orders = noOrders({ ...graph.orders, close: async () => ({ order: null, refusals: [refusal] }) });
    const data = await graph.data(
      `mutation { closeOrder(input: { orderId: "lyric:7001" }) { order { id } userErrors { ${selection} } } }`,
    );
    const payload = data['closeOrder'] as { order: unknown; userErrors: Record<string, unknown>[] };
    expect(payload.userErrors).toHaveLength(1);
    return payload.userErrors[0]!;
  }

  it.each([
    'INVALID_INPUT',
    'NOT_FOUND',
    'NOT_ON_SALE',
    'QUANTITY_LIMIT',
    'TARIFF_NOT_ALLOWED',
    'HOLD_EXPIRED',
    'WRONG_STATE',
    'CONTACT_REQUIRED',
    'PAYMENT_REFUSED',
  ] as const)('%s says no more than every one does', async (code) => {
    expect(await errorFor(refused(code))).toEqual({
      __typename: 'SimpleUserError',
      code,
      message: `because of ${code}`,
      path: ['lines', '0'],
      retryable: false,
    });
  });

  it('SOLD_OUT shows the color, and other performances that have places left, the soonest first', async () => {
    for (const [id, color] of [
      ['11', 'RED'],
      ['12', 'ORANGE'],
      ['13', 'RED'],
      ['14', 'GREEN'],
      ['16', 'GREEN'],
    ] as const) {
      lyric.colors.set(id, color);
    }
    const facts = { kind: 'availability', performanceId: '11', productId: '1' } as const;
    expect(await errorFor(refused('SOLD_OUT', facts))).toMatchObject({
      __typename: 'AvailabilityUserError',
      availability: { color: 'RED', performance: { id: 'lyric:11' }, product: { id: 'lyric:1' } },
      // 13 is sold out, 14 not on sale, and of 15 nobody knows.
      alternatives: [{ id: 'lyric:12' }, { id: 'lyric:16' }],
    });
    const one = '... on AvailabilityUserError { alternatives(first: 1) { id } }';
    expect(await errorFor(refused('SOLD_OUT', facts), one)).toEqual({ alternatives: [{ id: 'lyric:12' }] });
  });

  it('SOLD_OUT of a product without performances has no alternatives', async () => {
    lyric.colors.set('2', 'RED');
    const facts = { kind: 'availability', performanceId: null, productId: '2' } as const;
    expect(await errorFor(refused('SOLD_OUT', facts))).toMatchObject({
      availability: { color: 'RED', performance: null, product: { id: 'lyric:2' } },
      alternatives: [],
    });
  });

  it('SOLD_OUT of what has left the catalog has no availability', async () => {
    const facts = { kind: 'availability', performanceId: '99', productId: null } as const;
    expect(await errorFor(refused('SOLD_OUT', facts))).toMatchObject({
      availability: null,
      alternatives: [],
    });
  });

  it('SOLD_OUT refuses to list more than a page', async () => {
    const facts = { kind: 'availability', performanceId: '11', productId: '1' } as const;
    graph.orders = noOrders({
      close: async () => ({ order: null, refusals: [refused('SOLD_OUT', facts)] }),
    });
    const { errors } = await graph.query(
      'mutation { closeOrder(input: { orderId: "lyric:7001" }) { userErrors { ... on AvailabilityUserError { alternatives(first: 101) { id } } } } }',
    );
    expect(errors?.[0]?.message).toContain('`first` must be from 1 to 100');
  });

  it('PRICE_CHANGED shows both prices', async () => {
    const facts = { kind: 'price', expectedMilli: 40_000n, actualMilli: 45_000n } as const;
    expect(await errorFor(refused('PRICE_CHANGED', facts))).toMatchObject({
      __typename: 'PriceChangedUserError',
      expected: { amount: '40.00' },
      actual: { amount: '45.00', currency: 'EUR' },
    });
  });

  it("UPSTREAM_REJECTED keeps S-360's own code", async () => {
    const facts = { kind: 'upstream', upstreamCode: 'error.order.odd' } as const;
    expect(await errorFor(refused('UPSTREAM_REJECTED', facts))).toMatchObject({
      __typename: 'UpstreamUserError',
      upstreamCode: 'error.order.odd',
    });
  });

  it('IDEMPOTENCY_CONFLICT of a request about an order shows it', async () => {
    graph.orders = noOrders({ find: async () => aClosedOrder() });
    expect(
      await errorFor(refused('IDEMPOTENCY_CONFLICT', { kind: 'conflict', orderNumber: '7001' })),
    ).toMatchObject({
      __typename: 'IdempotencyUserError',
      order: { id: 'lyric:7001' },
    });
  });

  it('IDEMPOTENCY_CONFLICT of a key shows the order that has it, of whatever institution', async () => {
    const conflict = refused('IDEMPOTENCY_CONFLICT', { kind: 'conflict', orderNumber: '8001' });
    graph.orders = noOrders({
      create: async () => ({ order: null, refusals: [conflict] }),
      findByClientOrderId: async () => aClosedOrder({ institution: 'arena', number: '8001' }),
    });
    const data = await graph.data(`mutation { createOrder(input: { clientOrderId: "shop-1", lines: [
      { performanceId: "lyric:11", tariffId: "lyric:111", seatCategoryId: "lyric:401", quantity: 1 }
    ] }) { order { id } userErrors { ${ERROR} } } }`);
    expect(data['createOrder']).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'IdempotencyUserError', order: { id: 'arena:8001' } }],
    });
  });
});
