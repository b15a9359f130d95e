import { createHash } from 'node:crypto';
import type { RedisClientType } from '@keyv/redis';
import { OwnRedisConnection, type RedisLog } from './redis-connection.js';
import type {
  RedisConnection,
  RedisLink,
  RedisScript,
  RunOptions,
  Subscription,
} from './redis-link.types.js';
import { RedisSubscriptions } from './redis-subscriptions.js';

export interface OpenRedisOptions {
  readonly log: RedisLog;
  /** How long an operation may take that says nothing else; 50 ms by default. */
  readonly deadlineMs?: number;
}

/** Asks nothing yet and never fails: a Redis that is not there now is taken in when it appears. `url` is not printed. */
export function openRedis(url: string, options: OpenRedisOptions): RedisLink {
  return new OwnRedisLink(url, options);
}

class OwnRedisLink implements RedisLink {
  readonly #commands: OwnRedisConnection;
  readonly #opened = new Set<RedisConnection>();
  #subscriptions: RedisSubscriptions | null = null;

  constructor(
    private readonly url: string,
    options: OpenRedisOptions,
  ) {
    this.#commands = new OwnRedisConnection({ url, ...options });
  }

  isUp(): boolean {
    return this.#commands.isUp();
  }

  run<T>(what: (client: RedisClientType) => Promise<T>, options?: RunOptions): Promise<T> {
    return this.#commands.run(what, options);
  }

  onChange(listener: (isUp: boolean) => void): () => void {
    return this.#commands.onChange(listener);
  }

  script(source: string, options?: RunOptions): RedisScript {
    const sha = createHash('sha1').update(source).digest('hex');
    return (keys, args) => {
      const call = { keys: [...keys], arguments: args.map(String) };
      return this.#commands.run(
        async (client) =>
          client.evalSha(sha, call).catch((error: unknown) => {
            if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
              return client.eval(source, call);
            throw error;
          }),
        options,
      );
    };
  }

  subscribe(subscription: Subscription): () => void {
    this.#subscriptions ??= new RedisSubscriptions(new OwnRedisConnection({ url: this.url, log: SILENT }));
    return this.#subscriptions.add(subscription);
  }

  async publish(channel: string, text: string): Promise<void> {
    await this.#commands.run((client) => client.publish(channel, text));
  }

  open({ longestWaitMs }: { readonly longestWaitMs: number }): RedisConnection {
    const connection = new OwnRedisConnection({ url: this.url, log: SILENT, longestWaitMs });
    this.#opened.add(connection);
    return connection;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened].map((connection) => connection.close()));
    await this.#subscriptions?.close();
    await this.#commands.close();
  }
}

/** The connection for commands already tells of outages. */
const SILENT: RedisLog = { info: () => {}, warn: () => {} };
