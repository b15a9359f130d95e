import { randomUUID } from 'node:crypto';
import type { ColorChange } from '../domain/availability.js';
import type { ColorHistory, RecordedColorChange } from './color-history.types.js';
import type { ColorLog, LogPiece, ReadOptions } from './color-log.js';
import type { ColorStream, StreamEntry, StreamPiece } from './color-stream.js';
import { RecentPolls } from './recent-polls.js';
import type { PollFacts, SharedPoll } from './shared-poll.types.js';

/** One institution's side of the shared log: where the polls of all replicas are taken over. */
export interface LogFollower {
  readonly institution: string;
  /**
   * Called when this replica begins with a log, and when it cannot go on where it was. Answers the position that its
   * board holds already: what was saved of this log, or `floorSeq`. A position above the head begins another log.
   */
  begin(log: BegunLog): Promise<number>;
  /** Takes a poll over, in one turn. Not `isNews`: it is from before this replica came, and nobody is to be told. */
  take(entry: StreamEntry, options: { readonly isNews: boolean }): void;
  /** What this replica knows and a log that begins anew does not; empty when nothing. Recorded before anybody reads. */
  unrecorded(): readonly SharedPoll[];
}

export interface BegunLog {
  readonly id: string;
  readonly floorSeq: number;
  /** The same as before, but what is missing here is no longer kept: what the board holds counts for nothing. */
  readonly isTornOff: boolean;
}

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
  /** By follower: up to where its board holds everything; null before it has begun. */
  readonly #followers = new Map<LogFollower, number | null>();
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
    this.#followers.set(follower, null);
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
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_REACH_MS);
    });
    await Promise.race([caughtUp, patience]).finally(() => clearTimeout(timer));
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
    return !this.#isKnown || [...this.#followers.values()].some((position) => position !== this.#headSeq);
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
      const piece = await this.#read(this.#leastPosition());
      const isSame = piece?.id === this.#id;
      // What this replica has seen is no longer there: Redis came back with older data, or with none.
      if (piece === null || (isSame && piece.headSeq < this.#headSeq)) {
        await this.#options.stream.create(randomUUID(), piece);
        continue;
      }
      const isTornOff = isSame && this.#isKnown && this.#leastPosition() < piece.floorSeq;
      if (!isSame || !this.#isKnown || isTornOff) {
        await this.#begin(piece, isTornOff);
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

  /** The whole way through a log that is new to this replica; what only this replica knows is added at its end. */
  async #begin(first: StreamPiece, isTornOff: boolean): Promise<void> {
    const { stream } = this.#options;
    const begun = { id: first.id, floorSeq: first.floorSeq, isTornOff };
    const positions = new Map<LogFollower, number>();
    for (const follower of this.#followers.keys()) {
      positions.set(follower, Math.max(await follower.begin(begun), first.floorSeq));
    }
    if (await this.#isRolledBack(first, Math.max(...positions.values()))) return;
    let seq = Math.min(first.headSeq, ...positions.values());
    for (;;) {
      const piece = await this.#read(seq);
      if (piece === null || piece.id !== begun.id || piece.floorSeq > seq) return;
      for (const entry of piece.entries) {
        seq = entry.seq;
        for (const [follower, position] of positions) {
          if (follower.institution === entry.poll.institution && position < seq) {
            follower.take(entry, { isNews: false });
          }
        }
      }
      if (seq < piece.headSeq) continue;
      const [poll] = [...positions.keys()].flatMap((follower) => follower.unrecorded());
      const appended = poll === undefined ? null : await stream.append({ id: begun.id, headSeq: seq }, poll);
      // It comes back with the next piece, as the polls of others do.
      if (poll !== undefined) {
        if (appended !== null) this.#keep(poll.changes);
        continue;
      }
      this.#restart({ ...piece, headSeq: seq }, [...positions.keys()]);
      return;
    }
  }

  #restart({ id, headSeq, floorSeq }: StreamPiece, followers: readonly LogFollower[]): void {
    this.#id = id;
    this.#isKnown = true;
    this.#headSeq = headSeq;
    this.#floorSeq = floorSeq;
    this.#recent.restart(headSeq);
    for (const follower of followers) this.#followers.set(follower, headSeq);
    this.#tellRestarted();
  }

  #tellRestarted(): void {
    this.#isOwed = false;
    for (const listener of this.#onRestarted) listener();
  }

  /** A follower that came after this replica had begun. */
  async #beginLate(piece: StreamPiece): Promise<boolean> {
    const { id, floorSeq } = piece;
    const late = [...this.#followers].filter(([, position]) => position === null);
    for (const [follower] of late) {
      const position = await follower.begin({ id, floorSeq, isTornOff: false });
      if (await this.#isRolledBack(piece, position)) break;
      this.#followers.set(follower, Math.max(position, floorSeq));
    }
    return late.length > 0;
  }

  /**
   * What was saved of this log is ahead of it: Redis came back with older data while nobody was there to notice. Another
   * log is begun then, to which what was saved is brought.
   */
  async #isRolledBack({ id, headSeq }: StreamPiece, savedSeq: number): Promise<boolean> {
    if (savedSeq <= headSeq) return false;
    // Or other replicas went on, and saved, after it was read.
    const piece = await this.#read(savedSeq);
    if (piece === null || piece.id !== id || piece.headSeq >= savedSeq) return false;
    await this.#options.stream.create(randomUUID(), piece);
    return true;
  }

  #leastPosition(): number {
    const positions = [...this.#followers.values()].flatMap((position) => position ?? []);
    return Math.min(this.#headSeq, ...positions);
  }

  #takeOver(entry: StreamEntry): void {
    const isNews = entry.seq > this.#headSeq;
    const behind = [...this.#followers].filter(
      ([{ institution }, position]) =>
        institution === entry.poll.institution && position !== null && position < entry.seq,
    );
    if (isNews) this.#advance(entry);
    for (const [follower] of behind) {
      this.#followers.set(follower, entry.seq);
      follower.take(entry, { isNews });
    }
  }

  /** The head moves, with the positions of those that were at the head. */
  #advance(entry: StreamEntry): void {
    const before = this.#headSeq;
    this.#headSeq = entry.seq;
    this.#recent.add(entry.seq, entry.poll.changes);
    for (const [follower, position] of this.#followers) {
      if (position !== null && position >= before) this.#followers.set(follower, entry.seq);
    }
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
