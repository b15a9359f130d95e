import { Gauge, type Registry } from 'prom-client';
import type { OrderFigures } from '../services/orders/order-figures.js';

/**
 * What operators watch of orders, read when `/metrics` is asked. While the journal cannot be read there are no such
 * lines: whoever alerts on them alerts on their absence too.
 */
export function registerOrderGauges(
  registry: Registry,
  institutions: Iterable<string>,
  figures: OrderFigures,
): void {
  const codes = [...institutions];
  registry.registerMetric(
    new Gauge({
      name: 'foyer_orders',
      help: 'Orders in the journal, by their state',
      labelNames: ['institution', 'state'],
      registers: [],
      async collect() {
        this.reset();
        await eachReadable(codes, async (institution) => {
          for (const [state, orders] of Object.entries(await figures.byState(institution)))
            this.set({ institution, state }, orders);
        });
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
        await eachReadable(codes, async (institution) =>
          this.set({ institution }, (await figures.inDoubt(institution)).oldestMs / 1_000),
        );
      },
    }),
  );
}

/** One metric that fails would cost all the others. */
async function eachReadable(
  codes: readonly string[],
  read: (institution: string) => Promise<void>,
): Promise<void> {
  await Promise.allSettled(codes.map(read));
}
