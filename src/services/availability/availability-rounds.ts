import type { Logger } from 'pino';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { AvailabilityMethod } from '../../datasources/s360/client.types.js';
import type { ObservedAvailability } from '../../domain/availability.js';
import type { ColorLog } from '../../journal/color-log.js';
import { keysOf, type Backlog, type Work, type WorkKind } from './availability-backlog.js';
import type { RunningFeed } from './availability-feed.js';
import type { FeedPoll } from './availability-feed.types.js';
import { isCutOff, isTooEarly } from './availability-health.js';
import { askRound, type RoundOptions, type RoundQuestion } from './availability-round.js';
import type { SharedPolls, SharedReading } from './availability-shared-polls.js';

export interface RoundsOptions extends RoundOptions {
  readonly institution: string;
  readonly minuteMs: number;
  readonly backlog: Backlog;
  readonly colorLog: ColorLog;
  readonly feed: Pick<RunningFeed, 'publish'>;
  /** Where other replicas learn what was read here. */
  readonly shared?: SharedPolls;
  readonly log: Logger;
  /** What was read of these products is recorded, and some of it, `changes`, was different. */
  readonly onRecorded?: (products: ReadonlySet<string>, changes: FeedPoll['changes']) => void;
  readonly nextPollAt: () => number;
  /** How long the plan lets work of this product wait. */
  readonly everyMs: (productId: string) => number;
  /** Smaller is more wanted. */
  readonly rank: (productId: string) => number;
}

/** 'asked': something was, and all of it answered. 'failed': not all of it. 'nothing': nothing had to be, or may be now. */
export type RoundOutcome = 'asked' | 'failed' | 'nothing';

const METHOD_OF: Readonly<Record<WorkKind, AvailabilityMethod>> = {
  performance: 'getEventAvailability',
  product: 'getProductAvailability',
  inside: 'getPerformanceAvailability',
};
const KINDS = Object.keys(METHOD_OF) as WorkKind[];

/**
 * Works the backlog off in rounds: each asks every method at most once, for the most wanted first, and ends by
 * recording and publishing what was seen. One round at a time, whoever wants it.
 */
export class Rounds {
  #underWay: Promise<unknown> = Promise.resolve();
  #timesTold = 0;
  readonly #askedAt = new Map<WorkKind, number>();
  /** More work than one call carries: the rest does not wait for its interval. */
  readonly #overfull = new Set<WorkKind>();

  constructor(private readonly options: RoundsOptions) {}

  /** A round of what the plan finds due. */
  runDue(snapshot: CatalogSnapshot, signal: AbortSignal): Promise<RoundOutcome> {
    return this.#inTurn(() => this.#run(snapshot, this.#dueQuestion(), signal));
  }

  /**
   * A round for what a query misses, and for other work of the same kind as far as the call has room. `missing` is
   * called when the round's turn comes: those before it may have brought everything.
   */
  runFor(
    snapshot: CatalogSnapshot,
    missing: () => readonly Work[],
    signal: AbortSignal,
  ): Promise<RoundOutcome> {
    return this.#inTurn(() => this.#run(snapshot, this.#questionFor(missing()), signal));
  }

  /** Resolves when no round is under way any more. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  /** Another replica asked this work of the backlog: the plan's pause counts for all. */
  noteAsked(keys: readonly string[], at: number): void {
    for (const kind of KINDS) {
      if (!keys.some((key) => key.startsWith(`${kind}:`))) continue;
      this.#askedAt.set(kind, Math.max(this.#askedAt.get(kind) ?? at, at));
    }
  }

  /** How many times changes were told to subscribers. */
  get timesTold(): number {
    return this.#timesTold;
  }

  /** Writes the changes to the log, then shows them: on the board, and to subscribers where there are any. */
  record(observations: readonly ObservedAvailability[], reading?: SharedReading): Promise<void> {
    const { colorLog, board } = this.options;
    if (reading?.isEmpty(observations) === true) return Promise.resolve();
    const current = (): readonly ObservedAvailability[] => reading?.current(observations) ?? observations;
    return colorLog.append(
      () => board.diff(current()),
      (changes, seq) => {
        board.apply(current());
        reading?.recorded(observations);
        this.#told(observations, changes);
        if (changes.length === 0) return;
        this.#timesTold += 1;
        this.#publish(changes, seq);
      },
      reading && (() => reading.facts(current(), this.#times())),
    );
  }

  #told(observations: readonly ObservedAvailability[], changes: FeedPoll['changes']): void {
    const products = new Set(observations.map(({ subject }) => subject.productId));
    this.options.onRecorded?.(products, changes);
  }

