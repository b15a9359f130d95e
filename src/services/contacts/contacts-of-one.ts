import type { GlobalId } from '../../domain/ids.js';
import { ForbiddenError } from '../../errors.js';
import { contactsThat } from './contacts-within.js';
import type { Contacts } from './contacts.types.js';

/** One contact's own file: every other one is not there, and none can be made. */
export function contactsOfOne(own: GlobalId, contacts: Contacts): Contacts {
  return {
    ...contactsThat((id) => isSame(id, own), contacts),
    async search(institution, search, page) {
      contacts.checkAccess(institution);
      const isOther = institution !== own.institution || (search.number ?? own.s360Id) !== own.s360Id;
      // All that is given must hold, so nobody else is found with it.
      return isOther ? [] : contacts.search(institution, { ...search, number: own.s360Id }, page);
    },
    async create() {
      throw new ForbiddenError('Contacts cannot be made by a caller who is bound to one contact');
    },
  };
}

export function isSame(one: GlobalId, other: GlobalId): boolean {
  return one.institution === other.institution && one.s360Id === other.s360Id;
}
