/** What each caller may have open at the same time of something that all share. */
export class Shares {
  readonly #open = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** One more of a caller. Answers how to say that it is closed, however often that is said; null: he has all he may have. */
  take(caller: string): (() => void) | null {
    const open = this.#open.get(caller) ?? 0;
    if (open >= this.most) return null;
    this.#open.set(caller, open + 1);
    let isClosed = false;
    return () => {
      if (isClosed) return;
      isClosed = true;
      const left = this.#open.get(caller)! - 1;
      if (left === 0) this.#open.delete(caller);
      else this.#open.set(caller, left);
    };
  }
}
