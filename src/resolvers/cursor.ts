import { InvalidInputError } from '../errors.js';

/**
 * A place in a sorted list, by the sort key and id of the entry it stands behind and not by a number: entries that
 * come and go elsewhere do not move it, and it holds even when the entry itself is gone.
 */
export interface Cursor {
  readonly sort: string;
  readonly key: string | number | null;
  readonly institution: string;
  readonly s360Id: string;
  /** Epoch ms; with a sort that depends on the time, the moment it was sorted for, so that all pages agree. */
  readonly asOf: number | null;
}

const MAX_LENGTH = 4000;

export function encodeCursor({ sort, key, institution, s360Id, asOf }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, key, institution, s360Id, asOf])).toString('base64url');
}

/** Throws InvalidInputError naming `argument` for what is no cursor, or one of a list in another order. */
export function decodeCursor(argument: string, text: string, sort: string): Cursor {
  const cursor = text.length > MAX_LENGTH ? null : readCursor(text);
  if (cursor === null) throw new InvalidInputError(argument, 'must be a cursor that this list has given');
  if (cursor.sort !== sort) {
    throw new InvalidInputError(argument, `must be a cursor of a list sorted by ${sort}, got one of another`);
  }
  return cursor;
}

function readCursor(text: string): Cursor | null {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  if (!Array.isArray(values) || values.length !== 5) return null;
  const [sort, key, institution, s360Id, asOf] = values as unknown[];
  if (typeof sort !== 'string' || typeof institution !== 'string' || typeof s360Id !== 'string') return null;
  if (typeof key !== 'string' && typeof key !== 'number' && key !== null) return null;
  if (asOf !== null && !Number.isSafeInteger(asOf)) return null;
  return { sort, key, institution, s360Id, asOf: asOf as number | null };
}
