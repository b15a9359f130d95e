import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from 'prettier';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readSettings } from '../../src/sandbox/settings.js';
import { clientAddressOf } from '../../src/server/client-address.js';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), 'utf8');

/** Of a block of `NAME: value` lines under `environment:` in one service. */
function environmentOf(service: string): Record<string, string> {
  const block = new RegExp(
    `^  ${service}:\\n(?:(?:    .*|\\s*#.*)?\\n)*?    environment:\\n((?:      .*\\n)+)`,
    'm',
  );
  const [, lines] = block.exec(read('compose.yaml'))!;
  return Object.fromEntries(
    [...lines!.matchAll(/^ +([A-Z0-9_]+): (.*)$/gm)].map(([, name, value]) => [name!, substituted(value!)]),
  );
}

/** As Compose does it with nothing set but what must be. */
function substituted(value: string): string {
  return value
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replaceAll(/\$\{\w+:\?[^}]*\}/g, '0123456789abcdef0123456789abcdef');
}

function settingsIn(file: string): Record<string, string> {
  const lines = read(file).split('\n');
  const settings = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    settings.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('copies only what there is and what .dockerignore lets in', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    );
    expect(copied).toContain('package-lock.json');
    expect(copied.filter((path) => !existsSync(fileURLToPath(new URL(path, ROOT))))).toEqual([]);
    expect(read('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(copied.map((path) => `!${path}`)),
    );
  });

  it('runs scripts that package.json has, and starts as `npm start` does', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script] of dockerfile.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty(script!);
    const [, command] = /^CMD (\[.*\])$/m.exec(dockerfile)!;
    expect((JSON.parse(command!) as string[]).join(' ')).toBe(scripts['start']);
  });

  it('does not run as root and says how it is', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/health\/live/m);
  });
});

interface Service {
  readonly name: string;
  /** Its lines, without the first. */
  readonly text: string;
}

function servicesOf(): Service[] {
  const [, services] = /^services:\n([^]*?)^volumes:/m.exec(read('compose.yaml'))!;
  return [...services!.matchAll(/^ {2}(\w+):\n((?: {4}.*\n)+)/gm)].map(([, name, text]) => ({
    name: name!,
    text: text!,
  }));
}

function serviceOf(wanted: string): string {
  return servicesOf().find(({ name }) => name === wanted)!.text;
}

function mountsIn(service: string): { readonly from: string; readonly to: string }[] {
  const [, inline, lines] = /^ {4}volumes:(?: \[(.*)\]|\n((?: {6}- .*\n)+))/m.exec(service) ?? [];
  return [...(inline ?? lines ?? '').matchAll(/(\.\/[^\s:']+|\w+):(\/[^\s:']+)/g)].map(([, from, to]) => ({
    from: from!,
    to: to!,
  }));
}

