import type { Arguments } from './arguments.js';
import type { CatalogFilter } from './catalog-view.js';
import type { Operation, OperationResult, Parameter } from './operation.types.js';
import { TECHNICAL_ERROR, failure, success } from './results.js';

const FILTERS: readonly Parameter[] = [
  { name: 'seasonCode', type: 'string' },
  { name: 'productCode', type: 'string' },
];
const ONCE_IN_TEN_MINUTES = { minutes: 10 };

/** `CatalogService` v1_33. */
export const catalogOperations: readonly Operation[] = [
  {
    service: 'CatalogService',
    method: 'getCatalog',
    resultClass: 'CatalogResult',
    parameters: FILTERS,
    limit: ONCE_IN_TEN_MINUTES,
    isAsynchronous: true,
    run: (scope, args) => success({ catalogData: scope.catalog.text(filterFrom(args, 'DEFAULT')) }),
  },
  {
    service: 'CatalogService',
    method: 'getCatalogDetailed',
    resultClass: 'CatalogResultDetailed',
    parameters: [...FILTERS, { name: 'scope', type: 'string' }],
    limit: ONCE_IN_TEN_MINUTES,
    isAsynchronous: true,
    run(scope, args): OperationResult {
      const wanted = args.text('scope') ?? 'DEFAULT';
      if (wanted !== 'DEFAULT' && wanted !== 'EXTENDED') {
        return failure(TECHNICAL_ERROR, `scope must be EXTENDED or absent, got "${wanted}"`);
      }
      return success({ catalogData: scope.catalog.detailed(filterFrom(args, wanted)) });
    },
  },
  {
    service: 'CatalogService',
    method: 'getLastSetupUpdate',
    resultClass: 'LastSetupUpdateResult',
    parameters: [],
    limit: null,
    isAsynchronous: false,
    run: ({ world }) => success({ lastSetupUpdate: world.lastSetupUpdate }),
  },
  {
    service: 'CatalogService',
    method: 'getPOSConfig',
    resultClass: 'POSConfigResult',
    parameters: [],
    limit: null,
    isAsynchronous: false,
    run: ({ world }) => success({ posConfigData: world.posConfig }),
  },
  {
    service: 'CatalogService',
    method: 'isCatalogServiceAlive',
    resultClass: 'WebMethodResult',
    parameters: [],
    limit: null,
    isAsynchronous: false,
    run: () => success(),
  },
];

function filterFrom(args: Arguments, scope: CatalogFilter['scope']): CatalogFilter {
  return { scope, seasonCode: args.text('seasonCode'), productCode: args.text('productCode') };
}
