import type { OrderInput, OrderLineInput } from '../../src/domain/order.js';
import type { CreateOrderRequest, OrderRef } from '../../src/services/orders/orders.types.js';
import type { Order } from '../../src/domain/order.js';
import { startTestGateway, type TestGateway } from './gateway.js';
import { ORDERS, orderWorld } from './order-world.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';

/** A gateway and the sandbox with the world for orders, for tests of the order services. */
export interface OrderHouse extends AsyncDisposable {
  readonly sandbox: TestSandbox;
  readonly gateway: TestGateway;
  /** Methods of the order services that were asked, in order. */
  orderCalls(): Promise<string[]>;
  books(): Promise<Books>;
}

export type Books = Awaited<ReturnType<TestSandbox['books']>>;

export interface OrderHouseOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cacheDir?: string;
  readonly sandbox?: TestSandbox;
}

/** Short waits: a minute of 1.2 s, and a lost call is believed dead after 4 s. */
export const SHORT_WAITS = {
  S360_MINUTE_MS: '1200',
  S360_ORDER_DEADLINE_MS: '700',
  S360_DEADLINE_MS: '700',
  S360_QUARANTINE_MS: '3700',
  S360_CALLS_PER_MINUTE: '1000',
  S360_CALLS_PER_MONTH: '1000000000',
} as const;

export async function startOrderHouse(options: OrderHouseOptions = {}): Promise<OrderHouse> {
  const sandbox =
    options.sandbox ??
    (await startTestSandbox({ world: orderWorld(), minuteMs: Number(SHORT_WAITS.S360_MINUTE_MS) }));
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: { ...SHORT_WAITS, ...options.env },
    ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
  });
  return {
    sandbox,
    gateway,
    async orderCalls() {
      const calls = await sandbox.journal();
      return calls.filter(({ service }) => service.startsWith('External')).map(({ method }) => method);
    },
    books: () => sandbox.books(ORDERS.code),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      if (options.sandbox === undefined) await sandbox.stop();
    },
  };
}

/** Two places of the best category at the normal tariff. */
export function placesLine(changes: Partial<OrderLineInput> = {}): OrderLineInput {
  return {
    performanceId: String(ORDERS.performanceIds[0]),
    itemId: null,
    timeslotId: null,
    tariffId: String(ORDERS.tariffId),
    seatCategoryId: String(ORDERS.categoryIds[0]),
    seatIds: [],
    quantity: 2,
    expectedUnitMilli: null,
    ...changes,
  };
}

export function orderInput(changes: Partial<OrderInput> = {}): OrderInput {
  return { lines: [placesLine()], contactNumber: null, reference: null, ...changes };
}

export function createRequest(
  clientOrderId: string,
  changes: Partial<CreateOrderRequest> = {},
): CreateOrderRequest {
  return {
    caller: '',
    institution: ORDERS.code,
    clientOrderId,
    intent: 'HOLD',
    input: orderInput(),
    ...changes,
  };
}

export function refOf({ caller, institution, number }: Order): OrderRef {
  return { caller, institution, number };
}
