import type { RedisLink } from '../redis/redis-link.types.js';
import type { SharedCounter } from '../server/rate-limits.js';

const COUNT = `
local count = redis.call('incrby', KEYS[1], ARGV[1])
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  redis.call('pexpire', KEYS[1], ARGV[2])
  ttl = tonumber(ARGV[2])
end
return {count, ttl}`;

/** What callers have asked of all replicas together. Rejects within the link's deadline. */
export function sharedCounter(link: Pick<RedisLink, 'script'>): SharedCounter {
  const count = link.script(COUNT);
  return async (key, points, windowSeconds) => {
    const [total, ttlMs] = (await count([key], [points, windowSeconds * 1_000])) as [number, number];
    return [total, ttlMs];
  };
}
