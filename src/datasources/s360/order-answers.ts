import type { Currency } from '../../domain/money.js';
import { UpstreamShapeError, type UpstreamCall } from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import type {
  HistoryOrder,
  HistoryPage,
  Movement,
  Operation,
  OrderDelta,
  OrderDetails,
  TicketPage,
} from './order-calls.types.js';
import { orderStateOf, SALE, ticketStateOf } from './order-words.js';
import {
  amountIn,
  fractionDigitsIn,
  idIn,
  instantIn,
  integerIn,
  objectIn,
  objectsIn,
  requiredObject,
  textIn,
} from './wire-values.js';

/** `OrderUpdateResult`: without an order id nothing is known of what happened. */
export function orderDelta(call: UpstreamCall, result: WireObject): OrderDelta {
  const data = requiredObject(call, result, 'orderUpdateData');
  const s360OrderId = idIn(data, 'orderId');
  if (s360OrderId === undefined)
    throw new UpstreamShapeError(call, 'a success without orderUpdateData.orderId');
  const operations = objectsIn(data, 'operationDataUpdates');
  return {
    s360OrderId,
    s360FileId: fileIdOf(operations),
    operations: operations.flatMap(operationOf),
    movements: movementsOf(objectsIn(data, 'movementDataUpdates'), []),
    currency: currencyOf(objectIn(data, 'catalogCurrency')),
  };
}

/** `orderDetailsData`, also inside other answers. */
export function orderDetails(call: UpstreamCall, data: WireObject): OrderDetails {
  const s360OrderId = idIn(data, 'orderId');
  if (s360OrderId === undefined) throw new UpstreamShapeError(call, 'order details without orderId');
  const operations = objectsIn(data, 'operationDatas');
  return {
    s360OrderId,
    state: orderStateOf(textIn(data, 'orderState')),
    createdAt: instantIn(data, 'creationDateTime') ?? null,
    expiresAt: instantIn(data, 'expirationDate') ?? null,
    contactNumber: textIn(data, 'contactReference') ?? null,
    saleMilli: amountIn(data, 'saleAmount') ?? null,
    currency: currencyOf(objectIn(data, 'catalogCurrency')),
    s360FileId: fileIdOf(operations),
    operations: operations.flatMap(operationOf),
    movements: movementsOf(objectsIn(data, 'movementDatas'), objectsIn(data, 'tickets')),
  };
}

/**
 * Refuses entries without an order to be read: whoever looks for a lost order takes its absence for a proof, and makes
 * it anew.
 */
export function historyPage(call: UpstreamCall, result: WireObject, pageSize: number): HistoryPage {
  const files = objectsIn(result, 'files');
  const orders = files.flatMap((file) =>
    objectsIn(file, 'orders').map((order) => historyOrder(call, file, order)),
  );
  if (files.length > 0 && orders.length === 0)
    throw new UpstreamShapeError(call, 'a history of files without orders');
  return {
    orders,
    entryCount: files.length,
    isLast: isLastPage(result, files.length, pageSize),
  };
}

export function ticketPage(result: WireObject, pageSize: number): TicketPage {
  const summaries = objectsIn(result, 'ticketSummaries');
  return {
    tickets: summaries.flatMap((summary) => {
      const ticketId = idIn(summary, 'ticketId');
      return ticketId === undefined
        ? []
        : [{ ticketId, state: ticketStateOf(textIn(summary, 'ticketState')) }];
    }),
    entryCount: summaries.length,
    isLast: isLastPage(result, summaries.length, pageSize),
  };
}

/** `truncated` says that there is more; an S-360 that does not say it fills its pages. */
function isLastPage(result: WireObject, entries: number, pageSize: number): boolean {
  return entries === 0 || !(result['truncated'] === true || entries >= pageSize);
}

