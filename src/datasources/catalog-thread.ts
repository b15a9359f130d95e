import { parentPort, workerData } from 'node:worker_threads';
import { CatalogCollector } from './catalog-collector.js';
import {
  MAX_UNREAD_PARTS,
  type CatalogThreadMessage,
  type CatalogThreadTask,
} from './catalog-thread.types.js';
import { AnswerReader } from './s360/answer-reader.js';
import { packFailure } from './s360/failure-transfer.js';
import { HttpExchange, type TransferMeter } from './s360/http-exchange.js';
import { MAX_CATALOG_BYTES } from './s360/settings.js';

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
  const { baseUrl, request, timeZone, ownSeasonIds } = task;
  const exchange = new HttpExchange(baseUrl);
  const reader = new AnswerReader({ exchange, ...request.description });
  const collector = new CatalogCollector({
    timeZone,
    ownSeasonIds: ownSeasonIds === null ? null : new Set(ownSeasonIds),
    onPart: (text) => {
      flow.unread += 1;
      tell({ type: 'part', text });
    },
  });
  const result = await reader.ask(request.xml, {
    method: 'getCatalogDetailed',
    signal: new AbortController().signal,
    maxBytes: MAX_CATALOG_BYTES,
    meter,
    tap: {
      path: 'catalogData.seasons.products',
      onItem: (product, season) => collector.product(product, season),
    },
    onUnknownMember: (path) => collector.unknownMember(path),
    pace,
  });
  const { counts, drift } = collector.finish(result);
  const { statusCode, requestId, requestState } = result;
  const header = { statusCode, requestId, requestState, hasData: 'catalogData' in result };
  tell({ type: 'ended', result: header, counts, drift });
}

load().catch((error: unknown) => tell({ type: 'failed', failure: packFailure(error) }));
