import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { mayIntrospect } from '../auth/introspection.js';
import type { Config } from '../config/config.js';
import type { SubgraphsConfig } from '../config/subgraphs.js';
import { createLoaders } from '../datasources/loaders.js';
import { FairSlices } from '../cache/fair-slices.js';
import { createSubgraphSignals } from '../metrics/subgraph-signals.js';
import { createSchema, type SchemaOptions } from '../resolvers/schema.js';
import type { ServerOptions } from '../server/server.types.js';
import { loadersWithin, partsWithin } from '../services/reach.js';
import { traceResolvers } from '../tracing/trace-resolvers.js';
import { tracedInstitutions } from '../tracing/traced-institutions.js';
import type { Tracing } from '../tracing/traced.js';
import type { OpenInstitutions } from './institutions.js';
import type { Releases } from './releases.js';
import type { Sales } from './sales.js';
import type { Stores } from './stores.js';

/** What operations are run on: the schema, and what each of them gets. */
export type Graph = Pick<ServerOptions, 'schema' | 'createContext'>;

export interface GraphDependencies {
  readonly stores: Stores;
  readonly served: OpenInstitutions;
  readonly sales: Sales;
  readonly metrics: Registry;
  readonly tracing: Tracing | undefined;
  readonly log: Logger;
  readonly releases: Releases;
}

/** How far an answer may be beyond its cost, which assumes five entries where a catalog may have a year of time slots. */
const TIMES_AS_MANY = 5;

/** Our own graph, or the supergraph of it and the partner's subgraphs. */
export async function openGraph(config: Config, dependencies: GraphDependencies): Promise<Graph> {
  const createContext = contextFactory(config, dependencies);
  const { subgraphs, federation } = config;
  const isSubgraph = subgraphs !== null || federation;
  const maxFields = TIMES_AS_MANY * config.limits.server.query.answerFields;
  const own = ownSchema({ isSubgraph, maxFields }, dependencies.tracing);
  if (subgraphs !== null) return openFederatedGraph(own, subgraphs, createContext, dependencies);
  return { schema: own, createContext };
}

function contextFactory(
  { introspection }: Config,
  { stores: { clock, colorLog }, served, sales, tracing }: GraphDependencies,
): ServerOptions['createContext'] {
  const everything = {
    institutions: served.institutions,
    feed: served.feed,
    colorHistory: colorLog,
    contacts: sales.contacts,
    orders: sales.orders.orders,
  };
  const slices = new FairSlices();
  return ({ correlationId, languages, caller }) => {
    const parts = partsWithin(caller, everything);
    return {
      correlationId,
      languages,
      ...parts,
      loaders: loadersWithin(
        caller,
        createLoaders(tracedInstitutions(parts.institutions, tracing), slices.begin()),
      ),
      orderFigures: sales.orderFigures,
      caller,
      mayIntrospect: mayIntrospect(introspection, caller),
      ticketLinks: sales.tickets,
      now: () => clock.now(),
    };
  };
}

function ownSchema(options: SchemaOptions, tracing: Tracing | undefined): GraphQLSchema {
  const schema = createSchema(options);
  return tracing === undefined ? schema : traceResolvers(schema, tracing);
}

/** Nothing of it is loaded by a process that has no subgraphs. */
async function openFederatedGraph(
  own: GraphQLSchema,
  settings: SubgraphsConfig,
  createContext: ServerOptions['createContext'],
  { stores: { stateDir, clock }, metrics, tracing, log, releases }: GraphDependencies,
): Promise<Graph> {
  const signals = createSubgraphSignals(metrics);
  const { openSupergraph } = await import('../federation/open-supergraph.js');
  const supergraph = await openSupergraph({
    settings,
    ownSchema: own,
    createContext,
    stateDir,
    clock,
    log,
    tracing,
    onAnswered: (answer) => signals.answered(answer),
  });
  signals.watchSupergraph(() => supergraph.isNewest());
  releases.add(() => supergraph.stop());
  supergraph.start();
  return { schema: supergraph.schema, createContext: (origin) => supergraph.createContext(origin) };
}
