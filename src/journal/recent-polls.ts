import type { ColorChange } from '../domain/availability.js';
import type { LogPiece } from './color-log.js';

interface RecentPoll {
  readonly seq: number;
  readonly changes: readonly ColorChange[];
}

const DEFAULT_MOST_CHANGES = 5_000;
/** Polls without changes take room too. */
const MOST_POLLS = 2_000;

/** The newest polls of the shared log, in memory: ten thousand subscribers that come back at once ask Redis nothing. */
export class RecentPolls {
  #polls: RecentPoll[] = [];
  #changes = 0;
  #floorSeq = 0;

  constructor(private readonly mostChanges = DEFAULT_MOST_CHANGES) {}

  /** Everything after this position is here. */
  get floorSeq(): number {
    return this.#floorSeq;
  }

  /** `seq` follows the one before. */
  add(seq: number, changes: readonly ColorChange[]): void {
    this.#polls.push({ seq, changes });
    this.#changes += changes.length;
    while (this.#polls.length > MOST_POLLS || (this.#changes > this.mostChanges && this.#polls.length > 1)) {
      const oldest = this.#polls.shift()!;
      this.#changes -= oldest.changes.length;
      this.#floorSeq = oldest.seq;
    }
  }

  restart(headSeq: number): void {
    this.#polls = [];
    this.#changes = 0;
    this.#floorSeq = headSeq;
  }

  /** Up to `count` polls after `seq`; null when it reaches back beyond what is here. */
  readAfter(seq: number, count: number): LogPiece | null {
    if (seq < this.#floorSeq) return null;
    const start = seq - this.#floorSeq;
    const polls = this.#polls.slice(start, start + count);
    const changes = polls.flatMap((poll) => poll.changes.map((change) => ({ ...change, seq: poll.seq })));
    return { changes, readUpTo: polls.at(-1)?.seq ?? seq };
  }
}
