import { describe, expect, it } from 'vitest';
import type { OrderState, TicketState } from '../../src/domain/order.js';
import { openJournal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { comparePair, pairOrders } from '../../src/services/orders/order-reconciliation.js';
import { reconcileOrders } from '../../src/services/orders/order-reconciliation-run.js';
import type { OrderThere, Reconciliation } from '../../src/services/orders/order-reconciliation.types.js';
import { anOrder, aTicket } from '../support/order-records.js';
import {
  detailsOf,
  orderHere,
  orderThere,
  scriptedS360,
  type ScriptedS360,
} from '../support/reconciliation-records.js';
import type { Order } from '../../src/domain/order.js';

const NO_TICKETS = new Map<string, TicketState>();

describe('putting both sides together', () => {
  it("goes by S-360's id, whatever the reference says", () => {
    const here = orderHere({ externalReference: 'ours' });
    const there = orderThere({ externalReference: 'theirs' });
    expect(pairOrders([here], [there])).toEqual({
      pairs: [{ here, there }],
      onlyHere: [],
      onlyThere: [],
    });
  });

  it('goes by the reference for what never got an id, and takes the sold one of several', () => {
    const here = orderHere({ state: 'IN_DOUBT', s360OrderId: null });
    const abandoned = orderThere({ s360OrderId: '500', state: 'ABANDONED' });
    const sold = orderThere({ s360OrderId: '501' });
    const { pairs, onlyThere } = pairOrders([here], [abandoned, sold]);
    expect(pairs).toEqual([{ here, there: sold }]);
    expect(onlyThere).toEqual([abandoned]);
  });

  it('gives one sale to one order only, and an order with an id to no other sale', () => {
    const first = orderHere({ number: '1', s360OrderId: null });
    const second = orderHere({ number: '2', s360OrderId: null });
    const other = orderHere({ number: '3', s360OrderId: '777' });
    const { pairs, onlyHere } = pairOrders([first, second, other], [orderThere()]);
    expect(pairs.map(({ here }) => here.number)).toEqual(['1']);
    expect(onlyHere.map(({ number }) => number).toSorted()).toEqual(['2', '3']);
  });

  it('leaves refunds out, which are orders of their own at S-360', () => {
    expect(pairOrders([], [orderThere({ isSale: false })]).onlyThere).toEqual([]);
  });
});

describe('one order on both sides', () => {
  const compared = (here: Parameters<typeof orderHere>[0], there: Partial<OrderThere> = {}): string[] =>
    comparePair({ here: orderHere(here), there: orderThere(there) }, NO_TICKETS).map(
      ({ kind, detail }) => `${kind}: ${detail}`,
    );

  it('differs in nothing when it is sold for the same amount', () => {
    expect(compared({})).toEqual([]);
    expect(compared({ state: 'CANCELLED', tickets: [{ id: '1', state: 'CANCELLED' }] })).toEqual([]);
    expect(compared({ state: 'EXPIRED', tickets: [] }, { state: 'ABANDONED' })).toEqual([]);
  });

  it.each<[OrderState, string]>([
    ['CLOSING', 'missing_here: CLOSED at S-360, here CLOSING'],
    ['EXPIRED', 'missing_here: CLOSED at S-360, here EXPIRED'],
    ['REJECTED', 'missing_here: CLOSED at S-360, here REJECTED'],
    ['CANCELLED', 'missing_here: CLOSED at S-360, here CANCELLED'],
  ])('is missing here while it is %s', (state, finding) => {
    expect(compared({ state, tickets: [] })).toEqual([finding]);
  });

  it('that is in doubt is said to be so, with its step', () => {
    expect(compared({ state: 'IN_DOUBT', step: 'CLOSE', tickets: [] })).toEqual([
      'missing_here: CLOSED at S-360, here IN_DOUBT at the step CLOSE, being resolved',
    ]);
  });

  it.each<[OrderThere['state'], RegExp]>([
    ['OPEN', /still open/],
    ['ABANDONED', /abandoned/],
    ['UNKNOWN', /does not know/],
  ])('is missing there while S-360 has it %s', (state, detail) => {
    expect(compared({}, { state })).toEqual([expect.stringMatching(/^missing_there/)]);
    expect(compared({}, { state })[0]).toMatch(detail);
  });

  it('differs by one thousandth beyond what a double can tell', () => {
    const huge = 2n ** 62n;
    expect(compared({ totalMilli: huge }, { saleMilli: huge + 1n })).toEqual(['amount_differs: ']);
    expect(compared({ totalMilli: huge }, { saleMilli: huge })).toEqual([]);
  });

  it('differs in no amount that S-360 does not list', () => {
    expect(compared({}, { saleMilli: null })).toEqual([]);
    expect(compared({ totalMilli: null })).toEqual(['amount_differs: ']);
  });

  it.each<[TicketState, TicketState, boolean]>([
    ['VALID', 'INVALIDATED', true],
    ['VALID', 'CANCELLED', true],
    ['UNKNOWN', 'CANCELLED', true],
    ['CANCELLED', 'CANCELLED', false],
    ['INVALIDATED', 'CANCELLED', false],
  ])('with a ticket %s here and %s there: found %s', (here, there, isFound) => {
    const order = orderHere({
      tickets: [
        { id: '91', state: here },
        { id: '92', state: 'VALID' },
      ],
    });
    const findings = comparePair({ here: order, there: orderThere() }, new Map([['91', there]]));
    expect(findings.map(({ ticketId }) => ticketId)).toEqual(isFound ? ['91'] : []);
  });
});

const MONTH = { from: 1_000_000_000_000, until: 1_002_600_000_000 };
const numbered = (at: number): string => `${at}00001`;

/** The journal with these orders, compared with that S-360 long after the month. */
async function compare(orders: readonly Partial<Order>[], s360: ScriptedS360): Promise<Reconciliation> {
  const journal = openJournal(':memory:');
  const sealing = { seal: (text: string) => text, open: (text: string) => text };
  const orderJournal = createOrderJournal(journal, { sealing });
  for (const [index, facts] of orders.entries()) {
    const createdAt = facts.createdAt ?? MONTH.from + index;
    const order = anOrder({
      number: numbered(createdAt),
      clientOrderId: `shop-${index}`,
      externalReference: `shop-${index}`,
      s360OrderId: `${500 + index}`,
      state: 'CLOSED',
      step: null,
      totalMilli: 90_000n,
      tickets: [aTicket({ id: `9${index}` })],
      createdAt,
      ...facts,
    });
    await orderJournal.create(order, 'CLIENT', { owner: 'test', until: 0 });
  }
  try {
    return await reconcileOrders(
      {
        institution: 'hall',
        journal: orderJournal,
        calls: s360,
        pointOfSales: { id: '7', currency: { code: 'EUR', fractionDigits: 2 } },
        clock: { now: () => MONTH.until + 86_400_000 },
        upstreamClock: { now: () => MONTH.until + 86_400_000 },
      },
      MONTH,
    );
  } finally {
    await journal.destroy();
  }
}

const listed = (index: number, facts: Partial<OrderThere> = {}): OrderThere =>
  orderThere({
    s360OrderId: `${500 + index}`,
    externalReference: `shop-${index}`,
    createdAt: MONTH.from + index,
    ...facts,
  });

describe('a month', () => {
  it('without differences has no findings, and asks one page of orders and one of tickets', async () => {
    const s360 = scriptedS360({ orders: [listed(0), listed(1)] });
    expect(await compare([{}, {}], s360)).toMatchObject({ findings: [], matched: 2 });
    expect(s360.asked).toEqual(['orders', 'tickets']);
  });

  it('has the order of its last second that S-360 dates in the next month, and that one has it not', async () => {
    const last = MONTH.until - 1_000;
    const s360 = scriptedS360({
      orders: [
        listed(0, { createdAt: MONTH.until + 1_000 }),
        listed(1, { createdAt: MONTH.until + 2_000, externalReference: 'shop-1' }),
      ],
    });
    const inDoubt: Partial<Order> = { state: 'IN_DOUBT', step: 'CREATE', s360OrderId: null, tickets: [] };
    const { findings, matched } = await compare(
      [{ createdAt: last }, { createdAt: last + 1, ...inDoubt }],
      s360,
    );
    expect(matched).toBe(1);
    expect(findings.map(({ kind, order }) => [kind, order])).toEqual([['missing_here', numbered(last + 1)]]);
  });

  it('has no order that the journal dates in another one, before or after', async () => {
    const s360 = scriptedS360({
      orders: [listed(0, { createdAt: MONTH.from + 5 }), listed(1, { createdAt: MONTH.until - 5 })],
    });
    const days = 86_400_000;
    expect(
      await compare([{ createdAt: MONTH.from - 9 * days }, { createdAt: MONTH.until + 9 * days }], s360),
    ).toMatchObject({ findings: [], matched: 0 });
  });

  it('asks for an order alone that the history does not show as sold, before it says so', async () => {
    const s360 = scriptedS360({
      orders: [listed(1, { state: 'OPEN' })],
      details: [detailsOf({ s360OrderId: '500' }), detailsOf({ s360OrderId: '501', saleMilli: 80_000n })],
    });
    const { findings, matched } = await compare([{}, {}, {}], s360);
    expect(findings.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['amount_differs', ''],
      ['missing_there', 'S-360 does not know the order'],
    ]);
    expect(matched).toBe(2);
    expect(s360.asked.slice(2)).toEqual(['details of 501', 'details of 500', 'details of 502']);
  });

  it('asks for ten orders alone, and says of the others that it did not', async () => {
    const s360 = scriptedS360({});
    const { findings } = await compare(
      Array.from({ length: 12 }, () => ({})),
      s360,
    );
    expect(findings).toHaveLength(12);
    expect(s360.asked).toHaveLength(12);
    expect(findings.slice(10).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('was not asked'),
      expect.stringContaining('was not asked'),
    ]);
  });

  it('names the order whose reference another sale has', async () => {
    const s360 = scriptedS360({ orders: [listed(0), listed(0, { s360OrderId: '900' }), listed(7)] });
    const { findings } = await compare([{}], s360);
    expect(
      findings.map(({ s360OrderId, clientOrderId, detail }) => [s360OrderId, clientOrderId, detail]),
    ).toEqual([
      ['507', 'shop-7', 'not in the journal'],
      ['900', 'shop-0', expect.stringContaining(numbered(MONTH.from))],
    ]);
  });

  it('of 20,000 orders with two tickets each takes some 50 calls', async () => {
    const orders = Array.from({ length: 20_000 }, (_, index) => listed(index));
    const tickets = Array.from({ length: 40_000 }, (_, index) => ({
      ticketId: `9${index}`,
      state: 'VALID' as const,
    }));
    const s360 = scriptedS360({ orders, tickets });
    const { findings } = await compare([{}], s360);
    expect(findings).toHaveLength(19_999);
    expect(s360.asked.filter((word) => word === 'orders')).toHaveLength(40);
    expect(s360.asked.filter((word) => word === 'tickets')).toHaveLength(8);
  });

  it('of the journal is read page by page to its end', async () => {
    const many = Array.from({ length: 1_100 }, () => ({}));
    const s360 = scriptedS360({ orders: many.map((_, index) => listed(index)) });
    expect(await compare(many, s360)).toMatchObject({ findings: [], matched: 1_100 });
  });
});
