import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.js';
import type { Institution } from '../services/institution.types.js';

/** What is kept of S-360 and what is left of its contract, read when `/metrics` is asked. */
export function registerInstitutionGauges(
  registry: Registry,
  institutions: ReadonlyMap<string, Institution>,
  clock: Clock,
): void {
  gauge(
    'foyer_s360_budget_used',
    'Spent in the running window of the contract, by all replicas: calls, or bytes for MONTH_BYTES',
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
    'Spent at the end of the window, at the pace so far',
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
  gauge(
    'foyer_s360_drift_findings',
    'Different things that S-360 sent and this version does not know',
    [],
    function* (institution) {
      yield [{}, institution.upstream.drift().length];
    },
  );
  gauge('foyer_catalog_age_seconds', 'Since S-360 last confirmed the catalog', [], function* (institution) {
    if (institution.catalog.current() === null) return;
    yield [{}, ageSeconds(institution.catalog.freshness().observedAt)];
  });
  gauge(
    'foyer_catalog_stale',
    '1 while the catalog served could not be confirmed when it should have been',
    [],
    function* (institution) {
      yield [{}, institution.catalog.freshness().source === 'STALE' ? 1 : 0];
    },
  );
  gauge('foyer_catalog_products', 'Products in the catalog served', [], function* (institution) {
    yield [{}, institution.catalog.current()?.products.length ?? 0];
  });
  gauge(
    'foyer_availability_poll_age_seconds',
    'Since S-360 was last asked what moved, by whichever replica',
    [],
    function* (institution) {
      const { polledAt } = institution.availability.pollTimes();
      if (polledAt !== null) yield [{}, ageSeconds(polledAt)];
    },
  );
  gauge(
    'foyer_availability_poll_overdue_seconds',
    'Since the next poll of the plan should have been; 0 while it is not due',
    [],
    function* (institution) {
      yield [{}, Math.max(0, ageSeconds(institution.availability.pollTimes().nextPollAt))];
    },
  );

  function ageSeconds(at: number): number {
    return (clock.now() - at) / 1_000;
  }

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
