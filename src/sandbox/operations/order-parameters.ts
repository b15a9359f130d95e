import type { CloseInput, PaymentInput } from '../orders/close-order.js';
import { OrderRefusal } from '../orders/order-codes.js';
import type {
  ComposedLineInput,
  ItemLineInput,
  LineInput,
  OrderInput,
  SeatsLineInput,
} from '../orders/order-input.types.js';
import type { Arguments } from './arguments.js';
import type { Parameter } from './operation.types.js';

export const ORDER_ID: Parameter = { name: 'orderId', type: 'long', isMandatory: true };
/** Only what the sandbox reads of a contact: it may be described at length. */
export const CONTACT_MEMBERS: readonly Parameter[] = [{ name: 'contactReference', type: 'string' }];
export const FILE_CONTACTS: Parameter = {
  name: 'fileContacts',
  type: 'object',
  isList: true,
  members: [...CONTACT_MEMBERS, { name: 'fileContactType', type: 'string' }],
};
const PURCHASERS: Parameter = {
  name: 'purchasersInfo',
  type: 'object',
  isList: true,
  members: CONTACT_MEMBERS,
};
const TARIFF: Parameter = { name: 'audienceSubCategoryId', type: 'long', isMandatory: true };
const QUANTITY: Parameter = { name: 'quantity', type: 'integer', isMandatory: true };
const ITEM_MEMBERS: readonly Parameter[] = [
  { name: 'itemId', type: 'long', isMandatory: true },
  TARIFF,
  QUANTITY,
  { name: 'timeSlotId', type: 'long' },
];
const ORDER_TYPE: Parameter = { name: 'orderType', type: 'string' };

export const PAYMENTS: Parameter = {
  name: 'payments',
  type: 'object',
  isList: true,
  members: [
    { name: 'amount', type: 'long', isMandatory: true },
    { name: 'paymentMethodId', type: 'long', isMandatory: true },
    { name: 'paymentIdentifier', type: 'string' },
  ],
};

export const CREATE_OR_UPDATE: readonly Parameter[] = [
  { name: 'pointOfSalesId', type: 'long', isMandatory: true },
  { name: 'orderId', type: 'long' },
  { name: 'fileId', type: 'long' },
  ORDER_TYPE,
  PURCHASERS,
  { name: 'externalReference', type: 'string' },
  {
    name: 'singleEntryAttributionOperations',
    type: 'object',
    isList: true,
    members: [
      {
        name: 'operationAttributions',
        type: 'object',
        isList: true,
        isMandatory: true,
        members: [
          { name: 'performanceId', type: 'long', isMandatory: true },
          { name: 'seatCategoryId', type: 'long', isMandatory: true },
          TARIFF,
          QUANTITY,
        ],
      },
      { name: 'preferedAreas', type: 'long', isList: true },
    ],
  },
  { name: 'simpleProductOperations', type: 'object', isList: true, members: ITEM_MEMBERS },
  {
    name: 'composedProductOperations',
    type: 'object',
    isList: true,
    members: [
      { name: 'productId', type: 'long', isMandatory: true },
      TARIFF,
      QUANTITY,
      {
        name: 'compositions',
        type: 'object',
        isList: true,
        members: [
          { name: 'performanceId', type: 'long' },
          { name: 'seatCategoryId', type: 'long' },
          { name: 'itemId', type: 'long' },
          { name: 'audienceSubCategoryId', type: 'long' },
          { name: 'quantity', type: 'integer' },
          { name: 'timeSlotId', type: 'long' },
        ],
      },
    ],
  },
  { name: 'transportProductOperations', type: 'object', isList: true, members: ITEM_MEMBERS.slice(0, 3) },
  {
    name: 'chargeOperations',
    type: 'object',
    isList: true,
    members: [
      { name: 'chargeId', type: 'long', isMandatory: true },
      { name: 'amount', type: 'long', isMandatory: true },
    ],
  },
  { name: 'origin', type: 'object', members: [{ name: 'code', type: 'string' }] },
  FILE_CONTACTS,
  // There are neither options nor reservations here that could be resumed.
  { name: 'isResumeAllOptionOperations', type: 'boolean' },
  { name: 'isResumeAllReservationOperations', type: 'boolean' },
];

export const PAY_AND_CLOSE: readonly Parameter[] = [
  ORDER_ID,
  ORDER_TYPE,
  PAYMENTS,
  { name: 'paymentParams', type: 'object', members: [{ name: 'totalAmount', type: 'long' }] },
  PURCHASERS,
  { name: 'isConvertedReservation', type: 'boolean' },
  { name: 'createToken', type: 'boolean' },
  { name: 'maxWaitingTime', type: 'integer' },
];

export const CLOSE: readonly Parameter[] = [
  { name: 'purchaserInfo', type: 'object', members: CONTACT_MEMBERS },
  ORDER_ID,
  { name: 'generateBarCodes', type: 'boolean' },
  { name: 'maxWaitingTime', type: 'integer' },
  ORDER_TYPE,
  PAYMENTS,
];

