/**
 * The whole error vocabulary. `code` is public and stable: clients switch on it, so the list is closed.
 * Data travels in fields; a message says what was expected and what came, and never holds a secret,
 * a person's data or text that S-360 wrote.
 */
export type ErrorCode =
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_INVALID'
  | 'IN_DOUBT'
  | 'LIMIT_EXCEEDED'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR';

export interface ErrorFacts {
  readonly cause?: unknown;
  /** Milliseconds after which the same request may succeed; absent when nothing is known. */
  readonly retryAfterMs?: number;
}

export abstract class GatewayError extends Error {
  abstract readonly code: ErrorCode;
  abstract readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** The caller can fix it: `argument` is the path of the value (`filter.ids[3]`), `rule` what it must satisfy. */
export class InvalidInputError extends GatewayError {
  readonly code = 'BAD_USER_INPUT';
  readonly isRetryable = false;

  constructor(
    readonly argument: string,
    readonly rule: string,
    facts: ErrorFacts = {},
  ) {
    super(`\`${argument}\` ${rule}`, facts);
  }
}

export class NotFoundError extends GatewayError {
  readonly code = 'NOT_FOUND';
  readonly isRetryable = false;
}

/** No credential where one is needed, or one that is none. The message never repeats it. */
export class UnauthenticatedError extends GatewayError {
  readonly code = 'UNAUTHENTICATED';
  readonly isRetryable = false;
  /** What is wrong with the credential, for us only; null where none was given. */
  readonly flaw: CredentialFlaw | null;

  constructor(
    message: string,
    { flaw = null, ...facts }: ErrorFacts & { flaw?: CredentialFlaw | null } = {},
  ) {
    super(message, facts);
    this.flaw = flaw;
  }
}

export type CredentialFlaw =
  'malformed' | 'unknown_key' | 'expired_token' | 'wrong_signature' | 'wrong_claim';

/** Whoever publishes the keys of tokens does not answer: nobody can say yet whether a token is good. */
export class IssuerUnavailableError extends GatewayError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly isRetryable = true;
}

/** What was asked for exists, but is not open to whoever asks. */
export class ForbiddenError extends GatewayError {
  readonly code = 'FORBIDDEN';
  readonly isRetryable = false;
}

/** The institution is configured, but its first catalog load has not ended yet. */
export class CatalogNotLoadedError extends GatewayError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly isRetryable = true;

  constructor(
    readonly institution: string,
    /** Null: the first load is under way, and nothing speaks against it. */
    why: string | null,
    facts: ErrorFacts = {},
  ) {
    super(`The catalog of ${institution} is not loaded yet${why === null ? '' : `: ${why}`}`, facts);
  }
}

/** One operation asks for more than one operation may. */
export class LimitExceededError extends GatewayError {
  readonly code = 'LIMIT_EXCEEDED';
  readonly isRetryable = false;
}

/** There is more to do than this process can do: nothing is wrong with what was asked for. */
export class OverloadedError extends GatewayError {
  readonly code = 'RATE_LIMITED';
  readonly isRetryable = true;

  constructor(
    message: string,
    override readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** One caller asks more often than he may; others are not concerned. */
export class TooManyRequestsError extends GatewayError {
  readonly code = 'RATE_LIMITED';
  readonly isRetryable = true;

  constructor(
    override readonly retryAfterMs: number,
    what = 'You have asked too often',
  ) {
    super(`${what}: ask again in ${Math.ceil(retryAfterMs / 1_000)} s`);
  }
}

/** The time for one operation is over, whatever it was that took so long. */
export class OperationTimeoutError extends GatewayError {
  readonly code = 'UPSTREAM_TIMEOUT';
  readonly isRetryable = true;
}

/** Something may have happened at S-360, and nobody can say yet: repeating the same request is safe, and tells. */
export class InDoubtError extends GatewayError {
  readonly code = 'IN_DOUBT';
  readonly isRetryable = true;
}

/** What must be durable before S-360 is called cannot be written: the call was not made. */
export class JournalError extends GatewayError {
  readonly code = 'INTERNAL_SERVER_ERROR';
  readonly isRetryable = true;
}

/** An order is in the journal and does not open: the SECRET_KEY it was written with is another one, or it was damaged. */
export class UnreadableOrderError extends GatewayError {
  readonly code = 'INTERNAL_SERVER_ERROR';
  readonly isRetryable = false;

  constructor(
    readonly orderNumber: string,
    cause: unknown,
  ) {
    super(`The order ${orderNumber} is there, but the journal's words on it cannot be read`, { cause });
  }
}

/** The Redis that the replicas share does not answer in time, or is known to be away: go on without it. */
export class RedisAwayError extends GatewayError {
  readonly code = 'INTERNAL_SERVER_ERROR';
  readonly isRetryable = true;
}

/** Which call to S-360 an upstream error belongs to. */
export interface UpstreamCall {
  readonly institution: string;
  readonly service: string;
  readonly method: string;
}

/**
 * What an error says about the act that was asked for. `not done`: surely nothing happened, as there was no
 * connection, no allowance or no right to call. `refused`: S-360 looked at it and said no. `unknown`: it may have
 * happened, and may still happen.
 */
export type CallFate = 'not done' | 'refused' | 'unknown';

export interface UpstreamFacts extends ErrorFacts {
  /** `unknown` when nothing is said. */
  readonly fate?: CallFate;
}

export abstract class UpstreamError extends GatewayError {
  readonly fate: CallFate;

  constructor(
    readonly call: UpstreamCall,
    message: string,
    facts: UpstreamFacts = {},
  ) {
    super(`${call.institution} ${call.service}.${call.method}: ${message}`, facts);
    this.fate = facts.fate ?? 'unknown';
  }
}

/** What is known of an act whose call threw. An argument that was never sent did nothing either. */
export function fateOf(error: unknown): CallFate {
  if (error instanceof UpstreamError) return error.fate;
  return error instanceof InvalidInputError ? 'not done' : 'unknown';
}

/** Refused connection, reset, HTTP 5xx, or an open circuit. */
export class UpstreamUnavailableError extends UpstreamError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly isRetryable = true;
}

/** The deadline of the whole call passed. */
export class UpstreamTimeoutError extends UpstreamError {
  readonly code = 'UPSTREAM_TIMEOUT';
  readonly isRetryable = true;
}

/** HTTP 509 or 429 from S-360, or our own call budget refused to send. */
export class UpstreamRateLimitedError extends UpstreamError {
  readonly code = 'UPSTREAM_RATE_LIMITED';
  readonly isRetryable = true;

