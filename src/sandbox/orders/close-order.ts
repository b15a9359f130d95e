import type { PosConfig } from '../model.js';
import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Movement, Order, Payment, Ticket } from './order.types.js';
import { checkContact, totalOf } from './place-order.js';

export interface CloseInput {
  readonly orderId: number;
  readonly purchaser: string | undefined;
  /** Null: everything goes on the pending account. */
  readonly payments: readonly PaymentInput[] | null;
  /** What the caller takes the total for, if it says so. */
  readonly totalAmount: number | undefined;
  readonly withBarcodes: boolean;
}

export interface PaymentInput {
  readonly paymentMethodId: number;
  /** Thousandths. */
  readonly amount: number;
  readonly identifier: string | null;
}

type PaymentMethod = PosConfig['paymentMethods'][number];

/** A close that nothing speaks against. */
export interface PreparedClose {
  readonly order: Order;
  readonly purchaser: string | undefined;
  readonly payments: readonly { readonly method: PaymentMethod; readonly input: PaymentInput }[];
  readonly withBarcodes: boolean;
}

const PENDING_ACCOUNT = { code: 'PEND', type: 'PAY_TYPE/CA' } as const;

/** Checks everything and changes nothing. Throws OrderRefusal: the order stays open. */
export function prepareClose(office: OrderOffice, input: CloseInput): PreparedClose {
  const order = office.book.getOpen(input.orderId);
  checkContact(office, input.purchaser);
  const total = totalOf(order);
  const payments = (input.payments ?? onPendingAccount(office, total)).map((payment) => ({
    input: payment,
    method: methodFor(office, payment.paymentMethodId),
  }));
  const paid = payments.reduce((sum, { input: { amount } }) => sum + amount, 0);
  const isExact = paid === total && payments.every(({ input: { amount } }) => amount >= 0);
  if (!isExact || (input.totalAmount ?? total) !== total) {
    throw new OrderRefusal('paymentAmount', `payments must add up to ${total}, got ${paid}`);
  }
  return { order, purchaser: input.purchaser, payments, withBarcodes: input.withBarcodes };
}

/** Closes the order: payments are recorded, tickets made. */
export function takeEffect(office: OrderOffice, prepared: PreparedClose): Payment[] {
  const { order, purchaser, withBarcodes } = prepared;
  order.purchaser = purchaser ?? order.purchaser;
  const payments = prepared.payments.map(({ method, input }) => pay(office, order, method, input));
  order.payments.push(...payments);
  for (const movement of movementsOf(order)) issueTicket(office, order, movement, withBarcodes);
  office.book.close(order);
  return payments;
}

export function movementsOf({ operations }: Order): Movement[] {
  return operations.flatMap(({ movements }) => movements);
}

/** Adds the new ticket to the order; without a barcode it counts as not printed. */
export function issueTicket(
  { ids, secrets }: OrderOffice,
  order: Order,
  movement: Movement,
  withBarcode: boolean,
): void {
  const ticket: Ticket = {
    ticketId: ids.next('ticket'),
    movementId: movement.movementId,
    state: withBarcode ? 'VALID' : 'NOT_PRINTED',
    barCode: withBarcode ? secrets.nextBarcode() : null,
  };
  movement.ticket = ticket;
  order.tickets.push(ticket);
}

/** Gives the order's tickets new barcodes: the old tickets are invalidated. Answers how many. */
export function reissueTickets(office: OrderOffice, order: Order): number {
  const movements = movementsOf(order).filter(({ ticket }) => ticket && ticket.state !== 'CANCELLED');
  for (const movement of movements) {
    if (movement.ticket) movement.ticket.state = 'INVALIDATED';
    issueTicket(office, order, movement, true);
  }
  office.book.touch(order);
  return movements.length;
}

/** The point of sales' pending account; undefined when it has none. */
export function pendingAccount({ world }: OrderOffice): PaymentMethod | undefined {
  const { paymentMethods } = world.posConfig;
  return (
    paymentMethods.find(({ code }) => code === PENDING_ACCOUNT.code) ??
    paymentMethods.find(({ paymentType }) => paymentType === PENDING_ACCOUNT.type)
  );
}

/** Thousandths that are still to come; below zero when more was given back. */
export function pendingBalanceOf({ payments }: Order): number {
  return payments.reduce((sum, { status, amount }) => (status === 'WAITING' ? sum + amount : sum), 0);
}

export function pay(
  { ids, clock }: OrderOffice,
  { orderId }: Order,
  method: PaymentMethod,
  { paymentMethodId, amount, identifier }: PaymentInput,
): Payment {
  return {
    paymentId: ids.next('payment'),
    orderId,
    paymentMethodId,
    methodCode: method.code,
    amount,
    paidAtMs: clock.now(),
    status: isPending(method) ? 'WAITING' : 'PAID',
    identifier,
  };
}

function isPending({ code, paymentType }: PaymentMethod): boolean {
  return code === PENDING_ACCOUNT.code || paymentType === PENDING_ACCOUNT.type;
}

function onPendingAccount(office: OrderOffice, total: number): PaymentInput[] {
  if (total === 0) return [];
  const method = pendingAccount(office);
  if (!method) throw new OrderRefusal('paymentMethod', 'this point of sales has no pending account');
  return [{ paymentMethodId: method.id, amount: total, identifier: null }];
}

function methodFor({ world }: OrderOffice, paymentMethodId: number): PaymentMethod {
  const method = world.posConfig.paymentMethods.find(({ id }) => id === paymentMethodId);
  if (method?.forPayment === true) return method;
  throw new OrderRefusal('paymentMethod', `nothing can be paid by payment method ${paymentMethodId}`);
}
