import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.js';
import { loggedError } from './error-log.js';
import { MASKED_MESSAGE, type ErrorExtensions } from './format-error.js';

/** The body of every error that GraphQL itself did not answer; it has GraphQL's shape, so clients need one reader. */
export interface ErrorBody {
  readonly errors: readonly { readonly message: string; readonly extensions: ErrorExtensions }[];
}

export function errorBody(
  code: ErrorCode,
  message: string,
  facts: Omit<ErrorExtensions, 'code' | 'retryable'> & { readonly retryable?: boolean } = {},
): ErrorBody {
  return { errors: [{ message, extensions: { code, retryable: false, ...facts } }] };
}

/** Own words for everything that goes wrong before or beside GraphQL; nothing of the framework's gets out. */
export function answerErrorsAsJson(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((request, reply) => sendError(request, reply, { status: 404, ...NOT_FOUND }));
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, log));
}

export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): void {
  const status = error.statusCode ?? 500;
  if (status < 500) {
    const words = error.code === 'FST_ERR_BAD_URL' ? BAD_ADDRESS : (WORDS[status] ?? MALFORMED);
    return sendError(request, reply, { status, ...words });
  }
  log.error({ correlationId: request.id, error: loggedError(error) }, 'masked error');
  sendError(request, reply, { status: 500, code: 'INTERNAL_SERVER_ERROR', message: MASKED_MESSAGE });
}

/** For what is not even HTTP; Node has no request then. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, message] = BROKEN[error.code ?? ''] ?? ['400 Bad Request', 'This is not an HTTP request'];
  const body = JSON.stringify(errorBody('BAD_USER_INPUT', message));
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

interface ErrorWords {
  readonly code: ErrorCode;
  readonly message: string;
}

const MALFORMED: ErrorWords = { code: 'BAD_USER_INPUT', message: 'The request cannot be read' };
const BAD_ADDRESS: ErrorWords = { code: 'BAD_USER_INPUT', message: 'The address cannot be read' };
const NOT_FOUND: ErrorWords = { code: 'NOT_FOUND', message: 'There is nothing at this address' };

const WORDS: Readonly<Record<number, ErrorWords>> = {
  400: { code: 'BAD_USER_INPUT', message: 'The body must be JSON' },
  404: NOT_FOUND,
  413: { code: 'LIMIT_EXCEEDED', message: 'The body is too large' },
  415: {
    code: 'BAD_USER_INPUT',
    message: 'The content type must be application/json, without content encoding',
  },
};

const BROKEN: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time'],
};

function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message }: ErrorWords & { readonly status: number },
): void {
  void reply.code(status).send(errorBody(code, message, { correlationId: request.id }));
}
