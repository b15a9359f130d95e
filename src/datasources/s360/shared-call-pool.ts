import { randomUUID } from 'node:crypto';
import { RedisAwayError, type UpstreamRateLimitedError } from '../../errors.js';
import type { RedisLink, RedisScript } from '../../redis/redis-link.types.js';
import { BUY, ENDED, MADE, RAISE, TAKE_BACK, TELL } from './call-pool-scripts.js';
import type { CallPool, PoolAnswer, PoolEnd, PoolOrder, PoolTotals } from './call-pool.types.js';

export interface SharedCallPoolOptions {
  readonly institution: string;
  readonly link: Pick<RedisLink, 'isUp' | 'onChange' | 'script'>;
  /** Length of the sliding minute, its margin included. */
  readonly windowMs: number;
  /** Longest time that a token is taken for: so long after the data were lost the journal is asked about tokens too. */
  readonly longestTokenMs: number;
  /** What the journal knows of a month. */
  readonly totals: (monthStartsAt: number) => Promise<PoolTotals>;
  readonly log: { warn(facts: object, message: string): void };
  /** Of this replica. */
  readonly now: () => number;
  /** The time that all replicas agree on, where it is not Redis's own. */
  readonly sharedNow?: () => number;
}

/** After the data were lost nobody is granted anything, until all have told what they know. */
export const BLIND_MS = 1_000;
/** A purchase that arrives late, at a server that was frozen, arrives within this time. */
const VOID_MS = 10 * 60_000;
/** Past the month's end. */
const KEEP_MONTH_MS = 40 * 24 * 60 * 60_000;
/** What one replica keeps to tell while Redis is away; the journal knows the totals anyway. */
const MOST_UNTOLD = 5_000;
const RETRY_MS = 1_000;

const SCRIPTS = { buy: BUY, raise: RAISE, tell: TELL, made: MADE, takeBack: TAKE_BACK, ended: ENDED };

/** Answers whether it was told, as opposed to: the data are others, and the journal knows better. */
type Tale = (epoch: string) => Promise<boolean>;

/** The calls of one institution in Redis. What could not be told is told in its order when Redis is back, once. */
export class SharedCallPool implements CallPool {
  readonly #options: SharedCallPoolOptions;
  readonly #prefix: string;
  readonly #scripts: Readonly<Record<keyof typeof SCRIPTS, RedisScript>>;
  readonly #untold: { readonly monthStartsAt: number; readonly tell: Tale }[] = [];
  #recent: { readonly id: string; readonly at: number }[] = [];
  #used = { count: 0, at: -Infinity };
  /** The life of the data that this replica counts in; null while it does not know. */
  #epoch: string | null = null;
  /** Which one it was before Redis went away. */
  #epochBefore: string | null = null;
  #telling: Promise<void> | null = null;
  #isStopped = false;
  readonly #endListening: () => void;