describe('compose.yaml', () => {
  it('is well-formed and laid out as everything else', async () => {
    expect(await check(read('compose.yaml'), { parser: 'yaml', singleQuote: true, printWidth: 110 })).toBe(
      true,
    );
  });

  it('builds each image once: builds of one name at a time refuse each other', () => {
    const built = servicesOf()
      .filter(({ text }) => /^ {4}build:/m.test(text))
      .map(({ text }) => /^ {4}image: (\S+)$/m.exec(text)?.[1]);
    expect(built).toEqual(['foyer']);
  });

  it('mounts only files that there are, and has every volume that it names', () => {
    const compose = read('compose.yaml');
    const mounted = servicesOf().flatMap(({ text }) => mountsIn(text));
    const files = mounted.filter(({ from }) => from.startsWith('./'));
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter(({ from }) => !existsSync(fileURLToPath(new URL(from, ROOT))))).toEqual([]);
    const [, declared] = /^volumes:\n((?: {2}\w+:\n)+)/m.exec(compose)!;
    const volumes = mounted.filter(({ from }) => !from.startsWith('./')).map(({ from }) => from);
    expect([...declared!.matchAll(/\w+/g)].map(([name]) => name).toSorted()).toEqual(volumes.toSorted());
  });

  it('tells replicas only what they know, without a problem', () => {
    const { warnings, ...config } = readConfig(
      { ...environmentOf('foyer'), ...settingsIn('deploy/sandbox.env') },
      '/app',
    );
    expect(warnings.filter((warning) => warning.includes('not a setting'))).toEqual([]);
    expect(config.databaseUrl).toBe('postgres://foyer:0123456789abcdef0123456789abcdef@postgres:5432/foyer');
    expect(config.institutions?.map(({ code }) => code)).toEqual(['lyric', 'atlas', 'arena']);
    expect(config.drainAnnounceMs).toBe(5_000);
  });

  it('counts each visitor by his own address, which only the balancer can have written', () => {
    const { rateLimit } = readConfig(
      { ...environmentOf('foyer'), ...settingsIn('deploy/sandbox.env') },
      '/app',
    );
    // It adds whom it was asked by behind whatever was sent, and nobody gets past it.
    expect(read('deploy/haproxy.cfg')).toMatch(/^ {2}option forwardfor$/m);
    expect(serviceOf('foyer')).not.toMatch(/^ {4}ports:/m);
    const asked = {
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
      socket: { remoteAddress: '::ffff:172.18.0.5' },
    } as unknown as IncomingMessage;
    expect(clientAddressOf(asked, rateLimit.trustedProxies)).toBe('203.0.113.7');
  });

  it('gives the sandbox and the replicas the same minute', () => {
    const { host, minuteMs } = readSettings(environmentOf('sandbox'));
    expect(host).toBe('0.0.0.0');
    expect(String(minuteMs)).toBe(settingsIn('deploy/sandbox.env')['S360_MINUTE_MS']);
  });

  it('leaves a stop the time that it may take', () => {
    const [, seconds] = /stop_grace_period: (\d+)s/.exec(read('compose.yaml'))!;
    const [, stopLimit] = /STOP_LIMIT_MS = ([\d_]+)/.exec(read('src/main.ts'))!;
    const announceMs = Number(environmentOf('foyer')['DRAIN_ANNOUNCE_MS']);
    expect(Number(seconds) * 1_000).toBeGreaterThan(announceMs + Number(stopLimit!.replaceAll('_', '')));
  });

  it('asks the balancer to look at readiness at least twice while a stop is announced', () => {
    const balancer = read('deploy/haproxy.cfg');
    expect(balancer).toContain('GET /health/ready');
    const [, seconds] = /check inter (\d+)s fall 1/.exec(balancer)!;
    const announceMs = Number(environmentOf('foyer')['DRAIN_ANNOUNCE_MS']);
    expect(2 * Number(seconds) * 1_000).toBeLessThanOrEqual(announceMs);
  });
});

describe('the profile `observe`', () => {
  const prometheus = serviceOf('prometheus');
  const grafana = serviceOf('grafana');
  const pathsIn = (service: string): string[] => mountsIn(service).map(({ to }) => to);

  it('starts only when it is asked for, and listens on this machine only', () => {
    for (const service of [prometheus, grafana]) {
      expect(service).toMatch(/^ {4}profiles: \[observe\]$/m);
      expect(service).toMatch(/^ {4}ports: \['127\.0\.0\.1:/m);
    }
  });

  it('asks the replicas where they are, under the name that rules and dashboard know', () => {
    const settings = read('deploy/prometheus/prometheus.yaml');
    const [, port] = /^ENV .*\bPORT=(\d+)/m.exec(read('Dockerfile'))!;
    expect(settings).toContain(`{ names: [foyer], type: A, port: ${port},`);
    const [, job] = /job_name: (\w+)/.exec(settings)!;
    const asked = read('deploy/prometheus/alerts.yaml') + read('deploy/grafana/foyer.json');
    expect(new Set([...asked.matchAll(/job=\\?"(\w+)\\?"/g)].map(([, name]) => name))).toEqual(
      new Set([job]),
    );
  });

  it('loads the rules and shows the dashboard from where they are mounted', () => {
    const [, file] = /--config\.file=(\S+)/.exec(prometheus)!;
    const [, rules] = /rule_files: \[(\S+)\]/.exec(read('deploy/prometheus/prometheus.yaml'))!;
    const [, data] = /--storage\.tsdb\.path=(\S+)/.exec(prometheus)!;
    expect(pathsIn(prometheus)).toEqual(
      expect.arrayContaining([file, posix.resolve(file!, '..', rules!), data]),
    );
    const [, folder] = /path: (\S+) \}/.exec(read('deploy/grafana/provider.yaml'))!;
    const [, home] = /HOME_DASHBOARD_PATH: (\S+)/.exec(grafana)!;
    expect(posix.dirname(home!)).toBe(folder);
    expect(pathsIn(grafana)).toContain(home);
    for (const kind of ['datasources', 'dashboards'])
      expect(pathsIn(grafana)).toContain(`/etc/grafana/provisioning/${kind}/foyer.yaml`);
    const [, port] = /url: http:\/\/prometheus:(\d+)/.exec(read('deploy/grafana/datasource.yaml'))!;
    expect(prometheus).toMatch(new RegExp(`:${port}'\\]$`, 'm'));
  });
});
