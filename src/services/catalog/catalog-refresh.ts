import type { Logger } from 'pino';
import { diffProducts } from '../../cache/catalog-diff.js';
import type { IndexedCatalog } from '../../cache/catalog-snapshot.js';
import { CatalogStore, type CatalogNews, type StoredCatalogFacts } from '../../cache/catalog-store.js';
import type { TextStore } from '../../cache/store.js';
import type { Clock } from '../../clock.js';
import type { CatalogSource } from '../../datasources/catalog.types.js';
import type { CallAllowance } from '../../datasources/s360/client.types.js';
import type { Freshness } from '../../domain/freshness.js';
import type { PointOfSales } from '../../domain/institution.js';
import { UpstreamRateLimitedError, UpstreamShapeError, type UpstreamCall } from '../../errors.js';
import type { CatalogReplicas } from './catalog-replicas.js';
import { CatalogChanges } from './catalog-refresh-changes.js';
import { failureOf } from './catalog-refresh-failure.js';
import { CatalogLoader } from './catalog-refresh-load.js';
import { refreshPlan, type RefreshPlan } from './catalog-refresh-plan.js';
import { RefreshQuestions } from './catalog-refresh-questions.js';
import { RefreshRetries } from './catalog-refresh-retries.js';
import { RefreshStatus } from './catalog-refresh-status.js';
import type { CatalogService, CatalogSwap } from '../institution.types.js';

export interface CatalogRefreshOptions {
  readonly institution: string;
  readonly source: CatalogSource;
  readonly allowance: CallAllowance;
  /** Where the catalog survives a restart. */
  readonly store: TextStore;
  /** Others that serve the same catalog from the same store; absent: there is one process. */
  readonly replicas?: CatalogReplicas;
  readonly clock: Clock;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  readonly callsPerMonth: number;
  readonly log: Logger;
  /** From 0 to 1; spreads retries. `Math.random` by default. */
  readonly random?: () => number;
}

/** The catalog of one institution with the background work that keeps it. */
export interface RunningCatalog extends CatalogService {
  start(): void;
  /** Ends a load under way and waits for it. May be called twice. */
  stop(): Promise<void>;
}

/** Nothing is asked before `start`. */
export function createCatalogRefresh(options: CatalogRefreshOptions): RunningCatalog {
  return new CatalogRefresh(options);
}

/**
 * One loop: what was stored serves at once; then S-360 is asked whether the set-up moved, and for the full catalog
 * only when it did, or once a day. A failure of any kind keeps what is served and is tried again later.
 */
class CatalogRefresh implements RunningCatalog {
  readonly #options: CatalogRefreshOptions;
  readonly #plan: RefreshPlan;
  readonly #status: RefreshStatus;
  readonly #store: CatalogStore;
  readonly #loader: CatalogLoader;
  readonly #questions: RefreshQuestions;
  readonly #retries: RefreshRetries;
  readonly #changes = new CatalogChanges();
  readonly #stopped = new AbortController();
  #running: Promise<void> | null = null;
  /** Ended by what other replicas tell; what they tell during a look is looked at right after it. */
  #sleep = new AbortController();
  #snapshot: IndexedCatalog | null = null;
  #pointOfSalesAt = 0;
  /** The set-up moved, or there is nothing to serve yet: looking again makes no sense before loading is allowed. */
  #isLoadDue = false;

