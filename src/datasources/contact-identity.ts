import type { Contact, NewContact } from '../domain/contact.js';
import { foldForSearch } from '../domain/search-text.js';
import { UpstreamShapeError, type UpstreamCall } from '../errors.js';

/** Another person's file would be shown to whoever asked for this one. Throws UpstreamShapeError. */
export function ofContacts(call: UpstreamCall, numbers: readonly string[], contact: Contact): Contact {
  if (numbers.includes(contact.number)) return contact;
  throw new UpstreamShapeError(call, 'the answer is about another contact');
}

/**
 * What createContact answers has a number that nobody knew before, so it is known by what was sent. S-360 may leave
 * out, shorten or write in its own way what it was given, a telephone number above all; what says something else is
 * another contact's. Throws UpstreamShapeError.
 */
export function ofNewContact(call: UpstreamCall, wanted: NewContact, contact: Contact): Contact {
  const isOther =
    (contact.kind !== 'UNKNOWN' && contact.kind !== wanted.kind) ||
    NAMES[wanted.kind].some((name) => differs(wanted[name], contact[name])) ||
    (wanted.email ?? '').toLowerCase() !== (contact.email ?? wanted.email ?? '').toLowerCase();
  if (isOther) throw new UpstreamShapeError(call, 'the answer is about another contact');
  return contact;
}

/** A structure's relay may be told with it, or not. */
const NAMES = {
  INDIVIDUAL: ['firstName', 'lastName'],
  STRUCTURE: ['structureName'],
} as const;

function differs(wanted: string | null, told: string | null): boolean {
  return told !== null && !foldForSearch(wanted ?? '').startsWith(foldForSearch(told));
}
