import { LiveColorBoard, subjectKey } from '../../cache/color-board.js';
import type { Clock } from '../../clock.js';
import type { ComposedReadings } from '../../datasources/availability-composed.js';
import type { ObservedAvailability } from '../../domain/availability.js';
import type { StreamEntry } from '../../journal/color-stream.js';
import type { SharedColorLog } from '../../journal/shared-color-log.js';
import type { BegunLog, LogFollower } from '../../journal/shared-color-log.types.js';
import type { Look, PollFacts, SharedPoll } from '../../journal/shared-poll.types.js';
import type { Backlog } from './availability-backlog.js';
import type { RunningFeed } from './availability-feed.js';
import type { FeedPoll } from './availability-feed.types.js';

export interface SharedPollsOptions {
  readonly institution: string;
  readonly sharedLog: Pick<SharedColorLog, 'id' | 'headSeq' | 'join'>;
  readonly board: LiveColorBoard;
  readonly backlog: Backlog;
  readonly composed: ComposedReadings;
  readonly feed: Pick<RunningFeed, 'publish'>;
  readonly clock: Clock;
}

/** The poller of this process, as far as those of other replicas concern it. */
export interface PollerAmongOthers {
  /** Epoch ms. */
  readonly nextPollAt: number;
  /** The demand changed: look at the plan now. */
  wake(): void;
  /** Another replica looked, or what this one found came back: subscribers have heard of it. */
  heard(look: Look): void;
  /** When subscribers were told that the product moved, by S-360's date; null: not yet. */
  told(productId: string): number | null;
  /** Another replica asked this work of the backlog. */
  askedElsewhere(keys: readonly string[], at: number): void;
  /** What is known so far, with all that moved and was not read yet; null before the first look. */
  lastLook(): Look | null;
  /** Puts back what a replica saved of the log; answers the position that it holds, null when it is of no use. */
  restoreFrom(log: BegunLog): Promise<number | null>;
}

type Times = Pick<FeedPoll, 'polledAt' | 'nextPollAt'>;

/** As many as one reading of S-360 brings. */
const OBSERVATIONS_IN_POLL = 500;

/**
 * One institution among replicas: what this one reads goes to all with the changes, and what others read comes onto this
 * board, into this backlog and to the subscribers of this feed.
 */
export class SharedPolls implements LogFollower {
  readonly institution: string;
  #poller: PollerAmongOthers | null = null;
  /** S-360 said what moved, and no other replica knows. */
  #look: Look | null = null;
  /** By subject: the position at which another replica read it. */
  readonly #readAt = new Map<string, number>();
  /** What came before the catalog. */
  #early: SharedPoll[] = [];
  /** What a log that begins anew holds already; null at all other times. */
  #rebuilt: LiveColorBoard | null = null;

  constructor(private readonly options: SharedPollsOptions) {
    this.institution = options.institution;
  }

  /** Resolves when the board holds what other replicas know; when Redis is away, at once. */
  join(poller: PollerAmongOthers): Promise<void> {
    this.#poller = poller;
    return this.options.sharedLog.join(this);
  }

  async begin(log: BegunLog): Promise<number> {
    const { board } = this.options;
    if (log.isTornOff) board.prune(() => false);
    // Redis lost its data: here they are still.
    this.#rebuilt = board.size > 0 ? new LiveColorBoard(this.institution) : null;
    this.#readAt.clear();
    const restored = this.#rebuilt === null ? await this.#poller?.restoreFrom(log).catch(() => null) : null;
    return restored ?? log.floorSeq;
  }