function historyOrder(call: UpstreamCall, file: WireObject, order: WireObject): HistoryOrder {
  const s360OrderId = idIn(order, 'orderId');
  if (s360OrderId === undefined)
    throw new UpstreamShapeError(call, 'a history with an order without orderId');
  return {
    s360OrderId,
    s360FileId: idIn(file, 'fileId') ?? null,
    isSale: (textIn(order, 'orderType') ?? SALE) === SALE,
    state: orderStateOf(textIn(order, 'orderState')),
    createdAt: instantIn(order, 'creationDateTime') ?? null,
    externalReference: textIn(order, 'externalReference') ?? null,
    saleMilli: amountIn(order, 'saleAmount') ?? null,
  };
}

function operationOf(wire: WireObject): Operation[] {
  const id = idIn(wire, 'operationId');
  if (id === undefined) return [];
  return [
    {
      id,
      performanceId: idIn(wire, 'performanceId') ?? null,
      itemId: idIn(wire, 'itemId') ?? null,
      timeslotId: idIn(wire, 'timeSlotId') ?? null,
      tariffId: idIn(wire, 'audienceSubCategoryId') ?? null,
      quantity: integerIn(wire, 'quantity') ?? null,
      unitMilli: amountIn(wire, 'unitPrice') ?? null,
      totalMilli: amountIn(wire, 'totalAmount') ?? null,
    },
  ];
}

/** Tickets are a list of their own beside the movements [I]; where there is none, the movement tells what it can. */
function movementsOf(wires: readonly WireObject[], tickets: readonly WireObject[]): Movement[] {
  const byMovement = new Map<string | undefined, WireObject[]>();
  for (const ticket of tickets) {
    const id = idIn(ticket, 'movementId');
    byMovement.set(id, [...(byMovement.get(id) ?? []), ticket]);
  }
  return wires.flatMap((wire) => {
    const id = idIn(wire, 'movementId');
    if (id === undefined) return [];
    const own = byMovement.get(id) ?? [];
    // A reissued ticket stands beside the one that it replaces.
    return (own.length > 0 ? own : [{}]).map((ticket) => movementOf(id, wire, ticket));
  });
}

function movementOf(id: string, wire: WireObject, ticket: WireObject): Movement {
  return {
    id,
    operationId: idIn(wire, 'operationId') ?? null,
    seatCategoryId: idIn(wire, 'seatCategoryId') ?? null,
    seatId: idIn(wire, 'seatId') ?? null,
    seatLabel: seatLabelOf(wire),
    holder: nameOf(wire),
    barcode: barcodeIn(ticket) ?? barcodeIn(wire) ?? null,
    ticketId: idIn(ticket, 'ticketId') ?? idIn(wire, 'ticketId') ?? null,
    ticketState: ticketStateOf(textIn(ticket, 'ticketState') ?? textIn(wire, 'ticketState')),
  };
}

/** Never trimmed: every character of it is the key of access control. */
function barcodeIn(wire: WireObject): string | undefined {
  const value = wire['barCode'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** [I] `row` and `number`: the documents seen name the area only. */
function seatLabelOf(wire: WireObject): string | null {
  const parts = [textIn(wire, 'area'), textIn(wire, 'row'), textIn(wire, 'number')];
  const label = parts.filter((part) => part !== undefined).join(' · ');
  return label === '' ? null : label;
}

function nameOf(wire: WireObject): string | null {
  const name = [textIn(wire, 'beneficiaryFirstname'), textIn(wire, 'beneficiaryLastname')]
    .filter((part) => part !== undefined)
    .join(' ');
  return name === '' ? null : name;
}

function fileIdOf(operations: readonly WireObject[]): string | null {
  for (const operation of operations) {
    const fileId = idIn(operation, 'fileId');
    if (fileId !== undefined) return fileId;
  }
  return null;
}

function currencyOf(wire: WireObject | undefined): Currency | null {
  const code = wire && textIn(wire, 'currencyCode');
  if (wire === undefined || code === undefined) return null;
  return { code, fractionDigits: fractionDigitsIn(wire) };
}
