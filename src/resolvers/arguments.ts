import { InvalidInputError } from '../errors.js';
import { codeOrLength, INSTITUTION_CODE, lengthOf, parseGlobalId, type GlobalId } from '../domain/ids.js';
import type { Institution } from '../services/institution.types.js';

export const MAX_IDS = 500;
export const MAX_PAGE_SIZE = 100;

type Institutions = ReadonlyMap<string, Institution>;

/** Throws InvalidInputError naming `argument` unless it is a page size we answer. */
export function checkPageSize(argument: string, first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE_SIZE) return first;
  throw new InvalidInputError(argument, `must be from 1 to ${MAX_PAGE_SIZE}, got ${first}`);
}

/** Ids of the caller, in the order given; a malformed one is named with its place in the list. */
export function parseIds(argument: string, ids: readonly string[]): GlobalId[] {
  checkListLength(argument, ids);
  return ids.map((id, index) => parseGlobalId(`${argument}[${index}]`, id));
}

/** The institutions named, each once; null or absent means all. Naming one that is not configured is an error. */
export function institutionsNamed(
  argument: string,
  codes: readonly string[] | null | undefined,
  institutions: Institutions,
): Institution[] {
  if (codes === null || codes === undefined) return [...institutions.values()];
  checkListLength(argument, codes);
  const named = codes.map((code, index) => institutionNamed(`${argument}[${index}]`, code, institutions));
  return [...new Set(named)];
}

function institutionNamed(argument: string, code: string, institutions: Institutions): Institution {
  const found = institutions.get(code);
  if (found) return found;
  throw new InvalidInputError(
    argument,
    `must be one of ${[...institutions.keys()].join(', ')}, ${codeOrLength(code)}`,
  );
}

/** Throws InvalidInputError when it cannot be the code of an institution; says nothing about whether there is one. */
export function checkInstitutionCode(argument: string, code: string): string {
  if (INSTITUTION_CODE.test(code)) return code;
  throw new InvalidInputError(argument, `must be the code of an institution, ${lengthOf(code)}`);
}

function checkListLength(argument: string, list: readonly unknown[]): void {
  if (list.length <= MAX_IDS) return;
  throw new InvalidInputError(argument, `must have at most ${MAX_IDS} entries, got ${list.length}`);
}
