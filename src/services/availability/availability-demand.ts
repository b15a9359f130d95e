/** Which products were asked for lately, by whom does not matter. */
export class RecentDemand {
  readonly #askedAt = new Map<string, number>();

  constructor(private readonly lastsMs: number) {}

  /** Answers whether one of them was not in demand before. */
  note(productIds: Iterable<string>, now: number): boolean {
    let isNew = false;
    for (const productId of productIds) {
      isNew ||= !this.includes(productId, now);
      this.#askedAt.set(productId, now);
    }
    return isNew;
  }

  includes(productId: string, now: number): boolean {
    const askedAt = this.#askedAt.get(productId);
    return askedAt !== undefined && now - askedAt < this.lastsMs;
  }

  /** Those in demand now. */
  current(now: number): string[] {
    return [...this.#askedAt.keys()].filter((productId) => this.includes(productId, now));
  }

  forgetOld(now: number): void {
    for (const [productId, askedAt] of this.#askedAt) {
      if (now - askedAt >= this.lastsMs) this.#askedAt.delete(productId);
    }
  }
}