  constructor(options: CatalogRefreshOptions) {
    const { institution, source, store, clock, log } = options;
    this.#options = options;
    this.#plan = refreshPlan(options);
    this.#status = new RefreshStatus(this.#plan.checkMs, clock.now());
    this.#store = new CatalogStore(institution, store, options.replicas === undefined ? null : clock);
    this.#loader = new CatalogLoader({ source, store: this.#store, log });
    const { signal } = this.#stopped;
    this.#questions = new RefreshQuestions({ source, clock, dayMs: this.#plan.dayMs, signal, log });
    this.#retries = new RefreshRetries({
      plan: this.#plan,
      status: this.#status,
      loadAllowedAt: () => this.#loadAllowedAt(),
      clock,
      log,
      random: options.random ?? Math.random,
    });
  }

  current(): IndexedCatalog | null {
    return this.#snapshot;
  }

  freshness(): Freshness {
    return this.#status.freshness(this.#now());
  }

  changes(signal: AbortSignal): AsyncIterable<CatalogSwap> {
    return this.#changes.subscribe(signal);
  }

  notReadyReason(): string | null {
    return this.#status.notReadyReason(this.#snapshot !== null);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#sleep.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopped;
    await this.#restore().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'the stored catalog cannot be used');
    });
    const endListening = this.#options.replicas?.onNews(() => this.#sleep.abort());
    while (!signal.aborted) {
      this.#sleep = new AbortController();
      this.#status.nextCheckAt = await this.#look();
      await clock.sleep(this.#status.nextCheckAt - this.#now(), this.#sleep.signal);
    }
    endListening?.();
  }

  async #restore(): Promise<void> {
    const restored = await this.#store.restore(this.#stopped.signal);
    if (restored === null) return;
    const { snapshot, facts } = restored;
    this.#snapshot = snapshot;
    this.#questions.remember({ value: facts.pointOfSales, at: facts.pointOfSalesAt });
    this.#status.confirmedAt = facts.confirmedAt;
    this.#options.log.info(
      { version: snapshot.version, products: snapshot.products.length },
      'catalog restored; S-360 is asked whether it still holds',
    );
  }

  /** One look at S-360; answers when the next is due. Never rejects. */
  async #look(): Promise<number> {
    const failuresBefore = this.#status.failures;
    try {
      const othersLookAt = await this.#askOthers();
      if (othersLookAt !== null) return othersLookAt;
      await this.#refreshInTurn();
      if (failuresBefore > 0)
        this.#options.log.info({ failuresBefore }, 'S-360 answers again about the catalog');
      return this.#now() + this.#plan.checkMs;
    } catch (error) {
      return this.#stopped.signal.aborted ? this.#now() : this.#retries.failed(error, this.#isLoadDue);
    }
  }

  /**
   * What the other replicas know of the catalog; answers when to look again where one of them has just asked S-360,
   * or is about to. Null: it is this replica's turn.
   */
  async #askOthers(): Promise<number | null> {
    const { replicas } = this.#options;
    if (replicas === undefined) return null;
    const news = await this.#store.news(this.#stopped.signal);
    if (news !== null) await this.#adopt(news);
    const confirmedUntil = (news?.facts.confirmedAt ?? 0) + this.#plan.checkMs;
    if (confirmedUntil > this.#now()) return confirmedUntil;
    const turn = await replicas.takeTurn();
    return turn.isOurs ? null : this.#now() + turn.untilMs;
  }

  async #adopt({ snapshot, facts }: CatalogNews): Promise<void> {
    const { pointOfSales, confirmedAt, pointOfSalesAt } = facts;
    this.#questions.remember({ value: pointOfSales, at: pointOfSalesAt });
    this.#pointOfSalesAt = pointOfSalesAt;
    const next = snapshot ?? this.#snapshot?.with({ pointOfSales }) ?? null;
    if (next !== null) await this.#serve(next);
    if (this.#now() - confirmedAt >= this.#plan.checkMs) return;
    this.#isLoadDue = false;
    this.#status.confirmed(confirmedAt);
  }

  async #refreshInTurn(): Promise<void> {
    const endTurn = this.#options.replicas?.keepTurn();
    try {
      await this.#refresh();
    } finally {
      endTurn?.();
    }
  }

  async #refresh(): Promise<void> {
    const { value: pointOfSales, at } = await this.#questions.pointOfSales();
    this.#pointOfSalesAt = at;
    const setupUpdatedAt = await this.#questions.setupUpdatedAt();
    const snapshot = this.#snapshot;
    if (snapshot === null || setupUpdatedAt === null || setupUpdatedAt !== snapshot.setupUpdatedAt) {
      // Without S-360's word on the set-up, only the day says that it is time.
      if (snapshot === null || setupUpdatedAt !== null || this.#isDayOld(snapshot.observedAt)) {
        this.#isLoadDue = true;
        return this.#load(setupUpdatedAt, pointOfSales, () => this.#status.inProgress());
      }
      throw new UpstreamShapeError(this.#call('getLastSetupUpdate'), 'the set-up cannot be compared');
    }
    this.#confirmed();
    await this.#serve(snapshot.with({ pointOfSales }));
    await this.#store.update(this.#facts(this.#snapshot!));
    this.#options.replicas?.tell();
    if (this.#isDayOld(snapshot.observedAt)) await this.#loadToBeSure(setupUpdatedAt, pointOfSales);
  }

  /** What is served was just confirmed, so failing changes nothing: the next look tries again. */
  async #loadToBeSure(setupUpdatedAt: number, pointOfSales: PointOfSales): Promise<void> {
    if (this.#loadAllowedAt() > this.#now()) return;
    try {
      await this.#load(setupUpdatedAt, pointOfSales, () => {});
    } catch (error) {
      if (this.#stopped.signal.aborted) throw error;
      this.#options.log.warn({ reason: failureOf(error).words }, 'the daily load of the catalog failed');
    }
  }

  async #load(
    setupUpdatedAt: number | null,
    pointOfSales: PointOfSales,
    onInProgress: () => void,
  ): Promise<void> {
    const allowedAt = this.#loadAllowedAt();
    if (allowedAt > this.#now()) {
      const facts = { retryAfterMs: allowedAt - this.#now() };
      throw new UpstreamRateLimitedError(this.#call('getCatalogDetailed'), 'not yet', 'METHOD', facts);
    }
    const ownSeasonIds = await this.#questions.ownSeasonIds();
    const { snapshot, writer } = await this.#loader.load({
      ownSeasonIds,
      meta: { setupUpdatedAt, observedAt: this.#now(), pointOfSales },
      before: this.#snapshot,
      onInProgress,
      signal: this.#stopped.signal,
    });
    await this.#serve(snapshot);
    this.#confirmed();
    if (!(await this.#store.commit(writer, this.#facts(snapshot)))) {
      this.#options.log.warn({ version: snapshot.version }, 'the catalog is served but could not be stored');
    }
    this.#options.replicas?.tell();
  }

  #confirmed(): void {
    this.#isLoadDue = false;
    this.#status.confirmed(this.#now());
  }

  /** The swap: one pointer. Told to subscribers when something is different. */
  async #serve(next: IndexedCatalog): Promise<void> {
    const before = this.#snapshot;
    if (before?.version === next.version) {
      // Equal content, but it may know a later moment of the set-up.
      if (before.setupUpdatedAt !== next.setupUpdatedAt || before.observedAt !== next.observedAt) {
        this.#snapshot = next;
      }
      return;
    }
    const products = await diffProducts(before, next);
    this.#snapshot = next;
    this.#changes.announce({ snapshot: next, at: this.#now(), products });
  }

  #facts(snapshot: IndexedCatalog): StoredCatalogFacts {
    const { version, setupUpdatedAt, observedAt, pointOfSales } = snapshot;
    const confirmedAt = this.#status.confirmedAt ?? observedAt;
    const pointOfSalesAt = this.#pointOfSalesAt;
    return { version, setupUpdatedAt, observedAt, confirmedAt, pointOfSales, pointOfSalesAt };
  }

  #loadAllowedAt(): number {
    return this.#options.allowance.nextCallAt('CatalogService', 'getCatalogDetailed');
  }

  #call(method: string): UpstreamCall {
    return { institution: this.#options.institution, service: 'CatalogService', method };
  }

  #isDayOld(at: number): boolean {
    return this.#now() - at >= this.#plan.dayMs;
  }

  #now(): number {
    return this.#options.clock.now();
  }
}
