import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { createAuthenticator } from '../auth/authenticator.js';
import { mayIntrospect } from '../auth/introspection.js';
import { createStore } from '../cache/store.js';
import { systemClock, type Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { createLoaders } from '../datasources/loaders.js';
import { startEmbeddedSandbox } from './embedded-sandbox.js';
import { openInstitution, type OpenInstitution } from './institution.js';
import { createColorLog } from '../journal/color-log.js';
import { createContactRequests } from '../journal/contact-requests.js';
import type { Journal } from '../journal/database.js';
import { openJournalClock } from '../journal/journal-clock.js';
import { createOrderJournal } from '../journal/order-journal.js';
import { openConfiguredJournal } from '../journal/open-journal.js';
import type { SupergraphDependencies } from '../federation/open-supergraph.js';
import { registerInstitutionGauges } from '../metrics/institution-gauges.js';
import { createInstitutionSignals } from '../metrics/institution-signals.js';
import { registerOrderGauges } from '../metrics/order-gauges.js';
import { registerProcessGauges } from '../metrics/process-gauges.js';
import { createSubgraphSignals } from '../metrics/subgraph-signals.js';
import { watchUnreadableOrders } from '../metrics/unreadable-orders.js';
import { readinessOf, readyLine, whenReady, type Readiness } from './readiness.js';
import { cacheHeaderOf } from '../resolvers/cache-header.js';
import { createSchema } from '../resolvers/schema.js';
import { openSecretKey } from '../secret-key.js';
import { startServer } from '../server/http.js';
import type { Server, ServerOptions } from '../server/server.types.js';
import { openSharedColors } from './shared-colors.js';
import { openSharedState } from './shared-state.js';
import { startPageFacts } from './start-page-facts.js';
import { createAvailabilityFeed } from '../services/availability/availability-feed.js';
import { createContacts } from '../services/contacts/contacts.js';
import type { Institution } from '../services/institution.types.js';
import { createOrderFigures } from '../services/orders/order-figures.js';
import { guardedJournal } from '../services/orders/order-journal-guard.js';
import { createOrders } from '../services/orders/orders.js';
import type { Orders } from '../services/orders/orders.types.js';
import { loadersWithin, partsWithin } from '../services/reach.js';
import { secretFileOf, stateFolderOf } from '../config/state-folders.js';
import { sharedCounter } from './shared-counter.js';
import type { SubgraphsConfig } from '../config/subgraphs.js';
import { openTicketPages } from './ticket-pages.js';
import { openConfiguredTracing } from '../tracing/configured-tracing.js';
import { traceResolvers } from '../tracing/trace-resolvers.js';
import { tracedInstitutions } from '../tracing/traced-institutions.js';
import type { Tracing } from '../tracing/traced.js';
import { readTrustedDocumentsFile } from '../config/trusted-documents-file.js';
import { VERSION } from '../version.js';

/** A running Foyer. */
export interface Gateway {
  readonly url: string;
  /** Null when the institutions are real. */
  readonly sandboxUrl: string | null;
  readonly institutions: ReadonlyMap<string, Institution>;
  readonly orders: Orders;
  /** The line to print: resolves when every institution can be served, or says which cannot after a short while. */
  readonly ready: Promise<string>;
  /** Drains and releases everything, newest first. May be called twice. */
  stop(): Promise<void>;
}

export interface GatewayDependencies {
  readonly log: Logger;
  /** Otherwise that of the database which replicas share, or this machine's. */
  readonly clock?: Clock;
}

/** Builds every part by hand, in order. When one fails, those before it are stopped again. */
export async function startGateway(config: Config, dependencies: GatewayDependencies): Promise<Gateway> {
  const releases = new Releases(dependencies.log);
  try {
    return await build(config, dependencies, releases);
  } catch (error) {
    await releases.run();
    throw error;
  }
}

async function build(
  config: Config,
  { log, clock: given }: GatewayDependencies,
  releases: Releases,
): Promise<Gateway> {
  const tracing = await openConfiguredTracing(config.tracing);
  releases.add(async () => tracing?.stop());
  const trustedDocuments = config.trustedDocuments && {
    mode: config.trustedDocuments.mode,
    listed: await readTrustedDocumentsFile(config.trustedDocuments.path),
  };
  const stateDir = stateFolderOf(config);
  const journal = await openConfiguredJournal({
    databaseUrl: config.databaseUrl,
    dir: stateDir,
    isSandbox: config.institutions === null,
  });
  releases.add(() => journal.destroy());
  const clock =
    given ?? (config.databaseUrl === null ? systemClock : await openSharedClock(journal, log, releases));
  const secretKey = await openSecretKey({ secret: config.secretKey, file: secretFileOf(config) });
  const store = createStore({ dir: join(stateDir, 'cache'), log });
  const shared = await openSharedState(config, { behind: store, log });
  releases.add(async () => shared?.link.close());
  const history = await createColorLog({ journal, clock });
  const colors = await openSharedColors(shared, { history, log });
  releases.add(async () => colors?.stop());
  const colorLog = colors?.log ?? history;

  const { minuteMs } = config.contract;
  const sandbox =
    config.institutions === null
      ? await startEmbeddedSandbox({ sandbox: config.sandbox, minuteMs, log })
      : null;
  if (sandbox) releases.add(() => sandbox.stop());

  const metrics = new Registry();
  const signalsOf = createInstitutionSignals(metrics);
  const institutions = new Map<string, OpenInstitution>();
  const feed = createAvailabilityFeed({ institutions, colorLog, clock });
  releases.add(() => feed.stop());
  colors?.start(feed);
  for (const settings of config.institutions ?? sandbox?.institutions ?? []) {
    const institution = await openInstitution(settings, {
      contract: config.contract,
      journal,
      store,
      shared,
      colors,
      colorLog,
      feed,
      clock,
      log: log.child({ institution: settings.code }),
      signals: signalsOf(settings.code),
      tracing,
    });
    institutions.set(settings.code, institution);
    releases.add(() => institution.stop());
  }

  const orderJournal = createOrderJournal(journal, {
    sealing: secretKey,
    onUnreadable: watchUnreadableOrders(metrics, log),
  });
  const orders = createOrders({
    journal: orderJournal,
    institutions: mapValues(institutions, ({ orderPart }) => orderPart),
    clock,
    timing: {
      minuteMs,
      callMs: config.contract.deadlines.orderMs,
      readMs: config.contract.deadlines.callMs,
      quarantineMs: config.contract.quarantineMs,
    },
    ...(shared && { messages: shared.link }),
    log,
  });
  releases.add(() => orders.stop());
  const orderFigures = createOrderFigures({ journal: guardedJournal(orderJournal), clock });

  const contacts = createContacts({
    institutions,
    requests: createContactRequests(journal),
    clock,
    callMs: config.contract.deadlines.callMs,
    quarantineMs: config.contract.quarantineMs,
    log,
  });

  const tickets = openTicketPages({
    journal: orderJournal,
    institutions,
    key: secretKey,
    lifetimeMs: config.ticketLinkHours * 3_600_000,
    now: () => clock.now(),
    baseUrl: () => config.publicUrl ?? server.url.replace(/\/$/, ''),
  });
  releases.add(() => tickets.stop());

  const everything = { institutions, feed, colorHistory: colorLog, contacts, orders: orders.orders };
  const createContext: ServerOptions['createContext'] = ({ correlationId, languages, caller }) => {
    const parts = partsWithin(caller, everything);
    return {
      correlationId,
      languages,
      ...parts,
      loaders: loadersWithin(caller, createLoaders(tracedInstitutions(parts.institutions, tracing))),
      orderFigures,
      caller,
      mayIntrospect: mayIntrospect(config.introspection, caller),
      ticketLinks: tickets,
      now: () => clock.now(),
    };
  };
  const graph =
    config.subgraphs === null
      ? { schema: ownSchema(config.federation, tracing), createContext }
      : await openFederatedGraph(config.subgraphs, {
          createContext,
          stateDir,
          clock,
          log,
          metrics,
          tracing,
          releases,
        });

  const readiness = (): Readiness => readinessOf(institutions, shared?.link);
  registerInstitutionGauges(metrics, institutions, clock);
  registerOrderGauges(metrics, institutions.keys(), orderFigures);
  registerProcessGauges(metrics, {
    version: VERSION,
    isReady: () => readiness().ready,
    isRedisUp: shared && (() => shared.link.isUp()),
    replicas: config.replicas,
  });

  sayWhoIsServed(config, log);
  const server: Server = await startServer({
    host: config.host,
    port: config.port,
    ...graph,
    authenticate: createAuthenticator(config.auth, () => clock.now()),
    suggestions: config.introspection === 'everybody',
    cacheHeader: cacheHeaderOf,
    tickets: tickets.pages,
    readiness,
    metrics,
    graphiql: config.graphiql,
    graphiqlDir: new URL('../../dist/graphiql/', import.meta.url),
    limits: { announceMs: config.drainAnnounceMs, ...config.admission, ...config.limits.server },
    allowedOrigins: config.limits.allowedOrigins,
    rates: { ...config.rateLimit, ...(shared && { shared: sharedCounter(shared.link) }) },
    trustedDocuments,
    // What is sold, and how well it goes, is for those who may ask.
    startPage: () =>
      startPageFacts(config.auth.mode === 'open' ? institutions : new Map(), sandbox?.url ?? null),
    log,
    tracing,
  });
  releases.add(() => server.stop());
  // Polling starts last: a process that cannot listen spends no call.
  for (const institution of institutions.values()) institution.start();
  orders.start();

  return {
    url: server.url,
    sandboxUrl: sandbox?.url ?? null,
    institutions,
    orders: orders.orders,
    ready: whenReady(institutions).then((state) =>
      readyLine({ url: server.url, sandboxUrl: sandbox?.url ?? null, contract: config.contract, state }),
    ),
    stop: () => releases.run(),
  };
}

/** An open house is to be known of, all the more where real tickets are sold. */
function sayWhoIsServed({ auth, institutions }: Config, log: Logger): void {
  if (auth.mode !== 'open') return;
  const message =
    'everybody who reaches this process is served everything: no API keys or tokens are configured';
  if (institutions === null) log.info(message);
  else log.warn(message);
}

async function openSharedClock(journal: Journal, log: Logger, releases: Releases): Promise<Clock> {
  const clock = await openJournalClock(journal, { log });
  releases.add(async () => clock.stop());
  return clock;
}

function mapValues<Value, Other>(
  map: ReadonlyMap<string, Value>,
  other: (value: Value) => Other,
): ReadonlyMap<string, Other> {
  return new Map([...map].map(([key, value]) => [key, other(value)]));
}

function ownSchema(isSubgraph: boolean, tracing: Tracing | undefined): GraphQLSchema {
  const schema = createSchema({ isSubgraph });
  return tracing === undefined ? schema : traceResolvers(schema, tracing);
}

/** Nothing of it is loaded by a process that has no subgraphs. */
async function openFederatedGraph(
  settings: SubgraphsConfig,
  {
    createContext,
    metrics,
    releases,
    ...others
  }: Pick<ServerOptions, 'createContext'> &
    Pick<SupergraphDependencies, 'stateDir' | 'clock' | 'log' | 'tracing'> & {
      readonly metrics: Registry;
      readonly releases: Releases;
    },
): Promise<Pick<ServerOptions, 'schema' | 'createContext'>> {
  const signals = createSubgraphSignals(metrics);
  const { openSupergraph } = await import('../federation/open-supergraph.js');
  const supergraph = await openSupergraph({
    ...others,
    settings,
    ownSchema: ownSchema(true, others.tracing),
    createContext,
    onAnswered: (answer) => signals.answered(answer),
  });
  signals.watchSupergraph(() => supergraph.isNewest());
  releases.add(() => supergraph.stop());
  supergraph.start();
  return { schema: supergraph.schema, createContext: (origin) => supergraph.createContext(origin) };
}

/** What was acquired, to be released in reverse order, once. */
class Releases {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly log: Logger) {}

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  run(): Promise<void> {
    return (this.running ??= this.releaseAll());
  }

  private async releaseAll(): Promise<void> {
    for (const step of this.steps.toReversed()) {
      await step().catch((error: unknown) => this.log.error(error, 'a part did not stop cleanly'));
    }
  }
}
