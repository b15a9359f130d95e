import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { ConfigError } from '../../src/errors.js';
import { readTraceparent, writeTraceparent } from '../../src/tracing/trace-parent.js';
import { failureOf } from '../support/failure.js';

const SRC = new URL('../../src/', import.meta.url);
const tracingOf = (env: Record<string, string>): unknown => readConfig(env, '/tmp').tracing;

describe('settings of tracing', () => {
  it.each([
    [{}, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318' }, { url: 'http://otel:4318/v1/traces' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel/base/' }, { url: 'https://otel/base/v1/traces' }],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://otel:4318/in',
      },
      { url: 'http://otel:4318/in' },
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318', OTEL_SDK_DISABLED: 'true' }, null],
  ])('%j mean %j', (env, expected) => {
    expect(tracingOf(env)).toEqual(expected);
  });

  it('refuse what is no address, without repeating it', async () => {
    const reading = Promise.resolve().then(() => tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'otel:secret' }));
    const error = await failureOf(reading);
    expect((error as ConfigError).problems).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http(s) address, such as http://127.0.0.1:4318',
    ]);
  });
});

describe('traceparent', () => {
  const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('is written as it was read', () => {
    expect(writeTraceparent(readTraceparent(header)!)).toBe(header);
    expect(readTraceparent(`${header.slice(0, -2)}00`)?.traceFlags).toBe(0);
    expect(readTraceparent(`cc${header.slice(2)}-more-of-a-later-version`)).not.toBeNull();
  });

  it.each([
    '',
    header.slice(1),
    header.toUpperCase(),
    `ff${header.slice(2)}`,
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    `${header}\r\nx: y`,
  ])('is not read from %j', (malformed) => {
    expect(readTraceparent(malformed)).toBeNull();
  });
});

describe('OpenTelemetry', () => {
  it('is in one file, which is loaded only where there is tracing', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const filesThat = (load: RegExp): string[] =>
      files.filter((name) => load.test(readFileSync(new URL(name, SRC), 'utf8')));
    expect(filesThat(/^(?!import type).* from '@opentelemetry/m)).toEqual(['tracing/open-tracing.ts']);
    expect(filesThat(/ from '.*open-tracing/)).toEqual([]);
    expect(filesThat(/await import\('.*open-tracing/)).toEqual(['tracing/configured-tracing.ts']);
  });
});
