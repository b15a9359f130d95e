import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import KeyvRedis from '@keyv/redis';
import type { RedisLink } from '../redis/redis-link.types.js';
import type { StoreLog, TextStore } from './store.js';

export interface SharedStoreOptions {
  readonly link: Pick<RedisLink, 'run' | 'isUp'>;
  /** Put before every key; empty, or what keeps a demonstration apart. */
  readonly space?: string;
  /** This replica's own, for when Redis is away: what was read from Redis is kept there too. */
  readonly behind: TextStore;
  readonly log: StoreLog;
}

/** Changes with how values are written: replicas of two releases side by side do not read each other's. */
const NAMESPACE = 'foyer:cache:1';
/** Nobody waits for a write, and a part of a catalog is larger than what a request reads. */
const WRITE_DEADLINE_MS = 250;
/** What is inflated is never larger; a part of a catalog has tens of kilobytes. */
const MAX_VALUE_BYTES = 32 * 1024 * 1024;
/** Of Redis's memory: text as ours becomes a tenth of it at any level. */
const LEVEL = { level: constants.Z_BEST_SPEED };

/**
 * What replicas share of what can be fetched again, compressed. It never fails its caller and never keeps it waiting:
 * without Redis a read is a miss, or what this replica keeps itself.
 */
export class SharedStore implements TextStore {
  readonly #options: SharedStoreOptions;
  #adapter: KeyvRedis<string> | null = null;

  constructor(options: SharedStoreOptions) {
    this.#options = options;
  }

  async get(key: string): Promise<string | undefined> {
    const { behind } = this.#options;
    const shared = await this.#read(key);
    if (shared === undefined) {
      const own = await behind.get(key);
      return typeof own === 'string' ? own : undefined;
    }
    if ((await behind.get(key)) !== shared) await behind.set(key, shared);
    return shared;
  }

  /** False when neither Redis nor this replica took it; with Redis there, Redis has to. */
  async set(key: string, value: string): Promise<boolean> {
    const isShared = await this.#write(key, value);
    const isKept = await this.#options.behind.set(key, value);
    return isShared ?? isKept;
  }

  async delete(key: string): Promise<boolean> {
    const wasKept = await this.#options.behind.delete(key);
    const wasShared = await this.#run((adapter) => adapter.delete(key), WRITE_DEADLINE_MS);
    return wasKept || wasShared === true;
  }

  /**
   * Gives to a Redis that lost its data what this replica keeps of these values, in their order. Nothing when the
   * last one is there, and nothing after one that fails.
   */
  async refill(keys: readonly string[]): Promise<void> {
    const last = keys.at(-1);
    if (last === undefined || (await this.#run((adapter) => adapter.has(last))) !== false) return;
    for (const key of keys) {
      const own = await this.#options.behind.get(key);
      if (typeof own !== 'string' || (await this.#write(key, own)) !== true) return;
    }
  }

  async #read(key: string): Promise<string | undefined> {
    const text = await this.#run((adapter) => adapter.get<string>(key));
    if (typeof text !== 'string') return undefined;
    try {
      const bytes = await inflated(Buffer.from(text, 'base64'), { maxOutputLength: MAX_VALUE_BYTES });
      return bytes.toString();
    } catch (error) {
      this.#options.log.warn({ err: error, key }, 'a value in Redis cannot be read');
      return undefined;
    }
  }

  /** Null: Redis is away. */
  async #write(key: string, value: string): Promise<boolean | null> {
    if (!this.#options.link.isUp()) return null;
    const text = (await deflated(value, LEVEL)).toString('base64');
    return this.#run(async (adapter) => {
      await adapter.set(key, text);
      return true;
    }, WRITE_DEADLINE_MS);
  }

  /** The adapter alone waits for ever for a Redis that is not there: the link's deadline and breaker are around it. */
  async #run<T>(what: (adapter: KeyvRedis<string>) => Promise<T>, deadlineMs?: number): Promise<T | null> {
    const { link, log } = this.#options;
    try {
      return await link.run(
        (client) => what((this.#adapter ??= adapterOn(client, `${NAMESPACE}:${this.#options.space ?? ''}`))),
        deadlineMs === undefined ? {} : { deadlineMs },
      );
    } catch (error) {
      if (link.isUp()) log.warn({ err: error }, 'the cache in Redis does not answer');
      return null;
    }
  }
}

const deflated = promisify(deflate) as (text: string, options: object) => Promise<Buffer>;
const inflated = promisify(inflate) as (bytes: Buffer, options: object) => Promise<Buffer>;

function adapterOn(client: ConstructorParameters<typeof KeyvRedis>[0], namespace: string): KeyvRedis<string> {
  const adapter = new KeyvRedis<string>(client, {
    namespace,
    keyPrefixSeparator: ':',
    // Else it answers that a value was stored when it was not.
    throwOnErrors: true,
  });
  // It tells each error twice; the one that is thrown is enough.
  adapter.on('error', () => {});
  return adapter;
}
