import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check } from 'prettier';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readSettings } from '../../src/sandbox/settings.js';

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

describe('compose.yaml', () => {
  it('is well-formed and laid out as everything else', async () => {
    expect(await check(read('compose.yaml'), { parser: 'yaml', singleQuote: true, printWidth: 110 })).toBe(
      true,
    );
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
