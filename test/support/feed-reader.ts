import { expect } from 'vitest';
import type { AvailabilityColor, ObservedAvailability } from '../../src/domain/availability.js';
import type { RunningFeed } from '../../src/services/availability/availability-feed.js';
import type {
  FeedChange,
  FeedFilter,
  FeedSubscriber,
  FeedUpdate,
} from '../../src/services/availability/availability-feed.types.js';

/** A client that keeps what it knows, and fails at a change that does not fit to it. */
export class FeedReader {
  colors = new Map<string, AvailabilityColor>();
  readonly kinds: string[] = [];
  readonly afters: AvailabilityColor[] = [];
  last: FeedUpdate | null = null;
  #cursor: string | null;
  /** What was known at each cursor, to go back to. */
  readonly #known: { cursor: string; colors: Map<string, AvailabilityColor> }[] = [];
  #updates: AsyncIterator<FeedUpdate> | null = null;
  #asked: Promise<IteratorResult<FeedUpdate>> | null = null;
  #mustBe: 'SNAPSHOT' | 'GAP' | null;

  constructor(
    public feed: RunningFeed,
    readonly filter: FeedFilter,
    cursor: string | null = null,
    /** Resolves when nothing more comes by itself. */
    private readonly quiet: () => Promise<null> = severalTurns,
  ) {
    this.#cursor = cursor;
    this.#mustBe = cursor === null ? 'SNAPSHOT' : null;
  }

  async read(times: number): Promise<number> {
    for (let time = 0; time < times; time += 1) {
      this.#updates ??= openFeed(this.feed, this.filter, this.#cursor);
      this.#asked ??= this.#updates.next();
      const result = await Promise.race([this.#asked, this.quiet()]);
      if (result === null) return time;
      this.#asked = null;
      this.#take(result.value as FeedUpdate);
    }
    return times;
  }

  async readAll(): Promise<void> {
    while ((await this.read(1)) > 0);
  }

  async leave(): Promise<void> {
    await this.#updates?.return?.();
    this.#updates = null;
    this.#asked = null;
    // After a GAP, its cursor leads to another GAP.
    this.#mustBe = this.#mustBe === 'SNAPSHOT' && this.#cursor !== null ? 'GAP' : this.#mustBe;
  }

  /** Comes back with a cursor received earlier, knowing what it knew then. */
  async rewind(by: number): Promise<void> {
    await this.leave();
    const known = this.#known.at(-1 - by);
    if (known === undefined) return;
    this.#cursor = known.cursor;
    this.#mustBe = null;
    this.colors = new Map(known.colors);
  }

  #take(update: FeedUpdate): void {
    update.onTaken?.();
    this.kinds.push(update.kind);
    this.last = update;
    expect(update.kind).toBe(this.#mustBe ?? update.kind);
    this.#mustBe = update.kind === 'GAP' ? 'SNAPSHOT' : null;
    if (update.kind === 'SNAPSHOT') this.colors.clear();
    for (const change of update.changes) this.#apply(update, change);
    this.#cursor = update.cursor;
    if (update.kind !== 'GAP') this.#known.push({ cursor: update.cursor, colors: new Map(this.colors) });
  }

  #apply(update: FeedUpdate, change: FeedChange): void {
    const key = subjectOf(change.institution, change.subject);
    if (update.kind === 'CHANGES') {
      expect(change.before).toBe(this.colors.get(key) ?? 'UNKNOWN');
      this.afters.push(change.after);
    }
    this.colors.set(key, change.after);
  }
}

export function openFeed(
  feed: RunningFeed,
  filter: FeedFilter,
  after: string | null,
  { signal = new AbortController().signal, callerId = '' }: Partial<FeedSubscriber> = {},
): AsyncIterator<FeedUpdate> {
  return feed.subscribe(filter, after, { signal, callerId })[Symbol.asyncIterator]();
}

export function subjectOf(institution: string, subject: ObservedAvailability['subject']): string {
  return `${institution} ${JSON.stringify(subject)}`;
}

export async function severalTurns(): Promise<null> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return null;
}
