import type { ContactSource } from '../../datasources/contacts.types.js';
import type { Contact, ContactPart, NewContact } from '../../domain/contact.js';
import { foldForSearch } from '../../domain/search-text.js';

const PAGE_SIZE = 500;
/** More people of one name than this, and nobody can say which one it is. */
const MOST_PAGES = 4;

/**
 * The contacts that may have come of a creation whose answer was lost: of the same kind, names, email and telephone
 * number, and not older than `createdFrom` (epoch ms). By contact number. One that does not say since when it is there is none
 * of them.
 */
export async function contactsLike(
  source: ContactSource,
  wanted: NewContact,
  { createdFrom, parts }: { readonly createdFrom: number; readonly parts: ReadonlySet<ContactPart> },
): Promise<readonly Contact[]> {
  const search = searchFor(wanted);
  const found: Contact[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const contacts = await source.search(search, { parts, offset: page * PAGE_SIZE, limit: PAGE_SIZE });
    found.push(...contacts);
    if (contacts.length < PAGE_SIZE) break;
  }
  return found.filter(
    (contact) =>
      contact.createdAt !== null && contact.createdAt >= createdFrom && isSameContact(contact, wanted),
  );
}

/** The email says most; without one the name has to do. */
function searchFor({ kind, email, firstName, lastName, structureName }: NewContact) {
  if (email !== null) return { number: null, email, name: null };
  const name = kind === 'STRUCTURE' ? structureName : [firstName, lastName].filter(Boolean).join(' ');
  return { number: null, email: null, name };
}

/** S-360 may write a name or a number its own way: neither case nor accents nor blanks tell two contacts apart. */
export function isSameContact(contact: Contact, wanted: NewContact): boolean {
  const names =
    wanted.kind === 'STRUCTURE'
      ? [[contact.structureName, wanted.structureName] as const]
      : ([
          [contact.firstName, wanted.firstName],
          [contact.lastName, wanted.lastName],
        ] as const);
  return (
    contact.kind === wanted.kind &&
    names.every(([one, other]) => foldForSearch(one ?? '') === foldForSearch(other ?? '')) &&
    (contact.email ?? '').toLowerCase() === (wanted.email ?? '').toLowerCase() &&
    digitsOf(contact.phone) === digitsOf(wanted.phone)
  );
}

function digitsOf(phone: string | null): string {
  return (phone ?? '').replace(/\D/g, '');
}
