import { observedPerformances, observedProducts, seatsOf } from '../../src/datasources/availability.js';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import { MoveFinder } from '../../src/services/availability/availability-moves.js';
import { startRecorder } from './http-recorder.js';
import { ORDERS, orderWorld } from './order-world.js';
import { connectTo, type Connected } from './raw-s360.js';
import { startTestSandbox } from './sandbox.js';

const POS = String(ORDERS.posId);
const [PERFORMANCE] = ORDERS.performanceIds.map(String) as [string];
const EVENT = String(ORDERS.eventId);
const POLL = { lane: 'availability' } as const;
const AT_ONCE = { sendBefore: Infinity };
const OBSERVING = { colorOfLevel: (): AvailabilityColor => 'UNKNOWN', observedAt: 0 };
const ALL_PARTS = new Set(['general', 'phone', 'addresses', 'criteria'] as const);
const LINE = {
  list: 'places',
  performanceId: PERFORMANCE,
  seatCategoryId: String(ORDERS.categoryIds[0]),
  itemId: null,
  timeslotId: null,
  tariffId: String(ORDERS.tariffId),
  quantity: 2,
} as const;
const WINDOW = { from: Date.now() - 86_400_000, until: Date.now() + 86_400_000, position: 0, pageSize: 100 };

/** S-360's ids: an order on hold, and one that is closed and paid. */
export interface SoldOrders {
  readonly open: string;
  readonly closed: string;
  /** Of the closed one. */
  readonly totalMilli: bigint;
}

/** What the gateway asks, by method, each with what it makes of the answer. */
export const QUESTIONS: Readonly<
  Record<string, (gateway: Connected, orders: SoldOrders) => Promise<unknown>>
> = {
  getPOSConfig: ({ catalog }) => catalog.pointOfSales(),
  getLastSetupUpdate: ({ catalog }) => catalog.lastSetupUpdate(),
  listSeasons: ({ catalog }) => catalog.ownSeasonIds(),
  getUpdatedAvailabilities: async ({ availability }) => {
    const args = { pointOfSalesId: POS, productIds: [EVENT], since: Date.now() - 3_600_000 };
    const moves = await availability.getUpdatedAvailabilities(args, POLL);
    const finder = new MoveFinder(null);
    return [finder.take(moves, Date.now()), new Date(finder.since(Date.now())).toISOString()];
  },
  getEventAvailability: async ({ availability }) => {
    const args = { pointOfSalesId: POS, eventIds: [EVENT], performanceIds: [PERFORMANCE] };
    const entries = await availability.getEventAvailability(args, POLL);
    return observedPerformances([{ productId: EVENT, performanceId: PERFORMANCE }], entries, OBSERVING);
  },
  getProductAvailability: async ({ availability }) => {
    const args = { pointOfSalesId: POS, productIds: [String(ORDERS.circleId)] };
    return observedProducts(
      args.productIds,
      await availability.getProductAvailability(args, POLL),
      OBSERVING,
    );
  },
  getPerformanceAvailability: async ({ availability }) => {
    const args = { pointOfSalesId: POS, performanceIds: [PERFORMANCE] };
    const entries = await availability.getPerformanceAvailability(args, POLL);
    return observedPerformances([{ productId: EVENT, performanceId: PERFORMANCE }], entries, OBSERVING);
  },
  getSeatsAvailability: async ({ availability }) => {
    const args = { pointOfSalesId: POS, performanceId: PERFORMANCE, seatCategoryIds: [LINE.seatCategoryId] };
    return seatsOf(await availability.getSeatsAvailability(args, POLL));
  },
  getContactData: ({ contacts }) => contacts.byNumbers([ORDERS.contactNumber], ALL_PARTS),
  searchContact: ({ contacts }) =>
    contacts.search(
      { number: null, email: null, name: 'Example' },
      { parts: ALL_PARTS, offset: 0, limit: 20 },
    ),
  updateContact: ({ contacts }) => contacts.update(ORDERS.contactNumber, 'INDIVIDUAL', { firstName: 'Ada' }),
  createOrUpdateOrder: ({ orders }, { open }) =>
    orders.updateOrder(open, { pointOfSalesId: POS, contactNumber: null, lines: [LINE] }, AT_ONCE),
  getOrderDetails: ({ orders }, { closed }) => orders.orderDetails(closed),
  createPaymentsAndCloseOrder: ({ orders }, { closed, totalMilli }) =>
    orders.closeOrder(
      {
        s360OrderId: closed,
        contactNumber: null,
        totalMilli,
        paymentMethodId: String(ORDERS.pendingId),
      },
      AT_ONCE,
    ),
  listFilesByCriteria: ({ orders }) => orders.ordersCreatedBetween({ pointOfSalesId: POS, ...WINDOW }),
  listTicketsByCriteria: ({ orders }) => orders.ticketsSoldBetween(WINDOW),
  getExternalReference: ({ orders }, { closed }) => orders.externalReferences(closed),
};

export interface RealAnswers {
  readonly orders: SoldOrders;
  /** As the sandbox wrote them, by method; each a success. */
  readonly byMethod: ReadonlyMap<string, string>;
}

/** Asks everything once, and keeps what was answered. */
export async function recordAnswers(): Promise<RealAnswers> {
  await using sandbox = await startTestSandbox({ world: orderWorld() });
  const [{ baseUrl, username, password, code }] = sandbox.institutions as [
    (typeof sandbox.institutions)[number],
  ];
  const { origin, pathname } = new URL(baseUrl);
  await using recorder = await startRecorder(origin);
  await using gateway = await connectTo(recorder.url + pathname, { institution: code, username, password });
  const orders = await sell(gateway);
  for (const [method, ask] of Object.entries(QUESTIONS)) {
    // The order is closed already.
    if (method !== 'createPaymentsAndCloseOrder') await ask(gateway, orders);
  }
  const season = await gateway.catalog.load({ ownSeasonIds: null, onPart: () => undefined });
  if (season.products === 0) throw new Error('the catalog has no products');
  return { orders, byMethod: new Map(recorder.exchanges.map(({ method, answer }) => [method, answer])) };
}

async function sell({ orders }: Connected): Promise<SoldOrders> {
  const draft = (externalReference: string) =>
    orders.createOrder(
      { pointOfSalesId: POS, contactNumber: null, lines: [LINE], externalReference },
      AT_ONCE,
    );
  const { s360OrderId: closed, operations } = await draft('closed');
  const totalMilli = operations.reduce((sum, operation) => sum + (operation.totalMilli ?? 0n), 0n);
  const paymentMethodId = String(ORDERS.pendingId);
  await orders.closeOrder({ s360OrderId: closed, contactNumber: null, totalMilli, paymentMethodId }, AT_ONCE);
  const { s360OrderId: open } = await draft('open');
  return { open, closed, totalMilli };
}
