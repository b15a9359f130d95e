import type { RequestContext } from '../../context.js';
import { isContactNumber, type ContactPart } from '../../domain/contact.js';
import { codeOrLength } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import { checkPageSize } from '../arguments.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { ContactSearchInput } from './contact.inputs.js';
import { ContactConnectionType } from './contact.results.js';
import { ContactType } from './contact.types.js';

const SORT = 'CONTACT_NUMBER';
const MAX_TEXT = 254;
/** What XML 1.0 has no way to write, and control characters. */
const NOT_PLAIN = /[^\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

export interface ContactPageArgs {
  readonly search: ContactSearchInput;
  readonly first: number;
  readonly after?: string | null;
}

/**
 * One page of a search, by contact number: one call to S-360, which counts results and not numbers, so a cursor holds
 * the place of its contact among them. Throws InvalidInputError naming what is wrong with the arguments.
 */
export async function contactPage(
  context: RequestContext,
  { search, first, after }: ContactPageArgs,
  parts: ReadonlySet<ContactPart>,
): Promise<InstanceType<typeof ContactConnectionType>> {
  const limit = checkPageSize('first', first);
  const owner = context.institutions.get(search.institution);
  if (owner === undefined) {
    const known = [...context.institutions.keys()].join(', ');
    const rule = `must be one of ${known}, ${codeOrLength(search.institution)}`;
    throw new InvalidInputError('search.institution', rule);
  }
  const wanted = readSearch(search);
  const offset = after === null || after === undefined ? 0 : offsetAfter(after, owner.code);
  // One more than is shown tells whether there is another page.
  const found = await context.contacts.search(owner.code, wanted, { parts, offset, limit: limit + 1 });
  const contacts = found.slice(0, limit);
  const page = {
    entries: contacts.map((entry, index) => ({
      entry,
      institution: owner.code,
      cursor: encodeCursor({
        sort: SORT,
        key: offset + index + 1,
        institution: owner.code,
        s360Id: entry.number,
        asOf: null,
      }),
    })),
    hasNextPage: found.length > limit,
    hasPreviousPage: () => offset > 0,
  };
  return new ContactConnectionType(
    page,
    contacts.map((record) => new ContactType(owner, record)),
  );
}

function readSearch(search: ContactSearchInput) {
  const number = textOf(search, 'number');
  const email = textOf(search, 'email');
  const name = textOf(search, 'name');
  if (number === null && email === null && name === null) {
    throw new InvalidInputError('search', 'must have a number, an email or a name');
  }
  if (number !== null && !isContactNumber(number)) {
    throw new InvalidInputError('search.number', 'must be a contact number: up to 20 digits');
  }
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new InvalidInputError('search.email', 'must be a whole email address');
  }
  return { number, email, name };
}

/** Null where it is absent or blank. Messages do not repeat it: it is somebody's data. */
function textOf(search: ContactSearchInput, member: 'number' | 'email' | 'name'): string | null {
  const text = search[member]?.trim() ?? '';
  const argument = `search.${member}`;
  if (text.length > MAX_TEXT) {
    throw new InvalidInputError(argument, `must have at most ${MAX_TEXT} characters, got ${text.length}`);
  }
  if (NOT_PLAIN.test(text)) {
    throw new InvalidInputError(argument, 'must be one line without control characters');
  }
  return text === '' ? null : text;
}

function offsetAfter(after: string, institution: string): number {
  const cursor = decodeCursor('after', after, SORT);
  const { key } = cursor;
  if (cursor.institution === institution && typeof key === 'number' && Number.isInteger(key) && key > 0) {
    return Math.min(key, 1_000_000);
  }
  throw new InvalidInputError('after', 'must be a cursor that this list has given');
}
