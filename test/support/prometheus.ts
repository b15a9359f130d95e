import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALERT_RULES, PROMETHEUS_SETTINGS } from './alert-rules.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

/** A Prometheus of our own with the shipped configuration, in a hurry; it ends with this process, however that ends. */
export interface Prometheus extends AsyncDisposable {
  /** Every series that the expression has now. Rejects with what is wrong with the expression. */
  ask(expression: string): Promise<Series[]>;
  /** As the dashboard makes its choices. */
  valuesOf(label: string, metric: string): Promise<string[]>;
  /** Of the alerts that are pending or firing. */
  alerts(): Promise<Alert[]>;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** The pipe closes when this process ends, however it does; a server that nobody stops would stay for ever. */
const ENDS_WITH_US = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL $$) 2>/dev/null & exec "$@"';

/** Resolves when it asked `url` twice: rates are known from then on. What a rule waits for lasts a second. */
export async function startPrometheus(url: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-prometheus-'));
  rewrite(join(folder, 'alerts.yaml'), ALERT_RULES, [[/^( +for:) .*$/gm, '$1 1s']]);
  rewrite(join(folder, 'prometheus.yaml'), PROMETHEUS_SETTINGS, [
    // No shorter: it is also how long an answer may take.
    [/_interval: 15s/g, '_interval: 1s'],
    [/dns_sd_configs:\n.*\n/, `static_configs: [{ targets: ['${new URL(url).host}'] }]\n`],
  ]);
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('sh', ['-c', ENDS_WITH_US, 'sh', 'prometheus', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4_000)));

  async function call<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const query = new URLSearchParams(parameters).toString();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${query}`);
    const body = (await answer.json()) as { readonly data: T; readonly error?: string };
    if (body.error !== undefined) throw new Error(`${parameters['query'] ?? path}: ${body.error}`);
    return body.data;
  }

  const server: Prometheus = {
    async ask(expression) {
      const { result } = await call<{ result: readonly RawSeries[] }>('query', { query: expression });
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    valuesOf: (label, metric) => call(`label/${label}/values`, { 'match[]': metric }),
    alerts: async () => (await call<{ alerts: Alert[] }>('alerts')).alerts,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await eventually('two scrapes', async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${log}`);
    const seen = await server.ask('count_over_time(foyer_ready[1m])').catch(() => []);
    return (seen[0]?.value ?? 0) >= 2 ? true : null;
  });
  return server;
}

interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Each change has to change something, or the shipped file is not what this was written for. */
function rewrite(to: string, from: string, changes: readonly (readonly [RegExp, string])[]): void {
  let text = readFileSync(from, 'utf8');
  for (const [pattern, replacement] of changes) {
    const changed = text.replace(pattern, replacement);
    if (changed === text) throw new Error(`${from} has nothing like ${pattern.source}`);
    text = changed;
  }
  writeFileSync(to, text);
}
