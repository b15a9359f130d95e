import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { UnreadableOrderError } from '../errors.js';

/** After a lost SECRET_KEY every order with tickets is one; so many are enough to know it. */
const MOST_NUMBERS = 10_000;

/** Takes note of orders that lists were answered without: a line in the log for each, and how many there are. */
export function watchUnreadableOrders(
  registry: Registry,
  log: Pick<Logger, 'warn'>,
): (error: UnreadableOrderError) => void {
  const numbers = new Set<string>();
  registry.registerMetric(
    new Gauge({
      name: 'foyer_orders_unreadable',
      help: 'Orders that the journal holds and this process could not read since it started; must be 0',
      registers: [],
      collect() {
        this.set(numbers.size);
      },
    }),
  );
  return (error) => {
    const { orderNumber } = error;
    if (numbers.has(orderNumber) || numbers.size >= MOST_NUMBERS) return;
    numbers.add(orderNumber);
    log.warn({ order: orderNumber, err: error }, 'an order cannot be read and is left out of lists');
  };
}
