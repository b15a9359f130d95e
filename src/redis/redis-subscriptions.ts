import type { OwnRedisConnection } from './redis-connection.js';
import type { Subscription } from './redis-link.types.js';

/** What comes over one connection that only listens. Messages of an outage are lost; `onReady` tells of its end. */
export class RedisSubscriptions {
  readonly #all = new Set<Subscription>();
  /** Channels that node-redis knows: it renews them itself after an outage. */
  readonly #known = new Set<string>();

  constructor(private readonly connection: OwnRedisConnection) {
    connection.onChange((isUp) => {
      if (isUp) this.#resume();
    });
  }

  add(subscription: Subscription): () => void {
    this.#all.add(subscription);
    if (this.connection.isUp()) this.#listen(subscription.channel, [subscription]);
    return () => this.#all.delete(subscription);
  }

  close(): Promise<void> {
    this.#all.clear();
    return this.connection.close();
  }

  #resume(): void {
    for (const channel of new Set([...this.#all].map(({ channel }) => channel))) {
      this.#listen(
        channel,
        [...this.#all].filter((one) => one.channel === channel),
      );
    }
  }

  #listen(channel: string, waiting: readonly Subscription[]): void {
    const ready = (): void => {
      for (const { onReady } of waiting) onReady?.();
    };
    if (this.#known.has(channel)) return ready();
    this.#known.add(channel);
    this.connection.client
      .subscribe(channel, (text) => {
        for (const one of this.#all) if (one.channel === channel) one.onMessage(text);
      })
      // The connection ended meanwhile: the next one begins anew.
      .then(ready, () => this.#known.delete(channel));
  }
}
