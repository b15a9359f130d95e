import type { Operation } from './operation.types.js';
import { success } from './results.js';

/** The part of `SetupService` v1_33 that a distributor needs. */
export const setupOperations: readonly Operation[] = [
  {
    service: 'SetupService',
    method: 'listSeasons',
    resultClass: 'SeasonListResult',
    parameters: [],
    limit: null,
    isAsynchronous: false,
    run: ({ world }) =>
      success({
        seasons: world.seasons.map(({ id, code, externalName, state, start, end }) => ({
          id,
          code,
          externalName,
          state,
          start,
          end,
          audienceCategories: [],
          priceLevels: [],
        })),
      }),
  },
];
