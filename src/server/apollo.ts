import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../context.js';
import { GatewayError, UnauthenticatedError } from '../errors.js';
import type { Admission } from './admission.js';
import { asApolloGateway } from './apollo-gateway.js';
import type { CostCharges } from './cost-charges.js';
import { unknownOperation } from './documents.js';
import type { OperationExecutor } from './execute-operation.js';
import type { ErrorFormatter } from './format-error.js';
import { refuseIntrospection } from './introspection.js';
import { answerTypeOf } from './media-types.js';
import type { ServerMetrics } from './metrics.js';
import type { LiveSchema, ServerOptions } from './server.types.js';
import type { QueryLimits } from './query-limits.js';
import {
  checkOperation,
  costFacts,
  MAX_VALIDATION_ERRORS,
  ownValidationRules,
  type CostFacts,
} from './query-rules.js';

export interface ApolloOptions {
  readonly schema: GraphQLSchema | LiveSchema;
  readonly limits: QueryLimits;
  readonly executeOperation: OperationExecutor;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly admission: Admission;
  readonly charges: CostCharges;
  readonly log: Logger;
  readonly cacheHeader: ServerOptions['cacheHeader'];
}

/** GraphQL over HTTP. Nothing in it depends on the environment; it calls nobody and reads no signals. */
export function createApolloServer(options: ApolloOptions): ApolloServer<RequestContext> {
  // `formatError` is not told the context, but sees the same error objects as the plugin just before it.
  const correlationIds = new WeakMap<object, string>();
  return new ApolloServer<RequestContext>({
    gateway: asApolloGateway(options.schema, options.executeOperation),
    logger: options.log,
    nodeEnv: 'production',
    // Not everybody's: `refuseIntrospection` knows whose.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: options.limits.tokens },
    // Apollo brings the specified rules itself.
    validationRules: [
      ...ownValidationRules(options.limits),
      ...('current' in options.schema ? options.schema.rules : []),
    ],
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    formatError: (_formatted, error) =>
      options.formatError(error, isObject(error) ? correlationIds.get(error) : undefined),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // It wraps every resolver, and knows hints only, not how old the parts of an answer are.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      rememberCorrelationIds(correlationIds),
      shedLoad(options.admission),
      refuseWhatHttpCannotCarry(options),
      answerAsTheCallerReads(),
      countOperations(options.metrics),
      ...(options.cacheHeader === undefined ? [] : [sayHowLongToKeep(options.cacheHeader, options.schema)]),
    ],
  });
}

function rememberCorrelationIds(correlationIds: WeakMap<object, string>): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue }) => {
        for (const error of errors) correlationIds.set(error, contextValue.correlationId);
      },
    }),
  };
}

/** Only now is it known what is asked for; the document was parsed, but most often long ago. */
function shedLoad(admission: Admission): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation }) => {
        if (operation === undefined || operation.operation === OperationTypeNode.SUBSCRIPTION) return;
        const overload = admission.refusalOf(operation.operation);
        if (overload === null) return;
        const retryAfter = new HeaderMap([['retry-after', String(overload.retryAfterMs / 1_000)]]);
        throw new GraphQLError(overload.message, {
          originalError: overload,
          extensions: { http: { status: 503, headers: retryAfter } },
        });
      },
    }),
  };
}

/**
 * Checks that need the chosen operation and the variables; the document alone is checked (once, it is cached) by the rules.
 * Whoever passes is told what his operation costs.
 */
function refuseWhatHttpCannotCarry({ limits, charges }: ApolloOptions): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      let cost: CostFacts | null = null;
      return {
        didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
          refuseSchemaTo(contextValue, document);
          if (operation === undefined) throw asBadRequest(unknownOperation(request.operationName));
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
            throw badRequest(
              'Subscriptions are served on a WebSocket at the same address, protocol graphql-transport-ws',
            );
          }
          const checked = checkOperation(
            schema,
            { document, operation, variables: request.variables ?? {} },
            limits,
          );
          if ('error' in checked) throw asBadRequest(checked.error);
          cost = costFacts(checked.cost, limits);
          await charges.take(contextValue, checked.cost);
        },
        willSendResponse: async ({ response: { body } }) => {
          if (cost === null || body.kind !== 'single') return;
          body.singleResult.extensions = { ...body.singleResult.extensions, cost };
        },
      };
    },
  };
}

/**
 * In `application/json` a request that GraphQL understood is answered with 200 whatever became of it, as proxies that
 * know no GraphQL send other answers in that type too; in the type of its own the status says what happened (GraphQL
 * over HTTP, 6.4).
 */
function answerAsTheCallerReads(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, source, response: { http } }) => {
        const type = answerTypeOf(request.http?.headers.get('accept')) ?? 'application/json';
        http.headers.set('content-type', `${type}; charset=utf-8`);
        const isUnderstood = source !== undefined;
        if (isUnderstood && type === 'application/json' && http.status === 400) http.status = 200;
      },
    }),
  };
}

function countOperations(metrics: ServerMetrics): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      const startedAt = performance.now();
      return {
        willSendResponse: async ({ operation, operationName }) => {
          if (operation === undefined) return;
          metrics.operationEnded({
            transport: 'HTTP',
            kind: operation.operation,
            name: operationName ?? null,
            seconds: (performance.now() - startedAt) / 1000,
          });
        },
      };
    },
  };
}

/** Everything else keeps the listener's `no-store`: mutations, errors, refusals. */
function sayHowLongToKeep(
  cacheHeader: NonNullable<ServerOptions['cacheHeader']>,
  served: GraphQLSchema | LiveSchema,
): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ document, operation, contextValue, errors, response }) => {
        const isAnswered = errors === undefined && operation?.operation === OperationTypeNode.QUERY;
        if (!isAnswered || document === undefined) return;
        const schema = 'current' in served ? served.answering(document) : served;
        response.http.headers.set(
          'cache-control',
          cacheHeader({ schema, document, operation, context: contextValue }),
        );
        // Texts come in the caller's languages, and not everything is for every caller.
        response.http.headers.set('vary', 'accept, accept-language, authorization, x-api-key');
      },
    }),
  };
}

function refuseSchemaTo(context: RequestContext, document: DocumentNode): void {
  try {
    refuseIntrospection(document, context);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const status = error instanceof UnauthenticatedError ? 401 : 403;
    throw new GraphQLError(error.message, {
      originalError: error,
      extensions: { http: { status, headers: new HeaderMap() } },
    });
  }
}

function badRequest(message: string): GraphQLError {
  return asBadRequest(new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }));
}

function asBadRequest(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { ...error.extensions, http: { status: 400, headers: new HeaderMap() } },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
