import { combineDifferences } from '../../cache/catalog-diff.js';
import type { CatalogSwap } from '../institution.types.js';

/** More swaps than this are waiting only for a reader that does not read; they become one. */
const MAX_WAITING = 8;

/** Swaps of one institution, told to everybody who listens. */
export class CatalogChanges {
  readonly #readers = new Set<SwapReader>();

  announce(swap: CatalogSwap): void {
    for (const reader of this.#readers) reader.offer(swap);
  }

  /** Every swap from this call on, until `signal` aborts or the reader returns. */
  subscribe(signal: AbortSignal): AsyncIterable<CatalogSwap> {
    const reader = new SwapReader((ended) => this.#readers.delete(ended));
    if (signal.aborted) return reader.ended();
    this.#readers.add(reader);
    signal.addEventListener('abort', () => reader.ended(), { once: true });
    return reader;
  }
}

class SwapReader implements AsyncIterableIterator<CatalogSwap> {
  readonly #waiting: CatalogSwap[] = [];
  readonly #asking: ((result: IteratorResult<CatalogSwap>) => void)[] = [];
  readonly #onEnd: (reader: SwapReader) => void;
  #isEnded = false;

  constructor(onEnd: (reader: SwapReader) => void) {
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What waits too long is combined, so that a slow reader misses nothing and holds little. */
  offer(swap: CatalogSwap): void {
    const ask = this.#asking.shift();
    if (ask) return ask({ done: false, value: swap });
    const last = this.#waiting.length < MAX_WAITING ? undefined : this.#waiting.pop();
    this.#waiting.push(last ? { ...swap, products: combineDifferences(last.products, swap.products) } : swap);
  }

  next(): Promise<IteratorResult<CatalogSwap>> {
    const swap = this.#waiting.shift();
    if (swap) return Promise.resolve({ done: false, value: swap });
    if (this.#isEnded) return Promise.resolve(END);
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  return(): Promise<IteratorResult<CatalogSwap>> {
    this.ended();
    return Promise.resolve(END);
  }

  ended(): this {
    if (this.#isEnded) return this;
    this.#isEnded = true;
    this.#waiting.length = 0;
    this.#onEnd(this);
    for (const ask of this.#asking.splice(0)) ask(END);
    return this;
  }
}

const END = { done: true, value: undefined } as const;
