import { createHash } from 'node:crypto';
import type { RedisLink } from '../redis/redis-link.types.js';
import type { SecretKey } from '../secret-key.js';
import type { SharedCounter } from '../server/rate-limits.js';

const COUNT = `
local count = redis.call('incrby', KEYS[1], ARGV[1])
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  redis.call('pexpire', KEYS[1], ARGV[2])
  ttl = tonumber(ARGV[2])
end
return {count, ttl}`;

/**
 * What callers have asked of all replicas together. Rejects within the link's deadline. A key names an address or a
 * caller: Redis is told a text that is the same for all who have the secret, and says nothing to others; without a secret
 * that all have, a hash of it.
 */
export function sharedCounter(
  link: Pick<RedisLink, 'script'>,
  secret: Pick<SecretKey, 'sign'> | null,
): SharedCounter {
  const count = link.script(COUNT);
  const hidden = (key: string): string =>
    secret?.sign('caller of a rate', key) ?? createHash('sha256').update(key).digest('base64url');
  return async (key, points, windowSeconds) => {
    const name = `foyer:rate:${hidden(key)}`;
    const [total, ttlMs] = (await count([name], [points, windowSeconds * 1_000])) as [number, number];
    return [total, ttlMs];
  };
}
