interface Waiting {
  readonly weight: number;
  readonly begin: () => void;
}

/**
 * Heavy work that may be under way at the same time, by its weight. What does not fit waits: of each of those it is done
 * for in the order in which it came, and they take turns, so that nobody waits for all that another one has asked for.
 */
export class WeightedTurns {
  #underWay = 0;
  /** By whose it is; whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiting[]>();

  /** What is heavier than `most` alone has its turn when nothing else is under way. */
  constructor(private readonly most: number) {}

  /** Resolves when it may begin, with how to say that it is over, however often that is said. */
  async enter(weight: number, whose = ''): Promise<() => void> {
    if (this.#waiting.size === 0 && this.#fits(weight)) this.#underWay += weight;
    else await new Promise<void>((begin) => this.#wait(whose, { weight, begin }));
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay -= weight;
      // Not in the same turn of the event loop: others have things to do too, and what was made has to be sent.
      if (this.#waiting.size > 0) setImmediate(() => this.#goOn());
    };
  }

  #fits(weight: number): boolean {
    return this.#underWay === 0 || this.#underWay + weight <= this.most;
  }

  #wait(whose: string, waiting: Waiting): void {
    const queue = this.#waiting.get(whose);
    if (queue === undefined) this.#waiting.set(whose, [waiting]);
    else queue.push(waiting);
  }

  #goOn(): void {
    for (const [whose, queue] of this.#waiting) {
      const next = queue[0]!;
      if (!this.#fits(next.weight)) return;
      queue.shift();
      // Behind the others: a map is gone through in the order of its entries, those that are added meanwhile included.
      this.#waiting.delete(whose);
      if (queue.length > 0) this.#waiting.set(whose, queue);
      this.#underWay += next.weight;
      next.begin();
    }
  }
}
