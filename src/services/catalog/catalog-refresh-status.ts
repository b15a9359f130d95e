import type { Freshness } from '../../domain/freshness.js';
import type { RefreshFailure } from './catalog-refresh-failure.js';

/** What S-360 last said about the catalog that is served, and when it is asked again. */
export class RefreshStatus {
  /** Epoch ms of S-360's last word that it holds, perhaps to the process before; null when there is none. */
  confirmedAt: number | null = null;
  nextCheckAt: number;
  #phase: 'unconfirmed' | 'confirmed' | 'in-progress' = 'unconfirmed';
  #failure: RefreshFailure | null = null;
  #failures = 0;

  constructor(
    private readonly checkMs: number,
    now: number,
  ) {
    this.nextCheckAt = now;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  confirmed(at: number): void {
    this.confirmedAt = at;
    this.#phase = 'confirmed';
    this.#failure = null;
    this.#failures = 0;
  }

  /** S-360 is still making a newer catalog. */
  inProgress(): void {
    this.#phase = 'in-progress';
  }

  failed(failure: RefreshFailure): void {
    if (this.#phase === 'in-progress') this.#phase = 'unconfirmed';
    this.#failure = failure;
    this.#failures += 1;
  }

  freshness(now: number): Freshness {
    const stale = this.#staleReason(now);
    const source = stale !== null ? 'STALE' : this.#phase === 'confirmed' ? 'CACHE' : 'RESTORED';
    return {
      observedAt: this.confirmedAt ?? now,
      source,
      staleReason: stale,
      nextRefreshAt: Math.max(this.nextCheckAt, now),
    };
  }

  /** Null when `hasCatalog` and nobody has to mend anything. */
  notReadyReason(hasCatalog: boolean): string | null {
    if (hasCatalog && this.#failure?.isRefusal !== true) return null;
    if (this.#failure !== null) return this.#failure.words;
    return this.#phase === 'in-progress'
      ? 'S-360 is still preparing the catalog'
      : 'the first catalog is being loaded';
  }

  #staleReason(now: number): Freshness['staleReason'] {
    if (this.#phase === 'in-progress') return 'CATALOG_IN_PROGRESS';
    if (this.#failure !== null) return this.#failure.staleReason;
    // Two checks missed without a word of failure: one that hangs, or a machine that slept.
    const isOld = this.#phase === 'confirmed' && now - (this.confirmedAt ?? now) > 2 * this.checkMs;
    return isOld ? 'UPSTREAM_DOWN' : null;
  }
}