  constructor(options: SharedCallPoolOptions) {
    this.#options = options;
    // One slot for all keys of an institution.
    this.#prefix = `foyer:{${options.institution}}:calls`;
    const { link } = options;
    this.#scripts = {
      buy: link.script(SCRIPTS.buy),
      raise: link.script(SCRIPTS.raise),
      tell: link.script(SCRIPTS.tell),
      made: link.script(SCRIPTS.made),
      takeBack: link.script(SCRIPTS.takeBack),
      ended: link.script(SCRIPTS.ended),
    };
    this.#endListening = link.onChange((isUp) => (isUp ? this.#resume() : this.#lost()));
    if (link.isUp()) this.#resume();
  }

  isReachable(): boolean {
    return this.#epoch !== null && this.#options.link.isUp();
  }

  async buy(order: PoolOrder): Promise<PoolAnswer> {
    if (!this.isReachable()) return { kind: 'away', isUnsure: false };
    try {
      const answer = await this.#buyOnce(order);
      if (answer !== 'UNSEEDED') return answer;
      await this.#raise(order.monthStartsAt);
      const seeded = await this.#buyOnce(order);
      return seeded === 'UNSEEDED' ? { kind: 'away', isUnsure: false } : seeded;
    } catch (error) {
      if (!(error instanceof RedisAwayError)) this.#warn(error);
      return { kind: 'away', isUnsure: true };
    }
  }

  made(order: PoolOrder): void {
    const at = this.#options.now();
    this.#note(order.id, at);
    const takenUntil = at + (order.token?.takenForMs ?? 0);
    this.#tellLater(order.monthStartsAt, async (epoch) => {
      const now = this.#options.now();
      const tokenMs = order.token === null ? 0 : Math.max(0, takenUntil - now);
      const keys = ['epoch', 'minute', ...this.#monthKeys(order), this.#tokenKey(order)];
      const age = Math.max(0, now - at);
      const args = [order.id, epoch, whole(age), this.#windowMs, whole(tokenMs), KEEP_MONTH_MS];
      return (await this.#run('made', keys, args)) === 1;
    });
  }

  takeBack(order: PoolOrder): void {
    this.#recent = this.#recent.filter(({ id }) => id !== order.id);
    this.#tellLater(order.monthStartsAt, async () => {
      const keys = ['epoch', 'minute', ...this.#monthKeys(order), `void:${order.id}`, this.#tokenKey(order)];
      await this.#run('takeBack', keys, [order.id, order.token?.joinsJob === true ? 1 : 0, VOID_MS]);
      return true;
    });
  }

  ended(order: PoolOrder, { bytes, tokenTakenForMs, restMs }: PoolEnd): void {
    const at = this.#options.now();
    this.#tellLater(order.monthStartsAt, async () => {
      const sinceMs = this.#options.now() - at;
      const [month, open] = this.#monthKeys(order);
      const args = [
        order.id,
        bytes,
        order.token === null ? 0 : 1,
        whole(Math.max(0, tokenTakenForMs - sinceMs)),
        whole(Math.max(0, restMs - sinceMs)),
      ];
      return (await this.#run('ended', ['epoch', month, open, 'rest', this.#tokenKey(order)], args)) === 1;
    });
  }

  minuteUsed(now: number): number {
    return now - this.#used.at < this.#options.windowMs ? this.#used.count : 0;
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#endListening();
    await this.#telling;
    if (this.isReachable()) await this.#tellAll().catch(() => {});
  }

  /** Resolves when nothing is being told. */
  async settled(): Promise<void> {
    while (this.#telling !== null) await this.#telling;
  }

  async #buyOnce(order: PoolOrder): Promise<PoolAnswer | 'UNSEEDED'> {
    const { token } = order;
    const keys = [
      'epoch',
      'minute',
      ...this.#monthKeys(order),
      'rest',
      `void:${order.id}`,
      this.#tokenKey(order),
    ];
    const answer = await this.#run('buy', keys, [
      order.id,
      BLIND_MS,
      this.#windowMs,
      order.minuteMost,
      order.monthMost,
      order.bytesMost ?? -1,
      order.isPolling ? 1 : 0,
      token === null ? 0 : whole(token.takenForMs),
      token?.joinsJob === true ? 1 : 0,
      KEEP_MONTH_MS,
    ]);
    const [word, now, until, calls, bytes, used, epoch] = answerOf(answer);
    if (epoch !== this.#epoch) {
      this.#lost();
      this.#resume();
    }
    if (word === 'UNSEEDED') return word;
    // Nothing is granted by data that others are still telling about.
    if (word === 'BLIND' || word === 'VOID') return { kind: 'away', isUnsure: false };
    this.#used = { count: used, at: this.#options.now() };
    const totals = { calls, bytes };
    if (word !== 'GRANTED') return { kind: 'refused', by: word, untilMs: Math.max(0, until - now), totals };
    this.#note(order.id, this.#options.now());
    return { kind: 'granted', totals, isYoung: now - bornAt(epoch) < this.#options.longestTokenMs };
  }

  #lost(): void {
    this.#epochBefore = this.#epoch ?? this.#epochBefore;
    this.#epoch = null;
  }

  /** Tells what this replica knows; only then it counts with the others again. */
  #resume(): void {
    if (this.#isStopped) return;
    this.#telling ??= this.#begin().finally(() => {
      this.#telling = null;
      // It did not come through, and the link did not go: nobody else would try again.
      if (this.#epoch === null && !this.#isStopped && this.#options.link.isUp()) {
        setTimeout(() => this.#resume(), RETRY_MS).unref();
      }
    });
  }

  async #begin(): Promise<void> {
    try {
      const now = this.#options.now();
      this.#recent = this.#recent.filter(({ at }) => now - at < this.#options.windowMs);
      const calls = this.#recent.flatMap(({ id, at }) => [id, whole(Math.max(0, now - at))]);
      const epoch = await this.#run('tell', ['epoch', 'minute'], [this.#windowMs, ...calls]);
      await this.#tellAll();
      this.#epoch = String(epoch);
      this.#epochBefore = null;
    } catch (error) {
      if (!(error instanceof RedisAwayError)) this.#warn(error);
    }
  }

  #tellLater(monthStartsAt: number, tell: Tale): void {
    this.#untold.push({ monthStartsAt, tell });
    if (this.#untold.length > MOST_UNTOLD) this.#untold.shift();
    if (!this.isReachable() || this.#isStopped) return;
    this.#telling ??= this.#tellAll()
      .catch((error: unknown) => {
        if (!(error instanceof RedisAwayError)) this.#warn(error);
      })
      .finally(() => {
        this.#telling = null;
        if (this.#untold.length > 0) this.#resume();
      });
  }

  /** In order; what fails stays, with all after it. Each may be told twice. */
  async #tellAll(): Promise<void> {
    // Calls made before this replica knew any data: the journal has counted them, perhaps the data have too.
    const before = this.#epoch ?? this.#epochBefore ?? '';
    const unsure = new Set<number>();
    for (let next = this.#untold[0]; next !== undefined; next = this.#untold[0]) {
      const isTold = await next.tell(before).catch((error: unknown) => {
        if (error instanceof RedisAwayError) throw error;
        // Telling it again would be refused again; the journal knows the call.
        this.#warn(error);
        return false;
      });
      if (!isTold) unsure.add(next.monthStartsAt);
      if (this.#untold[0] === next) this.#untold.shift();
    }
    for (const month of unsure) await this.#raise(month);
  }

  async #raise(monthStartsAt: number): Promise<void> {
    const { calls, bytes } = await this.#options.totals(monthStartsAt);
    await this.#run('raise', ['epoch', `month:${monthStartsAt}`], [calls, bytes, KEEP_MONTH_MS]);
  }

  #run(
    script: keyof typeof SCRIPTS,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const now = this.#options.sharedNow?.() ?? '';
    return this.#scripts[script](
      keys.map((key) => `${this.#prefix}:${key}`),
      [now, randomUUID(), ...args],
    );
  }

  #monthKeys({ monthStartsAt }: PoolOrder): [string, string] {
    return [`month:${monthStartsAt}`, `open:${monthStartsAt}`];
  }

  #tokenKey({ token }: PoolOrder): string {
    return token === null ? 'token' : `token:${token.name}`;
  }

  get #windowMs(): number {
    return whole(this.#options.windowMs);
  }

  #note(id: string, at: number): void {
    this.#recent = this.#recent.filter((call) => call.id !== id && at - call.at < this.#options.windowMs);
    this.#recent.push({ id, at });
  }

  #warn(error: unknown): void {
    this.#options.log.warn({ err: error }, 'Redis refuses what replicas share');
  }
}

type Word = UpstreamRateLimitedError['refusedBy'] | 'GRANTED' | 'BLIND' | 'UNSEEDED' | 'VOID';

/** Only our own script answers this. */
function answerOf(answer: unknown): [Word, number, number, number, number, number, string] {
  const [word, now, until, calls, bytes, used, epoch] = answer as [Word, ...(string | number)[]];
  return [word, Number(now), Number(until), Number(calls), Number(bytes), Number(used), String(epoch)];
}

function bornAt(epoch: string): number {
  return Number(epoch.slice(epoch.lastIndexOf('@') + 1));
}

function whole(ms: number): number {
  return Math.ceil(ms);
}
