import { encodeCursor } from './availability-cursor.js';
import type { FeedPoll, FeedUpdate } from './availability-feed.types.js';
import { matches, type CheckedFilter } from './availability-filter.js';

/** A poll on its way to the subscribers: its updates are made once for each distinct filter, not for each subscriber. */
export class PublishedPoll {
  readonly #updates = new Map<string, FeedUpdate>();
  readonly #poll: FeedPoll;
  readonly #cursor: string;

  constructor(poll: FeedPoll, logId: string) {
    this.#poll = poll;
    this.#cursor = encodeCursor({ logId, seq: poll.seq });
  }

  get institution(): string {
    return this.#poll.institution;
  }

  get seq(): number {
    return this.#poll.seq;
  }

  /** Nobody has anything to learn from it but that it took place. */
  get isEmpty(): boolean {
    return this.#poll.changes.length === 0;
  }

  /** The changes the filter lets through, or a HEARTBEAT. */
  updateFor(filter: CheckedFilter): FeedUpdate {
    const known = this.#updates.get(filter.key);
    if (known !== undefined) return known;
    const { institution, polledAt, nextPollAt } = this.#poll;
    const changes = this.#poll.changes.filter(({ subject }) => matches(filter, institution, subject));
    const kind = changes.length > 0 ? 'CHANGES' : 'HEARTBEAT';
    const update: FeedUpdate = { cursor: this.#cursor, kind, changes, polledAt, nextPollAt };
    this.#updates.set(filter.key, update);
    return update;
  }
}
