import type { OperationResult } from './operation.types.js';

/** Work that outlasts the call that began it. */
export interface Job {
  readonly requestId: number;
  /** Whose call it is, and which. */
  readonly key: string;
  readonly result: OperationResult;
  /** A caller was told `in_progress`. */
  isAnnounced: boolean;
  /** A caller was given the result. */
  isDelivered: boolean;
  readonly startedAtMs: number;
}

export interface JobOptions {
  readonly clock: { now(): number };
  readonly minuteMs: number;
}

/**
 * Calls under way and results kept for a while [I]. A caller joins a job by its `requestId`, also after the result was
 * delivered (the answer may have been lost), or by an identical call while the result was announced but not fetched.
 */
export interface Jobs {
  start(key: string, result: OperationResult): Job;
  byRequestId(key: string, requestId: number): Job | undefined;
  announced(key: string): Job | undefined;
  /** For a job that nobody can ask for again. */
  forget(job: Job): void;
}

const KEPT_MINUTES = 5;
const MOST_JOBS = 1_000;
const FIRST_REQUEST_ID = 7_001;

export function createJobs({ clock, minuteMs }: JobOptions): Jobs {
  const jobs = new Map<number, Job>();
  let nextRequestId = FIRST_REQUEST_ID;

  function forgetOld(): void {
    const beforeMs = clock.now() - KEPT_MINUTES * minuteMs;
    for (const [requestId, { startedAtMs }] of jobs) {
      if (startedAtMs >= beforeMs && jobs.size <= MOST_JOBS) return;
      jobs.delete(requestId);
    }
  }

  return {
    start(key, result) {
      const job: Job = {
        requestId: nextRequestId,
        key,
        result,
        isAnnounced: false,
        isDelivered: false,
        startedAtMs: clock.now(),
      };
      nextRequestId += 1;
      jobs.set(job.requestId, job);
      forgetOld();
      return job;
    },
    byRequestId(key, requestId) {
      forgetOld();
      const job = jobs.get(requestId);
      return job && methodOf(job.key) === methodOf(key) ? job : undefined;
    },
    announced(key) {
      forgetOld();
      return [...jobs.values()].find((job) => job.key === key && job.isAnnounced && !job.isDelivered);
    },
    forget: ({ requestId }) => void jobs.delete(requestId),
  };
}

/** `institution method arguments`: a poll by id need not repeat the arguments. */
export function jobKey(institution: string, method: string, fingerprint: string): string {
  return `${institution} ${method} ${fingerprint}`;
}

function methodOf(key: string): string {
  return key.split(' ', 2).join(' ');
}
