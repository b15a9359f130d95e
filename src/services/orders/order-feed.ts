import type { Clock } from '../../clock.js';
import { isFinal, type Order } from '../../domain/order.js';

/** Tells whoever watches an order about each of its versions, in this process. */
export class OrderFeed {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #onPublish: ((order: Order) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** For those who look after all orders: told of whatever is written in this process. */
  onPublish(listener: (order: Order) => void): void {
    this.#onPublish.push(listener);
  }

  publish(order: Order): void {
    for (const listener of this.#onPublish) listener(order);
    this.hear(order);
  }

  /** Numbers, each once. */
  watched(): string[] {
    return [...this.#watchers.keys()];
  }

  isWatched(number: string): boolean {
    return this.#watchers.has(number);
  }

  /** Another process wrote it. */
  hear(order: Order): void {
    for (const watcher of this.#watchers.get(order.number) ?? []) watcher.offer(order);
  }

  /**
   * The order as `read` finds it, then each newer version in which a client sees something else. Ends when nothing can
   * follow (tickets of a closed order may still be cancelled), when there is no such order, or with `signal`.
   */
  async *watch(
    number: string,
    read: () => Promise<Order | null>,
    signal: AbortSignal,
  ): AsyncGenerator<Order> {
    // Listens before it reads, so that nothing falls between.
    const watcher = this.#add(number, signal);
    try {
      let seen = await read();
      if (seen !== null) yield seen;
      while (seen !== null && !isOver(seen)) {
        const next = await watcher.next();
        if (next === null) return;
        if (next.version <= seen.version) continue;
        const isShown = !looksTheSame(seen, next);
        seen = next;
        if (isShown) yield next;
      }
    } finally {
      this.#remove(number, watcher);
    }
  }

  /** The next version of the order that comes within `ms`; null when none does. */
  async next(number: string, ms: number): Promise<Order | null> {
    const waiting = new AbortController();
    const over = new AbortController();
    const watcher = this.#add(number, over.signal);
    void this.clock.sleep(ms, waiting.signal).then(() => over.abort());
    try {
      return await watcher.next();
    } finally {
      waiting.abort();
      this.#remove(number, watcher);
    }
  }

  #add(number: string, signal: AbortSignal): Watcher {
    const watcher = new Watcher(signal);
    const all = this.#watchers.get(number) ?? new Set();
    this.#watchers.set(number, all.add(watcher));
    return watcher;
  }

  #remove(number: string, watcher: Watcher): void {
    const all = this.#watchers.get(number);
    all?.delete(watcher);
    if (all?.size === 0) this.#watchers.delete(number);
  }
}

function isOver({ state }: Order): boolean {
  return isFinal(state) && state !== 'CLOSED';
}

function looksTheSame(one: Order, other: Order): boolean {
  return (
    one.state === other.state &&
    one.totalMilli === other.totalMilli &&
    one.holdExpiresAt === other.holdExpiresAt &&
    one.contactNumber === other.contactNumber &&
    one.lines.length === other.lines.length &&
    statesOf(one) === statesOf(other) &&
    one.doubt?.attempts === other.doubt?.attempts
  );
}

function statesOf({ tickets }: Order): string {
  return tickets.map(({ id, state }) => `${id} ${state}`).join();
}

/** An order has some ten versions; whoever is further behind gets the newest ones. */
const MOST_WAITING = 100;

class Watcher {
  #waiting: Order[] = [];
  #wake: (() => void) | null = null;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  offer(order: Order): void {
    this.#waiting.push(order);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#wake?.();
  }

  async next(): Promise<Order | null> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) return next;
      if (this.signal.aborted) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
