import { encodeCatalogPart, type CatalogPart } from '../../src/domain/catalog-part.js';
import type { Product } from '../../src/domain/catalog.js';
import type {
  CatalogLoadOptions,
  CatalogLoadReport,
  CatalogSource,
} from '../../src/datasources/catalog.types.js';
import type { CallAllowance } from '../../src/datasources/s360/client.types.js';
import type { Clock } from '../../src/clock.js';
import type { PointOfSales } from '../../src/domain/institution.js';
import { UpstreamUnavailableError } from '../../src/errors.js';
import { pointOfSales, SURROUNDINGS } from './catalog-records.js';

type Method = 'pointOfSales' | 'ownSeasonIds' | 'lastSetupUpdate' | 'load';

/**
 * The catalog side of an S-360 that does as a test says, with the contract's ten minutes between two loads: a load
 * before them fails the test that made it.
 */
export class FakeCatalogSource implements CatalogSource, CallAllowance {
  readonly institution = 'lyric';
  readonly calls: { readonly method: Method; readonly at: number }[] = [];
  readonly violations: string[] = [];
  products: readonly Product[] = [];
  setupUpdatedAt = 1_000;
  pos: PointOfSales = pointOfSales();
  poison = 0;
  /** Thrown by the method as long as it is set. */
  readonly failing = new Map<Method, Error>();
  /** A load fails after so many parts. */
  breaksAfterParts: number | null = null;
  /** A load says that it is in progress and waits for this. */
  inProgressUntil: Promise<void> | null = null;
  #loadAllowedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly minuteMs: number,
  ) {}

  count(method: Method): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async pointOfSales(): Promise<PointOfSales> {
    this.#called('pointOfSales');
    return this.pos;
  }

  async ownSeasonIds(): Promise<ReadonlySet<string>> {
    this.#called('ownSeasonIds');
    return new Set(['11']);
  }

  async lastSetupUpdate(): Promise<number> {
    this.#called('lastSetupUpdate');
    return this.setupUpdatedAt;
  }

  async load({ onPart, onInProgress, signal }: CatalogLoadOptions): Promise<CatalogLoadReport> {
    if (this.clock.now() < this.#loadAllowedAt) this.violations.push(`load at ${this.clock.now()}`);
    this.#loadAllowedAt = this.clock.now() + 10 * this.minuteMs;
    this.#called('load');
    if (this.inProgressUntil !== null) {
      onInProgress?.();
      await Promise.race([this.inProgressUntil, abortOf(signal)]);
      if (signal?.aborted === true) throw unavailable('load');
    }
    const parts: CatalogPart[] = [SURROUNDINGS, ...this.products.map((product) => ({ products: [product] }))];
    for (const [index, part] of parts.entries()) {
      if (index === this.breaksAfterParts) throw unavailable('load');
      await onPart(encodeCatalogPart(part));
    }
    return {
      products: this.products.length,
      performances: 0,
      poison: Array.from({ length: this.poison }, (_, index) => ({
        path: `products[${index}]`,
        reason: 'no id',
      })),
      leakedSeasons: 0,
      responseBytes: 0,
      durationMs: 0,
    };
  }

  nextCallAt(_service: string, method: string): number {
    return method === 'getCatalogDetailed' ? this.#loadAllowedAt : 0;
  }

  pollingCallsLeft(): number {
    return 10_000;
  }

  monthEndsAt(): number {
    return Infinity;
  }

  #called(method: Method): void {
    this.calls.push({ method, at: this.clock.now() });
    const failure = this.failing.get(method);
    if (failure) throw failure;
  }
}

export function unavailable(method: string): UpstreamUnavailableError {
  return new UpstreamUnavailableError({ institution: 'lyric', service: 'CatalogService', method }, 'refused');
}

function abortOf(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
