import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { GatewayError, InvalidInputError, UpstreamError, type ErrorCode } from '../errors.js';
import { loggedError } from './error-log.js';
import { withoutValues } from './unrepeated-values.js';
import type { QueryLimits } from './query-limits.js';
import { tokenLimitError } from './query-rules.js';

/** The `extensions` of every error that leaves the gateway, over any transport. */
export interface ErrorExtensions {
  readonly code: ErrorCode;
  /** The same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly correlationId?: string;
  /** With BAD_USER_INPUT: path of the value that broke a rule. */
  readonly argument?: string;
}

/** Any thrown value -> what the client sees. Counts and logs on the way. */
export type ErrorFormatter = (error: unknown, correlationId: string | undefined) => GraphQLFormattedError;

export interface ErrorFormatterOptions {
  readonly log: Logger;
  readonly limits: QueryLimits;
  /** Keep GraphQL's "Did you mean", which tells names of the schema. */
  readonly allowSuggestions: boolean;
  onError(code: ErrorCode): void;
}

export const MASKED_MESSAGE = 'Something went wrong on our side; the correlation id helps us to find it';

/**
 * Codes are from the closed list of `errors.ts`. GraphQL's own complaints (syntax, validation, variables, unknown
 * operation, a request that is none) are all BAD_USER_INPUT; one of our query limits is LIMIT_EXCEEDED. What is not
 * known to be safe is masked as INTERNAL_SERVER_ERROR and logged with its causes.
 */
export function createErrorFormatter(options: ErrorFormatterOptions): ErrorFormatter {
  return (error, correlationId) => {
    const { message, extensions } = describe(error, options.limits);
    options.onError(extensions.code);
    if (extensions.code === 'INTERNAL_SERVER_ERROR') {
      options.log.error(
        { correlationId, path: pathOf(error), error: loggedError(rootOf(error)) },
        'masked error',
      );
    }
    const { locations, path } = error instanceof GraphQLError ? error.toJSON() : {};
    return {
      message: options.allowSuggestions ? message : withoutSuggestion(message),
      ...(locations === undefined ? {} : { locations }),
      ...(path === undefined ? {} : { path }),
      extensions: { ...extensions, ...(correlationId === undefined ? {} : { correlationId }) },
    };
  };
}

/** For errors about a request, of which GraphQL says so only by when they arise. */
export function asCallersMistake(error: GraphQLError): GraphQLError {
  error.extensions['code'] ??= 'BAD_USER_INPUT';
  return error;
}

interface Description {
  readonly message: string;
  readonly extensions: ErrorExtensions & Readonly<Record<string, unknown>>;
}

/** Codes that Apollo Server gives to requests the caller has to change. */
const CALLER_CODES = new Set<unknown>([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

function describe(error: unknown, limits: QueryLimits): Description {
  const root = rootOf(error);
  if (root instanceof GatewayError) return describeGatewayError(root, error);
  if (!(error instanceof GraphQLError)) return MASKED;

  const exceeded = limitIn(error) ?? tokenLimitError(error, limits);
  if (exceeded !== null) {
    const { limit, maximum, actual } = exceeded.extensions;
    return {
      message: exceeded.message,
      extensions: {
        code: 'LIMIT_EXCEEDED',
        retryable: false,
        limit,
        maximum,
        ...(actual === undefined ? {} : { actual }),
      },
    };
  }
  return isCallersMistake(error, root)
    ? { message: withoutValues(error), extensions: { code: 'BAD_USER_INPUT', retryable: false } }
    : MASKED;
}

const MASKED: Description = {
  message: MASKED_MESSAGE,
  extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
};

function describeGatewayError(root: GatewayError, outer: unknown): Description {
  // Around a variable's value GraphQL says which variable; around a field's error it adds nothing.
  const isAboutVariable = outer instanceof GraphQLError && outer.path === undefined;
  return {
    message:
      root instanceof UpstreamError
        ? upstreamMessage(root)
        : isAboutVariable
          ? withoutValues(outer)
          : root.message,
    extensions: {
      code: root.code,
      retryable: root.isRetryable,
      ...(root.retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(root.retryAfterMs) }),
      ...(root instanceof InvalidInputError ? { argument: root.argument } : {}),
    },
  };
}

/** Own words: the error's message may quote what S-360 answered, which is for our log only. */
function upstreamMessage({ code, call }: UpstreamError): string {
  switch (code) {
    case 'UPSTREAM_TIMEOUT':
      return `S-360 of ${call.institution} did not answer in time`;
    case 'UPSTREAM_RATE_LIMITED':
      return `No more calls to S-360 of ${call.institution} are allowed for now`;
    case 'UPSTREAM_INVALID':
      return `S-360 of ${call.institution} gave no answer that can be used`;
    default:
      return `S-360 of ${call.institution} does not answer as it should`;
  }
}

/**
 * GraphQL's errors have no code that would say whose mistake it is; where they arise does. Outside a field they are
 * about the request (a location in the document, or Apollo's code). Inside a field only an argument's value is the
 * caller's; a result that does not fit the schema is ours.
 */
function isCallersMistake(error: GraphQLError, root: unknown): boolean {
  if (error.path === undefined)
    return CALLER_CODES.has(error.extensions['code']) || error.locations !== undefined;
  if (!(root instanceof GraphQLError)) return false;
  if (CALLER_CODES.has(root.extensions['code'])) return true;
  const place = root.nodes?.[0]?.kind;
  return place !== undefined && place !== Kind.FIELD;
}

function limitIn(error: unknown): GraphQLError | null {
  for (const link of chainOf(error)) {
    if (link instanceof GraphQLError && link.extensions['code'] === 'LIMIT_EXCEEDED') return link;
  }
  return null;
}

/** The error that was thrown first: GraphQL and Apollo wrap it, sometimes twice. */
function rootOf(error: unknown): unknown {
  return chainOf(error).at(-1);
}

function chainOf(error: unknown): unknown[] {
  const chain = [error];
  while (error instanceof GraphQLError && error.originalError !== undefined && chain.length < 10) {
    error = error.originalError;
    chain.push(error);
  }
  return chain;
}

function pathOf(error: unknown): string | undefined {
  return error instanceof GraphQLError ? error.path?.join('.') : undefined;
}

/** By hand: what comes before may be the caller's own words, any number of times, and an expression would try each of them. */
function withoutSuggestion(message: string): string {
  const at = message.endsWith('?') ? message.lastIndexOf('Did you mean ') : -1;
  return at === -1 ? message : message.slice(0, at).trimEnd();
}
