import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestContext } from '../../context.js';
import type { Symbology } from '../../domain/symbology.js';
import { LimitExceededError } from '../../errors.js';
import { barcodeSvg } from '../../printing/barcode.js';

/** A QR code takes up to 10 ms of the event loop, so a page of large orders would hold it for minutes. */
const MAX_PICTURES = 500;

/** Loaders are new for each operation, and so is what is drawn for it. */
const drawings = new WeakMap<RequestContext['loaders'], Drawing>();

/**
 * The picture of a barcode, one after the other within an operation, with a turn of the event loop between two. Rejects
 * with BarcodeError, and with LimitExceededError from the 501st of an operation on.
 */
export function drawBarcode(
  { loaders }: Pick<RequestContext, 'loaders'>,
  value: string,
  symbology: Symbology,
): Promise<string> {
  const drawing = drawings.get(loaders) ?? new Drawing();
  drawings.set(loaders, drawing);
  return drawing.draw(value, symbology);
}

class Drawing {
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  async draw(value: string, symbology: Symbology): Promise<string> {
    this.#count += 1;
    if (this.#count > MAX_PICTURES) {
      throw new LimitExceededError(
        `\`svg\` can be asked of ${MAX_PICTURES} barcodes in an operation: ask for fewer orders, or print by \`printableUrl\``,
      );
    }
    const drawn = this.#last.then(() => nextTurn()).then(() => barcodeSvg(value, symbology));
    // The next one waits for this one, but does not share its failure.
    this.#last = drawn.catch(() => undefined);
    return drawn;
  }
}
