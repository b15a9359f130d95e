import { Gauge, type Registry } from 'prom-client';
import { createSingleFlight } from '../cache/single-flight.js';
import type { InDoubtFigures, OrderCounts, OrderFigures } from '../services/orders/order-figures.js';
import { within } from '../clock.js';

/** Prometheus gives a scrape up for all its lines after 10 s, and a database that hangs must not cost it those. */
const PATIENCE_MS = 500;

/**
 * What operators watch of orders, read when `/metrics` is asked. A journal that does not answer soon is not waited for:
 * then the last figures are told, with their age. While it cannot be read there are no such lines: whoever alerts on
 * them alerts on their absence too.
 */
export function registerOrderGauges(
  registry: Registry,
  institutions: Iterable<string>,
  figures: OrderFigures,
): void {
  const codes = [...institutions];
  const latest = latestFigures(figures);
  registry.registerMetric(
    new Gauge({
      name: 'foyer_orders',
      help: 'Orders in the journal, by their state',
      labelNames: ['institution', 'state'],
      registers: [],
      async collect() {
        this.reset();
        for (const { institution, byState } of await latest(codes)) {
          for (const [state, orders] of Object.entries(byState)) this.set({ institution, state }, orders);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'foyer_orders_in_doubt_age_seconds',
      help: 'Since the oldest order that is in doubt came into doubt; 0 when none is',
      labelNames: ['institution'],
      registers: [],
      async collect() {
        this.reset();
        for (const { institution, inDoubt } of await latest(codes))
          this.set({ institution }, inDoubt.oldestMs / 1_000);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'foyer_orders_read_age_seconds',
      help: 'Since the figures of orders were read from the journal: more than a moment when it answers late or not at all',
      labelNames: ['institution'],
      registers: [],
      async collect() {
        this.reset();
        for (const { institution, readAt } of await latest(codes))
          this.set({ institution }, (performance.now() - readAt) / 1_000);
      },
    }),
  );
}

interface Latest {
  readonly institution: string;
  readonly byState: OrderCounts;
  readonly inDoubt: InDoubtFigures;
  readonly readAt: number;
}

/** Those of the institutions whose figures are known. One question at a time, however often it is asked for. */
function latestFigures(figures: OrderFigures): (institutions: readonly string[]) => Promise<Latest[]> {
  const latest = new Map<string, Latest>();
  const flights = createSingleFlight<void>();
  const read = async (institution: string): Promise<void> => {
    try {
      const [byState, inDoubt] = await Promise.all([
        figures.byState(institution),
        figures.inDoubt(institution),
      ]);
      latest.set(institution, { institution, byState, inDoubt, readAt: performance.now() });
    } catch {
      latest.delete(institution);
    }
  };
  return async (institutions) => {
    const readings = institutions.map((institution) => flights.run(institution, () => read(institution)));
    await within(PATIENCE_MS, Promise.all(readings));
    return institutions.flatMap((institution) => latest.get(institution) ?? []);
  };
}
