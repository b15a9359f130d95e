import { InvalidInputError } from '../../errors.js';

/** A position in the log of color changes, and which log it is. */
export interface FeedPosition {
  readonly logId: string;
  readonly seq: number;
}

const POSITION = /^([A-Za-z0-9-]{1,64}):([0-9]{1,15})$/;
const MAX_LENGTH = 128;

export function encodeCursor({ logId, seq }: FeedPosition): string {
  return Buffer.from(`${logId}:${seq}`, 'latin1').toString('base64url');
}

/** Throws InvalidInputError naming `argument` for what no gateway can have given out. */
export function decodeCursor(argument: string, cursor: string): FeedPosition {
  const match =
    cursor.length <= MAX_LENGTH && /^[A-Za-z0-9_-]+$/.test(cursor)
      ? POSITION.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
      : null;
  if (match === null) {
    throw new InvalidInputError(argument, 'must be the `cursor` of an update received before');
  }
  return { logId: match[1]!, seq: Number(match[2]) };
}
