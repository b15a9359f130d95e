import { randomUUID } from 'node:crypto';
import type { ColorChange } from '../domain/availability.js';
import type { ColorHistory, RecordedColorChange } from './color-history.types.js';
import type { ColorLog, LogPiece, ReadOptions } from './color-log.js';
import type { ColorStream, StreamEntry, StreamPiece } from './color-stream.js';
import { LogBeginning } from './log-beginning.js';
import { LogFollowers } from './log-followers.js';
import { RecentPolls } from './recent-polls.js';
import type { LogFollower } from './shared-color-log.types.js';
import type { PollFacts, SharedPoll } from './shared-poll.types.js';
import { within } from '../clock.js';

export interface SharedColorLogOptions {
  readonly stream: ColorStream;
  /** Where changes are kept for good, by whoever found them. */
  readonly history: Pick<ColorLog, 'append' | 'ofPerformance'>;
  readonly log: { warn(facts: object, message: string): void };
  /** How many changes are held in memory, for readers that are not far behind; 5,000 by default. */
  readonly recentChanges?: number;
}

/** How many polls are read at once: with many observations some 60 KB each. */
const PIECE_SIZE = 20;
/** Each attempt fails because another replica got ahead, so some replica always gets through. */
const MOST_ATTEMPTS = 50;
/** Real time: how long to wait with another look at a Redis that is up and did not answer. */
const RETRY_MS = 1_000;
const ARRIVAL_MS = 1_000;
/** Nobody who subscribes waits longer for what other replicas know already. */
const LONGEST_REACH_MS = 100;

/**
 * The log of all replicas, on a Redis Stream; a position is the number of a poll. Who appends must know everything before
 * it: one that was cut off or frozen takes over what it missed, computes its changes anew and tries again. Without Redis
 * nothing can be appended; readers are served from memory as far as it reaches. A Redis that lost its data begins a log
 * with another `id`, to which every replica brings what it knows.
 */
export class SharedColorLog implements ColorLog, ColorHistory {
  readonly #options: SharedColorLogOptions;
  readonly #followers = new LogFollowers();
  readonly #beginning: LogBeginning;
  readonly #onRestarted: (() => void)[] = [];
  readonly #recent: RecentPolls;
  // Of this process alone, until Redis has told which log there is.
  #id: string = randomUUID();
  #isKnown = false;
  #headSeq = 0;
  #floorSeq = 0;
  #isReadable = false;
  /** Boards were shown before they held everything. */
  #isOwed = false;
  #queue: Promise<unknown> = Promise.resolve();
  #isLookWanted = false;
  /** A position that others have reached. */
  #wantedSeq = 0;
  #retry: NodeJS.Timeout | undefined;
  #history: Promise<void> = Promise.resolve();
  #end: (() => void) | null = null;
  #isStopped = false;

