/** Work that was begun and not ended yet, so that stopping can wait for it. */
export class WorkInHand {
  private readonly promises = new Set<Promise<unknown>>();

  /** Returns `work` itself. */
  add<T>(work: Promise<T>): Promise<T> {
    const forget = (): void => void this.promises.delete(work);
    this.promises.add(work);
    work.then(forget, forget);
    return work;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.promises);
  }
}
