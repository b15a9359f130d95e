import type { ColorChange, ObservedAvailability } from '../domain/availability.js';

/** What one replica learnt from S-360 and all others take over: one entry of the shared log. Plain JSON. */
export interface SharedPoll extends PollFacts {
  /** In order, against what all replicas showed before. */
  readonly changes: readonly ColorChange[];
}

export interface PollFacts {
  readonly institution: string;
  /** All that was read, also what kept its color: others must not read it again. */
  readonly observations: readonly ObservedAvailability[];
  /** Work that needs not be asked any more, as keys of the backlog: `performance:<id>`, `product:<id>`, `inside:<id>`. */
  readonly answered: readonly string[];
  readonly askedWith: Horizon;
  readonly halves: ComposedHalves;
  /** What `getUpdatedAvailabilities` said, when nobody was told yet. */
  readonly look: Look | null;
  /** Subscribers hear of it though no color changed. */
  readonly isHeartbeat: boolean;
  /** Epoch ms. */
  readonly polledAt: number;
  readonly nextPollAt: number;
}

/** What whoever asked S-360 knew when it asked. Later turns and changes need another answer. */
export interface Horizon {
  /** Epoch ms: the turns of the calendar up to here. */
  readonly turnedUpTo: number;
  /** Version of the catalog; null: none yet. */
  readonly catalog: string | null;
}

export interface Look {
  /** Epoch ms, before S-360 was asked. */
  readonly at: number;
  /** Products that moved, with S-360's own date (epoch ms); null where it gave none. */
  readonly moved: readonly (readonly [productId: string, lastUpdate: number | null])[];
  /** The date that the next look asks from, on S-360's clock (epoch ms); null before S-360 has dated anything. */
  readonly watermark: number | null;
  /** When a replica first looked (epoch ms): before S-360 has dated anything, all ask from there. */
  readonly firstAskedAt: number | null;
}

/** Readings of season tickets and packages that only together make an observation. */
export interface ComposedHalves {
  readonly quotas: readonly ObservedAvailability[];
  readonly insides: readonly (readonly [
    productId: string,
    inside: readonly Pick<ObservedAvailability, 'color' | 'remaining' | 'observedAt'>[],
  ])[];
}
