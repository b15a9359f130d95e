import { describe, expect, it } from 'vitest';
import { createLoaders } from '../../src/datasources/loaders.js';
import { OperationTimeoutError } from '../../src/errors.js';
import { drawBarcode } from '../../src/resolvers/orders/barcode-drawing.js';

const FIFTY = Array.from({ length: 50 }, (_, index) => `ticket ${index}`);

function operation() {
  return { loaders: createLoaders(new Map()) };
}

function drawAll(context: ReturnType<typeof operation>, values: readonly string[]): Promise<string[]> {
  return Promise.all(values.map((value) => drawBarcode(context, value, 'CODE128')));
}

/** Turns of the event loop that begin before `work` is done. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  await work.finally(() => clearImmediate(next));
  return turns;
}

describe('pictures of barcodes', () => {
  it('are drawn in turns of the event loop of their own, of all operations together', async () => {
    const operations = [operation(), operation(), operation(), operation()];
    const turns = await turnsOf(Promise.all(operations.map((context) => drawAll(context, FIFTY))));
    expect(turns).toBeGreaterThanOrEqual(4 * FIFTY.length - 4);
  });

  it('are drawn once for each barcode of an operation, however often it is asked', async () => {
    const context = operation();
    const same = FIFTY.map(() => 'ticket');
    const turns = await turnsOf(
      drawAll(context, same).then((pictures) => expect(new Set(pictures).size).toBe(1)),
    );
    expect(turns).toBeLessThan(FIFTY.length / 2);
  });

  it('are not drawn any more when nobody waits for the operation', async () => {
    const context = operation();
    const pictures = FIFTY.map((value) => drawBarcode(context, value, 'CODE128'));
    await pictures[0];
    context.loaders.close();
    const rest = await Promise.allSettled(pictures.slice(1));
    const reasons = rest.map((one) => (one.status === 'rejected' ? (one.reason as unknown) : one.value));
    expect(reasons).toEqual(reasons.map(() => expect.any(OperationTimeoutError) as unknown));
  });
});
