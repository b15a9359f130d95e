import { UpstreamShapeError, type UpstreamCall } from '../../errors.js';
import type { WireObject } from './answer-decoder.js';

/** Reading members of decoded answers: what is absent, empty or of another kind is undefined or empty. */
export function textIn(object: WireObject, member: string): string | undefined {
  const value = object[member];
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

export function objectIn(object: WireObject, member: string): WireObject | undefined {
  const value = object[member];
  return typeof value === 'object' && !Array.isArray(value) ? (value as WireObject) : undefined;
}

export function objectsIn(object: WireObject, member: string): readonly WireObject[] {
  const value = object[member];
  return Array.isArray(value) ? (value as WireObject[]).filter((entry) => typeof entry === 'object') : [];
}

/** For a member that an answer must have to be one. */
export function requiredObject(call: UpstreamCall, object: WireObject, member: string): WireObject {
  const value = objectIn(object, member);
  if (value === undefined) throw new UpstreamShapeError(call, `the answer has no ${member}`);
  return value;
}

/** Digits only, so 64 bits fit. */
const ID = /^\d{1,19}$/;

/** An id of S-360. */
export function idIn(object: WireObject, member: string): string | undefined {
  const text = textIn(object, member);
  return text !== undefined && ID.test(text) ? text : undefined;
}

/** A list of ids; what is none is left out, as a dangling id would be. */
export function idsIn(object: WireObject, member: string): readonly string[] {
  const value = object[member];
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((entry) => {
    const id = typeof entry === 'string' ? entry.trim() : '';
    return ID.test(id) ? [id] : [];
  });
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** Epoch ms of an `xs:dateTime`; one without offset is not an instant. */
export function instantIn(object: WireObject, member: string): number | undefined {
  const text = textIn(object, member) ?? '';
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Date.parse takes 31 February for 3 March. */
function isDay(date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}

/** A whole number that is counted with, such as seconds or a quantity; never an amount or an id. Beyond 32 bits it is none. */
export function integerIn(object: WireObject, member: string): number | undefined {
  const text = textIn(object, member) ?? '';
  const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(number) <= MAX_INTEGER ? number : undefined;
}

/** Digits that a currency is shown with; ISO 4217 has none with more than four. Two are right for nearly every one. */
export function fractionDigitsIn(currency: WireObject | undefined): number {
  const digits = currency && integerIn(currency, 'fractionDigit');
  return digits !== undefined && digits >= 0 && digits <= 4 ? digits : 2;
}

/** What GraphQL's Int holds. */
const MAX_INTEGER = 2_147_483_647;

/** An amount in thousandths, or anything else in 64 bits that is not counted with. */
export function amountIn(object: WireObject, member: string): bigint | undefined {
  const text = textIn(object, member);
  return text !== undefined && /^-?\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}
