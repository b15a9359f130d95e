import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertRules } from '../support/alert-rules.js';
import { dashboardExpressions } from '../support/dashboard.js';
import { queryData } from '../support/graphql-client.js';
import { ORDERS } from '../support/order-world.js';
import { skipNote } from '../support/postgres.js';
import { isBalanced, metricsIn } from '../support/promql.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { scrape } from '../support/scraped-metrics.js';
import { startWorkedGateway } from '../support/worked-gateway.js';

/** What Prometheus adds by itself. */
const OF_PROMETHEUS = new Set(['up', 'instance', 'job', 'ALERTS']);

interface OperatorsView {
  readonly institutions: readonly {
    readonly upstream: {
      readonly calls: readonly { readonly method: string }[];
      readonly pollPlan: readonly { readonly reason: string; readonly watchers: number }[];
    };
  }[];
}

/** What docs/operate.md sends to the graph when an alert came. */
function questionInHandbook(): string {
  const handbook = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  const [, body] = /curl .* -d '(\{.*\})'$/m.exec(handbook)!;
  return (JSON.parse(body!) as { query: string }).query;
}

describe('the alert rules', () => {
  it('each say how urgent they are, what is wrong, and where it is written what to do', () => {
    expect(alertRules().length).toBeGreaterThan(15);
    for (const { name, text } of alertRules()) {
      expect(name).toMatch(/^Foyer[A-Z]\w+$/);
      expect(text).toMatch(/^ +labels: \{ severity: (page|ticket) \}$/m);
      expect(text).toMatch(/^ +summary: '.{20,}'$/m);
      expect(text).toContain(`runbook: docs/operate.md#${name.toLowerCase()}\n`);
    }
    const names = alertRules().map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('what the tests know of PromQL', () => {
  it('finds names and labels, and a bracket that is missing', () => {
    const joined =
      'sum by (a) (rate(x_total{b=~"c|d", e!="f"}[5m])) / on (g) up > 0.5 and h offset 1w unless i';
    expect(metricsIn(joined)).toEqual([
      { name: 'x_total', labels: ['b', 'e', 'a', 'g'] },
      { name: 'up', labels: ['a', 'g'] },
      { name: 'h', labels: ['a', 'g'] },
      { name: 'i', labels: ['a', 'g'] },
    ]);
    expect(isBalanced('sum(rate(x{y=")"}[5m]))')).toBe(true);
    expect(isBalanced('sum(rate(x[5m])')).toBe(false);
  });
});

describe.skipIf(NO_REDIS !== null)(`a gateway that did some work${skipNote(NO_REDIS)}`, () => {
  it('has every metric and label that the alert rules and the dashboard ask for, and answers the handbook', async () => {
    await using redis = await startRedis();
    await using house = await startWorkedGateway(redis);
    const { institutions } = await queryData<OperatorsView>(house.gateway.graphql, questionInHandbook());
    expect(institutions).toMatchObject([
      {
        code: ORDERS.code,
        serviceLevel: 'NORMAL',
        upstream: {
          circuit: 'CLOSED',
          inDoubtOrders: 0,
          budgets: ['MINUTE', 'MONTH', 'MONTH_BYTES'].map((window) => ({ window })),
          drift: [],
        },
      },
    ]);
    const { calls, pollPlan } = institutions[0]!.upstream;
    expect(calls.map(({ method }) => method)).toContain('getCatalogDetailed');
    expect(pollPlan.some(({ reason, watchers }) => reason !== '' && watchers > 0)).toBe(true);
    const labelsOf = new Map<string, Set<string>>();
    for (const { name, labels } of (await scrape(house.gateway.url)).samples) {
      const known = labelsOf.get(name) ?? new Set();
      for (const label of Object.keys(labels)) known.add(label);
      labelsOf.set(name, known);
    }
    const expressions = [...alertRules().map(({ expression }) => expression), ...dashboardExpressions()];
    expect(expressions.length).toBeGreaterThan(60);
    for (const expression of expressions) {
      expect(isBalanced(expression) ? '' : expression).toBe('');
      const all = metricsIn(expression);
      expect(all.length).toBeGreaterThan(0);
      const selected = all.filter(({ name }) => !OF_PROMETHEUS.has(name));
      const missing = selected.flatMap(({ name, labels }) => {
        const known = labelsOf.get(name);
        if (known === undefined) return [name];
        return labels
          .filter((label) => !known.has(label) && !OF_PROMETHEUS.has(label))
          .map((label) => `${name}{${label}}`);
      });
      expect({ expression, missing }).toEqual({ expression, missing: [] });
    }
  });
});
