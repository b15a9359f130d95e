import { describe, expect, it } from 'vitest';
import { alertRules } from '../support/alert-rules.js';
import { dashboardQueries, type DashboardQuery } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/graphql-client.js';
import { ORDERS } from '../support/order-world.js';
import { skipNote } from '../support/postgres.js';
import { startPrometheus, type Prometheus } from '../support/prometheus.js';
import { NO_PROMETHEUS, promtool } from '../support/promtool.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startWorkedGateway } from '../support/worked-gateway.js';

const MISSING = NO_PROMETHEUS ?? NO_REDIS;

/** Panels that are empty while all is well. */
const QUIET = new Set([
  'Alerts that fire',
  'Calls that failed, by what came of them',
  'Refused by the call budget, in an hour',
]);

const CONTACT = `{ contact(id: "small:${ORDERS.contactNumber}") { firstName } }`;

describe.skipIf(MISSING !== null)(
  `Prometheus beside a gateway that did some work${skipNote(MISSING)}`,
  () => {
    it('finds its metrics well named, draws every panel, and tells that S-360 fails', async () => {
      await using redis = await startRedis();
      await using house = await startWorkedGateway(redis);
      const told = await (await fetch(new URL('metrics', house.gateway.url))).text();
      expect(await promtool(['check', 'metrics'], told)).toEqual([]);

      await using prometheus = await startPrometheus(house.gateway.url);
      // Rates are of what happens while somebody looks.
      await house.work();
      const filled = dashboardQueries().filter(({ panel }) => !QUIET.has(panel));
      expect(filled.length).toBeGreaterThan(45);
      await allDrawn(prometheus, filled);
      expect(await prometheus.valuesOf('institution', 'foyer_catalog_products')).toEqual([ORDERS.code]);
      // Rejects for what is no expression.
      for (const { expression } of alertRules()) await prometheus.ask(expression);
      const circuitAlert = async (): Promise<object | undefined> =>
        (await prometheus.alerts()).find(({ labels }) => labels['alertname'] === 'FoyerS360CircuitOpen');
      expect(await circuitAlert()).toBeUndefined();

      await house.sandbox.fault({ kind: 'http500' });
      await eventually('the alert', async () => {
        await Promise.all(Array.from({ length: 8 }, () => query(house.gateway.graphql, CONTACT)));
        const alert = await circuitAlert();
        return alert !== undefined && 'state' in alert && alert.state === 'firing' ? alert : null;
      });
      expect(await circuitAlert()).toMatchObject({ labels: { institution: ORDERS.code, severity: 'page' } });
      const quiet = dashboardQueries().filter(({ panel }) => QUIET.has(panel));
      await allDrawn(prometheus, quiet);
    }, 120_000);
  },
);

/** Each has a series with a number: 0/0 is none. */
async function allDrawn(prometheus: Prometheus, queries: readonly DashboardQuery[]): Promise<void> {
  let empty: DashboardQuery[] = [];
  const look = async (): Promise<true | null> => {
    const drawn = await Promise.all(queries.map((asked) => hasNumbers(prometheus, asked)));
    empty = queries.filter((_, index) => drawn[index] === false);
    return empty.length === 0 ? true : null;
  };
  await eventually('every panel', look, 30_000).catch(() => undefined);
  expect(empty).toEqual([]);
}

async function hasNumbers(prometheus: Prometheus, { expression }: DashboardQuery): Promise<boolean> {
  const series = await prometheus.ask(expression.replaceAll('$institution', '.*'));
  return series.some(({ value }) => Number.isFinite(value));
}
