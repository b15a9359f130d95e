import type { TracingConfig } from '../config/tracing.js';
import { VERSION } from '../version.js';
import type { Tracing } from './traced.js';

/** Undefined where none is configured: then nothing of OpenTelemetry is even loaded. */
export async function openConfiguredTracing(config: TracingConfig | null): Promise<Tracing | undefined> {
  if (config === null) return undefined;
  const { openTracing } = await import('./open-tracing.js');
  return openTracing({ url: config.url, version: VERSION });
}
