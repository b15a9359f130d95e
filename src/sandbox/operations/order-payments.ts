import { OrderRefusal } from '../orders/order-codes.js';
import type { OrderOffice } from '../orders/order-office.js';
import { paymentDetail } from '../orders/order-views.js';
import type { Order, Payment } from '../orders/order.types.js';
import type { Operation } from './operation.types.js';
import { answered, idIn } from './order-answers.js';
import { ORDER_ID } from './order-parameters.js';

const COMMON = { service: 'ExternalPaymentService', limit: null, isAsynchronous: false } as const;

/** `ExternalPaymentService` v1_33. */
export const paymentOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'checkPayment',
    resultClass: 'PaymentDetailResult',
    parameters: [
      ORDER_ID,
      {
        name: 'payments',
        type: 'object',
        isList: true,
        members: [{ name: 'paymentIdentifier', type: 'string' }],
      },
    ],
    run: ({ orders }, args) =>
      answered(() => {
        const order = orders.book.get(idIn(args, 'orderId'));
        const asked = new Set(
          args.objects('payments').flatMap((each) => each.text('paymentIdentifier') ?? []),
        );
        const isAsked = ({ identifier }: Payment): boolean =>
          asked.size === 0 || (identifier !== null && asked.has(identifier));
        return {
          paymentDetails: order.payments.filter(isAsked).map((each) => paymentDetail(orders, order, each)),
        };
      }),
  },
  {
    ...COMMON,
    method: 'cancelPayment',
    resultClass: 'WebMethodResult',
    parameters: [{ name: 'paymentIds', type: 'long', isList: true, isMandatory: true }],
    run: ({ orders }, args) =>
      answered(() => {
        const found = [...new Set(args.numbers('paymentIds'))].map((id) => findPayment(orders, id));
        for (const { payment } of found) {
          if (payment.status === 'WAITING') continue;
          throw new OrderRefusal(
            'paymentState',
            `payment ${payment.paymentId} must be WAITING to be cancelled, it is ${payment.status}`,
          );
        }
        for (const { order, payment } of found) {
          payment.status = 'CANCELLED_BY_USER';
          orders.book.touch(order);
        }
        return {};
      }),
  },
];

function findPayment({ book }: OrderOffice, paymentId: number): { order: Order; payment: Payment } {
  for (const order of book.list()) {
    const payment = order.payments.find((each) => each.paymentId === paymentId);
    if (payment) return { order, payment };
  }
  throw new OrderRefusal('unknownReference', `there is no payment ${paymentId}`);
}
