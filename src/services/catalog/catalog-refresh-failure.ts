import {
  UpstreamAuthenticationError,
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../errors.js';
import type { StaleReason } from '../../domain/freshness.js';

/** Why the last look at S-360 did not confirm the catalog. */
export interface RefreshFailure {
  readonly staleReason: StaleReason;
  /** For readiness and the log, without secrets and without S-360's own words. */
  readonly words: string;
  /** Only a person can mend it. */
  readonly isRefusal: boolean;
  /** Null: nothing is known about when it may work again. */
  readonly retryAfterMs: number | null;
}

export function failureOf(error: unknown): RefreshFailure {
  if (error instanceof UpstreamAuthenticationError) {
    return {
      staleReason: 'UPSTREAM_DOWN',
      words:
        'S-360 refuses the operator: the name or the password is wrong, or the service is not open to it',
      isRefusal: true,
      retryAfterMs: null,
    };
  }
  const retryAfterMs = error instanceof UpstreamRateLimitedError ? (error.retryAfterMs ?? null) : null;
  const failure = { isRefusal: false, retryAfterMs };
  if (error instanceof UpstreamRateLimitedError && error.refusedBy === 'REPLICA') {
    return {
      ...failure,
      staleReason: 'REPLICA_CUT_OFF',
      words: 'Redis is away, so this replica does not ask S-360 on its own',
    };
  }
  if (error instanceof UpstreamRateLimitedError) {
    const isSpent = error.refusedBy === 'MONTH' || error.refusedBy === 'MONTH_BYTES';
    return isSpent
      ? { ...failure, staleReason: 'BUDGET_EXHAUSTED', words: "the month's allowance of calls is spent" }
      : { ...failure, staleReason: 'UPSTREAM_THROTTLED', words: 'S-360 may not be asked yet' };
  }
  const doesNotAnswer = error instanceof UpstreamUnavailableError || error instanceof UpstreamTimeoutError;
  return {
    ...failure,
    staleReason: 'UPSTREAM_DOWN',
    words: doesNotAnswer ? 'S-360 does not answer' : 'S-360 gives no answer that can be used',
  };
}
