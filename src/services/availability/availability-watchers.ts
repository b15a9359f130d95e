import type { CheckedFilter } from './availability-filter.js';
import { parseGlobalId } from '../../domain/ids.js';

/** Who watches one institution through subscriptions. Ids are S-360's own. */
export interface WatcherCounts {
  /** Subscriptions to everything. */
  readonly all: number;
  /** Subscriptions to single products; those nobody watches alone are absent. */
  readonly byProduct: ReadonlyMap<string, number>;
  readonly byPerformance: ReadonlyMap<string, number>;
}

interface MutableCounts {
  all: number;
  readonly byProduct: Map<string, number>;
  readonly byPerformance: Map<string, number>;
}

/** Counts watchers for each institution: a subscription to everything counts once, not for each product. */
export class Watchers {
  readonly #counts = new Map<string, MutableCounts>();

  of(institution: string): WatcherCounts {
    return this.#countsOf(institution);
  }

  /** Adds one watcher and answers how to take it away again; taking it away twice does nothing. */
  add(filter: CheckedFilter): () => void {
    this.#count(filter, 1);
    let isCounted = true;
    return () => {
      if (isCounted) this.#count(filter, -1);
      isCounted = false;
    };
  }

  #count({ institutions, productIds, performanceIds }: CheckedFilter, step: 1 | -1): void {
    const ids = performanceIds ?? productIds;
    if (ids === null) {
      for (const institution of institutions) this.#countsOf(institution).all += step;
      return;
    }
    for (const id of ids) {
      const { institution, s360Id } = parseGlobalId('filter', id);
      if (!institutions.includes(institution)) continue;
      const counts = this.#countsOf(institution);
      const counted = performanceIds === null ? counts.byProduct : counts.byPerformance;
      const count = (counted.get(s360Id) ?? 0) + step;
      if (count > 0) counted.set(s360Id, count);
      else counted.delete(s360Id);
    }
  }

  #countsOf(institution: string): MutableCounts {
    const known = this.#counts.get(institution);
    if (known !== undefined) return known;
    const fresh: MutableCounts = { all: 0, byProduct: new Map(), byPerformance: new Map() };
    this.#counts.set(institution, fresh);
    return fresh;
  }
}
