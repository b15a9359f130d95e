import { describe, expect, it } from 'vitest';
import { askUntilDone, type JobAnswer, type JobQuestion } from '../../src/datasources/s360/async-loop.js';
import { jobStateOf } from '../../src/datasources/s360/faults.js';
import {
  UpstreamFaultError,
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../../src/errors.js';
import { createManualClock } from '../support/manual-clock.js';
import { failureOf } from '../support/failure.js';

const CALL = { institution: 'house', service: 'CatalogService', method: 'getCatalogDetailed' };
const MINUTE_MS = 60_000;

const inProgress = (requestId?: string): JobAnswer => ({
  state: 'in progress',
  result: requestId === undefined ? {} : { requestId },
});
const DONE: JobAnswer = { state: 'done', result: { statusCode: 'success' } };
const busy = (by: UpstreamRateLimitedError['refusedBy'], retryAfterMs: number) =>
  new UpstreamRateLimitedError(CALL, 'busy', by, { retryAfterMs });

/** Starts a job that meets `answers` in turn, the last one for ever. */
function startJob(answers: readonly (JobAnswer | Error)[]) {
  const clock = createManualClock();
  const questions: (JobQuestion & { readonly at: number })[] = [];
  const abort = new AbortController();
  const startedAt = clock.now();
  let inProgressTimes = 0;
  const job = askUntilDone(
    CALL,
    async (question) => {
      questions.push({ ...question, at: clock.now() - startedAt });
      const answer = answers[Math.min(questions.length, answers.length) - 1]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { clock, minuteMs: MINUTE_MS, signal: abort.signal, onInProgress: () => (inProgressTimes += 1) },
  );
  job.catch(() => undefined);
  return { clock, questions, abort, job, timesInProgress: () => inProgressTimes };
}

describe('the asynchronous loop', () => {
  it('asks once when the answer is there', async () => {
    const { job, questions, timesInProgress } = startJob([DONE]);

    expect(await job).toBe(DONE.result);
    expect(questions).toEqual([{ requestId: undefined, isFirst: true, at: 0 }]);
    expect(timesInProgress()).toBe(0);
  });

  it('names the job from its first answer on, a sixth of a minute apart', async () => {
    const { clock, job, questions, timesInProgress } = startJob([inProgress('7001'), inProgress(), DONE]);
    await clock.advance(MINUTE_MS);

    expect(await job).toBe(DONE.result);
    expect(questions).toEqual([
      { requestId: undefined, isFirst: true, at: 0 },
      { requestId: '7001', isFirst: false, at: 10_000 },
      { requestId: '7001', isFirst: false, at: 20_000 },
    ]);
    expect(timesInProgress()).toBe(2);
  });

  it('repeats the identical question when S-360 named no job', async () => {
    const { clock, job, questions } = startJob([inProgress(), DONE]);
    await clock.advance(MINUTE_MS);
    await job;

    expect(questions.map(({ requestId }) => requestId)).toEqual([undefined, undefined]);
  });

  it('survives a later question that fails or is refused for now, and waits as long as it is told', async () => {
    const { clock, job, questions } = startJob([
      inProgress('1'),
      new UpstreamUnavailableError(CALL, 'reset'),
      busy('MINUTE', 25_000),
      new UpstreamTimeoutError(CALL, 'slow'),
      DONE,
    ]);
    await clock.advance(2 * MINUTE_MS);

    expect(await job).toBe(DONE.result);
    expect(questions.map(({ at }) => at)).toEqual([0, 10_000, 20_000, 45_000, 55_000]);
  });

  it.each([
    ['the first question', [new UpstreamUnavailableError(CALL, 'reset')]],
    ['a fault', [inProgress('1'), new UpstreamFaultError(CALL, 'error.technical')]],
    ['a malformed answer', [inProgress('1'), new UpstreamShapeError(CALL, 'half')]],
    ["the month's allowance", [inProgress('1'), busy('MONTH', 1_000)]],
  ])('gives up at once when it fails for good: %s', async (_, answers) => {
    const { clock, job } = startJob(answers);
    await clock.advance(MINUTE_MS);

    expect(await failureOf(job)).toBe(answers.at(-1));
  });

  it('gives up after ten minutes', async () => {
    const { clock, job, questions } = startJob([inProgress('1')]);
    await clock.advance(11 * MINUTE_MS);

    expect(await failureOf(job)).toBeInstanceOf(UpstreamTimeoutError);
    expect(questions).toHaveLength(60);
  });

  it('ends with the reason of its signal, without another question', async () => {
    const { clock, job, questions, abort } = startJob([inProgress('1')]);
    await clock.settle();
    const reason = new Error('enough');
    abort.abort(reason);

    expect(await failureOf(job)).toBe(reason);
    expect(questions).toHaveLength(1);
  });
});

describe('the state of a job', () => {
  it.each([
    [{ statusCode: 'success' }, 'done'],
    [{ statusCode: 'in_progress' }, 'in progress'],
    [{ statusCode: 'in_progress', requestState: 'IN_PROGRESS' }, 'in progress'],
  ])('is read from %j', (header, state) => {
    expect(jobStateOf(CALL, header)).toBe(state);
  });

  it.each([
    [{ statusCode: 'in_progress', requestState: 'FAILED' }, 'FAILED'],
    [{ statusCode: 'error.order.availability' }, 'error.order.availability'],
  ])('is a refusal with its code in %j', (header, upstreamCode) => {
    expect(() => jobStateOf(CALL, header)).toThrow(expect.objectContaining({ upstreamCode }));
  });

  it.each([{}, { statusCode: ' ' }])('is nothing to rely on in %j', (header) => {
    expect(() => jobStateOf(CALL, header)).toThrow(UpstreamShapeError);
  });
});
