import { createHash } from 'node:crypto';
import { lengthOf } from '../../domain/ids.js';
import type { OrderRefusal } from '../../domain/order.js';
import { refusal } from './order-outcome.js';

/** What S-360 keeps of an external reference; a caller's name goes before the key. */
const MAX_REFERENCE = 250;
const MAX_KEY = 200;
/** Printable, without what XML or a CSV reader could take for its own. */
const KEY =
  /^[\x21-\x7e\u{a1}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]([\x20-\x7e\u{a1}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*[\x21-\x7e\u{a1}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}])?$/u;

/** What is wrong with a key that a client chose; empty when nothing is. */
export function checkKey(argument: string, key: string): readonly OrderRefusal[] {
  if (key.length <= MAX_KEY && KEY.test(key) && !key.includes(']]>')) return [];
  const rule = `must be 1 to ${MAX_KEY} printable characters, not beginning or ending with a blank`;
  return [refusal('INVALID_INPUT', `\`${argument}\` ${rule}, ${lengthOf(key)}`, { path: [argument] })];
}

/** What S-360 knows an order by: the client's own key where there is one caller. No two pairs have the same. */
export function externalReferenceOf(caller: string, clientOrderId: string): string {
  if (caller !== '') return `${callerPart(caller)}/${clientOrderId}`;
  // The first slash ends the caller.
  return clientOrderId.includes('/') ? `/${clientOrderId}` : clientOrderId;
}

/** Without a slash, and so short that the longest key fits behind it. */
function callerPart(caller: string): string {
  const escaped = caller.replaceAll('%', '%25').replaceAll('/', '%2F');
  if (escaped.length < MAX_REFERENCE - MAX_KEY) return escaped;
  return `%${createHash('sha256').update(caller).digest('base64url')}`;
}

/** Of a cancellation: equal for equal sets of tickets. Null: all. */
export function fingerprintOfTickets(ticketIds: readonly string[] | null): string {
  const named = ticketIds === null ? null : [...new Set(ticketIds)].sort();
  return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}
