import type { FastifyRequest } from 'fastify';
import type { Caller } from '../domain/caller.js';
import { InvalidInputError, type GatewayError } from '../errors.js';
import type { DocumentAsker, TrustedDocuments } from './trusted-documents.js';

/**
 * Puts the document to run into an HTTP request, where Apollo Server looks for it: what was judged is what is run. Null,
 * or why not. A request that names no document stays as it is: Apollo Server refuses it.
 */
export function resolveDocument(
  request: FastifyRequest,
  caller: Caller,
  documents: TrustedDocuments,
): GatewayError | null {
  const asker = { caller, correlationId: request.id };
  return request.method === 'GET'
    ? resolveInAddress(request, asker, documents)
    : resolveInBody(request, asker, documents);
}

function resolveInBody(
  request: FastifyRequest,
  asker: DocumentAsker,
  documents: TrustedDocuments,
): GatewayError | null {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const resolved = documents.resolve(body, asker);
  if ('refusal' in resolved) return resolved.refusal;
  request.body = resolved.request;
  return null;
}

function resolveInAddress(
  { raw }: FastifyRequest,
  asker: DocumentAsker,
  documents: TrustedDocuments,
): GatewayError | null {
  // Read as Apollo's adapter reads it: another idea of where the query ends would be a way around the list.
  const { pathname, searchParams } = new URL(raw.url ?? '', 'http://localhost/');
  const twice = PARAMETERS.find((name) => searchParams.getAll(name).length > 1);
  if (twice !== undefined) return new InvalidInputError(twice, 'may be given once');
  const extensions = parsed(searchParams.get('extensions'));
  if (extensions === MALFORMED) return new InvalidInputError('extensions', 'must be JSON');
  const resolved = documents.resolve(
    {
      query: searchParams.get('query'),
      documentId: searchParams.get('documentId'),
      operationName: searchParams.get('operationName'),
      extensions,
    },
    asker,
  );
  if ('refusal' in resolved) return resolved.refusal;
  const { query, extensions: others } = resolved.request;
  searchParams.delete('documentId');
  if (typeof query === 'string') searchParams.set('query', query);
  if (others !== undefined) searchParams.set('extensions', JSON.stringify(others));
  raw.url = `${pathname}?${searchParams.toString()}`;
  return null;
}

const PARAMETERS = ['query', 'documentId', 'extensions'];
const MALFORMED = Symbol('malformed');

function parsed(json: string | null): unknown {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return MALFORMED;
  }
}
