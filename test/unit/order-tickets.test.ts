import { describe, expect, it } from 'vitest';
import type { Movement, OrderDetails } from '../../src/datasources/s360/order-calls.types.js';
import type { Order, Ticket } from '../../src/domain/order.js';
import { ticketsOf } from '../../src/services/orders/order-upstream.js';
import { anOrder, anOrderLine } from '../support/order-records.js';

function movement(id: string, changes: Partial<Movement> = {}): Movement {
  return {
    id,
    operationId: '71',
    seatCategoryId: '401',
    seatId: null,
    seatLabel: null,
    holder: null,
    barcode: `B${id}`,
    ticketId: `9${id}`,
    ticketState: 'VALID',
    ...changes,
  };
}

function closedWith(...movements: readonly Movement[]): OrderDetails {
  return {
    s360OrderId: '1',
    state: 'CLOSED',
    createdAt: null,
    expiresAt: null,
    contactNumber: null,
    saleMilli: null,
    currency: null,
    s360FileId: null,
    operations: [],
    movements,
  };
}

/** Of two places. */
function order(changes: Partial<Order> = {}): Order {
  return anOrder({ lines: [anOrderLine()], ...changes });
}

const idsAndCodes = (tickets: readonly Ticket[] | null): unknown =>
  tickets?.map(({ id, barcode, state }) => `${id} ${barcode} ${state}`) ?? null;

const TOLD = ticketsOf(order(), closedWith(movement('1'), movement('2')))!;

describe('the tickets of a closed order', () => {
  it('are all of its places, each with its barcode', () => {
    expect(idsAndCodes(TOLD)).toEqual(['91 B1 VALID', '92 B2 VALID']);
  });

  it.each([
    ['no movement', []],
    ['fewer movements than places', [movement('1')]],
    ['a movement twice, and another one not at all', [movement('1'), movement('1')]],
    ['a place without a barcode', [movement('1'), movement('2', { barcode: null })]],
  ])('are not known yet where S-360 tells %s', (_what, movements) => {
    expect(ticketsOf(order(), closedWith(...movements))).toBeNull();
  });

  it('are known by their own words where S-360 says one twice', () => {
    const again = movement('1', { barcode: null });
    expect(idsAndCodes(ticketsOf(order(), closedWith(again, movement('1'), movement('2'), again)))).toEqual([
      '91 B1 VALID',
      '92 B2 VALID',
    ]);
  });

  it('of an item are what S-360 makes of it', () => {
    const item = order({ lines: [anOrderLine({ performanceId: null, itemId: '5', quantity: 3 })] });
    expect(ticketsOf(item, closedWith(movement('1')))).toHaveLength(1);
  });

  it('that were told and are left out later stay as they are', () => {
    expect(ticketsOf(order({ tickets: TOLD }), closedWith(movement('1')))).toEqual(TOLD);
  });

  it('that are being cancelled and are left out are cancelled, and no others', () => {
    const pending = { kind: 'cancel', ticketIds: ['92'], request: {} } as unknown as Order['pending'];
    expect(idsAndCodes(ticketsOf(order({ tickets: TOLD, pending }), closedWith()))).toEqual([
      '91 B1 VALID',
      '92 null CANCELLED',
    ]);
  });

  it('of a reissue are two for one place, with ids of their own', () => {
    const reissued = closedWith(
      movement('1', { ticketState: 'INVALIDATED' }),
      movement('1', { ticketId: '95', barcode: 'B5' }),
      movement('2'),
    );
    expect(idsAndCodes(ticketsOf(order({ tickets: TOLD }), reissued))).toEqual([
      '91 B1 INVALIDATED',
      '95 B5 VALID',
      '92 B2 VALID',
    ]);
  });
});
