import type { FreshnessSource } from '../../domain/freshness.js';
import type { AvailabilityService } from '../institution.types.js';

type Readings = Pick<AvailabilityService, 'ofPerformances' | 'ofProducts' | 'seats'>;

/** The readings of `service`; `onRead` is told of each one where it came from: what the cache saves is seen by that. */
export function countedReadings(service: Readings, onRead: (source: FreshnessSource) => void): Readings {
  const counted = <Answer extends { readonly freshness: { readonly source: FreshnessSource } }>(
    answers: Answer[],
  ): Answer[] => {
    for (const { freshness } of answers) onRead(freshness.source);
    return answers;
  };
  return {
    ofPerformances: async (performanceIds) => counted(await service.ofPerformances(performanceIds)),
    ofProducts: async (productIds) => counted(await service.ofProducts(productIds)),
    seats: async (performanceId, seatCategoryId) => {
      const answer = await service.seats(performanceId, seatCategoryId);
      onRead(answer.freshness.source);
      return answer;
    },
  };
}
