import type { ObservedAvailability } from '../domain/availability.js';

/** The last observation of everything that has a color, for one institution. Reading it never asks S-360. */
export interface ColorBoard {
  readonly institution: string;
  performance(performanceId: string): ObservedAvailability | undefined;
  /** A product without performances. Colors of products with performances are derived from them by whoever asks. */
  product(productId: string): ObservedAvailability | undefined;
  /** Epoch ms up to which S-360 is known to have said so: of its reading, or of a later poll in which nothing had moved. */
  asOf(observed: ObservedAvailability): number;
}
