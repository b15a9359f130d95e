import type { ContactSource } from '../../src/datasources/contacts.types.js';
import type { Contact, NewContact } from '../../src/domain/contact.js';

/** Valid records; a test spells out only what it is about. */
export function contact(number: string, changes: Partial<Contact> = {}): Contact {
  return {
    number,
    kind: 'INDIVIDUAL',
    role: 'PUBLIC',
    state: 'ACTIVE',
    firstName: 'Noa',
    lastName: 'Keller',
    structureName: null,
    email: 'noa@example.org',
    phone: null,
    language: null,
    createdAt: 0,
    addresses: [],
    criteria: [],
    ...changes,
  };
}

export function newContact(changes: Partial<NewContact> = {}): NewContact {
  return {
    kind: 'INDIVIDUAL',
    firstName: 'Noa',
    lastName: 'Keller',
    structureName: null,
    email: 'noa@example.org',
    phone: null,
    language: null,
    address: null,
    criteria: [],
    ...changes,
  };
}

/** An S-360 that keeps contacts, and does with the next creation what a test wants. */
export interface FakeContacts extends ContactSource {
  readonly kept: Contact[];
  /** Every creation that S-360 heard of. */
  readonly creations: NewContact[];
  searches: number;
  /** Run in the place of the next creations, in turn; it may call `keep` and throw. */
  readonly next: ((keep: () => Contact) => Contact | Promise<Contact>)[];
  failSearch: Error | null;
}

export function fakeContacts(now: () => number): FakeContacts {
  const kept: Contact[] = [];
  const notHere = (): never => {
    throw new Error('not part of this test');
  };
  const fake: FakeContacts = {
    kept,
    creations: [],
    searches: 0,
    next: [],
    failSearch: null,
    async create(wanted) {
      fake.creations.push(wanted);
      const keep = (): Contact => {
        const { address: _address, ...members } = wanted;
        const made = contact(String(100 + kept.length), { ...members, createdAt: now() });
        kept.push(made);
        return made;
      };
      return (await fake.next.shift()?.(keep)) ?? keep();
    },
    async search({ email, name }) {
      fake.searches += 1;
      if (fake.failSearch !== null) throw fake.failSearch;
      return kept.filter((each) =>
        email === null ? `${each.firstName} ${each.lastName}`.includes(name ?? '') : each.email === email,
      );
    },
    byNumbers: notHere,
    update: notHere,
    delete: notHere,
    saveAddress: notHere,
    removeAddress: notHere,
    setCriteria: notHere,
  };
  return fake;
}

/** Of a contact by what it holds, readable. */
export function fingerprintsOf(wanted: NewContact): readonly [string] {
  return [JSON.stringify(wanted)];
}
