/** Where an answer came from and how old it is; the GraphQL type `Freshness` is computed from it. */
export interface Freshness {
  /** Epoch ms: the moment S-360 said so. */
  readonly observedAt: number;
  readonly source: FreshnessSource;
  readonly staleReason: StaleReason | null;
  /** Epoch ms; asking again before brings the same answer. Null when no refresh is planned. */
  readonly nextRefreshAt: number | null;
}

/** LIVE: asked for this operation. CACHE: within its plan. STALE: older than it should be. RESTORED: from before a restart, not yet confirmed. */
export type FreshnessSource = 'LIVE' | 'CACHE' | 'STALE' | 'RESTORED';
export type StaleReason =
  | 'UPSTREAM_DOWN'
  | 'UPSTREAM_THROTTLED'
  | 'CATALOG_IN_PROGRESS'
  | 'BUDGET_EXHAUSTED'
  /** This replica cannot reach the others, so it must not ask on its own. */
  | 'REPLICA_CUT_OFF';

const BEST_FIRST: readonly FreshnessSource[] = ['LIVE', 'CACHE', 'RESTORED', 'STALE'];

/** A whole is never fresher than its oldest part. Of none: an error. */
export function oldestFreshness(all: readonly Freshness[]): Freshness {
  const plannedAt = all.flatMap(({ nextRefreshAt }) => nextRefreshAt ?? []);
  const rank = ({ source }: Freshness): number => BEST_FIRST.indexOf(source);
  return {
    observedAt: all.reduce((least, { observedAt }) => Math.min(least, observedAt), Infinity),
    source: all.reduce((worst, freshness) => (rank(freshness) > rank(worst) ? freshness : worst)).source,
    staleReason: all.find(({ staleReason }) => staleReason !== null)?.staleReason ?? null,
    nextRefreshAt: plannedAt.length === 0 ? null : plannedAt.reduce((least, at) => Math.min(least, at)),
  };
}
