import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../auth/authenticator.js';
import { GatewayError, UnauthenticatedError } from '../errors.js';
import { errorBody } from './http-errors.js';

/** What a request may be authenticated by; nothing else of it counts. */
export function credentialsIn(headers: IncomingHttpHeaders): Credentials {
  return { authorization: headers.authorization, apiKey: headers['x-api-key'] };
}

export function hasCredential(headers: IncomingHttpHeaders): boolean {
  return isGiven(credentialsIn(headers));
}

export function isGiven({ authorization, apiKey }: Credentials): boolean {
  return (authorization ?? apiKey ?? undefined) !== undefined;
}

/**
 * Browsers cannot set headers on a WebSocket: the payload of `connection_init` goes before those of the upgrade. Clients
 * that send there what they send as headers over HTTP, as GraphiQL does, write the names as people do. The password that
 * opened a page, which browsers add by themselves, says nothing of whoever opens a socket.
 */
export function credentialsOfSocket(
  payload: Readonly<Record<string, unknown>> | undefined,
  headers: IncomingHttpHeaders,
): Credentials {
  const given = new Map(Object.entries(payload ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const authorization = given.get('authorization') ?? undefined;
  const apiKey = given.get('apikey') ?? given.get('x-api-key') ?? undefined;
  return isGiven({ authorization, apiKey })
    ? { authorization, apiKey }
    : credentialsIn(withoutBasic(headers));
}

function withoutBasic(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return /^Basic /i.test(headers.authorization ?? '') ? { ...headers, authorization: undefined } : headers;
}

/** The answer to a request whose caller could not be made out; anything else is thrown on. */
export function refuseCaller(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof GatewayError)) throw error;
  const { code, message, isRetryable: retryable } = error;
  const body = errorBody(code, message, { retryable, correlationId: request.id });
  if (!(error instanceof UnauthenticatedError)) return reply.code(503).header('retry-after', 1).send(body);
  return reply.code(401).header('www-authenticate', challengeFor(request)).send(body);
}

/** RFC 6750, 3: who sent no credential is told only how to send one. */
function challengeFor({ headers }: FastifyRequest): string {
  return hasCredential(headers) ? 'Bearer realm="Foyer", error="invalid_token"' : 'Bearer realm="Foyer"';
}
