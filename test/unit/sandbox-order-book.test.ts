import { describe, expect, it } from 'vitest';
import type { Product } from '../../src/sandbox/model.js';
import { createSecrets } from '../../src/sandbox/orders/barcodes.js';
import { OrderBook } from '../../src/sandbox/orders/order-book.js';
import { OrderRefusal } from '../../src/sandbox/orders/order-codes.js';
import { createOrderIds } from '../../src/sandbox/orders/order-ids.js';
import type { LineInput } from '../../src/sandbox/orders/order-input.types.js';
import { createOrderOffice, type OrderOffice } from '../../src/sandbox/orders/order-office.js';
import { orderDetails } from '../../src/sandbox/orders/order-views.js';
import { placeOrder } from '../../src/sandbox/orders/place-order.js';
import { createRandom } from '../../src/sandbox/random.js';
import { itemsOf } from '../../src/sandbox/sale-rules.js';
import { createStock } from '../../src/sandbox/stock.js';
import { createWorld } from '../../src/sandbox/worlds/world.js';
import { smallWorld } from '../support/small-world.js';

const NOW_MS = Date.parse('2026-03-05T14:20:00Z');

function openBook(mostOrders: number): OrderBook {
  return new OrderBook({
    stock: createStock(smallWorld(NOW_MS).institutions[0]!),
    clock: { now: () => NOW_MS - 1 },
    minuteMs: 60_000,
    ids: createOrderIds(NOW_MS),
    secrets: createSecrets(createRandom('test')),
    mostOrders,
  });
}

function enter(book: OrderBook, state: 'RUNNING' | 'CLOSED' | 'ABANDONNED'): number {
  const order = book.draft('SALE');
  order.expiresAtMs = NOW_MS;
  book.enter(order);
  if (state === 'CLOSED') book.close(order);
  if (state === 'ABANDONNED') book.abandon(order);
  return order.orderId;
}

describe('the order book', () => {
  it('forgets the oldest orders that are over, and never an open one', () => {
    const book = openBook(3);
    const open = enter(book, 'RUNNING');
    const closed = enter(book, 'CLOSED');
    const { fileId } = book.get(closed).file;
    const abandoned = enter(book, 'ABANDONNED');
    const later = enter(book, 'CLOSED');
    expect([...book.list()].map(({ orderId }) => orderId)).toEqual([open, abandoned, later]);
    expect(() => book.get(closed)).toThrow(/there is no order/);
    expect(() => book.getFile(fileId)).toThrow(/there is no file/);
    const latest = enter(book, 'RUNNING');
    expect([...book.list()].map(({ orderId }) => orderId)).toEqual([open, later, latest]);
  });

  it('gives ids of 14 digits that a later start does not give again', () => {
    const first = createOrderIds(NOW_MS);
    const second = createOrderIds(NOW_MS + 1_000);
    const ids = [first.next('order'), first.next('order'), first.next('movement'), second.next('order')];
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => Number.isSafeInteger(id) && String(id).length === 14)).toBe(true);
  });
});

describe('the sandbox’s own institutions', () => {
  const world = createWorld({ seed: 'test', nowMs: NOW_MS });

  it.each(world.institutions.map(({ code }, index) => [code, index] as const))(
    '%s sells something of every family that it has on sale',
    (_code, index) => {
      const institution = world.institutions[index]!;
      const office = createOrderOffice({
        world: institution,
        stock: createStock(institution),
        clock: { now: () => NOW_MS },
        minuteMs: 60_000,
        contacts: { has: () => true, list: () => [] },
        seed: 'test',
      });
      const running = institution.seasons
        .filter(({ state }) => state === 'RUNNING')
        .flatMap(({ products }) => products)
        .filter(({ state }) => state === 'RUNNING');
      const families = new Set(running.map(({ productFamilyType }) => productFamilyType));
      const sold = new Set(
        running
          .filter((product) => isSold(office, product))
          .map(({ productFamilyType }) => productFamilyType),
      );
      expect([...sold].sort()).toEqual([...families].sort());
    },
  );
});

/** Tries every price of the product, until one is sold. */
function isSold(office: OrderOffice, product: Product): boolean {
  return linesOf(office, product).some((line) => {
    try {
      const { order } = placeOrder(office, {
        orderId: undefined,
        fileId: undefined,
        purchaser: '0004217',
        fileContacts: [],
        externalReference: undefined,
        originCode: undefined,
        lines: [line],
      });
      return order.state === 'RUNNING' && 'tickets' in orderDetails(office, order, 'TICKETS');
    } catch (error) {
      if (error instanceof OrderRefusal) return false;
      throw error;
    }
  });
}

function linesOf(office: OrderOffice, product: Product): LineInput[] {
  const parts = (product.seasonTicket ?? product.package)?.lines.map(({ product: { id } }) => id) ?? [];
  const inside = parts.slice(0, 1).flatMap((id) => seatLines(office.catalog.product(id)!.product));
  const isComposed = ['SEASONTICKET', 'PACKAGE', 'HOSPITALITY'].includes(product.productFamilyType);
  const tariffIds = [
    ...new Set([
      ...itemsOf(product).flatMap(({ itemPrices }) => itemPrices.map(({ audSubCatId }) => audSubCatId)),
      ...inside.map(({ tariffId }) => tariffId),
    ]),
  ];
  if (isComposed) {
    return tariffIds.map((tariffId) => ({
      kind: 'composed',
      productId: product.id,
      tariffId,
      quantity: 1,
      parts: inside.filter((line) => product.package === undefined || line.tariffId === tariffId).slice(0, 1),
    }));
  }
  const items = itemsOf(product).flatMap(({ itemId, timeslotIds, itemPrices }) =>
    itemPrices.flatMap(({ audSubCatId, minQty }) =>
      [...timeslotIds.slice(-3), ...(timeslotIds.length === 0 ? [undefined] : [])].map(
        (timeslotId): LineInput => ({
          kind: 'item',
          itemId,
          tariffId: audSubCatId,
          quantity: minQty ?? 1,
          timeslotId,
          list: product.productFamilyType === 'TRANSPORT' ? 'transport' : 'simple',
        }),
      ),
    ),
  );
  return [...seatLines(product), ...items];
}

function seatLines(product: Product): Extract<LineInput, { kind: 'seats' }>[] {
  return (product.event?.performances ?? []).flatMap(({ id, seatCategories, prices }) =>
    seatCategories.flatMap((category) =>
      prices
        .filter(({ seatCatId }) => seatCatId === undefined || seatCatId === category.id)
        .map(({ audSubCatId, minQty }) => ({
          kind: 'seats' as const,
          performanceId: id,
          seatCategoryId: category.id,
          tariffId: audSubCatId,
          quantity: minQty ?? 1,
          areaIds: [],
        })),
    ),
  );
}
