import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The rules that are shipped, and what promtool tries them with. */
export const ALERT_RULES = fileURLToPath(new URL('../../deploy/prometheus/alerts.yaml', import.meta.url));
export const ALERT_TRIALS = fileURLToPath(
  new URL('../../deploy/prometheus/alerts.test.yaml', import.meta.url),
);

export const PROMETHEUS_SETTINGS = fileURLToPath(
  new URL('../../deploy/prometheus/prometheus.yaml', import.meta.url),
);

export interface AlertRule {
  readonly name: string;
  readonly expression: string;
  /** All of it, as it is written. */
  readonly text: string;
}

/** The file is written plainly: one expression on its line, or folded over those that are indented below it. */
export function alertRules(): AlertRule[] {
  const [, ...blocks] = readFileSync(ALERT_RULES, 'utf8').split(/^ +- alert: /m);
  return blocks.map((text) => {
    const [, expression] = /^ +expr: (?:>-\n)?([\s\S]*?)\n +(?:for|labels):/m.exec(text) ?? [];
    return { name: text.split('\n', 1)[0]!, expression: expression!.replaceAll(/\s+/g, ' '), text };
  });
}
