import type { RedisClientType } from '@keyv/redis';

export interface RunOptions {
  /** How long the answer may take; 50 ms by default. */
  readonly deadlineMs?: number;
}

/** One connection to Redis. It connects, and connects again, by itself. */
export interface RedisConnection {
  /** False while an operation would be refused at once. */
  isUp(): boolean;
  /**
   * Runs one operation; rejects with RedisAwayError when Redis does not answer in time, at once while it is known to
   * be away. What was sent may still happen then, even much later. What Redis itself refuses rejects with its error.
   */
  run<T>(what: (client: RedisClientType) => Promise<T>, options?: RunOptions): Promise<T>;
  /** Told of each change of `isUp`; the answer ends it. */
  onChange(listener: (isUp: boolean) => void): () => void;
  close(): Promise<void>;
}

/** A Lua script: what it touches goes in `keys`. Answers what it returns, as node-redis reads it. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

export interface Subscription {
  readonly channel: string;
  readonly onMessage: (text: string) => void;
  /** Told whenever messages begin to come, again or for the first time: those before may have been missed. */
  readonly onReady?: () => void;
}

/** The Redis that the replicas share. Losing it never stops a replica. */
export interface RedisLink extends RedisConnection {
  /** Sent whole the first time that a server does not know it, by its hash afterwards. */
  script(source: string, options?: RunOptions): RedisScript;
  /** The answer ends it. */
  subscribe(subscription: Subscription): () => void;
  publish(channel: string, text: string): Promise<void>;
  /** One more connection, for reads that wait at the server for up to `longestWaitMs`. To be closed by whoever opened it. */
  open(options: { readonly longestWaitMs: number }): RedisConnection;
}
