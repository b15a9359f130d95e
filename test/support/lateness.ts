import { setTimeout as timer } from 'node:timers/promises';

/**
 * How much later than a bare timer of `ms`, started at the same moment, something ends: a machine that is busy makes
 * both late. Negative when it ends earlier.
 */
export async function latenessOf<T>(
  ms: number,
  what: () => Promise<T>,
): Promise<{ readonly lateMs: number; readonly outcome: T }> {
  const [bareAt, { outcome, endedAt }] = await Promise.all([
    timer(ms).then(() => performance.now()),
    what().then((outcome) => ({ outcome, endedAt: performance.now() })),
  ]);
  return { lateMs: endedAt - bareAt, outcome };
}
