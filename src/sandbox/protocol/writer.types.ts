export type AnswerFormat = 'xml' | 'json';

/** Replaces a scalar by what shall be written instead; gets the member's name. */
export type ScalarFilter = (member: string, value: string | number | boolean) => string | number | boolean;

/** Something large that is already written, or will be: see `prepared-part.ts`. */
export interface KeptPieces {
  pieces(format: AnswerFormat, filter?: ScalarFilter): Promise<readonly Buffer[]>;
}

export type AnswerPiece = string | KeptPieces;

export function isKept(value: object): value is KeptPieces {
  return 'pieces' in value && typeof value.pieces === 'function';
}

/** Pieces are about this long: large enough to be cheap, small enough for the event loop. */
export const PIECE_LENGTH = 32_768;
