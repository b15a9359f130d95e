import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Authenticator } from '../auth/authenticator.js';
import type { RequestContext } from '../context.js';
import type { Caller } from '../domain/caller.js';
import type { Pressure } from './pressure.js';
import type { RateLimitsOptions } from './rate-limits.js';
import type { Tracing } from '../tracing/traced.js';
import type { QueryLimits } from './query-limits.js';
import type { TicketPages } from './ticket-route.js';
import type { TrustedProxies } from './trusted-proxies.js';
import type { TrustedDocumentsOptions } from './trusted-documents.js';

/** Everything the server needs from the rest of the process. */
export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly schema: GraphQLSchema | LiveSchema;
  /** Asked once for each request, before its body is read, and once for each socket. */
  readonly authenticate: Authenticator;
  /** Once for each operation; in a subscription once more for each event, so that loaders never outlive one. */
  createContext(origin: OperationOrigin): RequestContext;
  /** `Cache-Control` of a query answered without errors; without it nothing may be kept. */
  readonly cacheHeader?: (answered: AnsweredOperation) => string;
  readiness(): Readiness;
  /** The server adds its own metrics and those of Node; `/metrics` shows everything in it. */
  readonly metrics: Registry;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  /** Answers mistakes in a query with names of the schema that may have been meant. */
  readonly suggestions: boolean;
  /** Who gets the page of GraphiQL. What it sends is held against the same rules as everything else. */
  readonly graphiql: GraphiqlSetting;
  /** Whether there are credentials here: the page has a field for one then. Default no. */
  readonly asksWhoAsks?: boolean;
  /** Folder of the built page. */
  readonly graphiqlDir: string | URL;
  /** Asked for each visit of `/`. */
  startPage(): StartPageFacts;
  /** Printed tickets at `/tickets/…`; without it nothing is there. */
  readonly tickets?: TicketPages;
  /** Origins of other sites whose pages may talk to the gateway, exactly as browsers send them. Default none. */
  readonly allowedOrigins?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  /** Of this process by default. */
  readonly pressure?: Pressure;
  /** How often one caller may ask; absent: as often as he likes. */
  readonly rates?: Omit<RateLimitsOptions, 'kind'> & {
    readonly trustedProxies: TrustedProxies;
    /** Credentials that are none, from one address; null or absent: as many as somebody likes. */
    readonly failuresPerMinute?: number | null;
  };
  /** The documents that may be run; absent or null: all that keep to the limits. */
  readonly trustedDocuments?: TrustedDocumentsOptions | null;
}

/** `operators`: a browser asks for a name and a password, which is a credential with the scope `operator`. */
export type GraphiqlSetting = 'everybody' | 'operators' | 'nobody';

/** A schema that may be replaced while it is served. Operations end with the one they began with. */
export interface LiveSchema {
  current(): GraphQLSchema;
  /** The one that answers this document, which is valid in `current`: a part of it may be enough, and faster. */
  answering(document: DocumentNode): GraphQLSchema;
  /** Every later one, until the answer is called. */
  onSwap(listener: (schema: GraphQLSchema) => void): () => void;
  /** Held against every document, after the rules of the specification. */
  readonly rules: readonly ValidationRule[];
}

/** A query with the schema and the context it was answered by. */
export interface AnsweredOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly context: RequestContext;
}

/** Where an operation came from. */
export interface OperationOrigin {
  readonly transport: 'HTTP' | 'WEBSOCKET';
  readonly correlationId: string;
  readonly caller: Caller;
  /** Of the request, or of the request that opened the socket. */
  readonly headers: IncomingHttpHeaders;
  /** From `Accept-Language`, best first; on a socket `acceptLanguage` in the payload of `connection_init` goes before it. */
  readonly languages: readonly string[];
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not, one line each, without secrets: anyone may read them. */
  readonly reasons: readonly string[];
}

export interface StartPageFacts {
  readonly version: string;
  /** Null when the institutions are real. */
  readonly sandboxUrl: string | null;
  /** Null where they are told only to callers who say who they are. */
  readonly institutions: readonly StartPageInstitution[] | null;
}

export interface StartPageInstitution {
  readonly code: string;
  /** Null until its catalog was loaded. */
  readonly name: string | null;
  readonly productCount: number | null;
  readonly performanceCount: number | null;
  readonly serviceLevel: string;
}

export interface ServerLimits {
  readonly query: QueryLimits;
  readonly times: OperationTimes;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** For all headers of a request to arrive. */
  readonly headersTimeoutMs: number;
  /** For the whole request to arrive. */
  readonly requestTimeoutMs: number;
  /**
   * GraphQL requests, and queries and mutations on sockets, being answered at the same time; more are refused with 503,
   * so that those inside finish. A fifth of it is for mutations only.
   */
  readonly requestsInFlight: number;
  /** Open WebSockets; more are refused with 503. */
  readonly sockets: number;
  readonly socketMessageBytes: number;
  /** Messages of any type; a socket that sends more is closed. */
  readonly socketMessagesPerSecond: number;
  /** Open at the same time for one caller: of an address until a credential was shown, then of that. */
  readonly socketsPerCaller: number;
  /** Running at the same time for one caller, on all his sockets. */
  readonly subscriptionsPerCaller: number;
  readonly operationsPerSocket: number;
  /** For `connection_init` to arrive. */
  readonly socketInitMs: number;
  /** Between pings; a socket that did not answer one when the next is due is cut. */
  readonly socketPingMs: number;
  /** Answers waiting for a client that does not read them; beyond this its socket is closed. */
  readonly socketBufferBytes: number;
  /** The same for all sockets together; beyond this those are closed that have not read for longest. */
  readonly allSocketBuffersBytes: number;
  /** How long a stop goes on serving everything, sockets included, and only says that it is not ready. */
  readonly announceMs: number;
  /** How long a stop then waits for requests, and for queries and mutations on sockets, to be answered. */
  readonly drainMs: number;
}

/** How long one operation may take, over any transport; subscriptions may go on for ever. */
export interface OperationTimes {
  readonly queryMs: number;
  /** Longer than an order may take at S-360: who is cut off too early asks again, and waits again. */
  readonly mutationMs: number;
}

/** A running server. */
export interface Server {
  /** `http://host:port/`. */
  readonly url: string;
  readonly port: number;
  /** Drains and releases everything. May be called twice: the second call waits for the first. */
  stop(): Promise<void>;
}
