import { startThread } from '../threads.js';
import type { CatalogThreadMessage, CatalogThreadTask } from './catalog-thread.types.js';
import { MalformedAnswerError } from './s360/answer-decoder.js';
import { unpackFailure } from './s360/failure-transfer.js';
import type { TransferMeter } from './s360/http-exchange.js';

/** What the thread said last. */
export type ThreadEnd = Extract<CatalogThreadMessage, { type: 'ended' }>;

export interface CatalogExchangeOptions {
  /** Parts are handed over one after the other; the thread waits while several are not taken yet. */
  readonly onPart: (text: string) => Promise<void> | void;
  readonly signal: AbortSignal;
  readonly meter: TransferMeter;
  /** What the thread may keep, in megabytes: an answer that needs more ends it, not the process. */
  readonly heapMb?: number;
}

/** A catalog of 50 MB needs a fifth of it. */
const HEAP_MB = 512;

/**
 * One exchange of getCatalogDetailed on a thread of its own, which is gone when the promise settles. Rejects with the
 * failures of an exchange, with what `onPart` rejects with, or with the signal's reason; `onPart` is not called after.
 */
export async function loadOnThread(
  task: CatalogThreadTask,
  { onPart, signal, meter, heapMb = HEAP_MB }: CatalogExchangeOptions,
): Promise<ThreadEnd> {
  signal.throwIfAborted();
  const thread = startThread(new URL('./catalog-thread.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  thread.unref();
  const over = new AbortController();
  try {
    return await new Promise<ThreadEnd>((resolve, reject) => {
      let handing = Promise.resolve();
      const hand = async (text: string): Promise<void> => {
        if (over.signal.aborted) return;
        await onPart(text);
        thread.postMessage('read');
      };
      thread.on('message', (message: CatalogThreadMessage) => {
        meter.bytes = message.transferredBytes;
        if (message.type === 'failed') reject(unpackFailure(message.failure));
        else if (message.type === 'part') handing = handing.then(() => hand(message.text));
        else handing = handing.then(() => resolve(message));
        handing.catch(reject);
      });
      thread.once('error', (error) => reject(asFailure(error, heapMb)));
      thread.once('exit', () =>
        reject(new MalformedAnswerError('the parsing thread ended before the answer did')),
      );
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    over.abort();
    await thread.terminate();
  }
}

function asFailure(error: Error, heapMb: number): Error {
  const isOutOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory ? new MalformedAnswerError(`it needs more than ${heapMb} MB to be read`) : error;
}
