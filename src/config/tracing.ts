import type { EnvironmentReader } from './environment.js';

/** Where spans are sent; null: there is no tracing, and nothing of it is loaded. */
export interface TracingConfig {
  /** Whole, with `/v1/traces`. May hold credentials: never printed. */
  readonly url: string;
}

/**
 * OpenTelemetry's own variables, as its specification has them: the address for traces is taken as it is, the common one
 * gets `v1/traces`. All others (headers, sampler, service name, batches) are read by its library.
 */
export function readTracing(read: EnvironmentReader): TracingConfig | null {
  const own = addressIn(read, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const common = addressIn(read, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (read.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return null;
  if (own !== null) return { url: own };
  return common === null ? null : { url: `${common.replace(/\/$/, '')}/v1/traces` };
}

function addressIn(read: EnvironmentReader, name: string): string | null {
  const text = read.text(name);
  if (text === null) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  read.problem(name, 'must be an http(s) address, such as http://127.0.0.1:4318');
  return null;
}