  constructor(options: SharedColorLogOptions) {
    this.#options = options;
    this.#recent = new RecentPolls(options.recentChanges);
    this.#beginning = new LogBeginning({
      stream: options.stream,
      read: (seq) => this.#read(seq),
      onBegun: (piece, followers) => this.#restart(piece, followers),
      onRecorded: (changes) => this.#keep(changes),
    });
  }

  get id(): string {
    return this.#id;
  }

  get headSeq(): number {
    return this.#headSeq;
  }

  /** Without Redis only what is in memory can be read. */
  get floorSeq(): number {
    const isReadable = this.#isReadable && this.#options.stream.isUp();
    return isReadable ? this.#floorSeq : Math.max(this.#floorSeq, this.#recent.floorSeq);
  }

  /** Follows the other replicas from now on. */
  start(): void {
    this.#end ??= this.#options.stream.onMoved((headSeq) => this.#look(headSeq));
    this.#look(null);
  }

  /** Called in the turn in which positions begin to count in another log, or again: whoever reads has a gap. */
  onRestarted(listener: () => void): void {
    this.#onRestarted.push(listener);
  }

  /** Resolves when the follower has everything that Redis knows; when Redis is away, after a moment, and it begins later. */
  async join(follower: LogFollower): Promise<void> {
    this.#followers.join(follower);
    await this.#arrived();
    await this.#inTurn(() => this.#catchUp()).catch(() => {
      this.#isOwed = true;
      this.#lookLater();
    });
  }

  /** A process that just started has no connection yet: going on without would ask S-360 for what others know. */
  async #arrived(): Promise<void> {
    const giveUpAt = performance.now() + ARRIVAL_MS;
    while (!this.#options.stream.isUp() && !this.#isStopped && performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, ARRIVAL_MS / 50));
    }
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#queue;
    await this.#history;
  }

  async stop(): Promise<void> {
    this.#end?.();
    this.#isStopped = true;
    clearTimeout(this.#retry);
    await this.settled();
  }

  /** `changesNow` is called again when another replica got ahead; so is `pollNow`, which says what to tell the others. */
  append(
    changesNow: () => readonly ColorChange[],
    onRecorded: (recorded: readonly RecordedColorChange[], headSeq: number) => void,
    pollNow?: () => PollFacts,
  ): Promise<void> {
    return this.#inTurn(async () => {
      if (pollNow === undefined) throw new TypeError('`pollNow` must be given: others learn from it');
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        if (attempt > 1 || this.#isBehind()) await this.#catchUp();
        const poll: SharedPoll = { ...pollNow(), changes: changesNow() };
        const position = { id: this.#id, headSeq: this.#headSeq };
        const appended = await this.#options.stream.append(position, poll);
        if (appended === null) continue;
        const entry = { seq: appended.seq, poll };
        this.#floorSeq = appended.floorSeq;
        this.#advance(entry);
        onRecorded(changesOf(entry), entry.seq);
        this.#keep(poll.changes);
        return;
      }
      throw new Error(`other replicas got ahead ${MOST_ATTEMPTS} times in a row`);
    });
  }

  /** A subscriber comes from a replica that was a moment ahead. When Redis is away or slow, it is ahead for longer. */
  async reach(seq: number): Promise<void> {
    if (seq <= this.#headSeq) return;
    const caughtUp = this.#inTurn(() => this.#catchUp()).catch(() => this.#lookLater());
    await within(LONGEST_REACH_MS, caughtUp);
  }

  async readAfter(seq: number, { institutions }: ReadOptions = {}): Promise<LogPiece> {
    const wanted = ({ institution }: ColorChange): boolean => institutions?.includes(institution) ?? true;
    const near = this.#recent.readAfter(seq, PIECE_SIZE);
    if (near !== null) return { changes: near.changes.filter(wanted), readUpTo: near.readUpTo };
    const headSeq = this.#headSeq;
    const piece = await this.#read(seq, { isForSubscriber: true }).catch(() => null);
    // The floor now says that it cannot be read.
    if (piece === null || piece.id !== this.#id) {
      this.#isReadable = false;
      this.#lookLater();
      return { changes: [], readUpTo: seq };
    }
    // Cleaned up by another replica, and not heard of here yet: what it would miss must be a gap.
    this.#floorSeq = Math.max(this.#floorSeq, piece.floorSeq);
    if (seq < this.#floorSeq) return { changes: [], readUpTo: seq };
    const entries = piece.entries.filter((entry) => entry.seq <= headSeq);
    return { changes: entries.flatMap(changesOf).filter(wanted), readUpTo: entries.at(-1)?.seq ?? headSeq };
  }

  ofPerformance(
    institution: string,
    performanceId: string,
    first: number,
  ): Promise<readonly RecordedColorChange[]> {
    return this.#options.history.ofPerformance(institution, performanceId, first);
  }

  /** Something that Redis holds is not on every board yet. */
  #isBehind(): boolean {
    return !this.#isKnown || !this.#followers.areAllAt(this.#headSeq);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** However many calls: one look after the work under way, and none when that was all. Null: whatever is there. */
  #look(headSeq: number | null): void {
    this.#wantedSeq = Math.max(this.#wantedSeq, headSeq ?? Infinity);
    if (this.#isLookWanted || this.#isStopped) return;
    this.#isLookWanted = true;
    void this.#inTurn(async () => {
      const wantedSeq = this.#wantedSeq;
      this.#wantedSeq = 0;
      this.#isLookWanted = false;
      if (wantedSeq > this.#headSeq || this.#isBehind()) await this.#catchUp();
    }).catch((error: unknown) => {
      if (this.#options.stream.isUp())
        this.#options.log.warn({ err: error }, 'the color log could not be read');
      this.#lookLater();
    });
  }

  /** When Redis is away it tells when it is back; when it was only late, nobody would. */
  #lookLater(): void {
    clearTimeout(this.#retry);
    if (this.#isStopped) return;
    this.#retry = setTimeout(() => this.#look(null), RETRY_MS).unref();
  }

  /** Takes over what other replicas recorded, up to the head. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const least = this.#followers.leastPosition(this.#headSeq);
      const piece = await this.#read(least);
      const isSame = piece?.id === this.#id;
      // What this replica has seen is no longer there: Redis came back with older data, or with none.
      if (piece === null || (isSame && piece.headSeq < this.#headSeq)) {
        await this.#options.stream.create(randomUUID(), piece);
        continue;
      }
      const isTornOff = isSame && this.#isKnown && least < piece.floorSeq;
      if (!isSame || !this.#isKnown || isTornOff) {
        await this.#beginning.goThrough(piece, this.#followers.all(), isTornOff);
        continue;
      }
      if (await this.#beginLate(piece)) continue;
      this.#floorSeq = piece.floorSeq;
      for (const entry of piece.entries) this.#takeOver(entry);
      if ((piece.entries.at(-1)?.seq ?? piece.headSeq) < piece.headSeq) continue;
      if (this.#isOwed) this.#tellRestarted();
      return;
    }
  }

  #restart({ id, headSeq, floorSeq }: StreamPiece, followers: readonly LogFollower[]): void {
    this.#id = id;
    this.#isKnown = true;
    this.#headSeq = headSeq;
    this.#floorSeq = floorSeq;
    this.#recent.restart(headSeq);
    for (const follower of followers) this.#followers.moveTo(follower, headSeq);
    this.#tellRestarted();
  }

  #tellRestarted(): void {
    this.#isOwed = false;
    for (const listener of this.#onRestarted) listener();
  }

  /** A follower that came after this replica had begun. */
  async #beginLate(piece: StreamPiece): Promise<boolean> {
    const { id, floorSeq } = piece;
    const late = this.#followers.late();
    for (const follower of late) {
      const position = await follower.begin({ id, floorSeq, isTornOff: false });
      if (await this.#beginning.isRolledBack(piece, position)) break;
      this.#followers.moveTo(follower, Math.max(position, floorSeq));
    }
    return late.length > 0;
  }

  #takeOver(entry: StreamEntry): void {
    const isNews = entry.seq > this.#headSeq;
    const behind = this.#followers.behind(entry);
    if (isNews) this.#advance(entry);
    for (const follower of behind) {
      this.#followers.moveTo(follower, entry.seq);
      follower.take(entry, { isNews });
    }
  }

  #advance(entry: StreamEntry): void {
    const before = this.#headSeq;
    this.#headSeq = entry.seq;
    this.#recent.add(entry.seq, entry.poll.changes);
    this.#followers.advance(before, entry.seq);
  }

  async #read(seq: number, options?: { readonly isForSubscriber: boolean }): Promise<StreamPiece | null> {
    try {
      const piece = await this.#options.stream.read(seq, PIECE_SIZE, options);
      this.#isReadable = true;
      return piece;
    } catch (error) {
      this.#isReadable = false;
      throw error;
    }
  }

  /** Kept for good after it is known to all: a history that cannot be written must not stop colors. */
  #keep(changes: readonly ColorChange[]): void {
    if (changes.length === 0) return;
    const { history, log } = this.#options;
    this.#history = history
      .append(
        () => changes,
        () => {},
      )
      .catch((error: unknown) => log.warn({ err: error }, 'color changes could not be kept as history'));
  }
}

function changesOf({ seq, poll }: StreamEntry): RecordedColorChange[] {
  return poll.changes.map((change) => ({ ...change, seq }));
}
