/**
 * The time, passed as an argument to whatever schedules or dates something, so that a test can move it.
 * Network deadlines do not use it: they run on real timers.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts; it never rejects, so a loop ends by looking at its signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. Its sleeps do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      // setTimeout fires at once for delays beyond 2^31-1 ms.
      const timer = setTimeout(wake, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
      timer.unref();
      signal?.addEventListener('abort', wake, { once: true });
    }),
};
