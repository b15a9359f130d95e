import { randomUUID } from 'node:crypto';
import {
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { makeServer, type Context, type Server as GraphqlWsServer, type SubscribePayload } from 'graphql-ws';
import type { Authenticator } from '../auth/authenticator.js';
import type { RequestContext } from '../context.js';
import { withCorrelation } from '../correlation.js';
import type { Admission } from './admission.js';
import { writtenOnce } from './written-once.js';
import { parseAcceptLanguage } from './accept-language.js';
import type { CallerRates } from './caller-rates.js';
import { credentialsOfSocket } from './credentials.js';
import { pointsOf } from './cost-charges.js';
import { createOperationReader, type OperationReader } from './documents.js';
import type { OperationArgs, OperationExecutor } from './execute-operation.js';
import type { ErrorFormatter } from './format-error.js';
import { EventTurns, subscribeWithFreshContexts } from './fresh-subscription.js';
import { refuseIntrospection } from './introspection.js';
import type { ServerMetrics } from './metrics.js';
import { costFacts } from './query-rules.js';
import { endingUnwanted, endOperation, endUnwanted, type SocketFacts } from './running-operations.js';
import type { Tracing } from '../tracing/traced.js';
import type { TrustedDocuments } from './trusted-documents.js';
import type { LiveSchema, OperationOrigin, ServerLimits, ServerOptions } from './server.types.js';
import { Shares } from './shares.js';
import { refusalOfCaller } from './socket-refusal.js';

type SocketContext = Context<Record<string, unknown> | undefined, SocketFacts>;

export interface SubscriptionsOptions {
  readonly schema: GraphQLSchema | LiveSchema;
  readonly limits: ServerLimits;
  readonly authenticate: Authenticator;
  readonly createContext: ServerOptions['createContext'];
  readonly executeOperation: OperationExecutor;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly tracing?: Tracing | undefined;
  readonly admission: Admission;
  readonly rates: Pick<CallerRates, 'take' | 'know' | 'refusalOfFailure' | 'callerOf'>;
  /** Null: every document may be run. */
  readonly documents: TrustedDocuments | null;
}

/**
 * GraphQL over WebSocket (graphql-transport-ws): the same limits, contexts and errors as over HTTP. Whatever is wrong
 * with one operation is answered to that operation; the socket and its other operations stay.
 */
export function createSubscriptions(options: SubscriptionsOptions): GraphqlWsServer<SocketFacts> {
  const { limits, formatError, metrics, admission, rates, documents } = options;
  const served = createServed(options);
  // The protocol passes these objects on, but nothing beside them.
  const originOf = new WeakMap<object, OperationOrigin>();
  const correlationIdOf = new WeakMap<object, string>();
  const endOf = new WeakMap<object, () => void>();
  const dropped = new WeakSet<object>();
  const turns = new EventTurns();
  const subscriptions = new Shares(limits.subscriptionsPerCaller);

  const onSubscribe = async (
    socket: SocketContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const origin = originOfOperation(socket);
    const refuse = (errors: readonly GraphQLError[]): readonly GraphQLError[] => {
      for (const error of errors) correlationIdOf.set(error, origin.correlationId);
      return errors;
    };
    // The protocol's table already has this operation in it.
    if (Object.keys(socket.subscriptions).length > limits.operationsPerSocket) {
      return refuse([tooManyOperations(limits.operationsPerSocket)]);
    }
    const { refusal } = await rates.take(socket.extra.request);
    if (refusal !== null) return refuse([asGraphQLError(refusal)]);
    let end = (): void => undefined;
    try {
      const resolved = documents?.resolve(payload, origin) ?? { request: payload };
      if ('refusal' in resolved) return refuse([asGraphQLError(resolved.refusal)]);
      const read = served().readOperation(resolved.request);
      if ('errors' in read) return refuse(read.errors);
      const contextValue = options.createContext(origin);
      refuseIntrospection(read.document, contextValue);
      const points = pointsOf(read.cost);
      const tooCostly = points === 0 ? null : (await rates.take(socket.extra.request, points)).refusal;
      if (tooCostly !== null) return refuse([asGraphQLError(tooCostly)]);
      const { operation: kind } = read.operation;
      end = admission.begin();
      const overload = admission.refusalOf(kind);
      // A subscription is idle most of its life: what bounds it is the number of sockets.
      if (overload !== null || kind === OperationTypeNode.SUBSCRIPTION) end();
      if (overload !== null) return refuse([asGraphQLError(overload)]);
      const leave =
        kind === OperationTypeNode.SUBSCRIPTION
          ? subscriptions.take(rates.callerOf(socket.extra.request))
          : () => undefined;
      if (leave === null) return refuse([tooManySubscriptions(limits.subscriptionsPerCaller)]);
      const schema = 'current' in options.schema ? options.schema.answering(read.document) : options.schema;
      const args: ExecutionArgs = {
        schema,
        document: read.document,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ?? null,
        contextValue,
      };
      originOf.set(args, origin);
      endOf.set(args, end);
      socket.extra.running.set(id, {
        correlationId: origin.correlationId,
        isWanted: () => id in socket.subscriptions,
        drop: () => {
          dropped.add(args);
          contextValue.loaders.close();
        },
        kind,
        name: read.operation.name?.value ?? null,
        startedAt: performance.now(),
        leave,
        untoldCost: costFacts(read.cost, limits.query),
      });
      endUnwanted(socket.extra, metrics);
      return args;
    } catch (error) {
      end();
      return refuse([asGraphQLError(error)]);
    }
  };

  const answerTo = async (args: OperationArgs): Promise<ExecutionResult> => {
    try {
      return await withCorrelation(idOf(args), () => options.executeOperation(args));
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    } finally {
      endOf.get(args)?.();
    }
  };
  const protocol = makeServer<Record<string, unknown> | undefined, SocketFacts>({
    connectionInitWaitTimeout: limits.socketInitMs,
    onConnect: async ({ extra, connectionParams }) => {
      const given = credentialsOfSocket(connectionParams, extra.request.headers);
      try {
        extra.caller = await options.authenticate(given);
      } catch (error) {
        const refusal = await rates.refusalOfFailure(extra.request, {
          error,
          given,
          transport: 'WEBSOCKET',
        });
        throw refusalOfCaller(refusal ?? error);
      }
      rates.know(extra.request, extra.caller);
      extra.onCaller(extra.caller);
    },
    onSubscribe,
    execute: async (args) => {
      const answer = await answerTo(args as OperationArgs);
      // By now another operation may have its id, and would be given this answer.
      return dropped.has(args) ? new Promise<never>(() => undefined) : answer;
    },
    subscribe: async (args) => {
      const origin = originOf.get(args);
      try {
        return await withCorrelation(idOf(args), () =>
          subscribeWithFreshContexts(args as OperationArgs, {
            createContext: () =>
              origin === undefined ? (args.contextValue as RequestContext) : options.createContext(origin),
            turns,
            tracing: options.tracing,
          }),
        );
      } catch (error) {
        return { errors: [asGraphQLError(error)] };
      }
    },
    onNext: ({ extra }, id, _payload, args, { errors, data }) => {
      metrics.eventSent();
      const operation = extra.running.get(id);
      const cost = operation?.untoldCost ?? null;
      if (operation !== undefined) operation.untoldCost = null;
      const correlationId = idOf(args);
      const formatted = errors?.map((error) => formatError(error, correlationId));
      return writtenOnce({
        ...(data === undefined ? {} : { data }),
        ...(formatted === undefined ? {} : { errors: formatted }),
        ...(cost === null ? {} : { extensions: { cost } }),
      });
    },
    onError: ({ extra }, id, _payload, errors) =>
      errors.map((error) =>
        formatError(error, correlationIdOf.get(error) ?? extra.running.get(id)?.correlationId),
      ),
    onComplete: ({ extra }, id) => endOperation(extra, id, metrics),
  });
  return endingUnwanted(protocol, metrics);
}

interface Served {
  readonly schema: GraphQLSchema;
  readonly readOperation: OperationReader;
}

/** The schema of now, and what reads operations against it: made anew when the schema was replaced. */
function createServed({ schema, limits }: SubscriptionsOptions): () => Served {
  const live = 'current' in schema ? schema : null;
  const servedAs = (now: GraphQLSchema): Served => ({
    schema: now,
    readOperation: createOperationReader(now, {
      limits: limits.query,
      rules: live?.rules ?? [],
    }),
  });
  let served = servedAs('current' in schema ? schema.current() : schema);
  return () => {
    const now = live?.current() ?? served.schema;
    if (now !== served.schema) served = servedAs(now);
    return served;
  };
}

/** Browsers cannot set headers on a WebSocket, so the language may also come with `connection_init`. */
function originOfOperation({ extra, connectionParams }: SocketContext): OperationOrigin {
  const { headers } = extra.request;
  const language = connectionParams?.['acceptLanguage'];
  return {
    transport: 'WEBSOCKET',
    correlationId: randomUUID(),
    // The protocol takes no operation before `connection_init`.
    caller: extra.caller!,
    headers,
    languages: parseAcceptLanguage(typeof language === 'string' ? language : headers['accept-language']),
  };
}

function idOf({ contextValue }: ExecutionArgs): string {
  return (contextValue as RequestContext).correlationId;
}

function tooManyOperations(maximum: number): GraphQLError {
  return new GraphQLError(`This socket already runs ${maximum} operations, the limit`, {
    extensions: { code: 'LIMIT_EXCEEDED', limit: 'operationsPerSocket', maximum },
  });
}

function tooManySubscriptions(maximum: number): GraphQLError {
  return new GraphQLError(`This caller already has ${maximum} subscriptions on all its sockets, the limit`, {
    extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptionsPerCaller', maximum },
  });
}

/** The protocol sends errors only as GraphQL errors; the formatter looks inside. */
function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error('a value that is not an Error was thrown');
  return new GraphQLError(originalError.message, { originalError });
}
