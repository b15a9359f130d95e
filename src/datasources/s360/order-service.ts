import { UpstreamFaultError, UpstreamShapeError, type UpstreamCall } from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import type { S360Client, WriteAnswer } from './client.js';
import { historyPage, orderDelta, orderDetails, ticketPage } from './order-answers.js';
import type {
  CloseAnswer,
  CloseCall,
  OrderCalls,
  OrderChangeCall,
  OrderDelta,
  OrderLineCall,
  WriteOptions,
} from './order-calls.types.js';
import { ORDER_REFERENCE_KIND, SALE, TICKET_GRANULARITY, UNKNOWN_REFERENCE } from './order-words.js';
import type { ServiceName } from './settings.js';
import type { SoapArguments } from './soap-call.js';
import { objectIn, objectsIn, requiredObject, textIn } from './wire-values.js';

const FACADE = 'ExternalOrderFacade';
const ORDERS = 'ExternalOrderService';
const HISTORY = 'ExternalOrderHistoryService';
const SEATING = 'ExternalSeatingService';

export interface OrderServiceOptions {
  readonly institution: string;
  /** How long S-360 shall work on a close before it answers `in_progress`; it must end before our own deadline. */
  readonly closeWaitSeconds: number;
}

/** The order services of one institution, all in the orders' lane. */
export function createOrderCalls(client: S360Client, options: OrderServiceOptions): OrderCalls {
  const { institution, closeWaitSeconds } = options;
  const nameOf = (service: ServiceName, method: string): UpstreamCall => ({ institution, service, method });
  const read = (service: ServiceName, method: string, args: SoapArguments): Promise<WireObject> =>
    client.call({ service, method, args, lane: 'orders' });
  const write = (
    service: ServiceName,
    method: string,
    args: SoapArguments,
    { sendBefore }: WriteOptions,
  ): Promise<WriteAnswer> => client.write({ service, method, args, lane: 'orders', sendBefore });

  async function createOrUpdate(
    change: OrderChangeCall,
    more: SoapArguments,
    options: WriteOptions,
  ): Promise<OrderDelta> {
    const { result } = await write(
      FACADE,
      'createOrUpdateOrder',
      { ...argumentsOf(change), ...more },
      options,
    );
    return orderDelta(nameOf(FACADE, 'createOrUpdateOrder'), result);
  }

  return {
    createOrder: ({ externalReference, ...change }, options) =>
      createOrUpdate(change, { orderType: SALE, externalReference }, options),
    async updateOrder(s360OrderId, change, options) {
      const delta = await createOrUpdate(change, { orderId: s360OrderId }, options);
      return ofOrder(nameOf(FACADE, 'createOrUpdateOrder'), s360OrderId, delta);
    },

    async seat({ operationIds, seats }, options) {
      const seatingInformation = seats.map(({ movementId, seatId }) => ({
        movementId,
        physicalSeatId: seatId,
      }));
      await write(SEATING, 'doSeatingForOperations', { operationIds, seatingInformation }, options);
    },

    async closeOrder(close, options): Promise<CloseAnswer> {
      const [service, method, args] = closing(close, String(closeWaitSeconds));
      const { state, result } = await write(service, method, args, options);
      const data = state === 'done' ? objectIn(result, 'orderData') : undefined;
      if (data === undefined) return { state, details: null };
      const call = nameOf(service, method);
      return { state, details: ofOrder(call, close.s360OrderId, orderDetails(call, data)) };
    },

    async abandonMovements(s360OrderId, movementIds, options) {
      await write(ORDERS, 'abandonMovements', { orderId: s360OrderId, movementIds }, options);
    },

    async cancelOperations(s360OrderId, { operationIds, movementIds }, options) {
      await write(ORDERS, 'cancelOperations', { orderId: s360OrderId, operationIds, movementIds }, options);
    },

    async orderDetails(s360OrderId) {
      const method = 'getOrderDetails';
      try {
        const result = await read(ORDERS, method, { orderId: s360OrderId, granularity: TICKET_GRANULARITY });
        const call = nameOf(ORDERS, method);
        return ofOrder(
          call,
          s360OrderId,
          orderDetails(call, requiredObject(call, result, 'orderDetailsData')),
        );
      } catch (error) {
        if (error instanceof UpstreamFaultError && error.upstreamCode === UNKNOWN_REFERENCE) return null;
        throw error;
      }
    },

    async ordersCreatedBetween({ pointOfSalesId, from, until, position, pageSize }) {
      const result = await read(HISTORY, 'listFilesByCriteria', {
        pointOfSalesId,
        ...windowOf(from, until),
        paginationParameter: { startPosition: String(position), maxResult: String(pageSize) },
      });
      return historyPage(nameOf(HISTORY, 'listFilesByCriteria'), result, pageSize);
    },

    async externalReferences(s360OrderId) {
      const method = 'getExternalReference';
      const result = await read(ORDERS, method, {
        id: s360OrderId,
        externalReferenceKind: ORDER_REFERENCE_KIND,
      });
      const data = objectIn(result, 'externalReferences');
      if (data === undefined) return [];
      ofOrder(nameOf(ORDERS, method), s360OrderId, { s360OrderId: textIn(data, 'id') ?? s360OrderId });
      return objectsIn(data, 'externalReferences').flatMap((reference) => textIn(reference, 'value') ?? []);
    },

    async ticketsSoldBetween({ from, until, position, pageSize }) {
      // The point of sales is left out: one client saw an empty list with it.
      const result = await read(HISTORY, 'listTicketsByCriteria', {
        ticketFilterCriteria: windowOf(from, until),
        paginationParameter: { startPosition: String(position), maxResult: String(pageSize) },
      });
      return ticketPage(result, pageSize);
    },
  };
}

