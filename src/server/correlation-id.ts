import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header that brings a correlation id in and takes it out. */
export const CORRELATION_HEADER = 'x-request-id';

/** The caller's, when it is short and cannot break a log line or a header; otherwise a new one. */
export function correlationIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[CORRELATION_HEADER];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
