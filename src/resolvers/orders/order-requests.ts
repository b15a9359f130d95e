import { lengthOf, parseGlobalId, type GlobalId } from '../../domain/ids.js';
import { parseDecimalMilli } from '../../domain/money.js';
import type { OrderRefusal } from '../../domain/order.js';
import { InvalidInputError } from '../../errors.js';
import { orderTextProblem } from '../../services/orders/order-texts.js';
import { MAX_IDS } from '../arguments.js';

/** A member of an input as services want it, or what is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly refusals: readonly OrderRefusal[] };

/** The order named, as far as an id says: of an institution that is configured. */
export function readOrderId(id: string, institutions: ReadonlyMap<string, unknown>): Read<GlobalId> {
  const read = readId(['orderId'], id);
  if ('refusals' in read || institutions.has(read.value.institution)) return read;
  return refusedFor('NOT_FOUND', ['orderId'], 'names no order');
}

/** Null: the client agrees to whatever it costs. */
export function readExpectedTotal(text: string | null | undefined): Read<bigint | null> {
  if (text === null || text === undefined) return { value: null };
  const amountMilli = parseDecimalMilli(text);
  if (amountMilli !== null && amountMilli >= 0n) return { value: amountMilli };
  return invalid(['expectedTotal'], `must be a decimal number, not negative, ${lengthOf(text)}`);
}

/** S-360's ids of the tickets, each once; null: all. They must be of the order's institution. */
export function readTicketIds(
  ids: readonly string[] | null | undefined,
  institution: string,
): Read<readonly string[] | null> {
  if (ids === null || ids === undefined) return { value: null };
  if (ids.length === 0 || ids.length > MAX_IDS) {
    return invalid(
      ['ticketIds'],
      `must have from 1 to ${MAX_IDS} entries, or be left out for all, got ${ids.length}`,
    );
  }
  const refusals: OrderRefusal[] = [];
  const read = ids.flatMap((id, index) => {
    const path = ['ticketIds', `${index}`];
    const one = readId(path, id);
    if ('refusals' in one) {
      refusals.push(...one.refusals);
      return [];
    }
    if (one.value.institution !== institution) {
      refusals.push(refusalFor('INVALID_INPUT', path, `must be of ${institution}`));
    }
    return [one.value.s360Id];
  });
  return refusals.length > 0 ? { refusals } : { value: [...new Set(read)] };
}

export function readReason(text: string | null | undefined): Read<string | null> {
  if (text === null || text === undefined || text === '') return { value: null };
  const problem = orderTextProblem(text);
  return problem === null ? { value: text } : invalid(['reason'], problem);
}

/** What is said of `lines` is said of `addLines`, as the client calls them. */
export function saidOfAddLines(refusal: OrderRefusal): OrderRefusal {
  const { path, message } = refusal;
  if (path === null || path[0] !== 'lines') return refusal;
  return {
    ...refusal,
    path: ['addLines', ...path.slice(1)],
    message: message.replace(/`lines(?=[.`])/, '`addLines'),
  };
}

function readId(path: readonly string[], id: string): Read<GlobalId> {
  try {
    return { value: parseGlobalId(path.join('.'), id) };
  } catch (error) {
    if (error instanceof InvalidInputError) return invalid(path, error.rule);
    throw error;
  }
}

function invalid(path: readonly string[], rule: string): { readonly refusals: readonly OrderRefusal[] } {
  return refusedFor('INVALID_INPUT', path, rule);
}

function refusedFor(
  code: 'INVALID_INPUT' | 'NOT_FOUND',
  path: readonly string[],
  rule: string,
): { readonly refusals: readonly OrderRefusal[] } {
  return { refusals: [refusalFor(code, path, rule)] };
}

function refusalFor(
  code: 'INVALID_INPUT' | 'NOT_FOUND',
  path: readonly string[],
  rule: string,
): OrderRefusal {
  const message = `\`${path.join('.')}\` ${rule}`;
  return { code, message, path, retryable: false, facts: { kind: 'none' } };
}