  /** Tells subscribers of a poll that found no change. */
  heartbeat(): Promise<void> {
    const reading = this.options.shared?.heartbeat();
    return this.options.colorLog.append(
      () => [],
      (changes, seq) => {
        reading?.recorded([]);
        this.#publish(changes, seq);
      },
      reading && (() => reading.facts([], this.#times())),
    );
  }

  #publish(changes: FeedPoll['changes'], seq: number): void {
    const { feed, institution } = this.options;
    feed.publish({ institution, changes, seq, ...this.#times() });
  }

  #times(): Pick<FeedPoll, 'polledAt' | 'nextPollAt'> {
    const { clock, nextPollAt } = this.options;
    const polledAt = clock.now();
    return { polledAt, nextPollAt: Math.max(nextPollAt(), polledAt) };
  }

  /** Epoch ms when something of the backlog is both due and allowed; Infinity when there is none. */
  nextDueAt(): number {
    const work = this.options.backlog.all();
    return Math.min(...KINDS.map((kind) => this.#dueAt(kind, ofKind(work, kind))));
  }

  #inTurn(run: () => Promise<RoundOutcome>): Promise<RoundOutcome> {
    const round = this.#underWay.then(run);
    this.#underWay = round.catch(() => {});
    return round;
  }

  async #run(
    snapshot: CatalogSnapshot,
    question: RoundQuestion | null,
    signal: AbortSignal,
  ): Promise<RoundOutcome> {
    if (question === null) return 'nothing';
    const { backlog, clock, log } = this.options;
    const startedAt = clock.now();
    const reading = this.options.shared?.reading();
    backlog.take(question);
    try {
      const { observations, failures } = await askRound(this.options, snapshot, question, signal);
      for (const kind of KINDS) {
        const error = failures.get(METHOD_OF[kind]);
        if (error === undefined) {
          if (isAsked(question, kind)) this.#askedAt.set(kind, startedAt);
          reading?.answered(keysOf(only(question, kind)));
          continue;
        }
        backlog.putBack(only(question, kind));
        if (!signal.aborted && !isTooEarly(error) && !isCutOff(error))
          log.warn({ err: error }, 'availabilities could not be read');
      }
      await this.record(observations, reading);
      return failures.size === 0 ? 'asked' : 'failed';
    } catch (error) {
      backlog.putBack(question);
      throw error;
    }
  }

  #dueQuestion(): RoundQuestion | null {
    const now = this.options.clock.now();
    const work = this.options.backlog.all();
    return questionOf(
      KINDS.flatMap((kind) => {
        const own = ofKind(work, kind);
        return this.#dueAt(kind, own) <= now ? this.#mostWanted(kind, own) : [];
      }),
    );
  }

  #questionFor(missing: readonly Work[]): RoundQuestion | null {
    const { health, clock } = this.options;
    const work = this.options.backlog.all();
    return questionOf(
      KINDS.flatMap((kind) => {
        const first = ofKind(missing, kind);
        if (first.length === 0 || !health.isCallable(METHOD_OF[kind], clock.now())) return [];
        const asked = new Set(first.map(({ id }) => id));
        const others = ofKind(work, kind).filter(({ id }) => !asked.has(id));
        return [...first, ...this.#mostWanted(kind, others)].slice(0, this.#room(kind));
      }),
    );
  }

  #dueAt(kind: WorkKind, work: readonly Work[]): number {
    if (work.length === 0) return Infinity;
    const { health, everyMs, minuteMs } = this.options;
    const callableAt = health.callableAt(METHOD_OF[kind]);
    if (this.#overfull.has(kind) || work.some(({ isNew }) => isNew)) return callableAt;
    const shortestMs = Math.min(...work.map(({ productId }) => everyMs(productId)));
    // Half a minute early, so that work found by a cycle is not just too young for it.
    return Math.max(callableAt, (this.#askedAt.get(kind) ?? -Infinity) + shortestMs - minuteMs / 2);
  }

  #mostWanted(kind: WorkKind, work: readonly Work[]): Work[] {
    const room = this.#room(kind);
    if (kind !== 'inside' && work.length > room) this.#overfull.add(kind);
    else this.#overfull.delete(kind);
    if (work.length <= room) return [...work];
    const { rank, board } = this.options;
    const ageOf = ({ kind, id }: Work): number =>
      (kind === 'performance' ? board.performance(id) : board.product(id))?.observedAt ?? 0;
    return work
      .map((item) => ({ item, rank: rank(item.productId), observedAt: ageOf(item) }))
      .sort((a, b) => a.rank - b.rank || a.observedAt - b.observedAt)
      .slice(0, room)
      .map(({ item }) => item);
  }

  /** `getPerformanceAvailability` takes one season ticket for each call. */
  #room(kind: WorkKind): number {
    return kind === 'inside' ? 1 : this.options.batchSize;
  }
}

function ofKind(work: readonly Work[], kind: WorkKind): Work[] {
  return work.filter((item) => item.kind === kind);
}

function questionOf(work: readonly Work[]): RoundQuestion | null {
  if (work.length === 0) return null;
  return {
    performances: ofKind(work, 'performance').map(({ id, productId }) => ({ performanceId: id, productId })),
    productIds: ofKind(work, 'product').map(({ id }) => id),
    composedProductId: ofKind(work, 'inside')[0]?.id ?? null,
  };
}

function only(question: RoundQuestion, kind: WorkKind): RoundQuestion {
  return {
    performances: kind === 'performance' ? question.performances : [],
    productIds: kind === 'product' ? question.productIds : [],
    composedProductId: kind === 'inside' ? question.composedProductId : null,
  };
}

function isAsked(question: RoundQuestion, kind: WorkKind): boolean {
  const { performances, productIds, composedProductId } = only(question, kind);
  return performances.length > 0 || productIds.length > 0 || composedProductId !== null;
}