  constructor(
    call: UpstreamCall,
    message: string,
    /**
     * Who refused: S-360 itself, the contract's minute or method limit as we count it, the month's allowance, or this
     * replica, which is cut off from the others and must not poll on its own.
     */
    readonly refusedBy: 'S360' | 'MINUTE' | 'METHOD' | 'MONTH' | 'MONTH_BYTES' | 'REPLICA',
    facts: ErrorFacts = {},
  ) {
    super(call, message, { ...facts, fate: 'not done' });
  }
}

/** The operator's name or password is wrong, or the service is not open to the operator. */
export class UpstreamAuthenticationError extends UpstreamError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly isRetryable = false;

  constructor(call: UpstreamCall, message: string, facts: ErrorFacts = {}) {
    super(call, message, { ...facts, fate: 'not done' });
  }
}

/** The answer is not what the contract promises: malformed XML, a wrong shape, too large, a DTD. */
export class UpstreamShapeError extends UpstreamError {
  readonly code = 'UPSTREAM_INVALID';
  readonly isRetryable = false;
}

/** S-360 answered and said no: a SOAP fault, or a `statusCode` other than `success` inside a 200. */
export class UpstreamFaultError extends UpstreamError {
  readonly code = 'UPSTREAM_INVALID';
  readonly isRetryable = false;

  constructor(
    call: UpstreamCall,
    /** S-360's own code, untouched: a `statusCode` or a SOAP `faultcode`. */
    readonly upstreamCode: string,
    facts: UpstreamFacts = {},
  ) {
    super(call, `refused with ${JSON.stringify(upstreamCode)}`, facts);
  }
}

/** A partner's subgraph, asked for fields that are its own. Its own words come only with SubgraphRefusedError. */
export abstract class SubgraphError extends GatewayError {
  constructor(
    readonly subgraph: string,
    what: string,
    facts: ErrorFacts = {},
  ) {
    super(`The subgraph ${subgraph} ${what}`, facts);
  }
}

/** Refused connection, reset, HTTP 5xx, or not seen yet. */
export class SubgraphUnavailableError extends SubgraphError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  readonly isRetryable = true;
}

export class SubgraphTimeoutError extends SubgraphError {
  readonly code = 'UPSTREAM_TIMEOUT';
  readonly isRetryable = true;
}

/** No GraphQL answer, or an error of the subgraph's own that says nothing about the request. */
export class SubgraphInvalidError extends SubgraphError {
  readonly code = 'UPSTREAM_INVALID';
  readonly isRetryable = false;
}

/** The subgraph says that the request cannot be answered as it is, in a code that we know too. */
export class SubgraphRefusedError extends SubgraphError {
  readonly isRetryable = false;

  constructor(
    subgraph: string,
    readonly code: 'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND',
    message: string,
  ) {
    super(subgraph, `says: ${message}`);
  }
}

/** Our own graph does not take what the supergraph hands on to it: an argument whose value does not fit its type. */
export class RequestRefusedError extends GatewayError {
  readonly code = 'BAD_USER_INPUT';
  readonly isRetryable = false;
}

/** A setting the process cannot start with. `problems` has one line for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** For the `default` of a `switch` over a union: the compiler proves it is never reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
