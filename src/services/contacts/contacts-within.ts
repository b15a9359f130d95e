import { parseContactId } from '../../domain/contact.js';
import type { GlobalId } from '../../domain/ids.js';
import { InvalidInputError } from '../../errors.js';
import { notFound, refused } from './contact-outcomes.js';
import { noInstitution, type InputPath } from './contact-refusals.js';
import type { ContactRefusal, Contacts } from './contacts.types.js';

/**
 * The contacts of these institutions alone. What is named elsewhere is answered as if its institution were not
 * configured. `search` and `checkAccess` come with an institution that was looked up before.
 */
export function contactsWithin(institutions: readonly string[], contacts: Contacts): Contacts {
  return {
    ...contactsThat(({ institution }) => institutions.includes(institution), contacts),
    async create(caller, input) {
      return institutions.includes(input.institution)
        ? contacts.create(caller, input)
        : refused([noInstitution(input.institution, institutions)]);
    },
  };
}

/** Those that `isMeant`; the others are not there. An id that cannot be read is left to be refused as always. */
export function contactsThat(isMeant: (id: GlobalId) => boolean, contacts: Contacts): Contacts {
  const missing = (path: InputPath, id: string): ContactRefusal | null => {
    const read = readId(id);
    return read === null || isMeant(read) ? null : notFound(path);
  };
  return {
    search: (institution, search, page) => contacts.search(institution, search, page),
    checkAccess: (institution) => contacts.checkAccess(institution),
    create: (caller, input) => contacts.create(caller, input),
    async update(input) {
      const refusal = missing(['id'], input.id);
      return refusal === null ? contacts.update(input) : refused([refusal]);
    },
    async delete(id) {
      const refusal = missing(['id'], id);
      return refusal === null ? contacts.delete(id) : { deleted: null, refusals: [refusal] };
    },
    async saveAddress(input) {
      const refusal = missing(['contactId'], input.contactId);
      return refusal === null ? contacts.saveAddress(input) : refused([refusal]);
    },
    async removeAddress(contactId, addressId) {
      const refusal = missing(['contactId'], contactId);
      return refusal === null ? contacts.removeAddress(contactId, addressId) : refused([refusal]);
    },
    async setCriteria(contactId, criteria) {
      const refusal = missing(['contactId'], contactId);
      return refusal === null ? contacts.setCriteria(contactId, criteria) : refused([refusal]);
    },
  };
}

function readId(id: string): GlobalId | null {
  try {
    return parseContactId('id', id);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
  }
}
