import type { WrittenRequest } from './s360/soap-call.js';
import type { WireObject } from './s360/answer-decoder.js';
import type { SentFailure } from './s360/failure-transfer.js';

/** What the catalog thread is started with: one exchange, then it ends. */
export interface CatalogThreadTask {
  readonly baseUrl: string;
  readonly request: WrittenRequest;
  readonly timeZone: string;
  /** Null keeps every season. */
  readonly ownSeasonIds: readonly string[] | null;
}

/** What it tells: parts as they are ready, at most MAX_UNREAD_PARTS of them before one is acknowledged, then the end. */
export type CatalogThreadMessage = { readonly transferredBytes: number } & (
  | { readonly type: 'part'; readonly text: string }
  | {
      readonly type: 'ended';
      /** Header members of the result (`statusCode`, `requestId`, `requestState`), and `hasData`. */
      readonly result: WireObject;
      readonly counts: CatalogCounts;
      readonly drift: readonly ThreadDrift[];
    }
  | { readonly type: 'failed'; readonly failure: SentFailure }
);

export interface CatalogCounts {
  readonly products: number;
  readonly performances: number;
  readonly leakedSeasons: number;
  /** The first 100. */
  readonly poison: readonly { readonly path: string; readonly reason: string }[];
  readonly poisonCount: number;
}

export interface ThreadDrift {
  readonly path: string;
  readonly kind: 'unknown-member' | 'unknown-value';
  readonly sample: string | null;
  readonly count: number;
}

/** Enough to keep both threads busy. */
export const MAX_UNREAD_PARTS = 4;
