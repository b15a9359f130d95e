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
export type StaleReason = 'UPSTREAM_DOWN' | 'UPSTREAM_THROTTLED' | 'CATALOG_IN_PROGRESS' | 'BUDGET_EXHAUSTED';
