import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { ANYBODY } from '../../src/domain/caller.js';
import type { RequestContext } from '../../src/context.js';
import { InvalidInputError, UpstreamFaultError, UpstreamTimeoutError } from '../../src/errors.js';
import { startServer } from '../../src/server/http.js';
import type { OperationOrigin, Readiness, Server, ServerOptions } from '../../src/server/server.types.js';
import { createTicker } from './ticker.js';

/** A server with a small schema of its own: what `server/` promises does not depend on what is served. */
export interface SampleServer extends Server, AsyncDisposable {
  /** Where each operation came from, in order; a subscription is there once more for every event. */
  readonly origins: readonly OperationOrigin[];
  /** Sends this number to every subscriber. */
  readonly tick: (value: number) => void;
  readonly subscribers: () => number;
  /** Operations of which the server said that nobody waits for them any more. */
  readonly dropped: () => number;
  /** Every line logged so far. */
  readonly logLines: readonly string[];
  readonly setReadiness: (readiness: Readiness) => void;
}

const SDL = /* GraphQL */ `
  type Query {
    hello(name: String): String!
    language: String
    products(first: Int! = 20): ProductConnection!
    productsByIds(ids: [ID!]!): [Product]!
    broken: String
    badNumber: Int
    nullable: Product
    timeout: String
    fault: String
    input: String
    slow: String
    long(length: Int!): String!
  }
  type Mutation {
    write: Boolean!
    slow: String
  }
  type Subscription {
    ticks: Int!
    failing: Int!
    refused: Int!
    product: Product!
  }
  type ProductConnection {
    nodes: [Product!]!
    edges: [ProductEdge!]!
  }
  type ProductEdge {
    node: Product!
  }
  type Product {
    id: ID!
    name: String!
    performances(first: Int! = 20): PerformanceConnection!
  }
  type PerformanceConnection {
    nodes: [Performance!]!
  }
  type Performance {
    id: ID!
    product: Product!
    prices: [Price!]!
  }
  type Price {
    amount: String!
  }
`;

export const SECRET = 'hunter2-canary';

export async function startSampleServer(
  overrides: Partial<ServerOptions> & {
    readonly slow?: Promise<void>;
    readonly mayIntrospect?: boolean;
  } = {},
): Promise<SampleServer> {
  const logLines: string[] = [];
  const origins: OperationOrigin[] = [];
  const ticker = createTicker();
  let dropped = 0;
  let readiness: Readiness = { ready: true, reasons: [] };
  const { slow = Promise.resolve(), mayIntrospect = true, ...options } = overrides;
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    schema: sampleSchema(ticker.watch, slow),
    createContext: (origin) => {
      origins.push(origin);
      return {
        correlationId: origin.correlationId,
        languages: origin.languages,
        loaders: { close: () => void (dropped += 1), onceClosed: () => undefined },
        caller: origin.caller,
        mayIntrospect,
      } as unknown as RequestContext;
    },
    readiness: () => readiness,
    metrics: new Registry(),
    log: collectingLog(logLines),
    authenticate: async () => ANYBODY,
    suggestions: true,
    graphiql: 'everybody',
    graphiqlDir: new URL('../../dist/graphiql/', import.meta.url),
    startPage: () => ({ version: '0.1.0', sandboxUrl: null, institutions: [] }),
    ...options,
  });
  return Object.assign(server, {
    origins,
    logLines,
    tick: ticker.tick,
    subscribers: ticker.subscribers,
    dropped: () => dropped,
    setReadiness: (next: Readiness) => {
      readiness = next;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  });
}

function collectingLog(lines: string[]): Logger {
  return pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
}

function sampleSchema(watch: () => AsyncIterable<number>, slow: Promise<void>): GraphQLSchema {
  const schema = buildSchema(SDL);
  const product = { id: '1', name: 'Concert' };
  const resolvers: Record<string, Record<string, (...args: never[]) => unknown>> = {
    Query: {
      hello: (_: unknown, { name }: { name?: string }) => `Hello ${name ?? 'world'}`,
      language: (_: unknown, __: unknown, { languages }: RequestContext) => languages[0],
      products: () => ({ nodes: [product], edges: [{ node: product }] }),
      productsByIds: (_: unknown, { ids }: { ids: string[] }) => ids.map(() => null),
      broken: () => {
        throw new Error(`connect ECONNREFUSED with password ${SECRET}`, {
          cause: new TypeError('deep reason'),
        });
      },
      badNumber: () => SECRET,
      nullable: () => ({ id: '1' }),
      timeout: () => {
        throw new UpstreamTimeoutError(UPSTREAM, `after 5000 ms, said ${SECRET}`, { retryAfterMs: 1_500.5 });
      },
      fault: () => {
        throw new UpstreamFaultError(UPSTREAM, SECRET);
      },
      input: () => {
        throw new InvalidInputError('filter.ids[3]', 'must be an id of this gateway');
      },
      slow: async () => {
        await slow;
        return 'done';
      },
      long: (_: unknown, { length }: { length: number }) => 'x'.repeat(length),
    },
    Product: { performances: () => ({ nodes: [{ id: '2', product, prices: [{ amount: '1.00' }] }] }) },
    Mutation: {
      write: () => true,
      slow: async () => {
        await slow;
        return 'done';
      },
    },
    Subscription: {},
  };
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined || !('getFields' in type)) continue;
    for (const [name, resolve] of Object.entries(fields)) {
      Object.assign(type.getFields()[name] ?? {}, { resolve });
    }
  }
  const subscriptions = schema.getSubscriptionType()?.getFields() ?? {};
  Object.assign(subscriptions['ticks'] ?? {}, { subscribe: watch, resolve: (value: number) => value });
  Object.assign(subscriptions['failing'] ?? {}, {
    subscribe: watch,
    resolve: () => {
      throw new Error(`bad event ${SECRET}`);
    },
  });
  Object.assign(subscriptions['refused'] ?? {}, {
    subscribe: () => {
      throw new GraphQLError('internal detail');
    },
  });
  return schema;
}

const UPSTREAM = { institution: 'pleyel', service: 'AvailabilityService', method: 'getProductAvailability' };
