import type { AvailabilityColor } from '../../domain/availability.js';
import type { CatalogState, ProductKind, TariffKind } from '../../domain/catalog.js';

/**
 * The words of S-360 that this project knows, with what they mean to us. The level words, `in_progress` aside the
 * codes, and the windows below are our guesses or one client's observation; what an institution writes differently
 * is configuration, and a word that is not here becomes UNKNOWN and counts as drift.
 */
const LEVELS: Readonly<Record<string, AvailabilityColor>> = {
  GREEN: 'GREEN',
  ORANGE: 'ORANGE',
  RED: 'RED',
  GREY: 'GREY',
};

const FAMILIES: Readonly<Record<string, ProductKind>> = {
  SINGLE_ENTRY: 'EVENT',
  SEASONTICKET: 'SEASON_TICKET',
  PASS: 'PASS',
  PACKAGE: 'PACKAGE',
  MEMBERSHIP: 'MEMBERSHIP',
  SERVICE: 'SERVICE',
  GOODS: 'GOODS',
  TRANSPORT: 'TRANSPORT',
  HOSPITALITY: 'HOSPITALITY',
};

const STATES: readonly CatalogState[] = [
  'PREPARING',
  'VALIDATED',
  'RUNNING',
  'SUSPENDED',
  'CANCELED',
  'CLOSED',
  'CANCELED_CLOSED',
];
const TARIFF_KINDS: readonly TariffKind[] = ['FULL', 'REDUCED', 'FREE'];

export const SUCCESS = 'success';
export const IN_PROGRESS = 'in_progress';
/** A `requestState`: the word is our guess. */
export const JOB_FAILED = 'FAILED';

/** A `statusCode` that says that S-360 broke down on the way, not that it refused: what it did until then is unknown. */
export const CODES_OF_BREAKDOWN: ReadonlySet<string> = new Set(['error.technical']);

/** Fault codes (local names) that mean "who are you"; S-360 does not document its own. */
export const AUTHENTICATION_FAULTS: ReadonlySet<string> = new Set([
  'FailedAuthentication',
  'InvalidSecurity',
  'InvalidSecurityToken',
]);

/** Windows of limited methods in contract minutes: one call in each. For `perKey` the limit counts for each key alone. */
export interface MethodLimit {
  readonly minutes: number;
  readonly perKey: boolean;
}

export const CATALOG_LIMIT: MethodLimit = { minutes: 10, perKey: false };
const AVAILABILITY_LIMIT: MethodLimit = { minutes: 1, perKey: false };

export const METHOD_LIMITS: ReadonlyMap<string, MethodLimit> = new Map([
  ['CatalogService.getCatalogDetailed', CATALOG_LIMIT],
  ['CatalogService.getCatalog', CATALOG_LIMIT],
  ['AvailabilityService.getUpdatedAvailabilities', AVAILABILITY_LIMIT],
  ['AvailabilityService.getEventAvailability', AVAILABILITY_LIMIT],
  ['AvailabilityService.getProductAvailability', AVAILABILITY_LIMIT],
  ['AvailabilityService.getPerformanceAvailability', AVAILABILITY_LIMIT],
  // It serves the final choice of seats, so we read the limit as counting for each performance.
  ['AvailabilityService.getSeatsAvailability', { minutes: 1, perKey: true }],
  ['AvailabilityService.getAvailableThemeAndLanguage', AVAILABILITY_LIMIT],
]);

export function colorOfLevel(
  raw: string | undefined,
  overrides: Readonly<Record<string, AvailabilityColor>> = {},
): { readonly color: AvailabilityColor; readonly known: boolean } {
  const word = raw?.trim() ?? '';
  const color = lookUp(overrides, word) ?? lookUp(LEVELS, word);
  return color === undefined ? { color: 'UNKNOWN', known: false } : { color, known: true };
}

/** Undefined: not a word we know. */
export function productKindOf(family: string | undefined): ProductKind | undefined {
  return family === undefined ? undefined : lookUp(FAMILIES, family);
}

export function stateOf(word: string | undefined): CatalogState | undefined {
  return STATES.find((state) => state === word);
}

export function tariffKindOf(word: string | undefined): TariffKind | undefined {
  return TARIFF_KINDS.find((kind) => kind === word);
}

/** Own members only: a word such as `constructor` is not one of the table's. */
function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
