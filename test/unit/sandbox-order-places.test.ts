import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareClose, takeEffect } from '../../src/sandbox/orders/close-order.js';
import { chooseSeats } from '../../src/sandbox/orders/choose-seats.js';
import { abandonMovements, leaveOperations } from '../../src/sandbox/orders/leave-order.js';
import { OrderRefusal } from '../../src/sandbox/orders/order-codes.js';
import type { LineInput, OrderInput } from '../../src/sandbox/orders/order-input.types.js';
import { createOrderOffice, type OrderOffice } from '../../src/sandbox/orders/order-office.js';
import type { Order } from '../../src/sandbox/orders/order.types.js';
import { placeOrder } from '../../src/sandbox/orders/place-order.js';
import { refundOrder } from '../../src/sandbox/orders/refund-order.js';
import { createStock } from '../../src/sandbox/stock.js';
import { ORDERS, orderWorld } from '../support/order-world.js';

const NOW_MS = Date.parse('2026-03-05T14:20:00Z');
const MINUTE_MS = 1_000;
const CAPACITY = { 401: 22, 402: 5 } as const;
const QUOTA = 40;

interface Office extends OrderOffice {
  readonly advance: (ms: number) => void;
}

function openOffice(): Office {
  let nowMs = NOW_MS;
  const clock = { now: () => nowMs };
  const world = orderWorld(NOW_MS).institutions[0]!;
  const contacts = { has: () => true, list: () => [] };
  const office = createOrderOffice({
    world,
    stock: createStock(world),
    clock,
    minuteMs: MINUTE_MS,
    contacts,
    seed: 'test',
  });
  return {
    ...office,
    advance(ms) {
      nowMs += ms;
      office.book.expireDue();
    },
  };
}

/** One thing that somebody does; the numbers choose among what there is. */
type Step =
  | { readonly kind: 'create' | 'update'; readonly lines: readonly LineInput[]; readonly pick: number }
  | {
      readonly kind: 'abandon' | 'leave' | 'close' | 'refund' | 'seat';
      readonly pick: number;
      readonly part: number;
    }
  | { readonly kind: 'wait'; readonly minutes: number };

const quantity = fc.integer({ min: 1, max: 6 });
const lineOf: fc.Arbitrary<LineInput> = fc.oneof(
  fc.record({
    kind: fc.constant('seats' as const),
    performanceId: fc.constantFrom(...ORDERS.performanceIds),
    seatCategoryId: fc.constantFrom(...ORDERS.categoryIds),
    tariffId: fc.constant(ORDERS.tariffId),
    quantity,
    areaIds: fc.subarray([461, 462]),
  }),
  fc.record({
    kind: fc.constant('item' as const),
    itemId: fc.constant(ORDERS.itemId),
    tariffId: fc.constant(ORDERS.tariffId),
    quantity,
    timeslotId: fc.constant(ORDERS.timeslotId),
    list: fc.constant('simple' as const),
  }),
  quantity.map((count): LineInput => ({
    kind: 'composed',
    productId: ORDERS.packageId,
    tariffId: ORDERS.tariffId,
    quantity: count,
    parts: ORDERS.performanceIds.map((performanceId) => ({
      kind: 'seats',
      performanceId,
      seatCategoryId: ORDERS.categoryIds[0],
      tariffId: ORDERS.tariffId,
      quantity: count,
      areaIds: [],
    })),
  })),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('create' as const, 'update' as const),
      lines: fc.array(lineOf, { minLength: 1, maxLength: 3 }),
      pick: fc.nat(),
    }),
    fc.record({
      kind: fc.constantFrom(
        'abandon' as const,
        'leave' as const,
        'close' as const,
        'refund' as const,
        'seat' as const,
      ),
      pick: fc.nat(),
      part: fc.nat(),
    }),
    fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 8 }) }),
  ),
  // Its usual size ends most lists before anything can be cancelled.
  { maxLength: 40, size: 'max' },
);

/** Whether it could be done; what is refused must change nothing, which `check` then sees. */
function carryOut(office: Office, step: Step): boolean {
  try {
    act(office, step);
    return true;
  } catch (error) {
    if (error instanceof OrderRefusal) return false;
    throw error;
  }
}

