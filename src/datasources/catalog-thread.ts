import { parentPort, workerData } from 'node:worker_threads';
import { readCatalog } from './catalog-reading.js';
import {
  MAX_UNREAD_PARTS,
  type CatalogThreadMessage,
  type CatalogThreadTask,
} from './catalog-thread.types.js';
import { packFailure } from './s360/failure-transfer.js';
import { HttpExchange, type TransferMeter } from './s360/http-exchange.js';

/**
 * A thread that makes one exchange of getCatalogDetailed: HTTP, decoding, mapping and encoding happen here, and the
 * main thread, which wrote the envelope, gets parts of a few hundred records. It ends by being terminated; deadlines are the main thread's.
 */
const port = parentPort!;
const task = workerData as CatalogThreadTask;

/** Parts on their way that the main thread did not acknowledge yet. */
const flow = { unread: 0, onRead: (): void => undefined };
port.on('message', () => {
  flow.unread -= 1;
  flow.onRead();
});

const meter: TransferMeter = { bytes: 0 };

function tell(message: DistributiveOmit<CatalogThreadMessage, 'transferredBytes'>): void {
  port.postMessage({ ...message, transferredBytes: meter.bytes });
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Waits while the main thread has enough to do, so that parts do not pile up. */
async function pace(): Promise<void> {
  while (flow.unread >= MAX_UNREAD_PARTS) await new Promise<void>((resolve) => (flow.onRead = resolve));
}

async function load(): Promise<void> {
  const reading = await readCatalog(task, {
    exchange: new HttpExchange(task.baseUrl),
    onPart: (text) => {
      flow.unread += 1;
      tell({ type: 'part', text });
    },
    pace,
    meter,
  });
  tell({ type: 'ended', ...reading });
}

load().catch((error: unknown) => tell({ type: 'failed', failure: packFailure(error) }));
