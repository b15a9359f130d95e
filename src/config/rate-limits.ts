import { quote } from '../domain/ids.js';
import { parseProxyNetworks, type TrustedProxies } from '../server/trusted-proxies.js';
import type { EnvironmentReader } from './environment.js';

/** How often one caller may ask, and how it is known who he is. */
export interface RateLimitConfig {
  /** Requests, and operations on sockets; null: as often as he likes. */
  readonly perMinute: number | null;
  /** Credentials that are none, from one address; null: as many as somebody likes. */
  readonly failuresPerMinute: number | null;
  /** Proxies whose `X-Forwarded-For` is believed; 0: nobody's. */
  readonly trustedProxies: TrustedProxies;
}

export function readRateLimit(read: EnvironmentReader): RateLimitConfig {
  // A hundred a second, all day: more than a front end asks, and what a partner's back end asks for many visitors.
  const perMinute = read.integer('RATE_LIMIT_PER_MINUTE', { fallback: 6_000, min: 0, max: 10_000_000 });
  const failures = read.integer('LOGIN_FAILURES_PER_MINUTE', { fallback: 10, min: 0, max: 100_000 });
  return {
    failuresPerMinute: failures === 0 ? null : failures,
    perMinute: perMinute === 0 ? null : perMinute,
    trustedProxies: readTrustedProxies(read),
  };
}

function readTrustedProxies(read: EnvironmentReader): TrustedProxies {
  const text = read.text('TRUSTED_PROXIES') ?? '0';
  if (/^\d+$/.test(text)) return read.integer('TRUSTED_PROXIES', { fallback: 0, min: 0, max: 10 });
  const networks = parseProxyNetworks(text);
  if (!('wrong' in networks)) return networks;
  read.problem(
    'TRUSTED_PROXIES',
    `must be a number from 0 to 10, or a list of addresses and networks like 10.0.0.0/8, got ${quote(networks.wrong)}`,
  );
  return 0;
}
