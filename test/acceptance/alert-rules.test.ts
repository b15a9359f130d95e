import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALERT_RULES, ALERT_TRIALS, PROMETHEUS_SETTINGS, alertRules } from '../support/alert-rules.js';
import { skipNote } from '../support/postgres.js';
import { NO_PROMETHEUS, promtool } from '../support/promtool.js';

describe.skipIf(NO_PROMETHEUS !== null)(
  `the alert rules, as Prometheus has them${skipNote(NO_PROMETHEUS)}`,
  () => {
    it('are rules, and loaded by the configuration for it', async () => {
      expect(await promtool(['check', 'rules', ALERT_RULES])).toEqual([]);
      expect(await promtool(['check', 'config', PROMETHEUS_SETTINGS])).toEqual([]);
    });

    it('tell what they are about, when it has lasted long enough, and nothing else', async () => {
      expect(await promtool(['test', 'rules', ALERT_TRIALS])).toEqual([]);
    });
  },
);

describe('the trials of the alert rules', () => {
  it('let each one fire, and each one stay silent', () => {
    const tried = [
      ...readFileSync(ALERT_TRIALS, 'utf8').matchAll(/alertname: (\w+)[^]*?exp_alerts:( \[\])?/g),
    ];
    const namesOf = (isSilent: boolean): string[] => [
      ...new Set(tried.filter(([, , none]) => (none !== undefined) === isSilent).map(([, name]) => name!)),
    ];
    const names = alertRules()
      .map(({ name }) => name)
      .toSorted();
    expect(namesOf(false).toSorted()).toEqual(names);
    expect(namesOf(true).toSorted()).toEqual(names);
  });
});
