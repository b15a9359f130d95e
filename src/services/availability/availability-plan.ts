import type { LiveColorBoard } from '../../cache/color-board.js';
import type { Clock } from '../../clock.js';
import type { CallAllowance } from '../../datasources/s360/client.types.js';
import type { Backlog } from './availability-backlog.js';
import type { RecentDemand } from './availability-demand.js';
import type { OthersDemand } from './availability-shared-demand.js';
import type { WatcherCounts } from './availability-watchers.js';
import { isOnSale, isOpening, type PollableProduct } from './poll-plan-products.js';
import { OPENING_MINUTES, planPolls, type PlannedProduct, type PollPlan } from './poll-plan.js';

export interface InstitutionPlanOptions {
  readonly board: LiveColorBoard;
  readonly backlog: Backlog;
  readonly demand: RecentDemand;
  /** What we sold or gave back lately: its color is known to move. */
  readonly sold: RecentDemand;
  readonly watchers: () => WatcherCounts;
  /** What the clients of other replicas want, where there are any. */
  readonly others?: () => OthersDemand;
  readonly allowance: CallAllowance;
  readonly clock: Clock;
  readonly minuteMs: number;
  readonly callsPerMonth: number;
}

const HOUR_MINUTES = 60;

/** The poll plan of one institution, worked out anew from its catalog, its colors and the demand of the moment. */
export class InstitutionPlan {
  #plan: PollPlan | null = null;

  constructor(private readonly options: InstitutionPlanOptions) {}

  renew(): PollPlan {
    const { backlog, demand, sold, watchers, allowance, clock, minuteMs, callsPerMonth } = this.options;
    const now = clock.now();
    demand.forgetOld(now);
    sold.forgetOld(now);
    const counts = watchers();
    this.#plan = planPolls({
      products: [...backlog.products.values()].map((product) => this.#planned(product, counts, now)),
      minuteMs,
      callsPerMonth,
      pollingCallsLeft: allowance.pollingCallsLeft(),
      monthEndsAt: allowance.monthEndsAt(),
      now,
    });
    return this.#plan;
  }

  /** The planned interval, as of the last renewal. */
  everyMs(productId: string): number {
    return this.#plan?.entries.get(productId)?.everyMs ?? HOUR_MINUTES * this.options.minuteMs;
  }

  /** Who goes first when one call cannot carry all: sold by us, watched, asked for, on sale, the rest. */
  rank(productId: string): number {
    const { backlog, demand, sold, watchers, clock } = this.options;
    const product = backlog.products.get(productId);
    const now = clock.now();
    if (product === undefined) return 5;
    const others = this.options.others?.() ?? null;
    if (sold.includes(productId, now) || others?.sold.has(productId) === true) return 0;
    if (watchersOf(product, watchers()) > 0 || othersWatching(product, others) > 0) return 1;
    if (demand.includes(productId, now) || others?.queried.has(productId) === true) return 2;
    return isOnSale(product, now) ? 3 : 4;
  }

  #planned(product: PollableProduct, counts: WatcherCounts, now: number): PlannedProduct {
    const { board, demand, sold, minuteMs } = this.options;
    const others = this.options.others?.() ?? null;
    const { id, performances } = product.product;
    const colors =
      product.kind === 'EVENT'
        ? performances.map((performance) => board.performance(performance.id)?.color)
        : [board.product(id)?.color];
    return {
      productId: id,
      kind: product.kind,
      isOnSale: isOnSale(product, now),
      isFewLeft: colors.includes('ORANGE'),
      watchers: watchersOf(product, counts) + othersWatching(product, others),
      isQueried:
        demand.includes(id, now) ||
        sold.includes(id, now) ||
        (others !== null && (others.queried.has(id) || others.sold.has(id))),
      isOpening: isOpening(product, now, OPENING_MINUTES * minuteMs),
    };
  }
}

function othersWatching(product: PollableProduct, others: OthersDemand | null): number {
  return others === null ? 0 : watchersOf(product, others.watchers);
}

function watchersOf({ product }: PollableProduct, { all, byProduct, byPerformance }: WatcherCounts): number {
  const ofPerformances =
    byPerformance.size === 0
      ? 0
      : product.performances.reduce((sum, { id }) => sum + (byPerformance.get(id) ?? 0), 0);
  return all + (byProduct.get(product.id) ?? 0) + ofPerformances;
}
