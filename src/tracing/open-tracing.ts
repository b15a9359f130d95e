import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { GatewayError } from '../errors.js';
import { readTraceparent, writeTraceparent } from './trace-parent.js';
import type { OpenSpan, SpanAttributes, SpanOptions, Tracing } from './traced.js';
import { within } from '../clock.js';

export interface TracingOptions {
  /** Where spans are posted to, whole: `…/v1/traces`. */
  readonly url: string;
  readonly version: string;
}

/** A collector that hangs or is away must not hold up a stop: its connections would keep the process alive for as long. */
const EXPORT_MS = 2_000;
const STOP_MS = 2_500;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/**
 * Spans to an OpenTelemetry collector, over OTLP/HTTP with JSON. Sampling, batches, headers, the service's name and its
 * attributes are set by OpenTelemetry's own variables. Spans wait in a bounded queue; when it is full they are dropped.
 */
export function openTracing({ url, version }: TracingOptions): Tracing {
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'foyer', [ATTR_SERVICE_VERSION]: version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS }))],
  });
  return new OpenTracing(provider.getTracer('foyer', version), () => provider.shutdown());
}

/** Keeps the open span by itself: nothing global, so several gateways in one process do not meet. */
class OpenTracing implements Tracing {
  readonly #contexts = new AsyncLocalStorage<Context>();
  #stopping: Promise<void> | null = null;

  constructor(
    private readonly tracer: Tracer,
    private readonly shutDown: () => Promise<void>,
  ) {}

  span<Result>(
    name: string,
    { kind, attributes = {}, traceparent, linkedTo }: SpanOptions,
    work: (span: OpenSpan) => Result,
  ): Result {
    const remote = traceparent === undefined ? null : readTraceparent(traceparent);
    const linked = linkedTo === undefined ? null : readTraceparent(linkedTo);
    const around = linked === null ? (this.#contexts.getStore() ?? ROOT_CONTEXT) : ROOT_CONTEXT;
    const parent = remote === null ? around : trace.setSpanContext(ROOT_CONTEXT, remote);
    const options = {
      attributes,
      kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind],
      links: linked === null ? [] : [{ context: linked }],
    };
    const span = this.tracer.startSpan(name, options, parent);
    const open = openSpan(span);
    return this.#contexts.run(trace.setSpan(parent, span), () => endingWith(span, open, () => work(open)));
  }

  headers(): Readonly<Record<string, string>> {
    const context = this.#contexts.getStore();
    const span = context === undefined ? undefined : trace.getSpanContext(context);
    return span === undefined ? {} : { traceparent: writeTraceparent(span) };
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    // Spans that nobody takes are lost, and that is all.
    await within(
      STOP_MS,
      this.shutDown().catch(() => undefined),
    );
  }
}

function openSpan(span: Span): OpenSpan {
  return {
    set: (attributes: SpanAttributes) => void span.setAttributes({ ...attributes }),
    failed: (code) => void span.setStatus({ code: SpanStatusCode.ERROR, message: code }),
  };
}

/** Of an error only the code is told: messages may name what somebody asked for. */
function endingWith<Result>(span: Span, open: OpenSpan, work: () => Result): Result {
  const fail = (error: unknown): never => {
    open.failed(error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR');
    span.end();
    throw error;
  };
  let result: Result;
  try {
    result = work();
  } catch (error) {
    return fail(error);
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then((value: unknown) => {
    span.end();
    return value;
  }, fail) as Result;
}
