import { parentPort, workerData } from 'node:worker_threads';
import { CatalogCollector } from './catalog-collector.js';
import {
  MAX_UNREAD_PARTS,
  type CatalogThreadMessage,
  type CatalogThreadTask,
} from './catalog-thread.types.js';
import { EnvelopeClient } from './s360/envelope-client.js';
import { packFailure } from './s360/failure-transfer.js';
import { HttpExchange } from './s360/http-exchange.js';
import { MAX_CATALOG_BYTES } from './s360/settings.js';

/**
 * A thread that makes one exchange of getCatalogDetailed: HTTP, decoding, mapping and encoding happen here, and the
 * main thread gets parts of a few hundred records. It ends by being terminated; deadlines are the main thread's.
 */
const port = parentPort!;
const task = workerData as CatalogThreadTask;

/** Parts on their way that the main thread did not acknowledge yet. */
const flow = { unread: 0, onRead: (): void => undefined };
port.on('message', () => {
  flow.unread -= 1;
  flow.onRead();
});

function tell(message: CatalogThreadMessage): void {
  port.postMessage(message);
}

/** Waits while the main thread has enough to do, so that parts do not pile up. */
async function pace(): Promise<void> {
  while (flow.unread >= MAX_UNREAD_PARTS) await new Promise<void>((resolve) => (flow.onRead = resolve));
}

async function load(): Promise<void> {
  const { baseUrl, username, password, args, timeZone, ownSeasonIds } = task;
  const exchange = new HttpExchange(baseUrl);
  const client = await EnvelopeClient.open({ service: 'CatalogService', username, password, exchange });
  const collector = new CatalogCollector({
    timeZone,
    ownSeasonIds: ownSeasonIds === null ? null : new Set(ownSeasonIds),
    onPart: (text) => {
      flow.unread += 1;
      tell({ type: 'part', text });
    },
  });
  const { result, transferredBytes } = await client.send({
    method: 'getCatalogDetailed',
    args,
    signal: new AbortController().signal,
    maxBytes: MAX_CATALOG_BYTES,
    tap: {
      path: 'catalogData.seasons.products',
      onItem: (product, season) => collector.product(product, season),
    },
    onUnknownMember: (path) => collector.unknownMember(path),
    pace,
  });
  const { counts, drift } = collector.finish(result);
  const { statusCode, requestId } = result;
  tell({
    type: 'ended',
    result: { statusCode, requestId, hasData: 'catalogData' in result },
    counts,
    drift,
    transferredBytes,
  });
}

load().catch((error: unknown) => tell({ type: 'failed', failure: packFailure(error) }));
