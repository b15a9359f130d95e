import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticator.js';
import type { RequestContext } from '../context.js';
import { withCorrelation } from '../correlation.js';
import type { Caller } from '../domain/caller.js';
import type { GatewayError, OverloadedError } from '../errors.js';
import { traced, type SpanOptions, type Tracing } from '../tracing/traced.js';
import { parseAcceptLanguage } from './accept-language.js';
import type { Admission } from './admission.js';
import { refuseForRate, type CallerRates } from './caller-rates.js';
import { credentialsIn, isGiven, refuseCaller } from './credentials.js';
import type { CostCharges } from './cost-charges.js';
import { resolveDocument } from './document-in-request.js';
import { errorBody } from './http-errors.js';
import { answerTypeOf } from './media-types.js';
import type { ServerOptions } from './server.types.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly authenticate: Authenticator;
  readonly createContext: ServerOptions['createContext'];
  readonly admission: Admission;
  readonly charges: CostCharges;
  readonly rates: CallerRates;
  readonly tracing?: Tracing | undefined;
  /** Null: every document may be run. */
  readonly documents: TrustedDocuments | null;
}

/** `/graphql` over HTTP. Apollo Server judges the request; what it should never see is turned away before it. */
export function serveGraphql(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const { admission, documents } = options;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const answer = fastifyApolloHandler(options.apollo, {
    context: async (request, reply) => {
      const context = options.createContext({
        transport: 'HTTP',
        correlationId: request.id,
        caller: callers.get(request)!,
        headers: request.headers,
        languages: parseAcceptLanguage(request.headers['accept-language']),
      });
      options.charges.begin(context, reply);
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) context.loaders.close();
      });
      return context;
    },
  });
  const admitCaller = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { rates } = options;
    const given = credentialsIn(request.headers);
    try {
      const caller = await options.authenticate(given);
      callers.set(request, caller);
      rates.know(request.raw, caller);
    } catch (error) {
      // Without one he was counted at the door.
      const failure = { error, given, transport: 'HTTP' } as const;
      const refusal = isGiven(given) ? await rates.refusalOfFailure(request.raw, failure) : null;
      return refusal === null ? refuseCaller(error, request, reply) : refuseForRate(reply, refusal);
    }
    if (!isGiven(given)) return undefined;
    const { refusal, headers } = await rates.take(request.raw);
    reply.headers(headers);
    return refusal === null ? undefined : refuseForRate(reply, refusal);
  };
  app.route({
    // Every method comes here, so that the wrong ones are answered with what is allowed.
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    onRequest: async (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'POST') {
        return refuse(reply.header('allow', 'GET, POST'), 405, 'GraphQL is asked by GET or POST');
      }
      // Apollo Server would look only after it has answered: an order would be placed, and nobody told.
      if (answerTypeOf(request.headers.accept) === null) {
        return refuse(reply, 406, 'Answers are application/graphql-response+json or application/json');
      }
      const encoding = request.headers['content-encoding'] ?? 'identity';
      // A small compressed body can be a huge one.
      if (encoding !== 'identity') return refuse(reply, 415, 'The body must not be compressed');
      // Apollo's adapter builds an address from it.
      if (!URL.canParse(request.url, `http://${request.hostname}/`)) {
        return refuse(reply, 400, 'The host header is malformed');
      }
      const overload = admission.refusalAtTheDoor();
      if (overload !== null) return refuseForNow(reply, overload);
      return admitCaller(request, reply);
    },
    preHandler: async (request, reply) => {
      const refusal = documents === null ? null : resolveDocument(request, callers.get(request)!, documents);
      if (refusal !== null) return refuseDocument(reply, refusal);
    },
    handler: async function (this: FastifyInstance, request, reply) {
      const end = admission.begin();
      try {
        const body: unknown = await withCorrelation(request.id, () =>
          traced(options.tracing, requestSpan(request), async (span) => {
            const answered: unknown = await answer.call(this, request, reply);
            span.set({ 'http.response.status_code': reply.statusCode });
            return answered;
          }),
        );
        return reply.statusCode < 400 ? body : withCorrelationId(body, request);
      } finally {
        end();
      }
    },
  });
}

function requestSpan({ method, id, headers }: FastifyRequest): [string, SpanOptions] {
  const traceparent = headers['traceparent'];
  return [
    `${method} /graphql`,
    {
      kind: 'server',
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      attributes: { 'http.request.method': method, 'url.path': '/graphql', 'foyer.correlation_id': id },
    },
  ];
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send(errorBody('BAD_USER_INPUT', message, { correlationId: reply.request.id }));
}

function refuseDocument(reply: FastifyReply, { code, message }: GatewayError): FastifyReply {
  const body = errorBody(code, message, { correlationId: reply.request.id });
  return reply.code(code === 'FORBIDDEN' ? 403 : 400).send(body);
}

function refuseForNow(reply: FastifyReply, { code, message, retryAfterMs }: OverloadedError): FastifyReply {
  const body = errorBody(code, message, { retryable: true, retryAfterMs, correlationId: reply.request.id });
  return reply
    .code(503)
    .header('retry-after', retryAfterMs / 1_000)
    .send(body);
}

interface AnsweredErrors {
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Requests that Apollo refuses before there is an operation have no context, so their errors lack the id. */
function withCorrelationId(body: unknown, { id: correlationId }: FastifyRequest): unknown {
  if (typeof body !== 'string') return body;
  const answer = JSON.parse(body) as AnsweredErrors;
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { correlationId, ...error.extensions },
  }));
  return JSON.stringify({ ...answer, ...(errors === undefined ? {} : { errors }) });
}
