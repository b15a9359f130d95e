import type { Symbology } from '../domain/symbology.js';
import { GatewayError } from '../errors.js';

/** EMPTY: there is nothing to draw. CHARACTERS: the symbology has no such characters. LENGTH: it does not fit. */
export type BarcodeProblem = 'EMPTY' | 'CHARACTERS' | 'LENGTH';

/**
 * A value that S-360 sent cannot be drawn in the institution's symbology. The value itself stays usable, and is
 * never in the message.
 */
export class BarcodeError extends GatewayError {
  readonly code = 'UPSTREAM_INVALID';
  readonly isRetryable = false;

  constructor(
    readonly symbology: Symbology,
    readonly problem: BarcodeProblem,
    rule: string,
  ) {
    super(`The barcode cannot be drawn as ${symbology}: ${rule}`);
  }
}
