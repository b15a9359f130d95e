import type { ProductMove } from '../../domain/availability.js';
import { UpstreamShapeError, type UpstreamCall } from '../../errors.js';
import type { AvailabilityCalls, AvailabilityMethod, CallOptions } from './client.types.js';
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
  const ask = (method: AvailabilityMethod, args: SoapArguments, options: CallOptions): Promise<WireObject> =>
    client.call({ service: SERVICE, method, args, ...options });
  const callOf = (method: AvailabilityMethod): UpstreamCall => ({ institution, service: SERVICE, method });

  /** The entries of `data.list`; a success without its data is not an answer. */
  const listOf = (
    method: AvailabilityMethod,
    result: WireObject,
    data: string,
    list: string,
  ): readonly WireObject[] =>
    objectsIn(requiredObject(callOf(method), result, data), list).map(withoutFalseIds);

  return {
    async getUpdatedAvailabilities({ pointOfSalesId, productIds, since }, options) {
      const referenceDate = new Date(since).toISOString();
      const method = 'getUpdatedAvailabilities';
      const result = await ask(method, { pointOfSalesId, productIds, referenceDate }, options);
      const updates = objectsIn(result, 'availabilityUpdateData');
      return ofAsked(callOf(method), updates, ['productId', productIds]).flatMap(movesOf);
    },
    async getEventAvailability({ pointOfSalesId, eventIds, performanceIds }, options) {
      const args = { pointOfSalesId, eventIds, performanceIds, seatCategoryIds: EVERY_CATEGORY };
      const method = 'getEventAvailability';
      const result = await ask(method, args, options);
      const entries = listOf(method, result, 'eventAvailabilityData', 'eventAvailabilities');
      return ofAsked(callOf(method), entries, ['performanceId', performanceIds]);
    },
    async getProductAvailability({ pointOfSalesId, productIds }, options) {
      const method = 'getProductAvailability';
      const result = await ask(method, { pointOfSalesId, productIds }, options);
      const entries = listOf(method, result, 'productAvailabilityData', 'productAvailabilities');
      return ofAsked(callOf(method), entries, ['productId', productIds]);
    },
    async getPerformanceAvailability({ pointOfSalesId, performanceIds, composedProductId }, options) {
      const args = { pointOfSalesId, performanceIds, seatCategoryIds: EVERY_CATEGORY, composedProductId };
      const method = 'getPerformanceAvailability';
      const result = await ask(method, args, options);
      const entries = listOf(method, result, 'performanceAvailabilityData', 'performanceAvailabilities');
      return ofAsked(callOf(method), entries, ['performanceId', performanceIds]);
    },
    async getSeatsAvailability({ pointOfSalesId, performanceId, seatCategoryIds }, options) {
      const method = 'getSeatsAvailability';
      const result = await client.call({
        service: SERVICE,
        method,
        args: { pointOfSalesId, performanceId, seatCategoryIds },
        key: performanceId,
        maxBytes: MAX_SEATS_BYTES,
        ...options,
      });
      const seats = listOf(method, result, 'seatsAvailabilityData', 'seats');
      // No seat says of which performance it is.
      return seatCategoryIds.length === 0
        ? seats
        : ofAsked(callOf(method), seats, ['seatCategoryId', seatCategoryIds]);
    },
  };
}

/** None for an entry that names no product. */
function movesOf(entry: WireObject): ProductMove[] {
  const productId = idIn(entry, 'productId');
  const at = Date.parse(textIn(entry, 'lastUpdate') ?? '');
  return productId === undefined ? [] : [{ productId, movedAt: Number.isNaN(at) ? null : at }];
}

/**
 * The entries about what was asked for: S-360 may tell more, such as every performance of an event. One that tells of
 * others only did not answer the question, and must not be taken for "nothing is known". Throws UpstreamShapeError.
 */
function ofAsked(
  call: UpstreamCall,
  entries: readonly WireObject[],
  [member, ids]: readonly [member: string, ids: readonly string[]],
): readonly WireObject[] {
  const wanted = new Set(ids);
  const own = entries.filter((entry) => wanted.has(idIn(entry, member) ?? ''));
  if (own.length > 0 || entries.length === 0) return own;
  throw new UpstreamShapeError(call, 'the answer is about nothing that was asked for');
}

/** What cannot be an id is none: an entry about nothing we know is left out further up, a seat without one too. */
function withoutFalseIds(entry: WireObject): WireObject {
  const isFalse = (member: string): boolean =>
    member.endsWith('Id') && entry[member] !== undefined && idIn(entry, member) === undefined;
  if (!Object.keys(entry).some(isFalse)) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([member]) => !isFalse(member)));
}
