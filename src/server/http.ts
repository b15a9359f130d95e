import { createAdmission } from './admission.js';
import { createApolloServer } from './apollo.js';
import { createCostCharges } from './cost-charges.js';
import { createOperationExecutor } from './execute-operation.js';
import { createErrorFormatter } from './format-error.js';
import { serveGraphiql } from './graphiql.js';
import { serveGraphql } from './graphql-route.js';
import { DEFAULT_SERVER_LIMITS } from './limits.js';
import { createListener, listen } from './listener.js';
import { callerRates } from './caller-rates.js';
import { createServerMetrics } from './metrics.js';
import { operatorsOnly } from './operators-only.js';
import { watchPressure } from './pressure.js';
import { serveProbes } from './probes.js';
import type { Server, ServerLimits, ServerOptions } from './server.types.js';
import { serveSockets } from './sockets.js';
import { serveStartPage } from './start-page.js';
import { createSubscriptions } from './subscriptions.js';
import { createTrustedDocuments } from './trusted-documents.js';
import { trackUnread } from './unread.js';
import { tracedExecutor } from './traced-executor.js';
import { serveTickets } from './ticket-route.js';

const IDLE_CHECK_MS = 50;

/**
 * The process's one listener: GraphQL over HTTP and WebSocket, GraphiQL, the start page, health and metrics. Throws
 * ConfigError when the address cannot be had; nothing stays open then.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const limits: ServerLimits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
  const { schema, log } = options;
  const allowedOrigins = options.allowedOrigins ?? [];
  const createContext: ServerOptions['createContext'] = (origin) => options.createContext(origin);
  const pressure = options.pressure ?? watchPressure();
  const admission = createAdmission({ limits, pressure, metrics: options.metrics });
  const metrics = createServerMetrics(options.metrics, {
    requestsInFlight: () => admission.inFlight(),
    sockets: () => sockets.count(),
    operations: (kind) => sockets.operations(kind),
  });
  const formatError = createErrorFormatter({
    log,
    limits: limits.query,
    allowSuggestions: options.suggestions,
    onError: (code) => metrics.errorAnswered(code),
  });
  const executeOperation = tracedExecutor(createOperationExecutor(limits.times), options.tracing);
  const shared = { schema, formatError, metrics, admission, executeOperation };
  const { authenticate } = options;
  const rates = callerRates(options.rates, metrics);
  const charges = createCostCharges(rates);
  const apollo = createApolloServer({
    ...shared,
    charges,
    limits: limits.query,
    log,
    cacheHeader: options.cacheHeader,
  });
  const documents = options.trustedDocuments
    ? createTrustedDocuments(options.trustedDocuments, options)
    : null;
  const protocol = createSubscriptions({
    ...shared,
    limits,
    rates,
    documents,
    authenticate,
    createContext,
    tracing: options.tracing,
  });

  await apollo.start();
  const app = await createListener({ limits, allowedOrigins, log });
  rates.guard(app);
  const sockets = serveSockets({
    server: app.server,
    path: '/graphql',
    protocol,
    admission,
    callerOf: (request) => rates.callerOf(request),
    unread: trackUnread({ limits, metrics: options.metrics }),
    limits,
    allowedOrigins,
    log,
  });
  serveGraphql(app, {
    apollo,
    authenticate,
    createContext,
    admission,
    charges,
    rates,
    documents,
    tracing: options.tracing,
  });
  serveProbes(app, {
    metrics: options.metrics,
    readiness: () => (stopping === null ? options.readiness() : { ready: false, reasons: ['stopping'] }),
  });
  serveStartPage(app, () => ({ ...options.startPage(), graphiql: options.graphiql }));
  if (options.tickets !== undefined) serveTickets(app, options.tickets);
  if (options.graphiql !== 'nobody') {
    const guard = options.graphiql === 'operators' ? operatorsOnly(authenticate, rates) : null;
    await serveGraphiql(app, {
      dir: options.graphiqlDir,
      guard,
      asksWhoAsks: options.asksWhoAsks ?? false,
      log,
    });
  }

  let stopping: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    // Connections whose last answer goes out during the stop are kept alive by their clients.
    const closeIdle = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS);
    const cutConnections = setTimeout(() => app.server.closeAllConnections(), limits.drainMs);
    try {
      // Takes no new connections from now on, and resolves when the last one ended, sockets included.
      await Promise.all([app.close(), sockets.stop()]);
    } finally {
      clearInterval(closeIdle);
      clearTimeout(cutConnections);
      pressure.stop();
      await apollo.stop();
    }
  };
  const stop = (): Promise<void> => (stopping ??= announced(limits.announceMs).then(drain));

  try {
    return { ...(await listen(app, options)), stop };
  } catch (error) {
    await drain();
    throw error;
  }
}

/** A balancer that learns of a stop by refused connections has lost requests by then. */
function announced(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
