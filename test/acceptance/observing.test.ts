import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { skipNote } from '../support/postgres.js';
import { isBalanced, metricsIn } from '../support/promql.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { scrape } from '../support/scraped-metrics.js';
import { startWorkedGateway } from '../support/worked-gateway.js';

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');

/** What Prometheus adds by itself. */
const OF_PROMETHEUS = new Set(['up', 'instance', 'job']);

interface Alert {
  readonly name: string;
  readonly expression: string;
  readonly text: string;
}

/** The file is written plainly: one expression on its line, or folded over those that are indented below it. */
function alerts(): Alert[] {
  const [, ...blocks] = read('prometheus/alerts.yaml').split(/^ +- alert: /m);
  return blocks.map((text) => {
    const [, expression] = /^ +expr: (?:>-\n)?([\s\S]*?)\n +(?:for|labels):/m.exec(text) ?? [];
    return { name: text.split('\n', 1)[0]!, expression: expression!.replaceAll(/\s+/g, ' '), text };
  });
}

interface Panel {
  readonly targets?: readonly { readonly expr: string }[];
}

function dashboard(): { readonly panels: readonly Panel[]; readonly templating: object } {
  return JSON.parse(read('grafana/foyer.json')) as ReturnType<typeof dashboard>;
}

function dashboardExpressions(): string[] {
  const { panels, templating } = dashboard();
  const variables = [...JSON.stringify(templating).matchAll(/label_values\((\w+), (\w+)\)/g)];
  return [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...variables.map(([, metric, label]) => `${metric}{${label}=""}`),
  ];
}

describe('the alert rules', () => {
  it('each say how urgent they are, what is wrong, and where it is written what to do', () => {
    expect(alerts().length).toBeGreaterThan(15);
    for (const { name, text } of alerts()) {
      expect(name).toMatch(/^Foyer[A-Z]\w+$/);
      expect(text).toMatch(/^ +labels: \{ severity: (page|ticket) \}$/m);
      expect(text).toMatch(/^ +summary: '.{20,}'$/m);
      expect(text).toContain(`runbook: docs/operate.md#${name.toLowerCase()}\n`);
    }
    const names = alerts().map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('what the tests know of PromQL', () => {
  it('finds names and labels, and a bracket that is missing', () => {
    const joined = 'sum by (a) (rate(x_total{b=~"c|d", e!="f"}[5m])) / on (g) up > 0.5 and h unless i';
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
  it('has every metric and label that the alert rules and the dashboard ask for', async () => {
    await using redis = await startRedis();
    await using house = await startWorkedGateway(redis);
    const labelsOf = new Map<string, Set<string>>();
    for (const { name, labels } of (await scrape(house.gateway.url)).samples) {
      const known = labelsOf.get(name) ?? new Set();
      for (const label of Object.keys(labels)) known.add(label);
      labelsOf.set(name, known);
    }
    const expressions = [...alerts().map(({ expression }) => expression), ...dashboardExpressions()];
    expect(expressions.length).toBeGreaterThan(60);
    for (const expression of expressions) {
      expect(isBalanced(expression) ? '' : expression).toBe('');
      const selected = metricsIn(expression).filter(({ name }) => !OF_PROMETHEUS.has(name));
      const missing = selected.flatMap(({ name, labels }) => {
        const known = labelsOf.get(name);
        if (known === undefined) return [name];
        return labels
          .filter((label) => !known.has(label) && !OF_PROMETHEUS.has(label))
          .map((label) => `${name}{${label}}`);
      });
      expect({ expression, missing }).toEqual({ expression, missing: [] });
      expect(selected.length + (expression.includes('up{') ? 1 : 0)).toBeGreaterThan(0);
    }
  });
});
