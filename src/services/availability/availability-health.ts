import type { AvailabilityMethod, CallAllowance } from '../../datasources/s360/client.types.js';
import type { StaleReason } from '../../domain/freshness.js';
import { GatewayError, UpstreamRateLimitedError } from '../../errors.js';

export const AVAILABILITY_SERVICE = 'AvailabilityService';

/** Longest pause after failures, in contract minutes: S-360 is back before anyone restarts us. */
const LONGEST_PAUSE_MINUTES = 5;

interface Failing {
  readonly times: number;
  readonly retryAt: number;
  /** Null: not a failure, the call only came too early for the contract as we count it. */
  readonly reason: StaleReason | null;
}

/** When each method may be asked, and which of them fail: the contract's limits, and pauses of our own after failures. */
export class MethodHealth {
  readonly #failing = new Map<AvailabilityMethod, Failing>();

  constructor(
    private readonly allowance: CallAllowance,
    private readonly minuteMs: number,
  ) {}

  /** Epoch ms; in the past when it may be asked now. */
  callableAt(method: AvailabilityMethod): number {
    if (this.isBudgetExhausted()) return this.allowance.monthEndsAt();
    return Math.max(
      this.allowance.nextCallAt(AVAILABILITY_SERVICE, method),
      this.#failing.get(method)?.retryAt ?? 0,
    );
  }

  isCallable(method: AvailabilityMethod, now: number): boolean {
    return this.callableAt(method) <= now;
  }

  isBudgetExhausted(): boolean {
    return this.allowance.pollingCallsLeft() <= 0;
  }

  /** Why the first failing one of the methods fails; null when all are well. */
  failureOf(methods: readonly AvailabilityMethod[]): StaleReason | null {
    for (const method of methods) {
      const reason = this.#failing.get(method)?.reason ?? null;
      if (reason !== null) return reason;
    }
    return null;
  }

  succeeded(method: AvailabilityMethod): void {
    this.#failing.delete(method);
  }

  /** Answers false when nothing failed: the call was too early, or other replicas have to make it. */
  failed(method: AvailabilityMethod, error: unknown, now: number): boolean {
    const before = this.#failing.get(method);
    const retryAfterMs = error instanceof GatewayError ? (error.retryAfterMs ?? 0) : 0;
    if (isTooEarly(error)) {
      const retryAt = now + Math.max(retryAfterMs, this.minuteMs / 20);
      this.#failing.set(method, { times: before?.times ?? 0, reason: before?.reason ?? null, retryAt });
      return false;
    }
    if (isCutOff(error)) {
      const retryAt = now + retryAfterMs;
      this.#failing.set(method, { times: before?.times ?? 0, reason: 'REPLICA_CUT_OFF', retryAt });
      return false;
    }
    const times = (before?.times ?? 0) + 1;
    const pauseMs = Math.min(2 ** (times - 1), LONGEST_PAUSE_MINUTES) * this.minuteMs;
    const retryAt = now + Math.max(pauseMs, retryAfterMs);
    this.#failing.set(method, { times, reason: staleReasonOf(error), retryAt });
    return true;
  }
}

/** Our own budget refused to send it in this minute; S-360 itself was not asked. */
export function isTooEarly(error: unknown): boolean {
  return (
    error instanceof UpstreamRateLimitedError &&
    (error.refusedBy === 'METHOD' || error.refusedBy === 'MINUTE')
  );
}

/** A replica that cannot reach the others: they have to ask. */
export function isCutOff(error: unknown): boolean {
  return error instanceof UpstreamRateLimitedError && error.refusedBy === 'REPLICA';
}

/** A failed call, as the reason that an answer is older than it should be. */
export function staleReasonOf(error: unknown): StaleReason {
  if (!(error instanceof UpstreamRateLimitedError)) return 'UPSTREAM_DOWN';
  if (error.refusedBy === 'REPLICA') return 'REPLICA_CUT_OFF';
  return error.refusedBy === 'MONTH' || error.refusedBy === 'MONTH_BYTES'
    ? 'BUDGET_EXHAUSTED'
    : 'UPSTREAM_THROTTLED';
}
