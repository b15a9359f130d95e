import { createClient, type RedisClientType } from '@keyv/redis';
import { RedisAwayError } from '../errors.js';
import { withinRedisDeadline } from './redis-deadline.js';
import type { RedisConnection, RunOptions } from './redis-link.types.js';

export interface RedisConnectionOptions {
  /** Credentials included. */
  readonly url: string;
  readonly log: RedisLog;
  /** How long an operation may take that says nothing else; 50 ms by default. */
  readonly deadlineMs?: number | undefined;
  /** For reads that wait at the server; 0 by default. */
  readonly longestWaitMs?: number;
}

/** The part of a pino logger that is needed here. */
export interface RedisLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** No operation of a request waits longer. */
export const DEADLINE_MS = 50;
/** One late answer is a hiccup, a second one in a row is an outage. */
const LATE_ANSWERS = 2;
/** For so long nobody is sent to a Redis that did not answer. */
const REST_MS = 1_000;
const CONNECT_MS = 500;
/** A server that is frozen, or behind a network that drops everything, is left after this; a new connection is made. */
const SILENCE_MS = 1_000;
const PING_MS = 300;
const LONGEST_RECONNECT_MS = 500;

/** A client with a deadline for everything and a breaker: node-redis alone waits for ever for a frozen server. */
export class OwnRedisConnection implements RedisConnection {
  readonly client: RedisClientType;
  readonly #options: RedisConnectionOptions;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  readonly #closed = new AbortController();
  #isUp = false;
  #late = 0;
  #isProbing = false;
  /** The log tells of an outage once, however often it is tried. */
  #isTold = false;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    const waitMs = options.longestWaitMs ?? 0;
    this.client = createClient({
      url: options.url,
      disableOfflineQueue: true,
      ...(waitMs === 0 ? { pingInterval: PING_MS } : {}),
      socket: {
        connectTimeout: CONNECT_MS,
        socketTimeout: waitMs + SILENCE_MS,
        reconnectStrategy: (tries: number) => Math.min(20 * 2 ** Math.min(tries, 10), LONGEST_RECONNECT_MS),
      },
    });
    this.client.on('ready', () => void this.#probe());
    this.client.on('error', (error: unknown) => this.#down(error));
    this.client.on('end', () => this.#down(null));
    // It tries again for ever, so it rejects only when it is closed before it could connect.
    this.client.connect().catch((error: unknown) => this.#down(error));
  }

  isUp(): boolean {
    return this.#isUp;
  }

  async run<T>(
    what: (client: RedisClientType) => Promise<T>,
    { deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS }: RunOptions = {},
  ): Promise<T> {
    if (!this.#isUp) throw new RedisAwayError('Redis is away');
    try {
      const answer = await withinRedisDeadline(deadlineMs, () => what(this.client));
      this.#late = 0;
      return answer;
    } catch (error) {
      // A refusal is an answer: only silence and a lost connection say that Redis is away.
      if (isRefusal(error)) throw error;
      this.#late += 1;
      if (this.#late >= LATE_ANSWERS || !this.client.isReady) this.#down(error);
      throw error instanceof RedisAwayError ? error : new RedisAwayError('Redis is away', { cause: error });
    }
  }

  onChange(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#set(false);
    if (this.client.isOpen) this.client.destroy();
  }

  #down(error: unknown): void {
    const wasUp = this.#isUp;
    this.#set(false);
    if (this.#closed.signal.aborted) return;
    if (!this.#isTold)
      this.#options.log.warn({ err: error }, 'Redis is away: this replica goes on without it');
    this.#isTold = true;
    // A connection that still stands may have been slow only; a lost one is probed when it is back.
    if (wasUp && this.client.isReady) void this.#afterRest();
  }

  async #afterRest(): Promise<void> {
    await this.#rest();
    if (this.client.isReady) await this.#probe();
  }

  /** Real time: how long a server rests says nothing about the time that replicas agree on. */
  #rest(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, REST_MS).unref());
  }

  /** Waits for one answer however long it takes: either it comes, or the connection is given up for its silence. */
  async #probe(): Promise<void> {
    if (this.#isProbing || this.#closed.signal.aborted) return;
    this.#isProbing = true;
    try {
      await this.client.ping();
      this.#late = 0;
      this.#set(true);
    } catch (error) {
      // A connection that ended is followed by one that is probed when it is ready; a server may still be loading.
      if (isRefusal(error)) void this.#afterRest();
    } finally {
      this.#isProbing = false;
    }
  }

  #set(isUp: boolean): void {
    if (this.#isUp === isUp || (isUp && this.#closed.signal.aborted)) return;
    this.#isUp = isUp;
    if (isUp) {
      this.#isTold = false;
      this.#options.log.info({}, 'Redis answers');
    }
    for (const listener of this.#listeners) listener(isUp);
  }
}

/** What the server itself said, as opposed to what happened to the connection. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.has(error.constructor.name);
}

const REFUSALS = new Set(['ErrorReply', 'SimpleError', 'BlobError', 'MultiErrorReply']);
