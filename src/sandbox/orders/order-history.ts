import { ORDER_REFERENCE } from './place-order.js';
import type { OrderOffice } from './order-office.js';
import { fileStateOf, ORIGINATOR } from './order-views.js';
import type { Movement, Order, OrderFile, OrderOperation, Ticket } from './order.types.js';

/** What a search of files may ask for; everything absent matches. */
export interface FileCriteria {
  /** Epoch ms of the order's creation, both ends included. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Of files; empty for any. */
  readonly states: readonly string[];
  readonly contacts: readonly string[];
  /** Whether all the contacts must be in the file, or one of them. */
  readonly needsAllContacts: boolean;
}

/** Those that only the count knows. */
export interface CountCriteria extends FileCriteria {
  readonly paymentStates: readonly string[];
  readonly productId: number | undefined;
  readonly performanceId: number | undefined;
  readonly itemId: number | undefined;
  readonly culturalContact: string | undefined;
  readonly expiresBeforeMs: number | undefined;
  readonly installmentBeforeMs: number | undefined;
  readonly mainAudienceCategory: string | undefined;
  readonly optionStates: readonly string[];
  readonly originators: readonly string[];
}

export interface FoundFile {
  readonly file: OrderFile;
  /** Those that match, oldest first. */
  readonly orders: readonly Order[];
}

/** The files with an order that matches, in the order of their oldest one. */
export function findFiles({ book }: OrderOffice, criteria: FileCriteria): FoundFile[] {
  const found = new Map<OrderFile, Order[]>();
  for (const order of book.list()) {
    if (!isWithin(order.createdAtMs, criteria.fromMs, criteria.toMs)) continue;
    const orders = found.get(order.file);
    if (orders) orders.push(order);
    else if (matchesFile(order.file, criteria)) found.set(order.file, [order]);
  }
  return [...found].map(([file, orders]) => ({ file, orders }));
}

export function countFiles(office: OrderOffice, criteria: CountCriteria): number {
  // Nobody here attends for somebody else, pays by instalments or takes an option.
  if (criteria.culturalContact !== undefined || criteria.installmentBeforeMs !== undefined) return 0;
  if (criteria.optionStates.length > 0 && !criteria.optionStates.includes('NONE')) return 0;
  if (criteria.originators.length > 0 && !criteria.originators.includes(ORIGINATOR)) return 0;
  return findFiles(office, criteria).filter(({ orders }) =>
    orders.some((order) => matchesOrder(office, order, criteria)),
  ).length;
}

export interface FoundTicket {
  readonly ticket: Ticket;
  readonly movement: Movement;
  readonly operation: OrderOperation;
}

/** Tickets of orders closed between the two instants, both included; of all products when none is named. */
export function findTickets(
  { book }: OrderOffice,
  fromMs: number,
  toMs: number,
  productId: number | undefined,
): FoundTicket[] {
  return [...book.list()]
    .filter(({ closedAtMs }) => closedAtMs !== null && isWithin(closedAtMs, fromMs, toMs))
    .flatMap((order) => order.tickets.flatMap((ticket) => placeOf(order, ticket)))
    .filter(({ operation: { sold } }) => {
      return productId === undefined || (sold.kind !== 'charge' && sold.product.id === productId);
    });
}

/** The reference given with the order, or else the one that was set last. */
export function referenceOf({ externalReferences }: Order): string | null {
  return externalReferences.get(ORDER_REFERENCE) ?? [...externalReferences.values()].at(-1) ?? null;
}

function placeOf({ operations }: Order, ticket: Ticket): FoundTicket[] {
  for (const operation of operations) {
    const movement = operation.movements.find(({ movementId }) => movementId === ticket.movementId);
    if (movement) return [{ ticket, movement, operation }];
  }
  return [];
}

function matchesFile(file: OrderFile, { states, contacts, needsAllContacts }: FileCriteria): boolean {
  if (states.length > 0 && !states.includes(fileStateOf(file))) return false;
  if (contacts.length === 0) return true;
  const isNamed = (number: string): boolean =>
    file.contacts.some(({ contactReference }) => contactReference === number);
  return needsAllContacts ? contacts.every(isNamed) : contacts.some(isNamed);
}

function matchesOrder({ catalog }: OrderOffice, order: Order, criteria: CountCriteria): boolean {
  const { paymentStates, productId, performanceId, itemId, expiresBeforeMs, mainAudienceCategory } = criteria;
  const { payments, operations } = order;
  if (paymentStates.length > 0 && !payments.some(({ status }) => paymentStates.includes(status)))
    return false;
  if (expiresBeforeMs !== undefined && order.expiresAtMs > expiresBeforeMs) return false;
  const sells = (isIt: (operation: OrderOperation) => boolean): boolean => operations.some(isIt);
  return (
    (productId === undefined ||
      sells(({ sold }) => sold.kind !== 'charge' && sold.product.id === productId)) &&
    (performanceId === undefined ||
      sells(({ sold }) => sold.kind === 'performance' && sold.performance.id === performanceId)) &&
    (itemId === undefined || sells(({ sold }) => sold.kind === 'item' && sold.item.itemId === itemId)) &&
    (mainAudienceCategory === undefined ||
      sells(
        ({ tariffId }) =>
          tariffId !== null && catalog.tariff(tariffId)?.category.mainCategory === mainAudienceCategory,
      ))
  );
}

function isWithin(atMs: number, fromMs: number | undefined, toMs: number | undefined): boolean {
  return (fromMs === undefined || atMs >= fromMs) && (toMs === undefined || atMs <= toMs);
}
