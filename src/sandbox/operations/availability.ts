import type { Product } from '../model.js';
import type { PerformanceEntry, SplitQuery } from '../stock.types.js';
import type { Arguments } from './arguments.js';
import type { Operation, OperationScope, Parameter } from './operation.types.js';
import { success } from './results.js';

const POINT_OF_SALES: Parameter = { name: 'pointOfSalesId', type: 'long', isMandatory: true };
const COMPOSED_PRODUCT: Parameter = { name: 'composedProductId', type: 'long' };
const SPLIT: readonly Parameter[] = [
  { name: 'seatCategoryIds', type: 'long', isList: true },
  { name: 'contingentIds', type: 'long', isList: true },
  COMPOSED_PRODUCT,
  { name: 'advantageId', type: 'long' },
];
const PERFORMANCES: Parameter = { name: 'performanceIds', type: 'long', isList: true, isMandatory: true };
const PRODUCTS: Parameter = { name: 'productIds', type: 'long', isList: true, isMandatory: true };

const COMMON = { service: 'AvailabilityService', limit: { minutes: 1 }, isAsynchronous: false } as const;

/** `AvailabilityService` v1_33; the entries' members are [I]. */
export const availabilityOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'getProductAvailability',
    resultClass: 'ProductAvailabilityResult',
    parameters: [POINT_OF_SALES, PRODUCTS],
    run(scope, args) {
      const entries = scope.stock.itemEntries(args.numbers('productIds'), scope.clock.now());
      return success({ productAvailabilityData: { productAvailabilities: bend(scope, entries) } });
    },
  },
  {
    ...COMMON,
    method: 'getEventAvailability',
    resultClass: 'EventAvailabilityResult',
    parameters: [POINT_OF_SALES, { name: 'eventIds', type: 'long', isList: true }, PERFORMANCES, ...SPLIT],
    run(scope, args) {
      const eventIds = new Set(args.numbers('eventIds'));
      const entries = performanceEntries(scope, args).filter(
        ({ eventId }) => eventIds.size === 0 || eventIds.has(eventId),
      );
      return success({ eventAvailabilityData: { eventAvailabilities: bend(scope, entries) } });
    },
  },
  {
    ...COMMON,
    method: 'getPerformanceAvailability',
    resultClass: 'PerformanceAvailabilityResult',
    parameters: [POINT_OF_SALES, PERFORMANCES, ...SPLIT],
    run(scope, args) {
      const entries = bend(scope, performanceEntries(scope, args));
      return success({ performanceAvailabilityData: { performanceAvailabilities: entries } });
    },
  },
  {
    ...COMMON,
    method: 'getSeatsAvailability',
    resultClass: 'SeatsAvailabilityResult',
    // Seats are looked at while they are chosen, so another performance has a turn of its own [I].
    limit: { minutes: 1, perParameter: 'performanceId' },
    parameters: [
      POINT_OF_SALES,
      { name: 'performanceId', type: 'long', isMandatory: true },
      { name: 'seatCategoryIds', type: 'long', isList: true },
      { name: 'areaIds', type: 'long', isList: true },
      { name: 'blockIds', type: 'long', isList: true },
      COMPOSED_PRODUCT,
    ],
    run(scope, args) {
      const areaIds = args.numbers('areaIds');
      const blockIds = args.numbers('blockIds');
      const seats = scope.stock
        .seats(
          args.number('performanceId') ?? 0,
          args.numbers('seatCategoryIds'),
          args.number('composedProductId'),
        )
        .filter(({ areaId }) => areaIds.length === 0 || areaIds.includes(areaId))
        .filter(({ blockId }) => blockIds.length === 0 || blockIds.includes(blockId));
      return success({ seatsAvailabilityData: { seats } });
    },
  },
  {
    ...COMMON,
    method: 'getUpdatedAvailabilities',
    resultClass: 'UpdatedAvailabilitiesResult',
    parameters: [POINT_OF_SALES, PRODUCTS, { name: 'referenceDate', type: 'dateTime', isMandatory: true }],
    run(scope, args) {
      const sinceMs = Date.parse(args.text('referenceDate') ?? '');
      const moved = updatedSince(scope, args.numbers('productIds'), sinceMs);
      return success({
        availabilityUpdateData: moved.map(({ productId, lastUpdateMs }) => ({
          productId,
          lastUpdate: new Date(lastUpdateMs).toISOString().replace('Z', '+00:00'),
        })),
      });
    },
  },
  {
    ...COMMON,
    method: 'getAvailableThemeAndLanguage',
    resultClass: 'ThemeAndLanguageResult',
    parameters: [
      { name: 'passId', type: 'long', isMandatory: true },
      { name: 'timeslotIds', type: 'long', isList: true },
    ],
    run(scope, args) {
      const wanted = new Set(args.numbers('timeslotIds'));
      const timeslots = findProduct(scope, args.number('passId') ?? 0)?.pass?.timeslots ?? [];
      return success({
        listThemeAndLanguage: timeslots
          .filter(({ id }) => wanted.size === 0 || wanted.has(id))
          .flatMap(({ id, themes }) =>
            themes.map(({ themeId, languageCode }) => ({ languageCode, themeId, timeslotId: id })),
          ),
      });
    },
  },
];

function performanceEntries(scope: OperationScope, args: Arguments): PerformanceEntry[] {
  const split: SplitQuery = {
    seatCategoryIds: args.numbers('seatCategoryIds'),
    contingentIds: args.numbers('contingentIds'),
    composedProductId: args.number('composedProductId'),
  };
  return scope.stock.performanceEntries(args.numbers('performanceIds'), split, scope.clock.now());
}

interface Colored {
  readonly availabilityLevel: string;
  readonly quantity: number;
}

/** The entries as the institution's switches want them told. */
function bend({ switches }: OperationScope, entries: readonly Colored[]): object[] {
  return entries.map(({ quantity, ...entry }) => ({
    ...entry,
    availabilityLevel: switches.renameLevel[entry.availabilityLevel] ?? entry.availabilityLevel,
    ...(switches.hideQuantity ? {} : { quantity }),
  }));
}

function updatedSince(
  scope: OperationScope,
  productIds: readonly number[],
  sinceMs: number,
): { productId: number; lastUpdateMs: number }[] {
  const moved = scope.stock.updatedSince(productIds, sinceMs);
  if (!scope.switches.touchEveryMinute) return moved;
  const touchedMs = Math.floor(scope.clock.now() / scope.minuteMs) * scope.minuteMs;
  const known = productsById(scope);
  return [...new Set(productIds)]
    .filter((productId) => known.has(productId))
    .map((productId) => ({
      productId,
      lastUpdateMs: Math.max(
        touchedMs,
        moved.find((each) => each.productId === productId)?.lastUpdateMs ?? 0,
      ),
    }))
    .filter(({ lastUpdateMs }) => lastUpdateMs > sinceMs);
}

function findProduct(scope: OperationScope, productId: number): Product | undefined {
  return productsById(scope).get(productId);
}

function productsById({ world }: OperationScope): ReadonlyMap<number, Product> {
  return new Map(world.seasons.flatMap(({ products }) => products).map((product) => [product.id, product]));
}
