import { OrderRefusal } from '../orders/order-codes.js';
import { abandonMovements, leaveOperations } from '../orders/leave-order.js';
import type { OrderOffice } from '../orders/order-office.js';
import { fileDetails, orderDetails, type Granularity } from '../orders/order-views.js';
import type { OrderFile } from '../orders/order.types.js';
import { setReference } from '../orders/place-order.js';
import { refundOrder } from '../orders/refund-order.js';
import { attachmentOperations } from './file-attachments.js';
import type { Operation, Parameter } from './operation.types.js';
import { answered, idIn, oneOf, updateAnswered } from './order-answers.js';
import { closeAnswered, closeLater } from './order-facade.js';
import { CLOSE, ORDER_ID, readClose } from './order-parameters.js';

const COMMON = { service: 'ExternalOrderService', limit: null, isAsynchronous: false } as const;
const FILE_ID: Parameter = { name: 'fileId', type: 'long', isMandatory: true };
const MOVEMENT_IDS: Parameter = { name: 'movementIds', type: 'long', isList: true };
const REFERENCE_OF: readonly Parameter[] = [
  { name: 'id', type: 'long', isMandatory: true },
  { name: 'externalReferenceKind', type: 'string', isMandatory: true },
];
/** Both spellings of the second one were seen. */
const GRANULARITIES: Readonly<Record<string, Granularity>> = {
  OPERATIONS: 'OPERATIONS',
  MOVEMENT: 'MOVEMENTS',
  MOVEMENTS: 'MOVEMENTS',
  TICKETS: 'TICKETS',
};

/** `ExternalOrderService` v1_33. */
export const orderServiceOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'closeOrder',
    resultClass: 'CloseOrderResult',
    parameters: CLOSE,
    // Whether the answer brings barcodes is not confirmed; those who want them must read the details.
    run: ({ orders }, args) =>
      closeAnswered(
        orders,
        () => readClose(args),
        () => ({}),
      ),
    runLater: ({ orders }, args, delayMs) => closeLater(orders, () => readClose(args), delayMs),
  },
  {
    ...COMMON,
    method: 'getOrderDetails',
    resultClass: 'OrderDetailResult',
    parameters: [ORDER_ID, { name: 'granularity', type: 'string' }],
    run: ({ orders }, args) =>
      answered(() => {
        const asked = args.text('granularity') ?? 'OPERATIONS';
        const granularity = GRANULARITIES[oneOf('granularity', asked, Object.keys(GRANULARITIES))]!;
        return {
          orderDetailsData: orderDetails(orders, orders.book.get(idIn(args, 'orderId')), granularity),
        };
      }),
  },
  {
    ...COMMON,
    method: 'getFileDetails',
    resultClass: 'FileDetailResult',
    parameters: [FILE_ID],
    run: ({ orders }, args) => answered(() => fileAnswer(orders, orders.book.getFile(idIn(args, 'fileId')))),
  },
  {
    ...COMMON,
    method: 'getFileDetailsFromOrderSecretId',
    resultClass: 'FileDetailResult',
    parameters: [{ name: 'orderSecretId', type: 'string', isMandatory: true }],
    run: ({ orders }, args) =>
      answered(() => fileAnswer(orders, orders.book.getBySecretId(args.text('orderSecretId') ?? '').file)),
  },
  {
    ...COMMON,
    method: 'abandonMovements',
    resultClass: 'OrderUpdateResult',
    parameters: [ORDER_ID, MOVEMENT_IDS],
    run: ({ orders }, args) =>
      updateAnswered(orders, () =>
        abandonMovements(orders, idIn(args, 'orderId'), args.numbers('movementIds')),
      ),
  },
  {
    ...COMMON,
    method: 'cancelOperations',
    resultClass: 'OrderUpdateResult',
    parameters: [ORDER_ID, { name: 'operationIds', type: 'long', isList: true }, MOVEMENT_IDS],
    run: ({ orders }, args) =>
      updateAnswered(orders, () => {
        const order = orders.book.get(idIn(args, 'orderId'));
        const operationIds = args.numbers('operationIds');
        const movementIds = args.numbers('movementIds');
        return order.state === 'CLOSED'
          ? refundOrder(orders, order, operationIds, movementIds)
          : leaveOperations(orders, order.orderId, operationIds, movementIds);
      }),
  },
  {
    ...COMMON,
    method: 'updateExternalReferences',
    resultClass: 'WebMethodResult',
    parameters: [
      ...REFERENCE_OF,
      {
        name: 'externalReference',
        type: 'object',
        isMandatory: true,
        members: [
          { name: 'key', type: 'string', isMandatory: true },
          { name: 'value', type: 'string', isMandatory: true },
        ],
      },
    ],
    run: ({ orders }, args) =>
      answered(() => {
        checkReferenceKind(args.text('externalReferenceKind') ?? '');
        const order = orders.book.get(idIn(args, 'id'));
        const reference = args.object('externalReference');
        setReference(order, reference?.text('key') ?? '', reference?.text('value') ?? '');
        orders.book.touch(order);
        return {};
      }),
  },
  {
    ...COMMON,
    method: 'getExternalReference',
    resultClass: 'ExternalReferenceResult',
    parameters: REFERENCE_OF,
    run: ({ orders }, args) =>
      answered(() => {
        checkReferenceKind(args.text('externalReferenceKind') ?? '');
        const { orderId, externalReferences } = orders.book.get(idIn(args, 'id'));
        const references = [...externalReferences].map(([key, value]) => ({ key, value }));
        return { externalReferences: { id: orderId, externalReferences: references } };
      }),
  },
  {
    ...COMMON,
    method: 'updateFileStatus',
    resultClass: 'WebMethodResult',
    parameters: [FILE_ID, { name: 'fileStatusIC', type: 'string' }],
    // A status is a label of the institution's own, shown in no answer that is known.
    run: ({ orders }, args) =>
      answered(() => {
        orders.book.getFile(idIn(args, 'fileId')).lastModifiedAtMs = orders.clock.now();
        return {};
      }),
  },
  ...attachmentOperations,
  {
    ...COMMON,
    method: 'notifyOrder',
    resultClass: 'WebMethodResult',
    parameters: [ORDER_ID, { name: 'isPaid', type: 'boolean' }],
    // Only the name is known, and that it ends an online payment. The sandbox has none: nothing is ever paid so.
    run: ({ orders }, args) =>
      answered(() => {
        const order = orders.book.get(idIn(args, 'orderId'));
        if (order.state === 'CLOSED' && args.boolean('isPaid') === true) return {};
        const open = orders.book.getOpen(order.orderId);
        if (args.boolean('isPaid') === true) {
          throw new OrderRefusal('paymentAmount', `no online payment of order ${open.orderId} is known`);
        }
        orders.book.abandon(open);
        return {};
      }),
  },
  {
    ...COMMON,
    method: 'reopenOrder',
    resultClass: 'WebMethodResult',
    parameters: [ORDER_ID],
    // Only the name is known, and that another payment may follow: an open order simply stays open.
    run: ({ orders }, args) =>
      answered(() => {
        orders.book.getOpen(idIn(args, 'orderId'));
        return {};
      }),
  },
];

function fileAnswer(office: OrderOffice, file: OrderFile): Readonly<Record<string, unknown>> {
  return {
    fileDetailsData: fileDetails(file),
    orderDetailsDatas: file.orders.map((order) => orderDetails(office, order, 'MOVEMENTS')),
  };
}

function checkReferenceKind(kind: string): void {
  oneOf('externalReferenceKind', kind, ['ORDER']);
}
