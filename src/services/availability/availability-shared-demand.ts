import { randomUUID } from 'node:crypto';
import type { WatcherCounts } from './availability-watchers.js';

/** What the clients of one replica want to know of one institution. Ids are S-360's own; plain JSON. */
export interface Demand {
  /** Subscriptions to everything. */
  readonly all: number;
  readonly byProduct: readonly (readonly [productId: string, watchers: number])[];
  readonly byPerformance: readonly (readonly [performanceId: string, watchers: number])[];
  /** Products asked for lately. */
  readonly queried: readonly string[];
  /** Products sold or given back lately. */
  readonly sold: readonly string[];
}

/** What the clients of all other replicas want to know. */
export interface OthersDemand {
  readonly watchers: WatcherCounts;
  readonly queried: ReadonlySet<string>;
  readonly sold: ReadonlySet<string>;
}

export interface DemandSource {
  readonly institution: string;
  /** The demand of this replica now, of any length. */
  demand(): Demand;
  /** Others want something else; `newlySold`: products that nobody had sold before. */
  onOthersChanged(newlySold: readonly string[]): void;
}

/** What the exchange needs of the connection to Redis; a RedisLink is one. */
export interface DemandConnection {
  script(source: string): (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;
  subscribe(subscription: {
    readonly channel: string;
    readonly onMessage: (replica: string) => void;
    readonly onReady: () => void;
  }): () => void;
}

/** The longest list of ids that a replica tells: the most wanted ones. */
const MOST_IDS = 2_000;
/** The plan thinks in minutes, so this is soon; changes are told at once. */
const EVERY_MS = 5_000;
const SOON_MS = 200;
/** Of a replica that died, or was cut off, for so long. */
const LASTS_MS = 30_000;
const NO_DEMAND: OthersDemand = {
  watchers: { all: 0, byProduct: new Map(), byPerformance: new Map() },
  queried: new Set(),
  sold: new Set(),
};

/**
 * ARGV: replica, its demand, how long that lasts in ms. Answers the demands of the others; lifetimes count on the clock
 * of Redis. The others hear when something changed.
 */
const EXCHANGE_LUA = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[3]))) do
  redis.call('HDEL', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 2 * tonumber(ARGV[3])) end
if before ~= ARGV[2] then redis.call('PUBLISH', KEYS[1], ARGV[1]) end
local others = {}
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  if all[index] ~= ARGV[1] then others[#others + 1] = all[index + 1] end
end
return others
`;

/** Tells other replicas what the clients of this one want, so that every plan follows all of them. */
export class SharedDemand {
  readonly #replica = randomUUID();
  readonly #exchange: ReturnType<DemandConnection['script']>;
  readonly #sources = new Map<string, DemandSource>();
  #others = new Map<string, OthersDemand>();
  /** As Redis told it, to see what is new. */
  #told = '';
  #toldAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;
  #end: (() => void) | null = null;

  /** What each replica told, and when it was last heard of. */
  readonly #keys: readonly [demand: string, seen: string];

  constructor(
    private readonly connection: DemandConnection,
    { key = 'foyer:demand' }: { readonly key?: string } = {},
  ) {
    this.#keys = [key, `${key}:seen`];
    this.#exchange = connection.script(EXCHANGE_LUA);
  }

  join(source: DemandSource): void {
    this.#sources.set(source.institution, source);
  }

  othersOf(institution: string): OthersDemand {
    return this.#others.get(institution) ?? NO_DEMAND;
  }

  start(): void {
    this.#end ??= this.connection.subscribe({
      channel: this.#keys[0],
      onMessage: (replica) => {
        if (replica !== this.#replica) this.changed();
      },
      onReady: () => this.changed(),
    });
    this.#schedule(0);
  }

  stop(): void {
    this.#end?.();
    this.#end = null;
    clearTimeout(this.#timer);
  }

  /** Clients of this replica, or others, want something else: said and heard in a moment, however often this is called. */
  changed(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#schedule(SOON_MS);
  }

  /** Real time: people and replicas come and go in it. */
  #schedule(ms: number): void {
    if (this.#end === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), ms).unref();
  }

  async #tick(): Promise<void> {
    this.#isSoon = false;
    await this.exchange();
    if (!this.#isSoon) this.#schedule(EVERY_MS);
  }

  /** Says what is wanted here and takes over what is wanted elsewhere; what was heard lasts while Redis is away, for a while. */
  async exchange(): Promise<void> {
    const own = Object.fromEntries(
      [...this.#sources].map(([code, source]) => [code, bounded(source.demand())]),
    );
    try {
      const answer = await this.#exchange(this.#keys, [this.#replica, JSON.stringify(own), LASTS_MS]);
      this.#toldAt = performance.now();
      this.#take(Array.isArray(answer) ? answer.map(String) : []);
    } catch {
      // Redis is away: nothing is polled then, whatever the plan says.
      if (performance.now() - this.#toldAt > LASTS_MS) this.#take([]);
    }
  }

  #take(told: readonly string[]): void {
    const key = told.toSorted().join('\n');
    if (key === this.#told) return;
    this.#told = key;
    const before = this.#others;
    // Only replicas write this key; one of another version may mean other things.
    const demands = told.map((text) => JSON.parse(text) as Partial<Record<string, Demand>>);
    this.#others = new Map(
      [...this.#sources.keys()].map((code) => [code, sumOf(demands.flatMap((demand) => demand[code] ?? []))]),
    );
    for (const [code, source] of this.#sources) {
      const soldBefore = before.get(code)?.sold;
      source.onOthersChanged([...this.othersOf(code).sold].filter((id) => soldBefore?.has(id) !== true));
    }
  }
}

function sumOf(demands: readonly Demand[]): OthersDemand {
  const byProduct = new Map<string, number>();
  const byPerformance = new Map<string, number>();
  let all = 0;
  for (const demand of demands) {
    all += demand.all;
    for (const [id, count] of demand.byProduct) byProduct.set(id, (byProduct.get(id) ?? 0) + count);
    for (const [id, count] of demand.byPerformance) {
      byPerformance.set(id, (byPerformance.get(id) ?? 0) + count);
    }
  }
  return {
    watchers: { all, byProduct, byPerformance },
    queried: new Set(demands.flatMap(({ queried }) => queried)),
    sold: new Set(demands.flatMap(({ sold }) => sold)),
  };
}

/** In an order of its own, so that the same demand is the same text. */
function bounded({ all, byProduct, byPerformance, queried, sold }: Demand): Demand {
  return {
    all,
    byProduct: mostWatched(byProduct),
    byPerformance: mostWatched(byPerformance),
    queried: queried.toSorted().slice(0, MOST_IDS),
    sold: sold.toSorted().slice(0, MOST_IDS),
  };
}

function mostWatched(counts: Demand['byProduct']): Demand['byProduct'] {
  return counts.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MOST_IDS);
}
