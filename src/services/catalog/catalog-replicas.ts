import { randomUUID } from 'node:crypto';
import type { RedisLink } from '../../redis/redis-link.types.js';

/** The other replicas that keep the same institution's catalog. */
export interface CatalogReplicas {
  /** The right to look at S-360, which one replica gets for a contract minute and nobody gives back. Never rejects. */
  takeTurn(): Promise<CatalogTurn>;
  /** The turn does not run out while this replica is asking; a full catalog takes longer than a minute. The answer ends it. */
  keepTurn(): () => void;
  /** Something was stored or confirmed: the others look at the store. */
  tell(): void;
  /** Told when another tells, and when this replica hears the others again. The answer ends it. */
  onNews(listener: () => void): () => void;
}

export interface CatalogTurn {
  readonly isOurs: boolean;
  /** When somebody else has it: until when, from now. */
  readonly untilMs: number;
}

export interface CatalogReplicasOptions {
  readonly institution: string;
  readonly link: Pick<RedisLink, 'script' | 'publish' | 'subscribe' | 'onChange'>;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
}

/** Whoever has it may look again after a failure. */
const TAKE_TURN = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return -1 end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return -1 end
return redis.call('PTTL', KEYS[1])
`;

const KEEP_TURN = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
`;

export function createCatalogReplicas({
  institution,
  link,
  minuteMs,
}: CatalogReplicasOptions): CatalogReplicas {
  const me = randomUUID();
  const channel = `foyer:{${institution}}:catalog`;
  const turn = `${channel}:turn`;
  const turnMs = Math.ceil(minuteMs);
  const take = link.script(TAKE_TURN);
  const keep = link.script(KEEP_TURN);
  return {
    async takeTurn() {
      try {
        const left = Number(await take([turn], [me, turnMs]));
        return left === -1 ? { isOurs: true, untilMs: 0 } : { isOurs: false, untilMs: Math.max(left, 1) };
      } catch {
        // Without Redis the call budget decides whether a replica may ask.
        return { isOurs: true, untilMs: 0 };
      }
    },
    keepTurn() {
      // Real time, as that of Redis. Three times in a turn: one renewal may be lost.
      const timer = setInterval(() => void keep([turn], [me, turnMs]).catch(() => {}), turnMs / 3);
      timer.unref();
      return () => clearInterval(timer);
    },
    tell() {
      // Who does not hear it looks when the next look is due.
      link.publish(channel, me).catch(() => {});
    },
    onNews(listener) {
      // Two connections, each with its own return: what is told may be heard before it can be read.
      const ends = [
        link.onChange((isUp) => {
          if (isUp) listener();
        }),
        link.subscribe({
          channel,
          onMessage: (text) => {
            if (text !== me) listener();
          },
          onReady: listener,
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
