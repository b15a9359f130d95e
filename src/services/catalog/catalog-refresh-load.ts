import type { Logger } from 'pino';
import {
  CatalogSnapshotBuilder,
  type IndexedCatalog,
  type SnapshotMeta,
} from '../../cache/catalog-snapshot.js';
import type { CatalogStore, CatalogWriter } from '../../cache/catalog-store.js';
import type { CatalogLoadReport, CatalogSource } from '../../datasources/catalog.types.js';
import { decodeCatalogPart } from '../../domain/catalog-part.js';
import { UpstreamShapeError } from '../../errors.js';

export interface CatalogLoaderOptions {
  readonly source: CatalogSource;
  readonly store: CatalogStore;
  readonly log: Logger;
}

export interface LoadRequest {
  readonly ownSeasonIds: ReadonlySet<string> | null;
  readonly meta: SnapshotMeta;
  /** The catalog that is served now; null on the first load. */
  readonly before: IndexedCatalog | null;
  readonly onInProgress: () => void;
  readonly signal: AbortSignal;
}

/** A new catalog that may be served, with its parts stored but not yet counting. */
export interface LoadedCatalog {
  readonly snapshot: IndexedCatalog;
  readonly writer: CatalogWriter;
}

/** A catalog that lost more than this of its products is rather a broken answer than the organiser's wish. */
const LEAST_SHARE_KEPT = 0.5;
const MOST_POISON = 0.05;
/** With nothing to serve yet, part of a catalog is better than none. */
const MOST_POISON_AT_FIRST = 0.5;
/** So often the very same catalog has to come before it is believed all the same: a season does end at some time. */
const TIMES_BELIEVED = 3;

/** Loads a catalog beside the one that is served, and judges it. */
export class CatalogLoader {
  #doubted: { readonly version: string; readonly times: number } | null = null;

  constructor(private readonly options: CatalogLoaderOptions) {}

  /** Throws what the source throws, or UpstreamShapeError for a catalog not to be believed; leaves nothing behind then. */
  async load({ ownSeasonIds, meta, before, onInProgress, signal }: LoadRequest): Promise<LoadedCatalog> {
    const { source, store } = this.options;
    const writer = await store.begin();
    try {
      const builder = new CatalogSnapshotBuilder(source.institution);
      const report = await source.load({
        ownSeasonIds,
        onInProgress,
        signal,
        onPart: async (part) => {
          await writer.add(part);
          await builder.add(decodeCatalogPart(part));
        },
      });
      const snapshot = await builder.finish(meta);
      this.#judge(snapshot, before, report);
      this.#tell(snapshot, report);
      return { snapshot, writer };
    } catch (error) {
      await store.abandon(writer);
      throw error;
    }
  }

  #judge(snapshot: IndexedCatalog, before: IndexedCatalog | null, { poison }: CatalogLoadReport): void {
    const doubt = doubtAbout(snapshot, before, poison.length);
    if (doubt === null) {
      this.#doubted = null;
      return;
    }
    const { version } = snapshot;
    const times = this.#doubted?.version === version ? this.#doubted.times + 1 : 1;
    this.#doubted = { version, times };
    if (before !== null && times >= TIMES_BELIEVED) {
      this.options.log.warn(
        { version, times },
        `the catalog ${doubt}, but it comes again and again: it is served now`,
      );
      return;
    }
    throw new UpstreamShapeError(
      { institution: snapshot.institution, service: 'CatalogService', method: 'getCatalogDetailed' },
      `the catalog ${doubt}`,
    );
  }

  #tell(snapshot: IndexedCatalog, report: CatalogLoadReport): void {
    const { poison, leakedSeasons, responseBytes, durationMs } = report;
    this.options.log.info(
      {
        version: snapshot.version,
        products: snapshot.products.length,
        performances: snapshot.performances.length,
        leakedSeasons,
        responseBytes,
        durationMs: Math.round(durationMs),
      },
      'catalog loaded',
    );
    if (poison.length > 0) {
      this.options.log.warn(
        { leftOut: poison.length, examples: poison.slice(0, 5) },
        'products were left out of the catalog',
      );
    }
  }
}

/** What is wrong with it, as a predicate; null when it can be believed. */
function doubtAbout(snapshot: IndexedCatalog, before: IndexedCatalog | null, poison: number): string | null {
  const products = snapshot.products.length;
  const most = before === null ? MOST_POISON_AT_FIRST : MOST_POISON;
  if (poison > (products + poison) * most) return `has ${poison} unusable products beside ${products} others`;
  const old = before?.products.length ?? 0;
  return products < old * LEAST_SHARE_KEPT ? `has ${products} products, after ${old} before` : null;
}
