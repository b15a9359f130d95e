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
  /** Counts so many points, one for each request at least, of whoever the key stands for. Never waits for long, never rejects. */
  take(key: string, points?: number): Promise<RateVerdict>;
}

export interface RateLimitsOptions {
  /** Null: nobody is limited. */
  readonly perMinute: number | null;
  readonly kind?: RateKind;
  /** Absent: this process counts alone. */
  readonly shared?: SharedCounter;
}

/** What is counted, apart from everything else. */
export interface RateKind {
  /** Of the keys that replicas count by. */
  readonly prefix: string;
  /** What a caller does not use in one window is not saved up for the next. */
  readonly windowSeconds: number;
  /** Before when to come back. */
  readonly refusal?: string;
}

export const RATE_HEADERS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const;

/** Short enough that who has to wait does not give up. */
const REQUESTS: RateKind = { prefix: 'foyer:rate', windowSeconds: 10 };

const UNLIMITED: RateVerdict = { refusal: null, headers: {} };

export function createRateLimits({ perMinute, kind = REQUESTS, shared }: RateLimitsOptions): RateLimits {
  if (perMinute === null) return { take: async () => UNLIMITED };
  const points = Math.max(1, Math.ceil((perMinute * kind.windowSeconds) / 60));
  const limiter = createLimiter(points, kind, shared);
  return {
    async take(key, taken = 1) {
      try {
        return verdictOf(await limiter.consume(key, taken), points, null);
      } catch (left) {
        // The library rejects with what is left, too; anything else is no reason to turn somebody away.
        if (!(left instanceof RateLimiterRes)) return UNLIMITED;
        return verdictOf(
          left,
          points,
          new TooManyRequestsError(Math.max(1, left.msBeforeNext), kind.refusal),
        );
      }
    },
  };
}

/** While what is shared is away, each replica counts for itself. */
function createLimiter(
  points: number,
  { prefix, windowSeconds }: RateKind,
  shared: SharedCounter | undefined,
): RateLimiterAbstract {
  const window = { points, duration: windowSeconds };
  const alone = new RateLimiterMemory(window);
  if (shared === undefined) return alone;
  return new RateLimiterRedis({
    ...window,
    keyPrefix: prefix,
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
