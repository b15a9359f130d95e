import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { RequestContext } from '../context.js';
import type { Tracing } from '../tracing/traced.js';
import { CORRELATION_HEADER } from '../correlation.js';
import { subgraphSdl } from '../resolvers/federation/subgraph-sdl.js';
import type { LiveSchema, OperationOrigin } from '../server/server.types.js';
import {
  OWN_GRAPH,
  type FederationSettings,
  type GraphExecutor,
  type SubgraphAnswered,
} from './federation.types.js';
import { FileSource } from './file-source.js';
import { KnownSchemas } from './known-schemas.js';
import { createOwnExecutor } from './own-executor.js';
import { createSubgraphExecutor } from './subgraph-executor.js';
import { SubgraphExchange } from './subgraph-exchange.js';
import { SubgraphsSource } from './subgraphs-source.js';
import { Supergraph } from './supergraph.js';
import { graphsOfSupergraph } from './supergraph-graphs.js';

export interface OpenedSupergraph {
  readonly schema: LiveSchema;
  /** Like the one given; from its contexts it is known where an operation came from. */
  createContext(origin: OperationOrigin): RequestContext;
  /** False while the schemas there are do not fit, so that an older supergraph is served. */
  isNewest(): boolean;
  /** Begins to look for changed schemas. */
  start(): void;
  /** Cuts what subgraphs are still asked. May be called twice. */
  stop(): Promise<void>;
}

export interface SupergraphDependencies {
  readonly settings: FederationSettings;
  /** With `_entities`. */
  readonly ownSchema: GraphQLSchema;
  createContext(origin: OperationOrigin): RequestContext;
  /** What must not be lost at a restart. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  /** Told of every question to a subgraph. */
  readonly onAnswered?: (answer: SubgraphAnswered) => void;
}

/** Composes our own graph with the partner's. Throws ConfigError, with a line for each problem, when they do not fit. */
export async function openSupergraph(dependencies: SupergraphDependencies): Promise<OpenedSupergraph> {
  const { settings, ownSchema, log } = dependencies;
  const contexts = new RememberedContexts(dependencies);
  const own = createOwnExecutor(
    ownSchema,
    (context) => contexts.create(contexts.originOf(context)),
    dependencies.tracing,
  );
  const exchanges = new Exchanges(settings.deadlineMs, dependencies.onAnswered);
  const headersFor = (context: RequestContext): Record<string, string> =>
    forwarded(contexts.originOf(context), settings.forwardedHeaders);
  const executorOf = (exchange: SubgraphExchange): GraphExecutor =>
    createSubgraphExecutor(exchange, headersFor, dependencies.tracing);
  const { from } = settings;
  const source =
    from.kind === 'file'
      ? new FileSource(from.path)
      : new SubgraphsSource({
          ownSdl: subgraphSdl(ownSchema),
          exchanges: from.subgraphs.map((address) => exchanges.of(address.name, address.url)),
          known: new KnownSchemas(join(dependencies.stateDir, 'subgraphs'), log),
          log,
        });
  try {
    const supergraph = await Supergraph.open({
      source,
      ownSchema,
      executorsOf: (document) => {
        const urls = new Map(graphsOfSupergraph(document).map(({ name, url }) => [name, url]));
        return (name) => (name === OWN_GRAPH ? own : executorOf(exchanges.of(name, urls.get(name) ?? '')));
      },
      pollMs: settings.pollMs,
      clock: dependencies.clock,
      log,
    });
    return {
      schema: supergraph,
      createContext: (origin) => contexts.create(origin),
      isNewest: () => supergraph.isNewest(),
      start: () => supergraph.start(),
      async stop() {
        // A look that waits for a slow subgraph ends with its connection.
        await Promise.all([supergraph.stop(), exchanges.stop()]);
      },
    };
  } catch (error) {
    await exchanges.stop();
    throw error;
  }
}

/** Contexts of which it is known where their operations came from. */
class RememberedContexts {
  // Apollo Server hands on a copy of the context; the loaders in it are the operation's own.
  readonly #origins = new WeakMap<RequestContext['loaders'], OperationOrigin>();

  constructor(private readonly dependencies: Pick<SupergraphDependencies, 'createContext'>) {}

  create(origin: OperationOrigin): RequestContext {
    const context = this.dependencies.createContext(origin);
    this.#origins.set(context.loaders, origin);
    return context;
  }

  originOf({ loaders }: RequestContext): OperationOrigin {
    const origin = this.#origins.get(loaders);
    if (origin === undefined) throw new Error('an operation came from somewhere');
    return origin;
  }
}

/** Connections to subgraphs outlive the supergraphs that need them. */
class Exchanges {
  readonly #exchanges = new Map<string, SubgraphExchange>();

  constructor(
    private readonly deadlineMs: number,
    private readonly onAnswered: SupergraphDependencies['onAnswered'],
  ) {}

  of(name: string, url: string): SubgraphExchange {
    const key = `${name} ${url}`;
    const known = this.#exchanges.get(key);
    if (known !== undefined) return known;
    const exchange = new SubgraphExchange({ name, url }, this.deadlineMs, this.onAnswered);
    this.#exchanges.set(key, exchange);
    return exchange;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#exchanges.values()].map((exchange) => exchange.stop()));
  }
}

/** Those on the list, and the correlation id, which is ours. */
function forwarded(
  { headers, correlationId }: OperationOrigin,
  names: readonly string[],
): Record<string, string> {
  const passedOn = names.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(passedOn), [CORRELATION_HEADER]: correlationId };
}
