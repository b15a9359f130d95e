import { OrderRefusal } from '../orders/order-codes.js';
import { updateData } from '../orders/order-views.js';
import type { OrderOffice } from '../orders/order-office.js';
import type { OrderChanges } from '../orders/place-order.js';
import type { Arguments } from './arguments.js';
import type { OperationResult } from './operation.types.js';
import { failure, success } from './results.js';

/** A result of the order services, which say of a refusal whether it was foreseen. */
export function answered(work: () => Readonly<Record<string, unknown>>): OperationResult {
  try {
    return success({ expectedException: false, ...work() });
  } catch (error) {
    if (!(error instanceof OrderRefusal)) throw error;
    return { ...refused(error), expectedException: true, statusMessage: error.message };
  }
}

/** The same for services whose results have no such member. */
export function plainlyAnswered(work: () => Readonly<Record<string, unknown>>): OperationResult {
  try {
    return success(work());
  } catch (error) {
    if (error instanceof OrderRefusal) return refused(error);
    throw error;
  }
}

/** `OrderUpdateResult`. */
export function updateAnswered(office: OrderOffice, work: () => OrderChanges): OperationResult {
  return answered(() => ({ orderUpdateData: updateData(office, work()) }));
}

/** An order that is asked for by a mandatory argument. */
export function idIn(args: Arguments, name: string): number {
  return args.number(name) ?? missing(name);
}

export function missing(name: string): never {
  throw new OrderRefusal('missing', `missing: ${name}`);
}

export function oneOf<T extends string>(name: string, value: string, values: readonly T[]): T {
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw new OrderRefusal(
    'invalid',
    `${name} must be one of ${values.join(', ')}, got "${value.slice(0, 40)}"`,
  );
}

function refused({ statusCode, message }: OrderRefusal): OperationResult {
  return failure(statusCode, message);
}
