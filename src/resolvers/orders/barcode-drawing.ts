import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestContext } from '../../context.js';
import type { Symbology } from '../../domain/symbology.js';
import { LimitExceededError } from '../../errors.js';
import { barcodeSvg } from '../../printing/barcode.js';
import { WeightedTurns } from '../../weighted-turns.js';

/** A QR code takes up to 10 ms of the event loop, so a page of large orders would hold it for minutes. */
const MAX_PICTURES = 500;

/** Loaders are new for each operation, and so is what is drawn for it. */
const drawings = new WeakMap<RequestContext['loaders'], Drawing>();

/** One picture in a turn of the event loop, however many operations ask for some: each of them has one in the queue. */
const turns = new WeightedTurns(1);

/**
 * The picture of a barcode, one after the other within an operation, each value once, with a turn of the event loop between
 * two. Rejects with BarcodeError, with LimitExceededError from the 501st of an operation on, and with OperationTimeoutError
 * when nobody waits for the operation any more.
 */
export function drawBarcode(
  { loaders }: Pick<RequestContext, 'loaders'>,
  value: string,
  symbology: Symbology,
): Promise<string> {
  const drawing = drawings.get(loaders) ?? new Drawing(loaders);
  drawings.set(loaders, drawing);
  return drawing.draw(value, symbology);
}

class Drawing {
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #drawn = new Map<string, Promise<string>>();

  constructor(private readonly loaders: Pick<RequestContext['loaders'], 'checkOpen'>) {}

  async draw(value: string, symbology: Symbology): Promise<string> {
    this.#count += 1;
    if (this.#count > MAX_PICTURES) {
      throw new LimitExceededError(
        `\`svg\` can be asked of ${MAX_PICTURES} barcodes in an operation: ask for fewer orders, or print by \`printableUrl\``,
      );
    }
    const key = `${symbology} ${value}`;
    const known = this.#drawn.get(key);
    if (known !== undefined) return known;
    const drawn = this.#last.then(() => this.#inTurn(() => barcodeSvg(value, symbology)));
    this.#drawn.set(key, drawn);
    // The next one waits for this one, but does not share its failure.
    this.#last = drawn.catch(() => undefined);
    return drawn;
  }

  async #inTurn(draw: () => string): Promise<string> {
    this.loaders.checkOpen();
    const leave = await turns.enter(1);
    try {
      await nextTurn();
      this.loaders.checkOpen();
      return draw();
    } finally {
      leave();
    }
  }
}
