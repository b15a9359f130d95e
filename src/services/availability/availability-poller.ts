import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import { TimeSlice } from '../../cache/time-slice.js';
import type { Clock } from '../../clock.js';
import type { AvailabilityCalls } from '../../datasources/s360/client.types.js';
import { RedisAwayError } from '../../errors.js';
import type { BegunLog } from '../../journal/shared-color-log.types.js';
import type { Look } from '../../journal/shared-poll.types.js';
import type { MethodHealth } from './availability-health.js';
import { MoveFinder } from './availability-moves.js';
import { PollMemory, type PollMemoryOptions, type PollProgress } from './availability-poll-memory.js';
import type { Rounds } from './availability-rounds.js';
import type { PollerAmongOthers, SharedPolls } from './availability-shared-polls.js';
import type { CatalogService } from '../institution.types.js';
import { pollableProducts } from './poll-plan-products.js';
import type { PollPlan } from './poll-plan.js';

export interface PollerOptions extends PollMemoryOptions {
  readonly calls: Pick<AvailabilityCalls, 'getUpdatedAvailabilities'>;
  readonly catalog: Pick<CatalogService, 'current' | 'changes'>;
  readonly health: MethodHealth;
  readonly rounds: Rounds;
  /** The polls of other replicas, where there are any. */
  readonly shared?: SharedPolls;
  readonly clock: Clock;
  readonly minuteMs: number;
  /** A new plan from the demand of this moment. */
  readonly replan: () => PollPlan;
}

/** How often to look for a catalog while there is none; looking costs nothing. */
const NO_CATALOG_PAUSE_MS = 250;
/** How often to ask again about a color that S-360 did not say in a word we know. */
const DOUBT_MINUTES = 60;

/**
 * One institution's loop: find what moved (`getUpdatedAvailabilities`, once for each planned cycle), then read it in
 * rounds. It never overlaps itself; what fails is tried again after a pause, and the board keeps what it has.
 */
export class AvailabilityPoller implements PollerAmongOthers {
  readonly #memory: PollMemory;
  #finder = new MoveFinder(null);
  #snapshot: CatalogSnapshot | null = null;
  #adopting: Promise<void> = Promise.resolve();
  #restoredPolledAt: number | null = null;
  /** The last cycle of this process: what was polled before a restart has to be confirmed at once. */
  #lookedAt: number | null = null;
  /** A cycle looked, and subscribers have heard nothing of it yet: one HEARTBEAT for a poll without changes. */
  #isUntold = false;
  #nextCycleAt: number;
  #running: Promise<unknown> | null = null;
  readonly #stopped = new AbortController();
  #sleep = new AbortController();
  #markReady: () => void = () => {};
  /** Resolves when what was kept over a restart is back on the board. */
  readonly ready = new Promise<void>((resolve) => {
    this.#markReady = resolve;
  });

  constructor(private readonly options: PollerOptions) {
    this.#memory = new PollMemory(options);
    this.#nextCycleAt = options.clock.now();
  }

  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Epoch ms; null when there has been no poll, not even before a restart. */
  get polledAt(): number | null {
    return this.#lookedAt ?? this.#restoredPolledAt;
  }

  get nextPollAt(): number {
    return this.#nextCycleAt;
  }

  start(): void {
    this.#running ??= Promise.all([this.#run(), this.#followCatalog()]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.wake();
    this.#markReady();
    await this.#running;
    await this.options.rounds.settled();
    if (this.#running !== null) await this.#save();
  }

  /** The demand changed: look at the plan now. */
  wake(): void {
    this.#sleep.abort();
  }

  async #run(): Promise<void> {
    const { clock, log, minuteMs } = this.options;
    await this.#restore().catch((error: unknown) =>
      log.warn({ err: error }, 'saved colors could not be read'),
    );
    this.#markReady();
    while (!this.signal.aborted) {
      this.#sleep = new AbortController();
      let wakeAt: number;
      try {
        wakeAt = await this.#turn();
      } catch (error) {
        // What was read cannot be kept: asking S-360 again at once would only spend calls.
        const level = error instanceof RedisAwayError ? 'warn' : 'error';
        log[level]({ err: error }, 'a poll could not be recorded');
        wakeAt = clock.now() + minuteMs;
      }
      // The shortest pause is not cut short: a thousand subscribers at once are one new plan.
      await clock.sleep(minuteMs / 100, this.signal);
      await clock.sleep(wakeAt - clock.now(), this.#sleep.signal);
    }
  }

