import { setTimeout as delay } from 'node:timers/promises';
import type { Arguments } from '../operations/arguments.js';
import { jobKey, type Job, type Jobs } from '../operations/jobs.js';
import type { Operation, OperationResult } from '../operations/operation.types.js';
import { TECHNICAL_ERROR, failure } from '../operations/results.js';
import { isKept, type AnswerFormat } from './writer.types.js';

export interface Asked {
  readonly operation: Operation;
  readonly args: Arguments;
  readonly institution: string;
  readonly jobs: Jobs;
}

/** The job that this call polls, if it polls one. */
export function findPolledJob({ operation, args, institution, jobs }: Asked): Job | undefined {
  const key = jobKey(institution, operation.method, args.fingerprint());
  const requestId = args.number('requestId');
  if (requestId !== undefined) return jobs.byRequestId(key, requestId);
  return operation.isRepeatable ? undefined : jobs.announced(key);
}

/** Only asynchronous methods mind a `requestId` that means nothing; the others send it back [I]. */
export function refuseUnknownJob({ operation, args }: Asked): OperationResult | null {
  const requestId = args.number('requestId');
  if (!operation.isAsynchronous || requestId === undefined) return null;
  return failure(TECHNICAL_ERROR, `requestId ${requestId} is not known, or too old`);
}

export interface FinishOptions {
  readonly format: AnswerFormat;
  readonly waitMs: number;
  /** Answers `in_progress` whatever the state of the work. */
  readonly isHeldBack: boolean;
}

/** The result of a call, or `in_progress` when it takes longer than the wait. `run` is not called for a poll. */
export async function finish(
  asked: Asked,
  polled: Job | undefined,
  run: () => OperationResult,
  { format, waitMs, isHeldBack }: FinishOptions,
): Promise<OperationResult> {
  const { operation, args, institution, jobs } = asked;
  const callersId = args.number('requestId');
  if (!polled && !operation.isAsynchronous && !isHeldBack) return withHeader(run(), { requestId: callersId });

  const result = polled?.result ?? run();
  if (result.statusCode !== 'success') return withHeader(result, { requestId: callersId });
  const job = polled ?? jobs.start(jobKey(institution, operation.method, args.fingerprint()), result);
  const isAtOnce = waitMs > 0 || polled !== undefined;
  if (isHeldBack || !isAtOnce || !(await isReadyWithin(result, format, waitMs))) {
    job.isAnnounced = true;
    return { requestId: job.requestId, statusCode: 'in_progress', requestState: 'IN_PROGRESS' };
  }
  job.isDelivered = true;
  if (!job.isAnnounced) jobs.forget(job);
  return withHeader(result, {
    requestId: job.isAnnounced ? job.requestId : undefined,
    // The spelling of the states is the sandbox's own.
    requestState: operation.isAsynchronous ? 'DONE' : undefined,
  });
}

function withHeader(
  { statusCode, statusDetail, ...members }: OperationResult,
  { requestId, requestState }: { requestId?: number | undefined; requestState?: 'DONE' | undefined },
): OperationResult {
  return {
    ...(requestId === undefined ? {} : { requestId }),
    statusCode,
    ...(statusDetail === undefined ? {} : { statusDetail }),
    ...(requestState === undefined ? {} : { requestState }),
    ...members,
  };
}

/** Whether the large parts of a result can be written now, or become so within the wait; the work goes on anyway. */
async function isReadyWithin(
  result: OperationResult,
  format: AnswerFormat,
  waitMs: number,
): Promise<boolean> {
  const parts = Object.values(result).filter(
    (value) => typeof value === 'object' && value !== null && isKept(value),
  );
  const ready = Promise.all(parts.map((part) => part.pieces(format))).then(() => true);
  // When the wait ends first, a failure is the next poll's to tell.
  ready.catch(() => undefined);
  const timeout = new AbortController();
  const late = delay(waitMs, false, { signal: timeout.signal, ref: false }).catch(() => false);
  const isReady = await Promise.race([ready, late]);
  timeout.abort();
  return isReady;
}
