import { DatabaseError } from 'pg';

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const SAID_BY_SERVER: Readonly<Record<string, string>> = {
  '28000': 'it refuses the user or the password',
  '28P01': 'it refuses the user or the password',
  '3D000': 'it has no such database',
  '25006': 'it is read-only',
  '42501': 'the user has no right to create or write there',
  '53300': 'it has no connection left',
  '55P03': 'it is locked by another one',
  '57014': 'it did not answer in time',
  '57P03': 'it is starting or stopping',
};

const SAID_BY_SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up',
  ENOENT: 'there is no such socket, or a certificate file is missing',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  ETIMEDOUT: 'it did not answer in time',
};

/**
 * Why PostgreSQL cannot be used, in words of our own where the server's could name the user. Anything without a known
 * code says what was thrown.
 */
export function reasonOfPostgres(error: unknown): string {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'XX000';
    return SAID_BY_SERVER[code] ?? `it answered with SQLSTATE ${code}`;
  }
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in SAID_BY_SYSTEM) return SAID_BY_SYSTEM[code]!;
  return /timeout/i.test(error.message) ? 'it did not answer in time' : error.message;
}
