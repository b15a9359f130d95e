import type { PointOfSales } from '../domain/institution.js';
import { UpstreamShapeError, type UpstreamCall } from '../errors.js';
import { startThread } from '../threads.js';
import type { CatalogLoadOptions, CatalogLoadReport, CatalogSource } from './catalog.types.js';
import type { CatalogCounts, CatalogThreadMessage, CatalogThreadTask } from './catalog-thread.types.js';
import { mapPointOfSales } from './point-of-sales-mapping.js';
import type { S360Client } from './s360/client.js';
import type { EnvelopeAnswer, EnvelopeArguments } from './s360/envelope-client.js';
import { unpackFailure } from './s360/failure-transfer.js';
import { DEFAULT_DEADLINES, type S360Settings } from './s360/settings.js';
import { MalformedAnswerError } from './s360/answer-decoder.js';
import { idIn, instantIn, objectsIn, requiredObject } from './s360/wire-values.js';

/** More than this share of unreadable products and the catalog is not believed. */
const MAX_POISON_SHARE = 0.05;
/** For the thread: a hostile answer ends it, not the process. */
const THREAD_HEAP_MB = 512;

/** The catalog side of one institution: CatalogService and SetupService.listSeasons. */
export function createCatalogSource(client: S360Client, settings: S360Settings): CatalogSource {
  const { institution } = settings;
  const nameOf = (service: string, method: string): UpstreamCall => ({ institution, service, method });
  const ask = (service: 'CatalogService' | 'SetupService', method: string, signal?: AbortSignal) =>
    client.call({ service, method, args: {}, lane: 'catalog', ...(signal ? { signal } : {}) });
  let timeZone: string | null = null;

  async function pointOfSales(signal?: AbortSignal): Promise<PointOfSales> {
    const call = nameOf('CatalogService', 'getPOSConfig');
    const result = await ask('CatalogService', 'getPOSConfig', signal);
    const mapped = mapPointOfSales(call, requiredObject(call, result, 'posConfigData'));
    timeZone = mapped.timeZone;
    return mapped;
  }

  return {
    institution,
    pointOfSales,

    async ownSeasonIds(signal) {
      const result = await ask('SetupService', 'listSeasons', signal);
      return new Set(objectsIn(result, 'seasons').flatMap((season) => idIn(season, 'id') ?? []));
    },

    async lastSetupUpdate(signal) {
      const result = await ask('CatalogService', 'getLastSetupUpdate', signal);
      const instant = instantIn(result, 'lastSetupUpdate');
      if (instant !== undefined) return instant;
      throw new UpstreamShapeError(
        nameOf('CatalogService', 'getLastSetupUpdate'),
        'lastSetupUpdate is not an instant',
      );
    },

    async load(options) {
      const startedAt = performance.now();
      const call = nameOf('CatalogService', 'getCatalogDetailed');
      const zone = timeZone ?? (await pointOfSales(options.signal)).timeZone;
      let ended: ThreadEnd | null = null;
      const result = await client.call({
        service: 'CatalogService',
        method: 'getCatalogDetailed',
        args: settings.catalogScope === 'EXTENDED' ? { scope: 'EXTENDED' } : {},
        lane: 'catalog',
        deadlineMs: settings.deadlines?.catalogMs ?? DEFAULT_DEADLINES.catalogMs,
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.onInProgress ? { onInProgress: options.onInProgress } : {}),
        send: async (args, signal) =>
          (ended = await loadOnThread(taskOf(settings, args, zone, options), options, signal)),
      });
      if (ended === null || result['hasData'] !== true)
        throw new UpstreamShapeError(call, 'a success without catalogData');
      const { counts, drift, transferredBytes } = ended as ThreadEnd;
      for (const { path, kind, sample, count } of drift) {
        client.driftLog.note('CatalogService', path, kind, sample, count);
      }
      refuseIfPoisoned(call, counts);
      return reportOf(counts, transferredBytes, performance.now() - startedAt);
    },
  };
}

type ThreadEnd = EnvelopeAnswer & Pick<Extract<CatalogThreadMessage, { type: 'ended' }>, 'counts' | 'drift'>;

function taskOf(
  { baseUrl, username, password }: S360Settings,
  args: EnvelopeArguments,
  timeZone: string,
  { ownSeasonIds }: CatalogLoadOptions,
): CatalogThreadTask {
  return {
    baseUrl,
    username,
    password,
    args,
    timeZone,
    ownSeasonIds: ownSeasonIds === null ? null : [...ownSeasonIds],
  };
}

/** One exchange on a thread of its own; parts are handed over one after the other. */
async function loadOnThread(
  task: CatalogThreadTask,
  { onPart }: CatalogLoadOptions,
  signal: AbortSignal,
): Promise<ThreadEnd> {
  signal.throwIfAborted();
  const thread = startThread(new URL('./catalog-thread.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  thread.unref();
  try {
    return await new Promise<ThreadEnd>((resolve, reject) => {
      let handing = Promise.resolve();
      const hand = async (text: string): Promise<void> => {
        await onPart(text);
        thread.postMessage('read');
      };
      thread.on('message', (message: CatalogThreadMessage) => {
        if (message.type === 'failed') reject(unpackFailure(message.failure));
        else if (message.type === 'part') handing = handing.then(() => hand(message.text));
        else handing = handing.then(() => resolve(message));
        handing.catch(reject);
      });
      thread.once('error', (error) => reject(asFailure(error)));
      thread.once('exit', () =>
        reject(new MalformedAnswerError('the parsing thread ended before the answer did')),
      );
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    await thread.terminate();
  }
}

function asFailure(error: Error): Error {
  const isOutOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory
    ? new MalformedAnswerError(`it needs more than ${THREAD_HEAP_MB} MB to be read`)
    : error;
}

function refuseIfPoisoned(call: UpstreamCall, { products, poisonCount, poison }: CatalogCounts): void {
  if (poisonCount <= products * MAX_POISON_SHARE) return;
  const [first] = poison;
  throw new UpstreamShapeError(
    call,
    `${poisonCount} of ${products} products cannot be read, the first because ${first?.path} ${first?.reason}`,
  );
}

function reportOf(counts: CatalogCounts, responseBytes: number, durationMs: number): CatalogLoadReport {
  const { products, performances, poison, leakedSeasons } = counts;
  return { products, performances, poison, leakedSeasons, responseBytes, durationMs };
}
