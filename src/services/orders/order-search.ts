import type { HistoryOrder, OrderCalls } from '../../datasources/s360/order-calls.types.js';
import type { OrderParts } from './order-parts.types.js';
import type { OrderInstitution } from './order-parts.types.js';

const PAGE_SIZE = 500;
/** A history of more than this is not looked through for one lost order: the window is some minutes. */
const MOST_PAGES = 40;
/** Clocks differ, and S-360 dates an order when it gets to it. */
const WINDOW_MARGIN_MS = 5 * 60_000;

/** The orders that S-360 has under an external reference, of a window of time; asked once for all who look. */
export interface OrderSearch {
  /** Epoch ms of our clock, before the first question went out. */
  readonly askedAt: number;
  /** Sales with that reference, in no order. Rejects when S-360 could not be asked to the end. */
  byReference(externalReference: string): Promise<readonly HistoryOrder[]>;
}

export interface OrderSearchOptions {
  readonly institution: OrderInstitution;
  readonly parts: Pick<OrderParts, 'journal' | 'clock'>;
  /** Our clock's times of the oldest call that is looked for, and after which the youngest cannot be at work any more. */
  readonly since: number;
  readonly until: number;
}

/** Asks nothing before the first look. */
export function createOrderSearch({ institution, parts, since, until }: OrderSearchOptions): OrderSearch {
  const askedAt = parts.clock.now();
  let listing: Promise<readonly HistoryOrder[]> | null = null;
  const references = new Map<string, Promise<readonly string[]>>();

  async function list(): Promise<readonly HistoryOrder[]> {
    const pointOfSalesId = institution.catalog.current()?.pointOfSales.id;
    if (pointOfSalesId === undefined) throw new Error('the point of sales is not known yet');
    const offset = institution.upstreamClock.now() - parts.clock.now();
    const window = {
      pointOfSalesId,
      from: since + offset - WINDOW_MARGIN_MS,
      until: Math.min(until, askedAt) + offset + WINDOW_MARGIN_MS,
    };
    return allOrders(institution.orderCalls, window);
  }

  /** An S-360 that lists no references is asked for those of each order that the journal does not know. */
  async function referencesOf(order: HistoryOrder): Promise<readonly string[]> {
    if (order.externalReference !== null) return [order.externalReference];
    const known = await parts.journal.byS360OrderIds(institution.code, [order.s360OrderId]);
    if (known.length > 0) return [];
    let asked = references.get(order.s360OrderId);
    if (asked === undefined) {
      asked = institution.orderCalls.externalReferences(order.s360OrderId);
      references.set(order.s360OrderId, asked);
    }
    return asked;
  }

  return {
    askedAt,
    async byReference(externalReference) {
      listing ??= list();
      const found: HistoryOrder[] = [];
      for (const order of await listing) {
        if (order.isSale && (await referencesOf(order)).includes(externalReference)) found.push(order);
      }
      return found;
    },
  };
}

/** Every order created in the window, page by page. Rejects when that takes more than `mostPages`. */
export async function allOrders(
  calls: Pick<OrderCalls, 'ordersCreatedBetween'>,
  window: { readonly pointOfSalesId: string; readonly from: number; readonly until: number },
  mostPages = MOST_PAGES,
): Promise<HistoryOrder[]> {
  const orders: HistoryOrder[] = [];
  let position = 0;
  for (let pageNumber = 0; pageNumber < mostPages; pageNumber += 1) {
    const page = await calls.ordersCreatedBetween({ ...window, position, pageSize: PAGE_SIZE });
    orders.push(...page.orders);
    position += page.entryCount;
    if (page.isLast) return orders;
  }
  throw new Error(`the history of the window has more than ${mostPages * PAGE_SIZE} files`);
}
