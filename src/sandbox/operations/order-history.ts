import {
  countFiles,
  findFiles,
  findTickets,
  referenceOf,
  type FileCriteria,
} from '../orders/order-history.js';
import { pendingBalanceOf } from '../orders/close-order.js';
import { OrderRefusal } from '../orders/order-codes.js';
import { fileStateOf, instant } from '../orders/order-views.js';
import { totalOf } from '../orders/place-order.js';
import type { Arguments } from './arguments.js';
import type { Operation, Parameter } from './operation.types.js';
import { oneOf, plainlyAnswered } from './order-answers.js';
import { contactsIn, FILE_CONTACTS } from './order-parameters.js';

const COMMON = { service: 'ExternalOrderHistoryService', limit: null, isAsynchronous: false } as const;
const PERIOD: readonly Parameter[] = [
  { name: 'startDate', type: 'dateTime' },
  { name: 'endDate', type: 'dateTime' },
];
const POINT_OF_SALES: Parameter = { name: 'pointOfSalesId', type: 'long' };
const STATES: Parameter = { name: 'states', type: 'string', isList: true };
const PAGE: Parameter = {
  name: 'paginationParameter',
  type: 'object',
  members: [
    { name: 'startPosition', type: 'integer' },
    { name: 'maxResult', type: 'integer' },
  ],
};
const LONGEST_PAGE = 5_000;

/** `ExternalOrderHistoryService` v1_33. */
export const orderHistoryOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'countFilesByCriteria',
    resultClass: 'FileCountResult',
    parameters: [
      POINT_OF_SALES,
      ...PERIOD,
      STATES,
      { name: 'paymentStates', type: 'string', isList: true },
      { name: 'productId', type: 'long' },
      { name: 'performanceId', type: 'long' },
      { name: 'itemId', type: 'long' },
      { name: 'culturalContactReference', type: 'string' },
      FILE_CONTACTS,
      { name: 'fileSearchCriteria', type: 'string' },
      { name: 'maxFileExpirationDate', type: 'dateTime' },
      { name: 'maxInstallmentExpirationDate', type: 'dateTime' },
      { name: 'mainAudienceCategory', type: 'string' },
      { name: 'fileOptionStates', type: 'string', isList: true },
      { name: 'orderOriginators', type: 'string', isList: true },
    ],
    run: ({ orders }, args) =>
      plainlyAnswered(() => ({
        count: countFiles(orders, {
          ...readFileCriteria(args),
          paymentStates: args.texts('paymentStates'),
          productId: args.number('productId'),
          performanceId: args.number('performanceId'),
          itemId: args.number('itemId'),
          culturalContact: args.text('culturalContactReference'),
          expiresBeforeMs: instantIn(args, 'maxFileExpirationDate'),
          installmentBeforeMs: instantIn(args, 'maxInstallmentExpirationDate'),
          mainAudienceCategory: args.text('mainAudienceCategory'),
          optionStates: args.texts('fileOptionStates'),
          originators: args.texts('orderOriginators'),
        }),
      })),
  },
  {
    ...COMMON,
    method: 'listTicketsByCriteria',
    resultClass: 'TicketListResult',
    parameters: [
      {
        name: 'ticketFilterCriteria',
        type: 'object',
        isMandatory: true,
        members: [
          { name: 'productId', type: 'long' },
          { name: 'startDate', type: 'dateTime', isMandatory: true },
          { name: 'endDate', type: 'dateTime', isMandatory: true },
          { name: 'pointOfSalesId', type: 'long' },
        ],
      },
      PAGE,
    ],
    run: ({ orders }, args) =>
      plainlyAnswered(() => {
        const criteria = args.object('ticketFilterCriteria');
        // A real client got nothing whenever it named the point of sales.
        const isEmpty = criteria?.has('pointOfSalesId') ?? true;
        const fromMs = (criteria && instantIn(criteria, 'startDate')) ?? 0;
        const toMs = (criteria && instantIn(criteria, 'endDate')) ?? 0;
        const found = isEmpty ? [] : findTickets(orders, fromMs, toMs, criteria?.number('productId'));
        const { page, truncated } = pageOf(found, args);
        return {
          truncated,
          ticketSummaries: page.map(({ ticket, movement, operation: { sold, tariffId, unitPrice } }) => ({
            ticketId: ticket.ticketId,
            ticketState: ticket.state,
            performanceId: sold.kind === 'performance' ? sold.performance.id : undefined,
            seatCategoryId: movement.seat?.seatCategoryId,
            audienceSubCategoryId: tariffId ?? undefined,
            price: unitPrice,
          })),
        };
      }),
  },
  {
    ...COMMON,
    // A search of files must exist; how it is called and what it answers is our guess.
    method: 'listFilesByCriteria',
    resultClass: 'FileListResult',
    parameters: [POINT_OF_SALES, ...PERIOD, STATES, FILE_CONTACTS, PAGE],
    run: ({ orders }, args) =>
      plainlyAnswered(() => {
        const { page, truncated } = pageOf(findFiles(orders, readFileCriteria(args)), args);
        return {
          truncated,
          files: page.map(({ file, orders }) => ({
            fileId: file.fileId,
            fileState: fileStateOf(file),
            creationDateTime: instant(file.createdAtMs),
            orders: orders.map((order) => ({
              orderId: order.orderId,
              orderType: order.type,
              orderState: order.state,
              creationDateTime: instant(order.createdAtMs),
              externalReference: referenceOf(order) ?? undefined,
              saleAmount: totalOf(order),
              waitingAccountBalanceAmount: pendingBalanceOf(order),
            })),
          })),
        };
      }),
  },
];

function readFileCriteria(args: Arguments): FileCriteria {
  const search = args.text('fileSearchCriteria') ?? 'UNION_FILE_CONTACTS';
  return {
    fromMs: instantIn(args, 'startDate'),
    toMs: instantIn(args, 'endDate'),
    states: args.texts('states'),
    contacts: contactsIn(args, 'fileContacts'),
    needsAllContacts:
      oneOf('fileSearchCriteria', search, ['UNION_FILE_CONTACTS', 'INTERSECT_FILE_CONTACTS']) ===
      'INTERSECT_FILE_CONTACTS',
  };
}

function instantIn(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  return text === undefined ? undefined : Date.parse(text);
}

/** Positions count from 0 [I]. */
function pageOf<T>(all: readonly T[], args: Arguments): { page: readonly T[]; truncated: boolean } {
  const asked = args.object('paginationParameter');
  const start = asked?.number('startPosition') ?? 0;
  const most = asked?.number('maxResult') ?? LONGEST_PAGE;
  if (start < 0 || most < 1) {
    throw new OrderRefusal(
      'invalid',
      `paginationParameter must have startPosition >= 0 and maxResult >= 1, got ${start} and ${most}`,
    );
  }
  const end = start + Math.min(most, LONGEST_PAGE);
  return { page: all.slice(start, end), truncated: end < all.length };
}
