import type { Logger } from 'pino';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { LiveColorBoard } from '../../cache/color-board.js';
import type { Clock } from '../../clock.js';
import { isComposed } from '../../datasources/availability-composed.js';
import type { AvailabilityMethod } from '../../datasources/s360/client.types.js';
import type { ObservedAvailability } from '../../domain/availability.js';
import type { Freshness, StaleReason } from '../../domain/freshness.js';
import { RedisAwayError } from '../../errors.js';
import type { Backlog, Work } from './availability-backlog.js';
import type { RecentDemand } from './availability-demand.js';
import type { MethodHealth } from './availability-health.js';
import type { InstitutionPlan } from './availability-plan.js';
import type { AvailabilityPoller } from './availability-poller.js';
import type { Rounds } from './availability-rounds.js';
import type { AvailabilityAnswer, CatalogService } from '../institution.types.js';

export interface AvailabilityReadingsOptions {
  readonly catalog: Pick<CatalogService, 'current'>;
  readonly board: LiveColorBoard;
  readonly backlog: Backlog;
  readonly health: MethodHealth;
  readonly rounds: Rounds;
  readonly poller: Pick<AvailabilityPoller, 'ready' | 'signal' | 'nextPollAt' | 'adopt' | 'wake'>;
  readonly plan: InstitutionPlan;
  readonly demand: RecentDemand;
  readonly clock: Clock;
  readonly log: Logger;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  /** How long a query waits; what was asked for goes on after that and is there for the next one. */
  readonly deadlineMs: number;
}

const HOUR_MINUTES = 60;

type ReadKind = 'performance' | 'product';

const METHODS: Readonly<Record<ReadKind, readonly AvailabilityMethod[]>> = {
  performance: ['getUpdatedAvailabilities', 'getEventAvailability'],
  product: ['getUpdatedAvailabilities', 'getProductAvailability', 'getPerformanceAvailability'],
};

/** What queries read: the board, and S-360 for what was never observed. A failure is an old or UNKNOWN color, never an error. */
export class AvailabilityReadings {
  constructor(private readonly options: AvailabilityReadingsOptions) {}

  ofPerformances(performanceIds: readonly string[]): Promise<AvailabilityAnswer[]> {
    const { catalog, board } = this.options;
    const productOf = (id: string): string | undefined => catalog.current()?.performance(id)?.productId;
    return this.#read('performance', performanceIds, productOf, (id) => board.performance(id));
  }

  ofProducts(productIds: readonly string[]): Promise<AvailabilityAnswer[]> {
    const { catalog, board } = this.options;
    // A product with performances is derived from them by whoever asks.
    const productOf = (id: string): string | undefined =>
      catalog.current()?.product(id)?.performances.length === 0 ? id : undefined;
    return this.#read('product', productIds, productOf, (id) => board.product(id));
  }

  async #read(
    kind: ReadKind,
    ids: readonly string[],
    productOf: (id: string) => string | undefined,
    onBoard: (id: string) => ObservedAvailability | undefined,
  ): Promise<AvailabilityAnswer[]> {
    const { clock, demand, poller } = this.options;
    await this.#within(poller.ready);
    const productIds = ids.flatMap((id) => productOf(id) ?? []);
    const isNewDemand = demand.note(productIds, clock.now());
    const missing = new Set(ids.filter((id) => productOf(id) !== undefined && onBoard(id) === undefined));
    if (missing.size > 0) {
      await this.#within(this.#fill(kind, () => [...missing].filter((id) => onBoard(id) === undefined)));
    }
    if (isNewDemand) poller.wake();
    return ids.map((id) => {
      const observed = onBoard(id);
      if (observed === undefined) return { observed: null, freshness: this.#unobserved(kind) };
      const isLive = missing.has(id);
      return { observed, freshness: isLive ? this.#live(observed) : this.#freshnessOf(kind, observed) };
    });
  }

  /** Asks for what is missing: after the round under way, which may bring it, and only when S-360 may be asked now. */
  async #fill(kind: ReadKind, stillMissing: () => string[]): Promise<void> {
    const { catalog, rounds, poller, log } = this.options;
    const snapshot = catalog.current();
    if (snapshot === null) return;
    await poller.adopt(snapshot);
    try {
      const work = (): Work[] => stillMissing().flatMap((id) => workFor(kind, id, snapshot));
      await rounds.runFor(snapshot, work, poller.signal);
    } catch (error) {
      const level = error instanceof RedisAwayError ? 'warn' : 'error';
      log[level]({ err: error }, 'availabilities asked for by a query could not be recorded');
    }
  }

  #live(observed: ObservedAvailability): Freshness {
    return {
      observedAt: observed.observedAt,
      source: 'LIVE',
      staleReason: null,
      nextRefreshAt: this.#nextRefreshAt(),
    };
  }

  #freshnessOf(kind: ReadKind, observed: ObservedAvailability): Freshness {
    const { board, clock, health, plan, minuteMs } = this.options;
    const observedAt = board.asOf(observed);
    // A plan that the month's calls slow down below the contract's hourly use does not make old answers good.
    const shouldBeMs = Math.min(plan.everyMs(observed.subject.productId), HOUR_MINUTES * minuteMs);
    const isOld = clock.now() - observedAt > 2 * shouldBeMs;
    const staleReason =
      health.failureOf(METHODS[kind]) ?? (isOld ? this.#limit(observed.subject.productId) : null);
    const source = board.isRestored(observed) ? 'RESTORED' : staleReason === null ? 'CACHE' : 'STALE';
    return { observedAt, source, staleReason, nextRefreshAt: this.#nextRefreshAt() };
  }

  #unobserved(kind: ReadKind): Freshness {
    const { catalog, clock, health } = this.options;
    const staleReason =
      catalog.current() === null ? 'CATALOG_IN_PROGRESS' : (health.failureOf(METHODS[kind]) ?? this.#limit());
    const nextRefreshAt = Math.max(clock.now(), health.callableAt(METHODS[kind][1]!));
    return { observedAt: clock.now(), source: 'STALE', staleReason, nextRefreshAt };
  }

  /** What keeps the poller from asking, when S-360 itself is well. */
  #limit(productId?: string): StaleReason {
    const { health, plan, minuteMs } = this.options;
    const isSlowed = productId !== undefined && plan.everyMs(productId) > HOUR_MINUTES * minuteMs;
    return isSlowed || health.isBudgetExhausted() ? 'BUDGET_EXHAUSTED' : 'UPSTREAM_THROTTLED';
  }

  #nextRefreshAt(): number {
    return Math.max(this.options.poller.nextPollAt, this.options.clock.now());
  }

  /** A real timer, not the clock: people wait in real seconds. */
  async #within(work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.deadlineMs);
      timer.unref();
    });
    await Promise.race([work, deadline]).finally(() => clearTimeout(timer));
  }
}

function workFor(kind: ReadKind, id: string, snapshot: CatalogSnapshot): Work[] {
  if (kind === 'performance') {
    const performance = snapshot.performance(id);
    return performance === undefined ? [] : [{ kind, id, productId: performance.productId, isNew: true }];
  }
  const product = snapshot.product(id);
  if (product === undefined) return [];
  const whole: Work = { kind, id, productId: id, isNew: true };
  return isComposed(product) ? [whole, { ...whole, kind: 'inside' }] : [whole];
}
