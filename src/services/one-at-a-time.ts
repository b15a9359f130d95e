/** Runs what has the same key one after the other, in this process; what has another key does not wait. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** A failure is the caller's alone: the next in line runs all the same. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
