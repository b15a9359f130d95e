/** Heavy work that may be under way at the same time, by its weight. What does not fit waits in the order in which it came. */
export class WeightedTurns {
  #underWay = 0;
  readonly #waiting: { readonly weight: number; readonly begin: () => void }[] = [];

  /** What is heavier than `most` alone has its turn when nothing else is under way. */
  constructor(private readonly most: number) {}

  /** Resolves when it may begin, with how to say that it is over, however often that is said. */
  async enter(weight: number): Promise<() => void> {
    if (this.#waiting.length === 0 && this.#fits(weight)) this.#underWay += weight;
    else await new Promise<void>((begin) => this.#waiting.push({ weight, begin }));
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay -= weight;
      // Not in the same turn of the event loop: others have things to do too, and what was made has to be sent.
      if (this.#waiting.length > 0) setImmediate(() => this.#goOn());
    };
  }

  #fits(weight: number): boolean {
    return this.#underWay === 0 || this.#underWay + weight <= this.most;
  }

  #goOn(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#fits(next.weight);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#underWay += next.weight;
      next.begin();
    }
  }
}
