import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { createAuthenticator } from '../auth/authenticator.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { readTrustedDocumentsFile } from '../config/trusted-documents-file.js';
import { registerInstitutionGauges } from '../metrics/institution-gauges.js';
import { registerOrderGauges } from '../metrics/order-gauges.js';
import { registerProcessGauges } from '../metrics/process-gauges.js';
import { cacheHeaderOf } from '../resolvers/cache-header.js';
import { FIELD_COSTS } from '../resolvers/field-costs.js';
import { startServer } from '../server/http.js';
import type { Server } from '../server/server.types.js';
import type { Institution } from '../services/institution.types.js';
import type { Orders } from '../services/orders/orders.types.js';
import { openConfiguredTracing } from '../tracing/configured-tracing.js';
import { VERSION } from '../version.js';
import { openApiKeys } from './api-keys.js';
import { openGraph } from './graph.js';
import { openInstitutions } from './institutions.js';
import { readinessOf, readyLine, whenReady, type Readiness } from './readiness.js';
import { Releases } from './releases.js';
import { openSales } from './sales.js';
import { sharedCounter } from './shared-counter.js';
import { startPageFacts } from './start-page-facts.js';
import { openStores } from './stores.js';

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
  const metrics = new Registry();
  const stores = await openStores(config, { log, clock: given, releases });
  const served = await openInstitutions(config, { stores, metrics, tracing, log, releases });
  const { institutions, sandboxUrl } = served;
  const sales = openSales(config, {
    stores,
    institutions,
    baseUrl: () => config.publicUrl ?? server.url.replace(/\/$/, ''),
    metrics,
    log,
    releases,
  });
  const graph = await openGraph(config, { stores, served, sales, metrics, tracing, log, releases });

  const { clock, secretKey, shared } = stores;
  const apiKeys = openApiKeys(config.auth, { metrics, log, releases });
  const readiness = (): Readiness =>
    readinessOf(institutions, { redis: shared?.link, apiKeys: apiKeys.watched });
  registerInstitutionGauges(metrics, institutions, clock);
  registerOrderGauges(metrics, institutions.keys(), sales.orderFigures);
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
    authenticate: createAuthenticator(config.auth, () => clock.now(), apiKeys.ring),
    suggestions: config.introspection === 'everybody',
    cacheHeader: cacheHeaderOf,
    tickets: sales.tickets.pages,
    readiness,
    metrics,
    graphiql: config.graphiql,
    asksWhoAsks: config.auth.mode === 'required',
    graphiqlDir: new URL('../../dist/graphiql/', import.meta.url),
    limits: {
      announceMs: config.drainAnnounceMs,
      ...config.admission,
      ...config.limits.server,
      query: { ...config.limits.server.query, fieldCosts: FIELD_COSTS },
    },
    allowedOrigins: config.limits.allowedOrigins,
    rates: {
      ...config.rateLimit,
      ...(shared && { shared: sharedCounter(shared.link, config.secretKey === null ? null : secretKey) }),
    },
    trustedDocuments,
    // What is sold, and how well it goes, is for those who may ask.
    startPage: () => startPageFacts(config.auth.mode === 'open' ? institutions : null, sandboxUrl),
    log,
    tracing,
  });
  releases.add(() => server.stop());
  // Polling starts last: a process that cannot listen spends no call.
  for (const institution of institutions.values()) institution.start();
  sales.orders.start();

  return {
    url: server.url,
    sandboxUrl,
    institutions,
    orders: sales.orders.orders,
    ready: whenReady(institutions).then((state) =>
      readyLine({ url: server.url, sandboxUrl, contract: config.contract, state }),
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
