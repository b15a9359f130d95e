import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { OrderJournal } from '../../journal/order-journal.types.js';
import type { OrderFeed } from './order-feed.js';

/** What replicas say to each other, as far as orders need it; a RedisLink is one. What is said during an outage is lost. */
export interface OrderMessages {
  isUp(): boolean;
  /** Rejects in time when it cannot be said now. */
  publish(channel: string, text: string): Promise<void>;
  /** The answer ends it. */
  subscribe(subscription: {
    readonly channel: string;
    readonly onMessage: (text: string) => void;
    /** Called whenever messages begin to come: those before may have been missed. */
    readonly onReady: () => void;
  }): () => void;
}

export interface OrderExchangeParts {
  readonly messages: OrderMessages;
  readonly journal: Pick<OrderJournal, 'bySeveral'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** `<replica> <order number>`: nothing about the order but that there is a new version of it. */
const MESSAGE = /^([0-9a-f-]{36}) ([0-9]{1,20})$/;
const CHANNEL = 'foyer:orders';
/** How often the journal is asked about watched orders: a message can get lost, and none comes while Redis is away. */
const LOOK_EVERY_MS = 30_000;
const LOOK_EVERY_WHILE_AWAY_MS = 2_000;
const ORDERS_IN_READ = 100;

/** Tells whoever watches an order here about the versions that other replicas write: a message says which, the journal what. */
export class OrderExchange {
  readonly #replica = randomUUID();
  readonly #stopping = new AbortController();
  /** Numbers to be read; those that come meanwhile are read next. */
  readonly #wanted = new Set<string>();
  #reading: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();
  #end: () => void = () => {};

  constructor(
    private readonly parts: OrderExchangeParts,
    private readonly feed: OrderFeed,
  ) {}

  start(): void {
    const { messages } = this.parts;
    this.feed.onPublish(({ number }) => {
      // When it gets lost, the others find out by looking.
      messages.publish(CHANNEL, `${this.#replica} ${number}`).catch(() => {});
    });
    this.#end = messages.subscribe({
      channel: CHANNEL,
      onMessage: (text) => this.#heard(text),
      onReady: () => this.#want(this.feed.watched()),
    });
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#end();
    this.#stopping.abort();
    await this.#running;
    await this.#reading;
  }

  async #run(): Promise<void> {
    const { clock, messages } = this.parts;
    const { signal } = this.#stopping;
    let lookedAt = clock.now();
    while (!signal.aborted) {
      await clock.sleep(LOOK_EVERY_WHILE_AWAY_MS, signal);
      if (messages.isUp() && clock.now() - lookedAt < LOOK_EVERY_MS) continue;
      lookedAt = clock.now();
      this.#want(this.feed.watched());
    }
  }

  #heard(text: string): void {
    const [, replica, number] = MESSAGE.exec(text) ?? [];
    if (number === undefined || replica === this.#replica || !this.feed.isWatched(number)) return;
    this.#want([number]);
  }

  #want(numbers: readonly string[]): void {
    for (const number of numbers) this.#wanted.add(number);
    if (this.#wanted.size === 0 || this.#stopping.signal.aborted) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
  }

  async #read(): Promise<void> {
    while (this.#wanted.size > 0) {
      const numbers = [...this.#wanted].slice(0, ORDERS_IN_READ);
      for (const number of numbers) this.#wanted.delete(number);
      try {
        for (const order of await this.parts.journal.bySeveral(numbers)) this.feed.hear(order);
      } catch (error) {
        this.parts.log.warn({ err: error }, 'watched orders could not be read');
      }
    }
  }
}
