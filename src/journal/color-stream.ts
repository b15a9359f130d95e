import { APPEND_LUA, CREATE_LUA, READ_LUA } from './color-stream-scripts.js';
import type { SharedPoll } from './shared-poll.types.js';

/** What the stream needs of the connection to Redis; a RedisLink is one. All reject in time when Redis is away. */
export interface StreamConnection {
  isUp(): boolean;
  script(source: string, options?: { readonly deadlineMs: number }): StreamScript;
  subscribe(subscription: {
    readonly channel: string;
    readonly onMessage: (text: string) => void;
    readonly onReady: () => void;
  }): () => void;
  onChange(listener: (isUp: boolean) => void): () => void;
}

type StreamScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Where the log stands. */
export interface StreamPosition {
  readonly id: string;
  readonly headSeq: number;
}

export interface StreamPiece extends StreamPosition {
  readonly floorSeq: number;
  /** Oldest first. */
  readonly entries: readonly StreamEntry[];
}

export interface StreamEntry {
  readonly seq: number;
  readonly poll: SharedPoll;
}

/** What is kept of the log; what goes first is the oldest. */
export interface StreamLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface ColorStreamOptions extends Partial<StreamLimits> {
  readonly connection: StreamConnection;
  /** Key of the stream; changes with the shape of its entries. `foyer:colors:2` by default. */
  readonly key?: string;
}

/** A reading of S-360 has hundreds of KB, and no request waits for it. */
const LARGE_DEADLINE_MS = 500;
const DEFAULT_KEY = 'foyer:colors:2';
const DEFAULT_LIMITS: StreamLimits = {
  maxEntries: 20_000,
  maxBytes: 64 * 2 ** 20,
  maxAgeMs: 7 * 86_400_000,
};

/**
 * The log of polls as a Redis Stream: entry ids are `<seq>-0`, beside it a hash tells which log it is, its head and its
 * floor. Each method is one script, so that what it answers belongs together.
 */
export class ColorStream {
  readonly #connection: StreamConnection;
  readonly #keys: readonly [stream: string, log: string];
  readonly #limits: StreamLimits;
  readonly #read: StreamScript;
  readonly #readAll: StreamScript;
  readonly #append: StreamScript;
  readonly #create: StreamScript;

  constructor({ connection, key = DEFAULT_KEY, ...limits }: ColorStreamOptions) {
    this.#connection = connection;
    this.#keys = [key, `${key}:log`];
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#read = connection.script(READ_LUA);
    this.#readAll = connection.script(READ_LUA, { deadlineMs: LARGE_DEADLINE_MS });
    this.#append = connection.script(APPEND_LUA, { deadlineMs: LARGE_DEADLINE_MS });
    this.#create = connection.script(CREATE_LUA);
  }

  isUp(): boolean {
    return this.#connection.isUp();
  }

  /**
   * Something was appended, up to the head; null: Redis came back, or the log is a new one, and may hold anything. The
   * answer ends it.
   */
  onMoved(listener: (headSeq: number | null) => void): () => void {
    const channel = this.#keys[0];
    const unsubscribe = this.#connection.subscribe({
      channel,
      // A log that begins says 0.
      onMessage: (text) => listener(Number(text) || null),
      onReady: () => listener(null),
    });
    const forget = this.#connection.onChange((isUp) => {
      if (isUp) listener(null);
    });
    return () => {
      unsubscribe();
      forget();
    };
  }

  /** Up to `count` entries after `seq`; null when Redis holds no log. A subscriber is not made to wait for long. */
  async read(
    seq: number,
    count: number,
    { isForSubscriber = false }: { readonly isForSubscriber?: boolean } = {},
  ): Promise<StreamPiece | null> {
    const read = isForSubscriber ? this.#read : this.#readAll;
    const answer = await read(this.#keys, [seq, count]);
    const [id, headSeq, floorSeq, ...flat] = textsOf(answer);
    if (id === undefined || id === '') return null;
    const entries: StreamEntry[] = [];
    for (let index = 0; index + 1 < flat.length; index += 2) {
      // Only replicas of this version write to this key.
      entries.push({
        seq: Number.parseInt(flat[index]!, 10),
        poll: JSON.parse(flat[index + 1]!) as SharedPoll,
      });
    }
    return { id, headSeq: Number(headSeq), floorSeq: Number(floorSeq), entries };
  }

  /** Appends after the expected head and answers the new position; null when the log stands elsewhere: read first. */
  async append(
    expected: StreamPosition,
    poll: SharedPoll,
  ): Promise<{ readonly seq: number; readonly floorSeq: number } | null> {
    const { maxEntries, maxBytes, maxAgeMs } = this.#limits;
    const { id, headSeq } = expected;
    const args = [id, headSeq, JSON.stringify(poll), maxEntries, maxBytes, maxAgeMs];
    const [seq, floorSeq] = textsOf(await this.#append(this.#keys, args));
    return seq === undefined ? null : { seq: Number(seq), floorSeq: Number(floorSeq) };
  }

  /** Begins a new log in place of `former`, as long as that is what Redis holds; null: nothing. */
  async create(id: string, former: StreamPosition | null): Promise<void> {
    await this.#create(this.#keys, [id, former?.id ?? '', former?.headSeq ?? 0]);
  }
}

function textsOf(answer: unknown): string[] {
  if (!Array.isArray(answer)) throw new Error('Redis answered a script of the color log with no list');
  return answer.map(String);
}
