import type { PointOfSales } from '../domain/institution.js';

/**
 * The catalog side of one institution's S-360, in our own records. Every call spends budget in the lane `catalog`
 * and throws UpstreamError classes (UpstreamRateLimitedError with `retryAfterMs` when it may not be sent now).
 */
export interface CatalogSource {
  readonly institution: string;
  pointOfSales(signal?: AbortSignal): Promise<PointOfSales>;
  /** Ids of the institution's own seasons (`SetupService.listSeasons`); what else a catalog holds has leaked in. */
  ownSeasonIds(signal?: AbortSignal): Promise<ReadonlySet<string>>;
  /** Epoch ms of the last change of the set-up. */
  lastSetupUpdate(signal?: AbortSignal): Promise<number>;
  /**
   * One full load, parsed off the main thread. `onPart` gets each part as text (`decodeCatalogPart`) in turn; the
   * next one waits for the promise it returns. Rejects when S-360 fails half way: whoever collects parts must then
   * drop them. Runs the asynchronous loop (`in_progress`) itself.
   */
  load(options: CatalogLoadOptions): Promise<CatalogLoadReport>;
}

export interface CatalogLoadOptions {
  /** Null keeps every season. */
  readonly ownSeasonIds: ReadonlySet<string> | null;
  readonly onPart: (part: string) => Promise<void> | void;
  readonly onInProgress?: () => void;
  readonly signal?: AbortSignal;
}

export interface CatalogLoadReport {
  readonly products: number;
  readonly performances: number;
  /** Products left out because a member that we cannot do without was missing or wrong. */
  readonly poison: readonly { readonly path: string; readonly reason: string }[];
  readonly leakedSeasons: number;
  readonly responseBytes: number;
  readonly durationMs: number;
}
