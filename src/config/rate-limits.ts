import type { EnvironmentReader } from './environment.js';

/** How often one caller may ask, and how it is known who he is. */
export interface RateLimitConfig {
  /** Requests, and operations on sockets; null: as often as he likes. */
  readonly perMinute: number | null;
  /** Proxies in front that write `X-Forwarded-For`; 0: nobody does, and whoever sends it himself is not believed. */
  readonly trustedProxies: number;
}

export function readRateLimit(read: EnvironmentReader): RateLimitConfig {
  // A hundred a second, all day: more than a front end asks, and what a partner's back end asks for many visitors.
  const perMinute = read.integer('RATE_LIMIT_PER_MINUTE', { fallback: 6_000, min: 0, max: 10_000_000 });
  return {
    perMinute: perMinute === 0 ? null : perMinute,
    trustedProxies: read.integer('TRUSTED_PROXIES', { fallback: 0, min: 0, max: 10 }),
  };
}