/** Another order's answer would give its tickets to whoever asked for this one. */
function ofOrder<T extends { readonly s360OrderId: string }>(
  call: UpstreamCall,
  s360OrderId: string,
  answer: T,
): T {
  if (answer.s360OrderId === s360OrderId) return answer;
  throw new UpstreamShapeError(call, 'the answer is about another order');
}

function windowOf(from: number, until: number): { startDate: string; endDate: string } {
  return { startDate: new Date(from).toISOString(), endDate: new Date(until).toISOString() };
}

function argumentsOf({ pointOfSalesId, contactNumber, lines }: OrderChangeCall): SoapArguments {
  const listed = (list: OrderLineCall['list']): readonly OrderLineCall[] =>
    lines.filter((line) => line.list === list);
  const places = listed('places');
  return {
    pointOfSalesId,
    ...purchasers(contactNumber),
    ...(places.length === 0
      ? {}
      : { singleEntryAttributionOperations: [{ operationAttributions: places.map(placeArguments) }] }),
    simpleProductOperations: listed('items').map(itemArguments),
    transportProductOperations: listed('transport').map(transportArguments),
  };
}

function placeArguments(line: OrderLineCall): SoapArguments {
  return {
    performanceId: line.performanceId ?? undefined,
    seatCategoryId: line.seatCategoryId ?? undefined,
    audienceSubCategoryId: line.tariffId,
    quantity: String(line.quantity),
  };
}

function itemArguments(line: OrderLineCall): SoapArguments {
  return {
    itemId: line.itemId ?? undefined,
    audienceSubCategoryId: line.tariffId,
    quantity: String(line.quantity),
    timeSlotId: line.timeslotId ?? undefined,
  };
}

/** No slot of time is known of it. */
function transportArguments(line: OrderLineCall): SoapArguments {
  const { timeSlotId: _none, ...rest } = itemArguments(line);
  return rest;
}

/** Plural and a list at the facade; singular at the order service. */
function purchasers(contactNumber: string | null): SoapArguments {
  return contactNumber === null ? {} : { purchasersInfo: [{ contactReference: contactNumber }] };
}

/** With nothing to pay there is no payment to record, and the other service closes as well. */
function closing(close: CloseCall, maxWaitingTime: string): [ServiceName, string, SoapArguments] {
  const { s360OrderId, contactNumber, totalMilli, paymentMethodId } = close;
  const common = { orderId: s360OrderId, orderType: SALE, maxWaitingTime };
  if (totalMilli === 0n) {
    const purchaserInfo = contactNumber === null ? undefined : { contactReference: contactNumber };
    return [ORDERS, 'closeOrder', { ...common, purchaserInfo, generateBarCodes: true }];
  }
  const amount = totalMilli.toString();
  return [
    FACADE,
    'createPaymentsAndCloseOrder',
    {
      ...common,
      ...purchasers(contactNumber),
      payments: [{ amount, paymentMethodId }],
      paymentParams: { totalAmount: amount, ...(contactNumber === null ? {} : { contactNumber }) },
      isConvertedReservation: false,
      createToken: false,
    },
  ];
}
