import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { lengthOf, type Answer } from './answer.js';
import type { AnswerFormat, ScalarFilter } from './writer.types.js';

/** Cuts the connection so that the caller sees a reset. */
export function cutConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Promises the whole answer, sends half of it and cuts the connection. Resolves with the bytes sent. */
export async function sendTruncated(response: ServerResponse, answer: Answer): Promise<number> {
  const wholeBytes = lengthOf(answer.body);
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'text/plain',
    'content-length': wholeBytes,
  });
  const sentBytes = Math.floor(wholeBytes / 2);
  await pipeline(Readable.from(firstBytes(answer.body, sentBytes)), response, { end: false });
  // The last piece must have left before the connection is cut.
  await new Promise((resolve) => response.write('', resolve));
  response.socket?.destroy();
  return sentBytes;
}

function firstBytes(body: readonly Buffer[], count: number): Buffer[] {
  let leftBytes = count;
  return body.flatMap((piece) => {
    const part = piece.subarray(0, leftBytes);
    leftBytes -= part.length;
    return part.length === 0 ? [] : [part];
  });
}

/** The answer, complete by its length, with its syntax broken. */
export function malform(answer: Answer, format: AnswerFormat): Answer {
  const { body } = answer;
  // Markup in the middle is always an error in XML; in JSON it could hide in a text, so the last brace goes instead.
  if (format === 'json') {
    const last = body.at(-1) ?? Buffer.alloc(0);
    return { ...answer, body: [...body.slice(0, -1), last.subarray(0, -1)] };
  }
  const middle = Math.floor(body.length / 2);
  const piece = body[middle] ?? Buffer.alloc(0);
  const half = Math.floor(piece.length / 2);
  return {
    ...answer,
    body: [
      ...body.slice(0, middle),
      piece.subarray(0, half),
      Buffer.from('<<&'),
      piece.subarray(half),
      ...body.slice(middle + 1),
    ],
  };
}

const ENUM_MEMBERS: ReadonlySet<string> = new Set([
  'availabilityLevel',
  'state',
  'productFamilyType',
  'mainCategory',
  'secondaryCategory',
  'audienceCategoryKind',
  'orderState',
  'fileState',
  'ticketState',
  'paymentStatus',
  'role',
  'type',
]);

/** Replaces the values of enums by a word that no version has. */
export const unknownEnums: ScalarFilter = (member, value) =>
  ENUM_MEMBERS.has(member) ? 'NOT_KNOWN_YET' : value;
