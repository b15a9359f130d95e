import { setImmediate as nextTurn } from 'node:timers/promises';
import { writeJson } from './json-writer.js';
import { writeXmlMembers } from './xml-writer.js';
import type { AnswerFormat, AnswerPiece, ScalarFilter } from './writer.types.js';

/** Writes a value in pieces of some ten thousand characters. */
export type PartWriter = (format: AnswerFormat, filter?: ScalarFilter) => Iterable<AnswerPiece>;

/** Longest stretch of work between two looks at the network. */
const LONGEST_STRETCH_MS = 8;

/**
 * A large member of a result that is written once for each format and kept, so that asking again costs nothing. What
 * it is made from must not change while it is kept.
 */
export class PreparedPart {
  private readonly kept = new Map<AnswerFormat, Promise<readonly Buffer[]>>();

  constructor(private readonly write: PartWriter) {}

  static ofValue(value: unknown): PreparedPart {
    return new PreparedPart((format, filter) =>
      format === 'xml' ? writeXmlMembers(value, filter) : writeJson(value, filter),
    );
  }

  /** A filtered part is written anew each time: filters are for faults. */
  pieces(format: AnswerFormat, filter?: ScalarFilter): Promise<readonly Buffer[]> {
    if (filter) return collectPieces(this.write(format, filter), format, filter);
    let pieces = this.kept.get(format);
    if (!pieces) {
      pieces = collectPieces(this.write(format), format);
      this.kept.set(format, pieces);
      pieces.catch(() => this.kept.delete(format));
    }
    return pieces;
  }
}

/** The bytes of an answer, letting others work in between; parts inside are taken from where they are kept. */
export async function collectPieces(
  pieces: Iterable<AnswerPiece>,
  format: AnswerFormat,
  filter?: ScalarFilter,
): Promise<readonly Buffer[]> {
  const buffers: Buffer[] = [];
  let sinceMs = performance.now();
  for (const piece of pieces) {
    if (typeof piece === 'string') buffers.push(Buffer.from(piece));
    else for (const buffer of await piece.pieces(format, filter)) buffers.push(buffer);
    if (performance.now() - sinceMs > LONGEST_STRETCH_MS) {
      await nextTurn();
      sinceMs = performance.now();
    }
  }
  return buffers;
}
