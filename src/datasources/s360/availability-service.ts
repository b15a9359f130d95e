import type { ProductMove } from '../../domain/availability.js';
import type { AvailabilityCalls, CallOptions } from './client.types.js';
import type { WireObject } from './answer-decoder.js';
import type { S360Client } from './client.js';
import { MAX_SEATS_BYTES } from './settings.js';
import { idIn, objectsIn, requiredObject, textIn } from './wire-values.js';
import type { SoapArguments } from './soap-call.js';

const SERVICE = 'AvailabilityService';
/** "One entry for every possible category." */
const EVERY_CATEGORY = ['-1'];

/** `AvailabilityService` v1_33 of one institution. */
export function createAvailabilityCalls(client: S360Client, institution: string): AvailabilityCalls {
  const ask = (method: string, args: SoapArguments, options: CallOptions): Promise<WireObject> =>
    client.call({ service: SERVICE, method, args, ...options });

  /** The entries of `data.list`; a success without its data is not an answer. */
  const listOf = (method: string, result: WireObject, data: string, list: string): readonly WireObject[] =>
    objectsIn(requiredObject({ institution, service: SERVICE, method }, result, data), list).map(
      withoutFalseIds,
    );

  return {
    async getUpdatedAvailabilities({ pointOfSalesId, productIds, since }, options) {
      const referenceDate = new Date(since).toISOString();
      const result = await ask(
        'getUpdatedAvailabilities',
        { pointOfSalesId, productIds, referenceDate },
        options,
      );
      return objectsIn(result, 'availabilityUpdateData').flatMap(movesOf);
    },
    async getEventAvailability({ pointOfSalesId, eventIds, performanceIds }, options) {
      const args = { pointOfSalesId, eventIds, performanceIds, seatCategoryIds: EVERY_CATEGORY };
      const result = await ask('getEventAvailability', args, options);
      return listOf('getEventAvailability', result, 'eventAvailabilityData', 'eventAvailabilities');
    },
    async getProductAvailability({ pointOfSalesId, productIds }, options) {
      const result = await ask('getProductAvailability', { pointOfSalesId, productIds }, options);
      return listOf('getProductAvailability', result, 'productAvailabilityData', 'productAvailabilities');
    },
    async getPerformanceAvailability({ pointOfSalesId, performanceIds, composedProductId }, options) {
      const args = { pointOfSalesId, performanceIds, seatCategoryIds: EVERY_CATEGORY, composedProductId };
      const result = await ask('getPerformanceAvailability', args, options);
      return listOf(
        'getPerformanceAvailability',
        result,
        'performanceAvailabilityData',
        'performanceAvailabilities',
      );
    },
    async getSeatsAvailability({ pointOfSalesId, performanceId, seatCategoryIds }, options) {
      const result = await client.call({
        service: SERVICE,
        method: 'getSeatsAvailability',
        args: { pointOfSalesId, performanceId, seatCategoryIds },
        key: performanceId,
        maxBytes: MAX_SEATS_BYTES,
        ...options,
      });
      return listOf('getSeatsAvailability', result, 'seatsAvailabilityData', 'seats');
    },
  };
}

/** None for an entry that names no product. */
function movesOf(entry: WireObject): ProductMove[] {
  const productId = idIn(entry, 'productId');
  const at = Date.parse(textIn(entry, 'lastUpdate') ?? '');
  return productId === undefined ? [] : [{ productId, movedAt: Number.isNaN(at) ? null : at }];
}

/** What cannot be an id is none: an entry about nothing we know is left out further up, a seat without one too. */
function withoutFalseIds(entry: WireObject): WireObject {
  const isFalse = (member: string): boolean =>
    member.endsWith('Id') && entry[member] !== undefined && idIn(entry, member) === undefined;
  if (!Object.keys(entry).some(isFalse)) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([member]) => !isFalse(member)));
}
