import type { Clock } from '../../clock.js';
import type { ColorLog } from '../../journal/color-log.js';
import { encodeCursor, type FeedPosition } from './availability-cursor.js';
import type { FeedSource, FeedUpdate } from './availability-feed.types.js';
import { matches, type CheckedFilter } from './availability-filter.js';
import type { PublishedPoll } from './availability-published-poll.js';
import { snapshotOf } from './availability-feed-snapshot.js';
import type { WeightedTurns } from '../../weighted-turns.js';

export interface FeedSubscriptionOptions {
  readonly filter: CheckedFilter;
  /** Where the subscriber left off; null to begin with a SNAPSHOT. */
  readonly resume: (FeedPosition & { readonly cursor: string }) | null;
  readonly colorLog: ColorLog;
  readonly clock: Clock;
  readonly sources: readonly FeedSource[];
  readonly maxPending: number;
  /** Of all subscriptions, to make their snapshots. */
  readonly snapshots: WeightedTurns;
  /** Whose it is, among them. */
  readonly callerId: string;
  readonly signal: AbortSignal;
  /** Called at the first read: from now on `offer` is wanted. Answers how to end that. */
  readonly onOpen: () => () => void;
}

/**
 * Where a subscription stands. `behind`: it reads the log from its position. `live`: it takes what is offered. Only
 * `live` holds polls in memory, and few; a reader that is too slow for them is `behind` again and loses nothing.
 */
type Phase =
  | { readonly kind: 'new' }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'behind' }
  | { readonly kind: 'live'; readonly pending: PublishedPoll[] }
  | { readonly kind: 'ended' };

/** A snapshot that is not taken by then does not hold up those of others. */
const SNAPSHOT_TURN_MS = 1_000;

/** One subscriber's walk through the log of changes. Pull-based: it works only when it is asked for the next update. */
export class FeedSubscription implements AsyncIterableIterator<FeedUpdate> {
  readonly #options: FeedSubscriptionOptions;
  #phase: Phase = { kind: 'new' };
  /** Every change up to here was delivered, or does not match the filter. */
  #seq = 0;
  #lastCursor = '';
  /** The log that the position counts in. */
  #logId = '';
  #queue: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};
  #close: () => void = () => {};
  #leaveTurn: () => void = () => {};

