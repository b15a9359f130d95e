/** The deadline of the whole call passed. */
export class DeadlinePassedError extends Error {}

/**
 * Runs `work` with a signal that aborts with the first of `signals`, for its reason. Leaves no listener behind: some
 * of the signals live as long as the process, and what AbortSignal.any hangs on those stays there.
 */
export async function withSignals<T>(
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const unfollow = signals.map((signal) => follow(signal, controller));
  try {
    return await work(controller.signal);
  } finally {
    unfollow.forEach((end) => end());
  }
}

/** Runs `work` with a signal that aborts after `ms` (reason: DeadlinePassedError) or together with `signal`. */
export async function withinDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DeadlinePassedError(`no complete answer within ${ms} ms`)),
    ms,
  );
  try {
    return await withSignals([deadline.signal, signal], work);
  } finally {
    clearTimeout(timer);
  }
}

function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  if (signal === undefined) return () => undefined;
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