function act(office: Office, step: Step): void {
  if (step.kind === 'wait') return office.advance(step.minutes * MINUTE_MS);
  const orders = [...office.book.list()];
  const order = orders[step.pick % Math.max(orders.length, 1)];
  if ('lines' in step) {
    if (step.kind === 'create') placeOrder(office, inputOf(step.lines));
    else if (order) placeOrder(office, inputOf(step.lines, order));
    return;
  }
  if (!order) return;
  const movements = order.operations.flatMap((operation) => operation.movements);
  const movementIds = movements
    .filter((_, index) => (step.part >> (index % 8)) % 2 === 1)
    .map(({ movementId }) => movementId);
  const operationIds = order.operations
    .filter((_, index) => (step.part >> ((index + 3) % 8)) % 2 === 1)
    .map(({ operationId }) => operationId);
  switch (step.kind) {
    case 'abandon':
      return void abandonMovements(office, order.orderId, movementIds);
    case 'leave':
      return void leaveOperations(office, order.orderId, operationIds, movementIds);
    case 'close': {
      const input = { orderId: order.orderId, purchaser: undefined, payments: null, totalAmount: undefined };
      return void takeEffect(office, prepareClose(office, { ...input, withBarcodes: true }));
    }
    case 'refund':
      if (order.state !== 'CLOSED') throw new OrderRefusal('invalid', 'only what is sold can be refunded');
      return void refundOrder(office, order, operationIds, movementIds);
    case 'seat': {
      const chosen = movementIds.map((movementId, index) => ({
        movementId,
        physicalSeatId: ORDERS.firstSeatId + ((step.part + index) % 20),
      }));
      return void chooseSeats(
        office,
        order.operations.map(({ operationId }) => operationId),
        chosen,
      );
    }
  }
}

function inputOf(lines: readonly LineInput[], order?: Order): OrderInput {
  return {
    orderId: order?.orderId,
    fileId: undefined,
    purchaser: undefined,
    fileContacts: [],
    externalReference: undefined,
    originCode: undefined,
    lines,
  };
}

interface Held {
  readonly performanceId: number;
  readonly seatCategoryId: number;
  readonly seatId: number;
}

/** Places that somebody has: in open orders, and as tickets that were not cancelled. */
function heldIn({ book }: Office): { readonly seats: Held[]; readonly items: number } {
  const seats: Held[] = [];
  let items = 0;
  for (const { state, operations } of book.list()) {
    if (state === 'ABANDONNED') continue;
    for (const { sold, movements } of operations) {
      const held = movements.filter(({ ticket }) => ticket?.state !== 'CANCELLED');
      if (sold.kind === 'item') items += held.length;
      if (sold.kind !== 'performance') continue;
      for (const { seat } of held) {
        seats.push({
          performanceId: sold.performance.id,
          seatCategoryId: sold.seatCategoryId,
          seatId: seat!.seatId,
        });
      }
    }
  }
  return { seats, items };
}

function check(office: Office): void {
  const { stock } = office;
  const { seats, items } = heldIn(office);
  expect(new Set(seats.map(({ performanceId, seatId }) => `${performanceId}/${seatId}`)).size).toBe(
    seats.length,
  );
  for (const performanceId of ORDERS.performanceIds) {
    for (const seatCategoryId of ORDERS.categoryIds) {
      // All contingents: asking for the package opens the dedicated one.
      const free = stock
        .seats(performanceId, [seatCategoryId], ORDERS.packageId)
        .filter(({ available }) => available)
        .map(({ physicalSeatId }) => physicalSeatId);
      const held = seats.filter(
        (each) => each.performanceId === performanceId && each.seatCategoryId === seatCategoryId,
      );
      expect(free.length + held.length).toBe(CAPACITY[seatCategoryId]);
      expect(held.filter(({ seatId }) => free.includes(seatId))).toEqual([]);
    }
  }
  const [slot] = stock.itemEntries([ORDERS.passId], office.clock.now());
  expect(slot!.quantity + items).toBe(QUOTA);
}

describe('places in orders', () => {
  it('are never lost and never sold twice, whatever is done', () => {
    const done = new Set<string>();
    fc.assert(
      fc.property(steps, (all) => {
        const office = openOffice();
        for (const step of all) {
          if (carryOut(office, step)) done.add(step.kind);
          check(office);
        }
        office.advance(60 * MINUTE_MS);
        expect([...office.book.list()].filter(({ state }) => state === 'RUNNING')).toEqual([]);
        check(office);
      }),
      { numRuns: 150, seed: 20260305 },
    );
    // The steps are worth something only when each of them came off.
    expect([...done].sort()).toEqual(
      ['abandon', 'close', 'create', 'leave', 'refund', 'seat', 'update', 'wait'].sort(),
    );
  });

  it('come back from a refused order as if nothing had been asked', () => {
    const office = openOffice();
    const seats = (quantity: number, seatCategoryId: number): LineInput => ({
      kind: 'seats',
      performanceId: ORDERS.performanceIds[0],
      seatCategoryId,
      tariffId: ORDERS.tariffId,
      quantity,
      areaIds: [],
    });
    const [first, second] = ORDERS.categoryIds;
    expect(() => placeOrder(office, inputOf([seats(3, first), seats(6, second)]))).toThrow(
      /Not enough places/,
    );
    check(office);
    expect([...office.book.list()]).toEqual([]);
  });
});
