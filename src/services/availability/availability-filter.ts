import type { AvailabilitySubject } from '../../domain/availability.js';
import { codeOrLength, formatGlobalId, parseGlobalId } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import type { FeedFilter } from './availability-feed.types.js';

/** A subscriber's filter, checked. What is given restricts, an empty list to nothing; all that is given must match. */
export interface CheckedFilter {
  /** Codes of the institutions that can match. */
  readonly institutions: readonly string[];
  /** Null: all products. Global ids. */
  readonly productIds: ReadonlySet<string> | null;
  readonly performanceIds: ReadonlySet<string> | null;
  /** Equal filters have equal keys. */
  readonly key: string;
}

/** The longest list a filter may hold: it is gone through for every change. */
export const MAX_FILTER_IDS = 500;

/** Throws InvalidInputError naming the argument: too many ids, a malformed id, an institution that is not configured. */
export function checkFilter(filter: FeedFilter, known: readonly string[]): CheckedFilter {
  const institutions =
    filter.institutions?.map((code, index) =>
      knownInstitution(`filter.institutions[${index}]`, code, known),
    ) ?? null;
  const productIds = checkIds('filter.productIds', filter.productIds, known);
  const performanceIds = checkIds('filter.performanceIds', filter.performanceIds, known);
  const possible = [institutions, institutionsOf(productIds), institutionsOf(performanceIds)].reduce(
    (left: readonly string[], right) => (right === null ? left : left.filter((code) => right.includes(code))),
    known,
  );
  return {
    institutions: possible,
    productIds,
    performanceIds,
    key: JSON.stringify([possible, sorted(productIds), sorted(performanceIds)]),
  };
}

export function matches(filter: CheckedFilter, institution: string, subject: AvailabilitySubject): boolean {
  if (!filter.institutions.includes(institution)) return false;
  if (filter.productIds !== null && !filter.productIds.has(formatGlobalId(institution, subject.productId))) {
    return false;
  }
  return (
    filter.performanceIds === null ||
    (subject.kind === 'performance' &&
      filter.performanceIds.has(formatGlobalId(institution, subject.performanceId)))
  );
}

function checkIds(
  argument: string,
  ids: readonly string[] | undefined,
  known: readonly string[],
): ReadonlySet<string> | null {
  if (ids === undefined) return null;
  if (ids.length > MAX_FILTER_IDS) {
    throw new InvalidInputError(argument, `must hold at most ${MAX_FILTER_IDS} ids, got ${ids.length}`);
  }
  ids.forEach((id, index) => {
    const place = `${argument}[${index}]`;
    knownInstitution(place, parseGlobalId(place, id).institution, known);
  });
  return new Set(ids);
}

function knownInstitution(argument: string, code: string, known: readonly string[]): string {
  if (known.includes(code)) return code;
  throw new InvalidInputError(argument, `must name a configured institution, ${codeOrLength(code)}`);
}

function institutionsOf(globalIds: ReadonlySet<string> | null): string[] | null {
  return globalIds === null ? null : [...globalIds].map((id) => id.slice(0, id.indexOf(':')));
}

function sorted(ids: ReadonlySet<string> | null): readonly string[] | null {
  return ids === null ? null : [...ids].sort();
}
