import { AsyncResource } from 'node:async_hooks';

/** Short enough that nobody waits noticeably, long enough that letting others in costs little. */
const SLICE_MS = 4;
/** What begins while others wait gets less at first: enough for what is short, and nothing that is long overtakes them. */
const FIRST_SLICE_MS = 1;

/** One operation's way through its slices. */
export interface Pace {
  /** The same items; from the end of a slice on as promises, each of them kept when it is the operation's turn. */
  of<Item>(items: readonly Item[]): Iterable<Item | Promise<Item>>;
  /** Something of the operation waits for its turn. */
  isWaiting(): boolean;
  /** Calls when nothing waits any more. */
  onceCaughtUp(act: () => void): void;
  /** Nobody wants the rest of it: what waits never has its turn, and its promises are never kept. */
  stop(): void;
}

/**
 * Divides the event loop between operations whose answers are long: what one turn of it spends on all of them together is
 * a slice, and then everything else comes first that is ready. Operations that wait go on in a circle, an item of each, so
 * that a short one is not behind a long one.
 */
export class FairSlices {
  #endsAt: number | null = null;
  #isGoingOn = false;
  /** The next one first. */
  readonly #waiting = new Set<PacedOperation>();

  begin(): Pace {
    return new PacedOperation(this);
  }

  isOver(): boolean {
    const now = performance.now();
    if (this.#endsAt === null) {
      this.#endsAt = now + (this.#waiting.size > 0 ? FIRST_SLICE_MS : SLICE_MS);
      setImmediate(() => (this.#endsAt = null));
    }
    return now >= this.#endsAt;
  }

  enqueue(operation: PacedOperation): void {
    this.#waiting.add(operation);
    if (this.#isGoingOn) return;
    this.#isGoingOn = true;
    setImmediate(() => void this.#goOn());
  }

  async #goOn(): Promise<void> {
    const endsAt = performance.now() + SLICE_MS;
    this.#endsAt = endsAt;
    // What is added while this goes round comes round too.
    for (const operation of this.#waiting) {
      this.#waiting.delete(operation);
      operation.goOn();
      await whatFollowed();
      if (operation.isWaiting()) this.#waiting.add(operation);
      else operation.caughtUp();
      if (performance.now() >= endsAt) break;
    }
    this.#endsAt = null;
    this.#isGoingOn = this.#waiting.size > 0;
    if (this.#isGoingOn) setImmediate(() => void this.#goOn());
  }
}

class PacedOperation implements Pace {
  /** Those before `#next` have had their turn. */
  #waiting: (() => void)[] = [];
  #next = 0;
  #acts: (() => void)[] = [];
  #isStopped = false;

  constructor(private readonly slices: FairSlices) {}

  *of<Item>(items: readonly Item[]): Generator<Item | Promise<Item>, void> {
    if (this.#isStopped) return yield never();
    for (const item of items) yield this.slices.isOver() ? this.#turn().then(() => item) : item;
  }

  isWaiting(): boolean {
    return this.#next < this.#waiting.length;
  }

  onceCaughtUp(act: () => void): void {
    // Else it would be done in the name of whichever operation began the slices: its correlation id, its span.
    this.#acts.push(AsyncResource.bind(act));
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget();
    this.#acts = [];
  }

  goOn(): void {
    this.#waiting[this.#next++]?.();
    if (!this.isWaiting()) this.#forget();
  }

  caughtUp(): void {
    const acts = this.#acts;
    this.#acts = [];
    for (const act of acts) act();
  }

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.slices.enqueue(this);
    });
  }
}

/** Each time another one: whoever waited for a shared one would be kept by it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** A promise of an item is kept two microtasks after its turn, and GraphQL goes on with the item in the third. */
async function whatFollowed(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await Promise.resolve();
}