  constructor(options: FeedSubscriptionOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Readers may ask ahead: answers come in the order of the questions. */
  next(): Promise<IteratorResult<FeedUpdate>> {
    const answer = this.#queue.then(() => this.#next());
    this.#queue = answer.catch(() => this.#end());
    return answer;
  }

  return(): Promise<IteratorResult<FeedUpdate>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<FeedUpdate>> {
    this.#end();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** A poll of any institution ended. */
  offer(poll: PublishedPoll): void {
    const { filter, maxPending } = this.#options;
    if (this.#phase.kind !== 'live' || !filter.institutions.includes(poll.institution)) return;
    const { pending } = this.#phase;
    const last = pending.at(-1);
    // Of polls that found nothing, the newest says all.
    if (poll.isEmpty && last?.isEmpty === true && last.institution === poll.institution) pending.pop();
    pending.push(poll);
    if (pending.length > maxPending) this.#phase = { kind: 'behind' };
    this.#wake();
  }

  /** What boards show now did not come through the log: whoever follows it live has a gap. */
  restart(): void {
    if (this.#phase.kind !== 'live') return;
    this.#logId = '';
    this.#phase = { kind: 'behind' };
    this.#wake();
  }

  async #next(): Promise<IteratorResult<FeedUpdate>> {
    // Whoever asks for more has done with what came before.
    this.#leaveTurn();
    if (this.#phase.kind === 'new') await this.#open();
    for (;;) {
      const update = await this.#step();
      if (this.#isEnded()) return { done: true, value: undefined };
      if (update === null) continue;
      this.#lastCursor = update.cursor;
      return { done: false, value: update };
    }
  }

  async #open(): Promise<void> {
    const { signal, sources, onOpen, resume, colorLog } = this.#options;
    if (signal.aborted) return this.#end();
    const end = (): void => this.#end();
    signal.addEventListener('abort', end, { once: true });
    const leave = onOpen();
    this.#close = () => {
      signal.removeEventListener('abort', end);
      leave();
    };
    if (resume !== null) {
      this.#seq = resume.seq;
      this.#lastCursor = resume.cursor;
      this.#logId = resume.logId;
    }
    this.#phase = { kind: resume === null ? 'snapshot' : 'behind' };
    // A restart must not show an empty board first.
    await Promise.race([Promise.all(sources.map((source) => source.ready)), this.#woken()]);
    if (resume !== null) await colorLog.reach?.(resume.seq);
  }

  /** One step forward; null when it brought nothing to deliver. */
  async #step(): Promise<FeedUpdate | null> {
    const phase = this.#phase;
    switch (phase.kind) {
      case 'snapshot':
        await this.#takeTurn();
        return this.#isEnded() ? null : this.#snapshot();
      case 'behind':
        return this.#catchUp();
      case 'live': {
        const poll = phase.pending.shift();
        if (poll === undefined) {
          await this.#woken();
          return null;
        }
        this.#seq = poll.seq;
        return poll.updateFor(this.#options.filter);
      }
      default:
        return null;
    }
  }

  /** Thousands may subscribe in one moment, after a deploy say; a few snapshots at a time are made and sent. */
  async #takeTurn(): Promise<void> {
    const leave = await this.#options.snapshots.enter(1, this.#options.callerId);
    const timer = setTimeout(leave, SNAPSHOT_TURN_MS);
    timer.unref();
    this.#leaveTurn = () => {
      clearTimeout(timer);
      leave();
    };
    if (this.#isEnded()) this.#leaveTurn();
  }

  /** In one turn with joining the live polls: no change fits between the two. */
  #snapshot(): FeedUpdate {
    const { colorLog, filter, sources, clock } = this.#options;
    this.#seq = colorLog.headSeq;
    this.#logId = colorLog.id;
    this.#phase = { kind: 'live', pending: [] };
    const onTaken = this.#leaveTurn;
    return { cursor: this.#cursor(), ...snapshotOf(sources, filter, clock.now()), onTaken };
  }

  async #catchUp(): Promise<FeedUpdate | null> {
    const { colorLog, filter, sources } = this.#options;
    if (this.#isGone() || this.#seq > colorLog.headSeq) return this.#gap();
    if (this.#seq === colorLog.headSeq) {
      this.#phase = { kind: 'live', pending: [] };
      return null;
    }
    const piece = await colorLog.readAfter(this.#seq, { institutions: filter.institutions });
    // A long way through the log must leave the event loop to others.
    await new Promise((resolve) => setImmediate(resolve));
    // Cleaned up while it was read.
    if (this.#isGone()) return this.#gap();
    this.#seq = piece.readUpTo;
    const changes = piece.changes.filter((change) => matches(filter, change.institution, change.subject));
    if (changes.length === 0) return null;
    return {
      cursor: this.#cursor(),
      kind: 'CHANGES',
      changes,
      polledAt: changes.at(-1)!.at,
      nextPollAt: Math.min(...sources.map((source) => source.nextPollAt())),
    };
  }

  #isGone(): boolean {
    const { id, floorSeq } = this.#options.colorLog;
    return this.#logId !== id || this.#seq < floorSeq;
  }

  /** Its cursor is the one that was too old, so that a disconnect before the SNAPSHOT ends in a GAP again. */
  #gap(): FeedUpdate {
    const { sources, clock } = this.#options;
    this.#phase = { kind: 'snapshot' };
    return { ...snapshotOf(sources, null, clock.now()), kind: 'GAP', cursor: this.#lastCursor };
  }

  #cursor(): string {
    return encodeCursor({ logId: this.#options.colorLog.id, seq: this.#seq });
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isEnded()) return resolve();
      this.#wake = resolve;
    });
  }

  #isEnded(): boolean {
    return this.#phase.kind === 'ended';
  }

  #end(): void {
    if (this.#isEnded()) return;
    this.#phase = { kind: 'ended' };
    this.#leaveTurn();
    this.#close();
    this.#wake();
  }
}