  take({ seq, poll }: StreamEntry, { isNews }: { readonly isNews: boolean }): void {
    const { board, composed, feed } = this.options;
    if (this.#rebuilt === null) board.apply(poll.observations);
    else this.#rebuild(this.#rebuilt, poll.observations);
    for (const { subject } of poll.observations) {
      this.#readAt.set(subjectKey(subject), seq);
      this.#poller?.told(subject.productId);
    }
    composed.learn(poll.halves);
    this.#learn(poll);
    if (!isNews) return;
    const { institution, polledAt, nextPollAt, isHeartbeat } = poll;
    const changes = poll.changes.map((change) => ({ ...change, seq }));
    if (changes.length > 0 || isHeartbeat) feed.publish({ institution, changes, seq, polledAt, nextPollAt });
    this.#poller?.wake();
  }

  unrecorded(): SharedPoll[] {
    const rebuilt = this.#rebuilt;
    if (rebuilt === null) return [];
    const own = [...this.options.board.all()].filter(
      (observed) => (rebuilt.of(observed.subject)?.observedAt ?? -Infinity) < observed.observedAt,
    );
    if (own.length === 0) this.#rebuilt = null;
    const now = this.options.clock.now();
    return chunksOf(own).map((observations) => ({
      institution: this.institution,
      changes: rebuilt.diff(observations),
      observations,
      answered: [],
      askedWith: this.options.backlog.horizon,
      halves: { quotas: [], insides: [] },
      look: this.#poller?.lastLook() ?? null,
      isHeartbeat: false,
      polledAt: now,
      nextPollAt: Math.max(now, this.#poller?.nextPollAt ?? now),
    }));
  }

  /** S-360 said what moved; others learn it with what is recorded next. */
  looked(look: Look): void {
    this.#look = this.#look === null ? look : { ...look, moved: [...this.#look.moved, ...look.moved] };
  }

  /** To be called before S-360 is asked. */
  reading(): SharedReading {
    return this.#reading(false);
  }

  heartbeat(): SharedReading {
    return this.#reading(true);
  }

  /** What others told before can be understood now. */
  catalogCame(): void {
    const early = this.#early;
    this.#early = [];
    for (const poll of early) this.#learn(poll);
  }

  #reading(isHeartbeat: boolean): SharedReading {
    const { institution, options } = this;
    const { sharedLog } = options;
    const { id, headSeq } = sharedLog;
    const askedWith = options.backlog.horizon;
    const answered = new Set<string>();
    // In another log positions count from 0 again.
    const isOvertaken = (key: string): boolean =>
      (this.#readAt.get(key) ?? 0) > (sharedLog.id === id ? headSeq : 0);
    let sent: Look | null = null;
    return {
      answered(keys) {
        for (const key of keys) answered.add(key);
      },
      isEmpty: (observations) => observations.length + answered.size === 0 && this.#look === null,
      current: (observations) => observations.filter(({ subject }) => !isOvertaken(subjectKey(subject))),
      facts: (observations, times) => {
        // What moved since S-360 was asked needs another answer; all that others told before this poll is known here.
        const keys = [...answered].filter((key) => !isOvertaken(key) && !options.backlog.hasMoved(key));
        sent = this.#look;
        return {
          institution,
          observations,
          answered: keys,
          askedWith,
          halves: options.composed.halvesOf(idsOf(keys, 'product'), idsOf(keys, 'inside')),
          look: sent,
          isHeartbeat,
          ...times,
        };
      },
      recorded: (observations) => {
        if (this.#look === sent) this.#look = null;
        const overtaken = observations.map(({ subject }) => subjectKey(subject)).filter(isOvertaken);
        options.backlog.putBackKeys(overtaken);
      },
    };
  }

  /** What others found and read is neither found nor read again here. */
  #learn(poll: SharedPoll): void {
    const { backlog, clock } = this.options;
    if (!backlog.hasCatalog) {
      this.#early.push({ ...poll, observations: [], changes: [] });
      return;
    }
    if (poll.look !== null) {
      this.#poller?.heard(poll.look);
      // The answer to its recording was lost.
      if (poll.look.at === this.#look?.at) this.#look = null;
    }
    // Who read it cannot have known what was found here and told nobody yet.
    const untold = this.#look;
    const kept = new Set(
      untold?.moved.flatMap(([productId]) => backlog.keysMovedBy(productId, untold.at)) ?? [],
    );
    const answered = poll.answered.filter((key) => !kept.has(key));
    backlog.takeAnswered(answered, poll.askedWith, clock.now());
    // Its clock may be ahead.
    this.#poller?.askedElsewhere(poll.answered, Math.min(poll.polledAt, clock.now()));
  }

  /** The newer observation counts; where both differ, S-360 is asked again, as clocks differ too. */
  #rebuild(rebuilt: LiveColorBoard, observations: readonly ObservedAvailability[]): void {
    const { board, backlog, clock } = this.options;
    rebuilt.apply(observations);
    for (const observed of observations) {
      const own = board.of(observed.subject);
      if (own === undefined || own.observedAt <= observed.observedAt) board.apply([observed]);
      if (own !== undefined && own.color !== observed.color) {
        backlog.markMoved(observed.subject.productId, clock.now());
      }
    }
  }
}

/** One reading of S-360, on its way to the other replicas. */
export interface SharedReading {
  /** Keys of the backlog that S-360 answered. */
  answered(keys: readonly string[]): void;
  /** Nobody would learn anything. */
  isEmpty(observations: readonly ObservedAvailability[]): boolean;
  /**
   * Without what another replica read and told after S-360 was asked here: a process that stood still for longer than a
   * minute must not bring old colors back.
   */
  current(observations: readonly ObservedAvailability[]): readonly ObservedAvailability[];
  facts(current: readonly ObservedAvailability[], times: Times): PollFacts;
  /** To be called in the turn in which it was recorded, with all observations. What was overtaken is asked again. */
  recorded(observations: readonly ObservedAvailability[]): void;
}

function idsOf(keys: readonly string[], kind: string): string[] {
  return keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
}

function chunksOf(observations: readonly ObservedAvailability[]): ObservedAvailability[][] {
  return Array.from({ length: Math.ceil(observations.length / OBSERVATIONS_IN_POLL) }, (_, index) =>
    observations.slice(index * OBSERVATIONS_IN_POLL, (index + 1) * OBSERVATIONS_IN_POLL),
  );
}
