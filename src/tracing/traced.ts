/** What a span says of its work: names and figures, never what somebody asked for or got. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** `server`: asked by others. `client`: others are asked. Absent: inside this process. */
  readonly kind?: 'server' | 'client';
  readonly attributes?: SpanAttributes;
  /** A `traceparent` that came along; without it the span that is open where this one begins is its parent. */
  readonly traceparent?: string | undefined;
  /** The `traceparent` of what this follows from and may outlive by hours: it begins a trace of its own. */
  readonly linkedTo?: string | undefined;
}

/** A span whose work is under way. */
export interface OpenSpan {
  set(attributes: SpanAttributes): void;
  /** It failed; `code` is from a closed list. */
  failed(code: string): void;
}

/** Where spans go. */
export interface Tracing {
  /** Runs `work` inside a span, which ends when the work has, and fails when the work throws. */
  span<Result>(name: string, options: SpanOptions, work: (span: OpenSpan) => Result): Result;
  /** For whoever is asked inside the span that is open now; empty where there is none. */
  headers(): Readonly<Record<string, string>>;
  /** Sends what was not sent yet, within a moment, and forgets the rest. */
  stop(): Promise<void>;
}

const UNSEEN: OpenSpan = { set: () => undefined, failed: () => undefined };

/** Runs `work` inside a span where there is tracing, and just runs it where there is none. */
export function traced<Result>(
  tracing: Tracing | undefined,
  [name, options]: readonly [name: string, options: SpanOptions],
  work: (span: OpenSpan) => Result,
): Result {
  return tracing === undefined ? work(UNSEEN) : tracing.span(name, options, work);
}
