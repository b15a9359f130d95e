import type { CatalogSnapshot } from '../cache/catalog-snapshot.types.js';
import type { ColorBoard } from '../cache/color-board.types.js';
import type { ContactSource } from '../datasources/contacts.types.js';
import type { UpstreamReport } from '../datasources/s360/client.types.js';
import type { ObservedAvailability, Seat } from '../domain/availability.js';
import type { Freshness } from '../domain/freshness.js';
import type { ServiceLevel } from '../domain/institution.js';
import type { Symbology } from '../domain/symbology.js';

/** One institution as the resolvers see it. Built once at start; what changes is behind the methods. */
export interface Institution {
  readonly code: string;
  /** Code of the payment method that orders are closed on; null when none is configured. */
  readonly pendingAccountCode: string | null;
  /** How its barcodes are drawn. */
  readonly symbology: Symbology;
  readonly catalog: CatalogService;
  readonly availability: AvailabilityService;
  /** Read through the loaders. */
  readonly contacts: Pick<ContactSource, 'byNumbers'>;
  readonly upstream: UpstreamReport;
  serviceLevel(): ServiceLevel;
}

export interface CatalogService {
  /** The snapshot to answer from; null until the first load ended. Never waits. */
  current(): CatalogSnapshot | null;
  freshness(): Freshness;
  /** Every swap from now on, until `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<CatalogSwap>;
  /** Why readiness is red, in words without secrets; null when it is not. */
  notReadyReason(): string | null;
}

export interface CatalogSwap {
  readonly snapshot: CatalogSnapshot;
  readonly at: number;
  readonly products: readonly {
    readonly productId: string;
    readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  }[];
}

export interface AvailabilityAnswer {
  /** Null: never observed, so the color is UNKNOWN. */
  readonly observed: ObservedAvailability | null;
  readonly freshness: Freshness;
}

export interface AvailabilityService {
  readonly board: ColorBoard;
  /** In the order asked, from the board; what the board lacks is asked from S-360 in at most one call per method, when the budget lets it. */
  ofPerformances(performanceIds: readonly string[]): Promise<AvailabilityAnswer[]>;
  ofProducts(productIds: readonly string[]): Promise<AvailabilityAnswer[]>;
  seats(
    performanceId: string,
    seatCategoryId: string | null,
  ): Promise<{ seats: readonly Seat[]; freshness: Freshness }>;
  /** Something of these products was sold or given back by us: they are asked about first, as soon as they may be. */
  expectMoves(productIds: readonly string[]): void;
  pollPlan(): readonly PollPlanEntry[];
  /** Epoch ms of the last look for what moved, null before the first, and of the next one. */
  pollTimes(): { readonly polledAt: number | null; readonly nextPollAt: number };
}

export interface PollPlanEntry {
  readonly productId: string;
  readonly everyMs: number;
  readonly watchers: number;
  readonly reason: string;
}
