import { CatalogCollector } from './catalog-collector.js';
import type { CatalogThreadMessage, CatalogThreadTask } from './catalog-thread.types.js';
import { AnswerReader } from './s360/answer-reader.js';
import type { HttpExchange, TransferMeter } from './s360/http-exchange.js';
import { MAX_CATALOG_BYTES } from './s360/settings.js';

export interface CatalogReadingOptions {
  readonly exchange: HttpExchange;
  readonly onPart: (text: string) => void;
  /** Awaited between pieces of the answer: holds S-360 back while nobody takes the parts. */
  readonly pace: () => Promise<void>;
  readonly meter: TransferMeter;
}

export type CatalogReading = Pick<
  Extract<CatalogThreadMessage, { type: 'ended' }>,
  'result' | 'counts' | 'drift'
>;

/** One exchange of getCatalogDetailed: HTTP, decoding, mapping and encoding. Rejects with the failures of an exchange. */
export async function readCatalog(
  { request, timeZone, ownSeasonIds }: Omit<CatalogThreadTask, 'baseUrl'>,
  { exchange, onPart, pace, meter }: CatalogReadingOptions,
): Promise<CatalogReading> {
  const reader = new AnswerReader({ exchange, ...request.description });
  const collector = new CatalogCollector({
    timeZone,
    ownSeasonIds: ownSeasonIds === null ? null : new Set(ownSeasonIds),
    onPart,
  });
  const answer = await reader.ask(request.xml, {
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
  const { counts, drift } = collector.finish(answer);
  const { statusCode, requestId, requestState } = answer;
  return { result: { statusCode, requestId, requestState, hasData: 'catalogData' in answer }, counts, drift };
}
