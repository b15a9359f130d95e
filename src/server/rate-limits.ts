import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { TooManyRequestsError } from '../errors.js';

/** Counts for all replicas together; rejects when it cannot do so at once. Answers what is counted, and how long it will be. */
export type SharedCounter = (
  key: string,
  points: number,
  windowSeconds: number,
) => Promise<[count: number, ttlMs: number]>;

/** What is left to a caller after one more request. */
export interface RateVerdict {
  /** Null: come in. */
  readonly refusal: TooManyRequestsError | null;
  /** `RateLimit-…`: how many in a window, how many are left in this one, and seconds until the next. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RateLimits {
  /** How many requests a caller has in one window; infinite where nobody is limited. */
  readonly inWindow: number;
  /** Counts so many points, one for each request at least, of whoever the key stands for. Never waits for long, never rejects. */
  take(key: string, points?: number): Promise<RateVerdict>;
}

export interface RateLimitsOptions {
  /** Null: nobody is limited. */
  readonly perMinute: number | null;
  /** Absent: this process counts alone. */
  readonly shared?: SharedCounter;
}

export const RATE_HEADERS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const;

/** Short enough that who has to wait does not give up; what a caller did not use in one is not saved up. */
const WINDOW_SECONDS = 10;
const WINDOWS_IN_MINUTE = 6;

const UNLIMITED: RateVerdict = { refusal: null, headers: {} };

export function createRateLimits({ perMinute, shared }: RateLimitsOptions): RateLimits {
  if (perMinute === null) return { inWindow: Infinity, take: async () => UNLIMITED };
  const points = Math.max(1, Math.ceil(perMinute / WINDOWS_IN_MINUTE));
  const limiter = createLimiter(points, shared);
  return {
    inWindow: points,
    async take(key, taken = 1) {
      try {
        return verdictOf(await limiter.consume(key, taken), points, null);
      } catch (left) {
        // The library rejects with what is left, too; anything else is no reason to turn somebody away.
        if (!(left instanceof RateLimiterRes)) return UNLIMITED;
        return verdictOf(left, points, new TooManyRequestsError(Math.max(1, left.msBeforeNext)));
      }
    },
  };
}

/** While what is shared is away, each replica counts for itself. */
function createLimiter(points: number, shared: SharedCounter | undefined): RateLimiterAbstract {
  const window = { points, duration: WINDOW_SECONDS };
  const alone = new RateLimiterMemory(window);
  if (shared === undefined) return alone;
  return new RateLimiterRedis({
    ...window,
    keyPrefix: 'foyer:rate',
    insuranceLimiter: alone,
    // Whoever is beyond the limit costs no further question.
    inMemoryBlockOnConsumed: points + 1,
    // The library knows clients of Redis; ours has a deadline and a breaker, and only has to do this.
    storeClient: {
      defineCommand: () => undefined,
      rlflxIncr: ([key, count, seconds]: [string, string, string]) =>
        shared(key, Number(count), Number(seconds)),
    },
  });
}

function verdictOf(
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  points: number,
  refusal: TooManyRequestsError | null,
): RateVerdict {
  return {
    refusal,
    headers: {
      'ratelimit-limit': String(points),
      'ratelimit-remaining': String(Math.max(0, remainingPoints)),
      'ratelimit-reset': String(Math.ceil(Math.max(0, msBeforeNext) / 1_000)),
    },
  };
}
