import type { Logger } from 'pino';
import type { TextStore } from '../cache/store.js';
import type { Config } from '../config/config.js';
import type { RedisLink } from '../redis/redis-link.types.js';

/** What this replica shares with the others. */
export interface SharedState {
  readonly link: RedisLink;
  /** How many replicas there are; null: nobody said. */
  readonly replicas: number | null;
  /** Where catalogs are kept. */
  readonly store: TextStore;
  /** Under which an institution's keys are. What a demonstration shares must never pass for a real institution's. */
  nameOf(institution: string): string;
}

/** Null for the one process that shares nothing; none of it is loaded then. Never waits for Redis. */
export async function openSharedState(
  config: Pick<Config, 'redisUrl' | 'replicas' | 'institutions'>,
  { behind, log }: { readonly behind: TextStore; readonly log: Logger },
): Promise<SharedState | null> {
  if (config.redisUrl === null) return null;
  const [{ openRedis }, { SharedStore }] = await Promise.all([
    import('../redis/open-redis.js'),
    import('../cache/shared-store.js'),
  ]);
  const link = openRedis(config.redisUrl, { log });
  const space = config.institutions === null ? 'sandbox/' : '';
  return {
    link,
    replicas: config.replicas,
    store: new SharedStore({ link, space, behind, log }),
    nameOf: (institution) => `${space}${institution}`,
  };
}