/** Throws OrderRefusal for what the parameters' types cannot say. */
export function readOrder(args: Arguments): OrderInput {
  checkOrderType(args);
  const [purchaser, ...others] = contactsIn(args, 'purchasersInfo');
  return {
    orderId: args.number('orderId'),
    fileId: args.number('fileId'),
    purchaser,
    fileContacts: [
      ...others.map((contactReference) => ({ contactReference, type: 'SALE' })),
      ...args.objects('fileContacts').flatMap((contact) => {
        const contactReference = contactIn(contact);
        const type = contact.text('fileContactType') ?? 'OWNER';
        return contactReference === undefined ? [] : [{ contactReference, type }];
      }),
    ],
    externalReference: args.text('externalReference'),
    originCode: args.object('origin')?.text('code'),
    lines: [
      ...args.objects('singleEntryAttributionOperations').flatMap((operation) => {
        const areaIds = operation.numbers('preferedAreas');
        return operation.objects('operationAttributions').map((each) => seatsLine(each, areaIds));
      }),
      ...args.objects('simpleProductOperations').map((each) => itemLine(each, 'simple')),
      ...args.objects('composedProductOperations').map(composedLine),
      ...args.objects('transportProductOperations').map((each) => itemLine(each, 'transport')),
      ...args.objects('chargeOperations').map((each): LineInput => ({
        kind: 'charge',
        chargeId: each.number('chargeId') ?? 0,
        amount: each.number('amount') ?? 0,
      })),
    ],
  };
}

/** `createPaymentsAndCloseOrder` always makes barcodes [I]. */
export function readPaymentsAndClose(args: Arguments): CloseInput {
  checkOrderType(args);
  return {
    orderId: args.number('orderId') ?? 0,
    purchaser: contactsIn(args, 'purchasersInfo')[0],
    payments: paymentsIn(args),
    totalAmount: args.object('paymentParams')?.number('totalAmount'),
    withBarcodes: true,
  };
}

export function readClose(args: Arguments): CloseInput {
  checkOrderType(args);
  const purchaser = args.object('purchaserInfo');
  return {
    orderId: args.number('orderId') ?? 0,
    purchaser: purchaser && contactIn(purchaser),
    payments: args.has('payments') ? paymentsIn(args) : null,
    totalAmount: undefined,
    withBarcodes: args.boolean('generateBarCodes') ?? false,
  };
}

/** Contact numbers, without those who are described instead of named. */
export function contactsIn(args: Arguments, name: string): string[] {
  return args.objects(name).flatMap((each) => contactIn(each) ?? []);
}

export function contactIn(args: Arguments): string | undefined {
  const reference = args.text('contactReference');
  return reference === '' ? undefined : reference;
}

function paymentsIn(args: Arguments): PaymentInput[] {
  return args.objects('payments').map((each) => ({
    amount: each.number('amount') ?? 0,
    paymentMethodId: each.number('paymentMethodId') ?? 0,
    identifier: each.text('paymentIdentifier') ?? null,
  }));
}

function seatsLine(
  args: Arguments,
  areaIds: readonly number[],
  whole?: { readonly tariffId: number; readonly quantity: number },
): SeatsLineInput {
  return {
    kind: 'seats',
    performanceId: args.number('performanceId') ?? 0,
    seatCategoryId: args.number('seatCategoryId') ?? 0,
    tariffId: args.number('audienceSubCategoryId') ?? whole?.tariffId ?? 0,
    quantity: args.number('quantity') ?? whole?.quantity ?? 0,
    areaIds,
  };
}

function itemLine(
  args: Arguments,
  list: ItemLineInput['list'],
  whole?: { readonly tariffId: number; readonly quantity: number },
): ItemLineInput {
  return {
    kind: 'item',
    itemId: args.number('itemId') ?? 0,
    tariffId: args.number('audienceSubCategoryId') ?? whole?.tariffId ?? 0,
    quantity: args.number('quantity') ?? whole?.quantity ?? 0,
    timeslotId: args.number('timeSlotId'),
    list,
  };
}

/** Parts have the tariff and the quantity of the whole unless they say otherwise. */
function composedLine(args: Arguments): ComposedLineInput {
  const whole = {
    tariffId: args.number('audienceSubCategoryId') ?? 0,
    quantity: args.number('quantity') ?? 0,
  };
  return {
    kind: 'composed',
    productId: args.number('productId') ?? 0,
    ...whole,
    parts: args
      .objects('compositions')
      .map((part) => (part.has('itemId') ? itemLine(part, 'simple', whole) : seatsLine(part, [], whole))),
  };
}

/** S-360 knows ten other types; the sandbox has no options and no reservations. */
function checkOrderType(args: Arguments): void {
  const type = args.text('orderType') ?? 'SALE';
  if (type === 'SALE') return;
  throw new OrderRefusal('invalid', `orderType must be SALE in the sandbox, got "${type.slice(0, 40)}"`);
}
