import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

/** A whole HTTP answer, its body in pieces that may be kept elsewhere too: never change them. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: readonly Buffer[];
}

export function textAnswer(status: number, contentType: string, text: string): Answer {
  return { status, contentType: `${contentType}; charset=utf-8`, body: [Buffer.from(text)] };
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return textAnswer(status, 'application/json', JSON.stringify(value));
}

/** As S-360 refuses a call beyond a limit: nothing but the status. */
export function emptyAnswer(status: number): Answer {
  return { status, contentType: null, body: [] };
}

export function lengthOf(body: readonly Buffer[]): number {
  return body.reduce((sum, piece) => sum + piece.length, 0);
}

/** Sends the answer, compressed when the caller asked for it; resolves with the bytes of the body that were sent. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<number> {
  response.statusCode = answer.status;
  if (answer.contentType !== null) response.setHeader('content-type', answer.contentType);
  if (answer.body.length === 0) {
    response.setHeader('content-length', 0).end();
    return 0;
  }
  const isGzip = /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''));
  response.setHeader('vary', 'accept-encoding');
  let sentBytes = 0;
  const count = async function* count(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      sentBytes += piece.length;
      yield piece;
    }
  };
  if (isGzip) {
    response.setHeader('content-encoding', 'gzip');
    // A catalog is sent rarely and is large: fast beats small.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    await pipeline(Readable.from(answer.body), gzip, count, response);
  } else {
    if (answer.body.length === 1) response.setHeader('content-length', lengthOf(answer.body));
    await pipeline(Readable.from(answer.body), count, response);
  }
  return sentBytes;
}
