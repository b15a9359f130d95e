import { prepareClose, takeEffect, type CloseInput } from '../orders/close-order.js';
import type { OrderOffice } from '../orders/order-office.js';
import { paymentDetail } from '../orders/order-views.js';
import type { Payment } from '../orders/order.types.js';
import { placeOrder } from '../orders/place-order.js';
import type { Operation, OperationResult } from './operation.types.js';
import { answered, updateAnswered } from './order-answers.js';
import { CREATE_OR_UPDATE, PAY_AND_CLOSE, readOrder, readPaymentsAndClose } from './order-parameters.js';

const COMMON = { service: 'ExternalOrderFacade', limit: null, isAsynchronous: false } as const;

/** `ExternalOrderFacade` v1_33. */
export const orderFacadeOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'createOrUpdateOrder',
    resultClass: 'OrderUpdateResult',
    parameters: CREATE_OR_UPDATE,
    isRepeatable: true,
    run: ({ orders }, args) => updateAnswered(orders, () => placeOrder(orders, readOrder(args))),
  },
  {
    ...COMMON,
    method: 'createPaymentsAndCloseOrder',
    resultClass: 'PaymentDetailResult',
    parameters: PAY_AND_CLOSE,
    run: ({ orders }, args) =>
      closeAnswered(
        orders,
        () => readPaymentsAndClose(args),
        (payments) => ({ paymentDetails: payments }),
      ),
    runLater: ({ orders }, args, delayMs) => closeLater(orders, () => readPaymentsAndClose(args), delayMs),
  },
];

/** Closes at once. While an earlier close is under way it says so, and does nothing. */
export function closeAnswered(
  office: OrderOffice,
  read: () => CloseInput,
  members: (payments: readonly object[]) => Readonly<Record<string, unknown>>,
): OperationResult {
  return inProgressOr(office, read, (input) => {
    const prepared = prepareClose(office, input);
    const payments = takeEffect(office, prepared);
    return members(payments.map((payment: Payment) => paymentDetail(office, prepared.order, payment)));
  });
}

/** Accepts the close, or refuses it as it would be refused now, and closes after so many real milliseconds. */
export function closeLater(office: OrderOffice, read: () => CloseInput, delayMs: number): OperationResult {
  return inProgressOr(office, read, (input) => {
    const prepared = prepareClose(office, input);
    office.book.closeLater(prepared.order, delayMs, () => takeEffect(office, prepared));
    return IN_PROGRESS;
  });
}

const IN_PROGRESS: OperationResult = { statusCode: 'in_progress' };

function inProgressOr(
  { book }: OrderOffice,
  read: () => CloseInput,
  close: (input: CloseInput) => Readonly<Record<string, unknown>>,
): OperationResult {
  return answered(() => {
    const input = read();
    return book.get(input.orderId).isClosing ? IN_PROGRESS : close(input);
  });
}
