import type { IncomingMessage } from 'node:http';

export const LARGEST_REQUEST_BYTES = 8 * 1024 * 1024;

/** The request's body, or null when it is larger than the sandbox takes; the rest of it is then not read. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_REQUEST_BYTES) return null;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > LARGEST_REQUEST_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
