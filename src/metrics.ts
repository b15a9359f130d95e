import { Gauge, Registry } from 'prom-client';
import type { Clock } from './clock.js';
import { registerOrderMetrics } from './order-metrics.js';
import type { Institution } from './services/institution.types.js';
import type { OrderFigures } from './services/order-figures.js';

/** What operators watch of S-360 and of what we keep of it, read when `/metrics` is asked. The server adds its own. */
export function createMetrics(
  institutions: ReadonlyMap<string, Institution>,
  clock: Clock,
  orderFigures: OrderFigures,
): Registry {
  const registry = new Registry();

  gauge(
    'foyer_s360_calls',
    'Calls to S-360 since the process began',
    ['service', 'method'],
    function* (institution) {
      for (const { service, method, calls } of institution.upstream.calls())
        yield [{ service, method }, calls];
    },
  );
  gauge('foyer_s360_errors', 'Calls to S-360 that failed', ['service', 'method'], function* (institution) {
    for (const { service, method, errors } of institution.upstream.calls())
      yield [{ service, method }, errors];
  });
  gauge(
    'foyer_s360_budget_used',
    'Spent in the running window of the contract',
    ['window'],
    function* (institution) {
      for (const { window, used } of institution.upstream.budgets()) yield [{ window }, used];
    },
  );
  gauge('foyer_s360_budget_limit', 'Limit of the window', ['window'], function* (institution) {
    for (const { window, limit } of institution.upstream.budgets()) {
      if (limit !== null) yield [{ window }, limit];
    }
  });
  gauge(
    'foyer_s360_budget_forecast',
    'Spent at the end of the window, at this pace',
    ['window'],
    function* (institution) {
      for (const { window, forecast } of institution.upstream.budgets()) yield [{ window }, forecast];
    },
  );
  gauge(
    'foyer_s360_circuit_open',
    '1 while calls are not sent because too many failed',
    [],
    function* (institution) {
      yield [{}, institution.upstream.circuit() === 'CLOSED' ? 0 : 1];
    },
  );
  gauge('foyer_catalog_age_seconds', 'Since S-360 last confirmed the catalog', [], function* (institution) {
    if (institution.catalog.current() === null) return;
    yield [{}, (clock.now() - institution.catalog.freshness().observedAt) / 1_000];
  });
  gauge('foyer_catalog_products', 'Products in the catalog served', [], function* (institution) {
    yield [{}, institution.catalog.current()?.products.length ?? 0];
  });
  registerOrderMetrics(registry, institutions.keys(), orderFigures);
  return registry;

  function gauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: (institution: Institution) => Iterable<[Readonly<Record<string, string>>, number]>,
  ): void {
    const metric = new Gauge({
      name,
      help,
      labelNames: ['institution', ...labels],
      registers: [],
      collect() {
        this.reset();
        for (const institution of institutions.values()) {
          for (const [values, value] of read(institution))
            this.set({ institution: institution.code, ...values }, value);
        }
      },
    });
    registry.registerMetric(metric);
  }
}
