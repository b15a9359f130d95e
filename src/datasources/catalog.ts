import type { PointOfSales } from '../domain/institution.js';
import { UpstreamShapeError, type UpstreamCall } from '../errors.js';
import type { CatalogLoadOptions, CatalogLoadReport, CatalogSource } from './catalog.types.js';
import { loadOnThread, type ThreadEnd } from './catalog-exchange.js';
import type { CatalogCounts, CatalogThreadTask } from './catalog-thread.types.js';
import { mapPointOfSales } from './point-of-sales-mapping.js';
import type { S360Client } from './s360/client.js';
import { withSignals } from './s360/deadline.js';
import type { WrittenRequest } from './s360/soap-call.js';
import type { S360Settings } from './s360/settings.js';
import { idIn, instantIn, objectsIn, requiredObject, textIn } from './s360/wire-values.js';

/** More than this share of unreadable products and the catalog is not believed. */
const MAX_POISON_SHARE = 0.05;

/** The catalog side of one institution: CatalogService and SetupService.listSeasons. `exchange` makes the large call. */
export function createCatalogSource(
  client: S360Client,
  settings: S360Settings,
  exchange: typeof loadOnThread = loadOnThread,
): CatalogSource {
  const { institution } = settings;
  const nameOf = (service: string, method: string): UpstreamCall => ({ institution, service, method });
  const ask = (service: 'CatalogService' | 'SetupService', method: string, signal?: AbortSignal) =>
    client.call({ service, method, args: {}, lane: 'catalog', ...(signal ? { signal } : {}) });
  let timeZone: string | null = null;
  /** S-360's own word for the institution, since it said one. */
  let upstreamCode: string | null = null;

  async function pointOfSales(signal?: AbortSignal): Promise<PointOfSales> {
    const call = nameOf('CatalogService', 'getPOSConfig');
    const result = await ask('CatalogService', 'getPOSConfig', signal);
    const data = requiredObject(call, result, 'posConfigData');
    const code = textIn(data, 'institCode') ?? upstreamCode;
    if (upstreamCode !== null && code !== upstreamCode) {
      throw new UpstreamShapeError(call, 'the answer is about another institution');
    }
    const mapped = mapPointOfSales(call, data, (path, word) =>
      client.driftLog.note('CatalogService', path, 'unknown-value', word),
    );
    upstreamCode = code;
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
      let responseBytes = 0;
      // What fails while a part is taken is not S-360's failure: it ends the load as a caller does who gives up.
      const taking = new AbortController();
      const onPart = async (part: string): Promise<void> => {
        try {
          await options.onPart(part);
        } catch (error) {
          taking.abort(error);
          throw error;
        }
      };
      await withSignals([options.signal, taking.signal], (givenUp) =>
        client.call({
          service: 'CatalogService',
          method: 'getCatalogDetailed',
          args: settings.catalogScope === 'EXTENDED' ? { scope: 'EXTENDED' } : {},
          lane: 'catalog',
          signal: givenUp,
          ...(options.onInProgress ? { onInProgress: options.onInProgress } : {}),
          send: async (request, signal, meter) => {
            ended = await exchange(taskOf(settings, request, zone, options), { onPart, signal, meter });
            responseBytes = meter.bytes;
            return ended.result;
          },
        }),
      );
      const { result, counts, drift } = ended as unknown as ThreadEnd;
      if (result['hasData'] !== true) throw new UpstreamShapeError(call, 'a success without catalogData');
      for (const { path, kind, sample, count } of drift) {
        client.driftLog.note('CatalogService', path, kind, sample, count);
      }
      refuseIfPoisoned(call, counts);
      return reportOf(counts, responseBytes, performance.now() - startedAt);
    },
  };
}

function taskOf(
  { baseUrl }: S360Settings,
  request: WrittenRequest,
  timeZone: string,
  { ownSeasonIds }: CatalogLoadOptions,
): CatalogThreadTask {
  return {
    baseUrl,
    request,
    timeZone,
    ownSeasonIds: ownSeasonIds === null ? null : [...ownSeasonIds],
  };
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
