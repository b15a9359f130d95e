import type { AddressInfo } from 'node:net';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { CORRELATION_HEADER } from '../correlation.js';
import { ConfigError } from '../errors.js';
import { correlationIdOf } from './correlation-id.js';
import { answerBrokenRequest, answerError, answerErrorsAsJson } from './http-errors.js';
import { RATE_HEADERS } from './rate-limits.js';
import { setSecurityHeaders } from './security-headers.js';
import type { ServerLimits } from './server.types.js';

/** Answers below this size are not worth the time to compress them. */
const COMPRESS_FROM_BYTES = 2_048;
/** How often Node looks for requests that are late. */
const LATE_REQUESTS_CHECK_MS = 2_000;

export interface ListenerOptions {
  readonly limits: ServerLimits;
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
}

/** An HTTP server without routes: limits, headers, compression, errors as JSON. Not listening yet. */
export async function createListener({
  limits,
  allowedOrigins,
  log,
}: ListenerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    // While stopping, connections that are still open get answers, among them that readiness is red.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: correlationIdOf,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
    http: {
      headersTimeout: limits.headersTimeoutMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: LATE_REQUESTS_CHECK_MS,
    },
  });
  app.removeContentTypeParser('text/plain');
  answerErrorsAsJson(app, log);
  app.addHook('onRequest', async (request, reply) => {
    reply.header(CORRELATION_HEADER, request.id);
  });
  await setSecurityHeaders(app);
  if (allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: [...allowedOrigins],
      exposedHeaders: [CORRELATION_HEADER, 'retry-after', ...RATE_HEADERS],
    });
  }
  await app.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['br', 'gzip'],
    // The default is made for files that are compressed once: ten times slower, a tenth smaller.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 6 },
    globalDecompression: false,
  });
  return app;
}

/** Starts listening; throws ConfigError when the address cannot be had. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly port: number }> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = app.server.address() as AddressInfo;
  return { url: `http://${reachableHost(host)}:${address.port}/`, port: address.port };
}

function listenError(error: unknown, host: string, port: number): unknown {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return new ConfigError([
        `Port ${port} on ${host} is taken: set PORT to another one, or 0 to pick any free one`,
      ]);
    case 'EACCES':
      return new ConfigError([
        `Port ${port} needs more rights than this process has: set PORT to one above 1023`,
      ]);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigError([
        `${host} is no address of this machine: set HOST to one, or to 0.0.0.0 for all`,
      ]);
    default:
      return error;
  }
}

/** Where this machine's own browser finds it. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
