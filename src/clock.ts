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

/** The machine's clock, made steady. Its sleeps do not keep the process alive. */
export const systemClock: Clock = {
  now: steadyTime(),
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

export interface TimeReadings {
  /** Epoch ms, as the machine was told; may be set back or forward. */
  readonly wall: () => number;
  /** Ms since some moment; only goes on. */
  readonly elapsed: () => number;
}

/** A step forward beyond this is a machine that slept, and time that really passed. */
const SLEPT_MS = 600_000;
/** Windows of calls have a margin of as much: time that is in a hurry must not end them too soon. */
const HURRY = 0.01;
/** Waits last longer while the machine's clock is waited for, but they end. */
const LINGER = 0.5;

/**
 * Time that does not go back and does not leap when the machine's clock is set: all intervals, between two calls to
 * S-360 above all, are kept in it. It draws near to the clock instead, at half its pace or a hundredth faster.
 */
export function steadyTime(
  { wall, elapsed }: TimeReadings = { wall: () => Date.now(), elapsed: () => performance.now() },
): () => number {
  let time = wall();
  let readAt = elapsed();
  return () => {
    const at = elapsed();
    const passed = at - readAt;
    readAt = at;
    const ahead = wall() - (time + passed);
    if (ahead > SLEPT_MS) time = wall();
    else time += passed + (ahead > 0 ? Math.min(ahead, passed * HURRY) : Math.max(ahead, -passed * LINGER));
    return Math.floor(time);
  };
}

/** Resolves when `work` is done, or after `ms` whatever becomes of it; rejects with it. By a real timer: whoever waits does so in real time. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, enough]);
  } finally {
    clearTimeout(timer);
  }
}