  /** Answers when to come back. */
  async #turn(): Promise<number> {
    const { clock, catalog, backlog, health, rounds, minuteMs } = this.options;
    const snapshot = catalog.current();
    if (snapshot === null) return clock.now() + NO_CATALOG_PAUSE_MS;
    // Each step takes milliseconds with a large catalog: others come in between.
    const slice = new TimeSlice();
    await this.adopt(snapshot);
    if (slice.isOver()) await slice.pause();
    backlog.markTurned(clock.now());
    if (slice.isOver()) await slice.pause();
    backlog.markDoubtful(clock.now(), DOUBT_MINUTES * minuteMs);
    if (slice.isOver()) await slice.pause();
    this.#schedule();
    if (slice.isOver()) await slice.pause();
    const isCycle =
      this.#nextCycleAt <= clock.now() && health.isCallable('getUpdatedAvailabilities', clock.now());
    const hasLooked = isCycle && (await this.#look(snapshot));
    if (hasLooked) this.#isUntold = true;
    if (slice.isOver()) await slice.pause();
    const toldBefore = rounds.timesTold;
    const outcome = await rounds.runDue(snapshot, this.signal);
    if (rounds.timesTold > toldBefore) this.#isUntold = false;
    // What was found and may be read in a moment will be told then.
    if (slice.isOver()) await slice.pause();
    const isComing = rounds.nextDueAt() < clock.now() + minuteMs / 2;
    if (this.#isUntold && outcome !== 'failed' && !isComing) {
      this.#isUntold = false;
      await rounds.heartbeat();
    }
    if (outcome !== 'nothing' || hasLooked) await this.#save();
    this.#schedule();
    return Math.min(this.#nextCycleAt, rounds.nextDueAt());
  }

  /** Asks what moved; a failure is noted and tried again later. */
  async #look(snapshot: CatalogSnapshot): Promise<boolean> {
    const { calls, clock, backlog, board, health, log } = this.options;
    const productIds = [...backlog.products.keys()];
    const at = clock.now();
    const since = this.#finder.since(at);
    try {
      const moves =
        productIds.length === 0
          ? []
          : await calls.getUpdatedAvailabilities(
              { pointOfSalesId: snapshot.pointOfSales.id, productIds, since },
              { lane: 'availability', signal: this.signal },
            );
      health.succeeded('getUpdatedAvailabilities');
      const moved = this.#finder.take(moves, at);
      for (const productId of moved) backlog.markMoved(productId, at);
      this.options.shared?.looked(this.#finder.lookOf(moved, at));
    } catch (error) {
      const isFailure = health.failed('getUpdatedAvailabilities', error, clock.now());
      if (!this.signal.aborted && isFailure) log.warn({ err: error }, 'what moved could not be asked');
      return false;
    }
    const slice = new TimeSlice();
    board.confirm(backlog.settledProductIds(), at);
    if (slice.isOver()) await slice.pause();
    this.#lookedAt = Math.max(this.#lookedAt ?? at, at);
    this.#schedule();
    return true;
  }

  /** Another replica looked, or what this one found came back: subscribers have heard of it. */
  heard(look: Look): void {
    this.#finder.learn(look);
    for (const [productId] of look.moved) this.options.backlog.markMoved(productId, look.at);
    if (look.at === this.#lookedAt) this.#isUntold = false;
    if (look.at <= (this.#lookedAt ?? -Infinity)) return;
    this.options.board.confirm(this.options.backlog.settledProductIds(), look.at);
    this.#lookedAt = look.at;
  }

  /** As MoveFinder's. */
  told(productId: string): number | null {
    return this.#finder.told(productId);
  }

  /** Another replica asked this work of the backlog. */
  askedElsewhere(keys: readonly string[], at: number): void {
    this.options.rounds.noteAsked(keys, at);
  }

  /** What is known so far, with all that moved and was not read yet; null before the first look. */
  lastLook(): Look | null {
    const { backlog } = this.options;
    return this.polledAt === null ? null : this.#finder.lookOf(backlog.movedProductIds(), this.polledAt);
  }

  #schedule(): void {
    const { cycleEveryMs } = this.options.replan();
    const planned = this.#lookedAt === null ? this.options.clock.now() : this.#lookedAt + cycleEveryMs;
    this.#nextCycleAt = Math.max(planned, this.options.health.callableAt('getUpdatedAvailabilities'));
  }

  /** Looks at the catalog as it is now; whatever left it leaves the board. Does nothing when it is the same. */
  adopt(snapshot: CatalogSnapshot): Promise<void> {
    this.#adopting = this.#adopting.then(() => this.#adopt(snapshot));
    return this.#adopting;
  }

  async #adopt(snapshot: CatalogSnapshot): Promise<void> {
    if (snapshot === this.#snapshot) return;
    const products = await pollableProducts(snapshot);
    this.#snapshot = snapshot;
    this.options.backlog.setCatalog(snapshot, products);
    this.options.shared?.catalogCame();
    await new TimeSlice().pause();
    this.options.board.prune((subject) =>
      subject.kind === 'performance'
        ? snapshot.performance(subject.performanceId) !== undefined
        : snapshot.product(subject.productId)?.performances.length === 0,
    );
  }

  async #followCatalog(): Promise<void> {
    const { catalog, backlog, clock } = this.options;
    await this.ready;
    for await (const { snapshot, products } of catalog.changes(this.signal)) {
      await this.adopt(snapshot);
      const changed = products.filter(({ kind }) => kind === 'CHANGED').map(({ productId }) => productId);
      backlog.markChanged(snapshot.version, changed, clock.now());
      this.wake();
    }
  }

  async #restore(): Promise<void> {
    const { shared } = this.options;
    if (shared !== undefined) return shared.join(this);
    const mark = await this.#memory.load();
    if (mark === null) return;
    this.#goOnFrom(mark.progress);
    await this.#memory.replay(mark);
  }

  /** Puts back what a replica saved of the log; answers the position that it holds, null when it is of no use. */
  async restoreFrom(log: BegunLog): Promise<number | null> {
    const mark = await this.#memory.loadOf(log);
    if (mark === null) return null;
    this.#goOnFrom(mark.progress);
    const { polledAt } = mark.progress;
    if (polledAt !== null) {
      this.#memory.confirm(mark, polledAt);
      this.#lookedAt = Math.max(this.#lookedAt ?? polledAt, polledAt);
    }
    return mark.seq;
  }

  #goOnFrom(progress: PollProgress): void {
    this.#finder = new MoveFinder(progress);
    this.#restoredPolledAt = progress.polledAt;
  }

  #save(): Promise<void> {
    return this.#memory.save(this.polledAt, this.#finder);
  }
}
