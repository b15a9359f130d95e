import type { Clock } from '../../clock.js';
import {
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  type UpstreamCall,
} from '../../errors.js';
import type { WireObject } from './answer-decoder.js';
import type { JobState } from './faults.js';

/** One question about a job. The first one starts it; later ones name it, unless S-360 gave it no name. */
export interface JobQuestion {
  readonly requestId: string | undefined;
  readonly isFirst: boolean;
}

export interface JobAnswer {
  readonly state: JobState;
  readonly result: WireObject;
}

export interface AsyncLoopOptions {
  readonly clock: Clock;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  readonly signal: AbortSignal;
  /** Told whenever S-360 says that it still works on it. */
  readonly onInProgress: (() => void) | undefined;
}

/** One client asks every 10 s, five times; S-360 does not say how long a job may take. */
const QUESTIONS_IN_MINUTE = 6;
const MOST_QUESTIONS = 60;
const MOST_MINUTES = 10;

/**
 * Asks until S-360 no longer answers `in_progress`, and returns the result of the success. A job under way is worth
 * more than one lost question, since starting it again may have to wait for ten minutes: so a later question that is
 * refused for now or fails on the way is asked again, within the same bounds. Throws what `ask` throws,
 * UpstreamTimeoutError, or the reason of `signal`.
 */
export async function askUntilDone(
  call: UpstreamCall,
  ask: (question: JobQuestion) => Promise<JobAnswer>,
  { clock, minuteMs, signal, onInProgress }: AsyncLoopOptions,
): Promise<WireObject> {
  const giveUpAt = clock.now() + MOST_MINUTES * minuteMs;
  let requestId: string | undefined;
  for (let asked = 0; asked < MOST_QUESTIONS && clock.now() < giveUpAt; asked += 1) {
    let waitMs = minuteMs / QUESTIONS_IN_MINUTE;
    try {
      const { state, result } = await ask({ requestId, isFirst: asked === 0 });
      if (state === 'done') return result;
      onInProgress?.();
      // Without an id S-360 recognises the identical question.
      const named = result['requestId'];
      if (typeof named === 'string' && named.trim() !== '') requestId = named.trim();
    } catch (error) {
      if (asked === 0 || !isPassing(error)) throw error;
      waitMs = Math.max(waitMs, error.retryAfterMs ?? 0);
    }
    await clock.sleep(waitMs, signal);
    signal.throwIfAborted();
  }
  throw new UpstreamTimeoutError(call, 'still in progress after all the time a job is given');
}

function isPassing(
  error: unknown,
): error is UpstreamRateLimitedError | UpstreamUnavailableError | UpstreamTimeoutError {
  if (error instanceof UpstreamRateLimitedError)
    return error.refusedBy === 'MINUTE' || error.refusedBy === 'S360';
  return error instanceof UpstreamUnavailableError || error instanceof UpstreamTimeoutError;
}
