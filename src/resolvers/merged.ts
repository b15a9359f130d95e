/**
 * Several endless streams as one, in the order their values come; all begin at once. A generator would not do: it
 * cannot be ended while it waits. `end` is what ends the streams when the reader leaves.
 */
export class MergedStreams<T> implements AsyncIterableIterator<T> {
  readonly #pending = new Map<AsyncIterator<T>, Promise<Read<T>>>();
  readonly #end: () => void;

  constructor(streams: readonly AsyncIterable<T>[], end: () => void) {
    this.#end = end;
    for (const stream of streams) this.#readNext(stream[Symbol.asyncIterator]());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#pending.size > 0) {
      const { iterator, result } = await Promise.race(this.#pending.values());
      if (result.done !== true) {
        this.#readNext(iterator);
        return result;
      }
      this.#pending.delete(iterator);
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<T>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #readNext(iterator: AsyncIterator<T>): void {
    const read = readOf(iterator);
    // Whoever reads next meets the failure; until then it is not unhandled.
    read.catch(() => this.#end());
    this.#pending.set(iterator, read);
  }
}

interface Read<T> {
  readonly iterator: AsyncIterator<T>;
  readonly result: IteratorResult<T>;
}

async function readOf<T>(iterator: AsyncIterator<T>): Promise<Read<T>> {
  return { iterator, result: await iterator.next() };
}
