import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors.js';
import { TICKET_FORMATS, type TicketFormat } from '../printing/printable-ticket.js';
import type { TicketDocuments } from '../services/tickets/ticket-documents.js';
import type { TicketLinks } from '../services/tickets/ticket-links.js';
import { parseAcceptLanguage } from './accept-language.js';
import { errorBody } from './http-errors.js';
import { allowPdf } from './security-headers.js';

/** What is behind `/tickets/…`. */
export interface TicketPages extends TicketDocuments {
  readonly links: Pick<TicketLinks, 'read'>;
}

/**
 * `GET /tickets/<token>?format=a4|thermal&lang=fr`: the tickets of an order as PDF, for whoever has the address. It
 * needs no header. Everything that is no token of ours answers exactly as an address where nothing is.
 */
export function serveTickets(app: FastifyInstance, tickets: TicketPages): void {
  app.get('/tickets/*', async (request, reply) => {
    // A browser must not keep it, nor a search engine know it.
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex, nofollow' });
    const link = tickets.links.read((request.params as { readonly '*': string })['*']);
    if (link === null) return reply.callNotFound();
    if (link.isExpired) {
      return sendError(reply, 410, 'NOT_FOUND', 'This address has expired: ask for a new one');
    }
    const options = readOptions(request);
    if ('problem' in options) return sendError(reply, 400, 'BAD_USER_INPUT', options.problem);
    try {
      const document = await tickets.document(link.order, options);
      if (document === null) return reply.callNotFound();
      allowPdf(reply);
      return reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="tickets.pdf"')
        .send(document.pdf);
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
}

type Options =
  { readonly format: TicketFormat; readonly languages: readonly string[] } | { readonly problem: string };

function readOptions({ query, headers }: FastifyRequest): Options {
  const { format = 'a4', lang = null } = query as Readonly<Record<string, string | string[] | undefined>>;
  const known = TICKET_FORMATS.find((candidate) => candidate === format);
  if (known === undefined) return { problem: `\`format\` must be one of ${TICKET_FORMATS.join(', ')}` };
  const accepted = parseAcceptLanguage(headers['accept-language']);
  if (lang === null) return { format: known, languages: accepted };
  if (typeof lang !== 'string' || !/^[a-z]{2,8}([-_][a-z0-9]{1,8}){0,3}$/i.test(lang)) {
    return { problem: '`lang` must be one language, for example fr or de-CH' };
  }
  return { format: known, languages: [lang, ...accepted] };
}

/** Own words of ours are handed on; anything else is the error handler's, which masks and logs it. */
function sendFailure(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof GatewayError)) throw error;
  if (!error.isRetryable) return sendError(reply, 422, error.code, error.message);
  const retryAfterMs = error.retryAfterMs ?? 5_000;
  reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  return sendError(reply, 503, error.code, error.message, { retryable: true, retryAfterMs });
}

function sendError(
  reply: FastifyReply,
  status: number,
  code: GatewayError['code'],
  message: string,
  facts: { readonly retryable?: boolean; readonly retryAfterMs?: number } = {},
): FastifyReply {
  return reply.code(status).send(errorBody(code, message, { ...facts, correlationId: reply.request.id }));
}
