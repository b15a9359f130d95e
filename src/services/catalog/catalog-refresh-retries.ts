import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import { failureOf, type RefreshFailure } from './catalog-refresh-failure.js';
import { retryDelayMs, withJitter, type RefreshPlan } from './catalog-refresh-plan.js';
import type { RefreshStatus } from './catalog-refresh-status.js';

export interface RefreshRetriesOptions {
  readonly plan: RefreshPlan;
  readonly status: RefreshStatus;
  /** Epoch ms from when S-360 may be asked for the catalog again. */
  readonly loadAllowedAt: () => number;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1; spreads retries. */
  readonly random: () => number;
}

/** When a look at S-360 that failed is tried again, and what the log tells of it. */
export class RefreshRetries {
  /** Of the last failure: the log tells what is new, not every repetition. */
  #lastWords = '';

  constructor(private readonly options: RefreshRetriesOptions) {}

  /** Answers when to look again, epoch ms; where a load is due, not before it is allowed. */
  failed(error: unknown, isLoadDue: boolean): number {
    const { status, loadAllowedAt, clock } = this.options;
    const failure = failureOf(error);
    const isNews = status.failures === 0 || this.#lastWords !== failure.words;
    this.#lastWords = failure.words;
    status.failed(failure);
    const retryAt = Math.max(clock.now() + this.#delayMs(failure), isLoadDue ? loadAllowedAt() : 0);
    if (isNews) this.#tell(failure, error, retryAt);
    return retryAt;
  }

  #delayMs({ isRefusal, retryAfterMs }: RefreshFailure): number {
    const { plan, status, random } = this.options;
    const firstMs = isRefusal ? plan.refusedRetryMs : plan.retryMs;
    return withJitter(
      retryAfterMs === null
        ? retryDelayMs(firstMs, status.failures, plan.checkMs)
        : Math.min(retryAfterMs, plan.dayMs),
      random,
    );
  }

  #tell({ isRefusal, staleReason, words }: RefreshFailure, error: unknown, retryAt: number): void {
    const { log } = this.options;
    const facts = { retryAt: new Date(retryAt).toISOString() };
    if (isRefusal) log.error(facts, words);
    // The set-up moved soon after a load: nothing is wrong, it only has to wait.
    else if (staleReason === 'UPSTREAM_THROTTLED') log.info(facts, `the catalog waits: ${words}`);
    else log.warn({ ...facts, err: error }, `the catalog is not confirmed: ${words}`);
  }
}
