import type { KnownContacts } from '../contact-book.types.js';
import { ContactRefusal } from './contact-codes.js';
import {
  changedAddress,
  changedDetails,
  checkDetails,
  detailsFor,
  plainText,
  typesOf,
  withAddress,
  withOneMain,
} from './contact-rules.js';
import type {
  AddressChange,
  Connection,
  Contact,
  ContactDetails,
  ContactRole,
  ContactType,
  DetailsChange,
  NewContact,
} from './contact.types.js';

export interface ContactSearch {
  readonly contactNumbers: readonly string[];
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** Contact numbers of the sandbox have seven digits; S-360's have up to 20. */
const NUMBER_LENGTH = 7;
const FIRST_NUMBER = 4217;
/** Technical ids look like those of S-360 and differ from contact numbers. */
const FIRST_ID = 90_210_000_000;

/**
 * The contacts of one institution. Every method either does the whole of what it says or throws ContactRefusal and
 * changes nothing.
 */
export class ContactBook implements KnownContacts {
  readonly #contacts = new Map<string, Contact>();
  #connections: Connection[] = [];
  #lastNumber = FIRST_NUMBER - 1;
  #lastId = FIRST_ID;

  constructor(
    private readonly clock: { now(): number },
    contacts: readonly NewContact[] = [],
  ) {
    for (const contact of contacts) this.create(contact);
  }

  has(contactNumber: string): boolean {
    return this.#contacts.get(contactNumber)?.state === 'ACTIVE';
  }

  list(): readonly Contact[] {
    return [...this.#contacts.values()];
  }

  /** A deleted one too. */
  get(contactNumber: string): Contact {
    const contact = this.#contacts.get(contactNumber);
    if (contact === undefined) throw new ContactRefusal('notFound', `No contact ${contactNumber}`);
    return contact;
  }

  /** All that is given must hold; in the order of the numbers. */
  search({ contactNumbers, email, name }: ContactSearch): readonly Contact[] {
    const wanted = new Set(contactNumbers);
    const words = plainText(name ?? '')
      .split(/\s+/)
      .filter((word) => word !== '');
    return this.list()
      .filter(({ contactNumber }) => wanted.size === 0 || wanted.has(contactNumber))
      .filter(({ details }) => email === undefined || isSameEmail(details.email, email))
      .filter(({ details }) => words.every((word) => namesOf(details).includes(word)))
      .toSorted((one, other) => (one.contactNumber < other.contactNumber ? -1 : 1));
  }

  connectionsOf(contactNumber: string): readonly Connection[] {
    return this.#connections.filter(
      (each) => each.parentContactNumber === contactNumber || each.childContactNumber === contactNumber,
    );
  }

  /** The new contact; of a structure and its relay, the structure. */
  create(wanted: NewContact): Contact {
    const details = changedDetails({}, wanted.details);
    checkDetails(details, this.clock.now());
    const types = typesOf(details);
    const role: ContactRole = types.length > 1 ? 'RELAY' : 'PUBLIC';
    if (role === 'PUBLIC') this.#refuseTakenLogin(details.login, null);
    const [first, relay] = types.map((type) =>
      type === 'INDIVIDUAL'
        ? this.#add(type, role, wanted)
        : // Of a structure with its relay, the relay alone is asked for its consent.
          this.#add(type, 'PUBLIC', role === 'RELAY' ? { ...wanted, authorizations: new Map() } : wanted),
    );
    if (relay !== undefined) this.#connect(first!, relay, 'RELAY');
    return first!;
  }

  /** Several at once, all or none. */
  createAll(wanted: readonly NewContact[]): readonly Contact[] {
    const logins = wanted.flatMap(({ details }) => details.login?.toLowerCase() ?? []);
    const twice = logins.find((login, index) => logins.indexOf(login) !== index);
    if (twice !== undefined)
      throw new ContactRefusal('loginAlreadyUsed', 'Two of the list have the same login');
    for (const each of wanted) {
      const details = changedDetails({}, each.details);
      checkDetails(details, this.clock.now());
      typesOf(details);
      this.#refuseTakenLogin(details.login, null);
    }
    return wanted.map((each) => this.create(each));
  }

  update(contactNumber: string, change: DetailsChange): Contact {
    const contact = this.#active(contactNumber);
    const details = changedDetails(contact.details, change);
    checkDetails(details, this.clock.now());
    const hasName =
      contact.type === 'STRUCTURE'
        ? details.structureName !== undefined
        : details.firstname !== undefined || details.lastname !== undefined;
    if (!hasName) throw new ContactRefusal('missing', 'missing: the contact would have no name');
    if (contact.role === 'PUBLIC') this.#refuseTakenLogin(details.login, contact);
    contact.details = detailsFor(contact.type, details);
    return contact;
  }

  /** Deactivates; the file stays readable. Deleting it again changes nothing. */
  delete(contactNumber: string): void {
    this.get(contactNumber).state = 'INACTIVE';
  }

  saveAddress(contactNumber: string, id: number | undefined, change: AddressChange): Contact {
    const contact = this.#active(contactNumber);
    const before = id === undefined ? null : addressOf(contact, id);
    const saved = changedAddress(before, this.#lastId + 1, change);
    if (before === null) this.#lastId += 1;
    contact.addresses = withAddress(contact.addresses, saved);
    return contact;
  }

  removeAddress(contactNumber: string, id: number): Contact {
    const contact = this.#active(contactNumber);
    const removed = addressOf(contact, id);
    contact.addresses = withOneMain(contact.addresses.filter((each) => each !== removed));
    return contact;
  }

  authorize(contactNumber: string, authorizations: ReadonlyMap<string, boolean>): Contact {
    const contact = this.#active(contactNumber);
    for (const [code, allowed] of authorizations) contact.authorizations.set(code, allowed);
    return contact;
  }

  /** Criteria that are not named stay; one without values is gone. */
  setCriteria(contactNumber: string, criteria: ReadonlyMap<string, readonly string[]>): Contact {
    const contact = this.#active(contactNumber);
    for (const [code, values] of criteria) {
      if (values.length === 0) contact.criteria.delete(code);
      else contact.criteria.set(code, values);
    }
    return contact;
  }

  /** The child takes the role that the connection gives it. Connecting again changes nothing. */
  connect({ parentContactNumber, childContactNumber, connectionType }: Connection): void {
    const parent = this.#active(parentContactNumber);
    const child = this.#active(childContactNumber);
    if (parent.type !== 'STRUCTURE') throw new ContactRefusal('invalid', 'The parent must be a structure');
    if (child.type !== 'INDIVIDUAL' && connectionType !== 'SUBSIDIARY') {
      throw new ContactRefusal('invalid', `A ${connectionType} must be an individual`);
    }
    if (parent === child) throw new ContactRefusal('invalid', 'Parent and child must be two contacts');
    this.#connect(parent, child, connectionType);
  }

  /** The child is a public contact again. A structure keeps at least one relay. */
  disconnect({ parentContactNumber, childContactNumber, connectionType }: Connection): void {
    this.#active(parentContactNumber);
    const child = this.#active(childContactNumber);
    const ofParent = this.#connections.filter(
      (each) => each.parentContactNumber === parentContactNumber && each.connectionType === connectionType,
    );
    const found = ofParent.find((each) => each.childContactNumber === childContactNumber);
    if (found === undefined) throw new ContactRefusal('connectionNotFound', 'There is no such connection');
    if (connectionType === 'RELAY' && ofParent.length === 1) {
      throw new ContactRefusal('lastRelay', 'A structure keeps at least one relay');
    }
    this.#refuseTakenLogin(child.details.login, child);
    this.#connections = this.#connections.filter((each) => each !== found);
    child.role = 'PUBLIC';
  }

  #add(
    type: ContactType,
    role: ContactRole,
    { details, addresses, authorizations, criteria }: NewContact,
  ): Contact {
    this.#lastNumber += 1;
    this.#lastId += 1;
    const contact: Contact = {
      contactId: this.#lastId,
      contactNumber: String(this.#lastNumber).padStart(NUMBER_LENGTH, '0'),
      type,
      role,
      state: 'ACTIVE',
      creationDate: new Date(this.clock.now()).toISOString(),
      details: detailsFor(type, changedDetails({}, details)),
      addresses: [],
      authorizations: new Map(authorizations),
      criteria: new Map(criteria),
    };
    this.#contacts.set(contact.contactNumber, contact);
    for (const address of addresses ?? []) this.saveAddress(contact.contactNumber, undefined, address);
    return contact;
  }

  #connect(parent: Contact, child: Contact, connectionType: Connection['connectionType']): void {
    child.role = connectionType;
    const connection = {
      parentContactNumber: parent.contactNumber,
      childContactNumber: child.contactNumber,
      connectionType,
    };
    const isKnown = this.connectionsOf(child.contactNumber).some(
      (each) =>
        each.parentContactNumber === connection.parentContactNumber && each.connectionType === connectionType,
    );
    if (!isKnown) this.#connections.push(connection);
  }

  /** Changes to a deleted contact are refused as if it were not there. */
  #active(contactNumber: string): Contact {
    const contact = this.get(contactNumber);
    if (contact.state === 'ACTIVE') return contact;
    throw new ContactRefusal('notFound', `Contact ${contactNumber} is inactive`);
  }

  /** Many contacts may share an email, but only one public one may log in with it. */
  #refuseTakenLogin(login: string | undefined, by: Contact | null): void {
    if (login === undefined) return;
    const isTaken = this.list().some(
      (each) =>
        each !== by &&
        each.state === 'ACTIVE' &&
        each.role === 'PUBLIC' &&
        isSameEmail(each.details.login, login),
    );
    if (isTaken)
      throw new ContactRefusal('loginAlreadyUsed', 'Another public contact logs in with this email');
  }
}

function addressOf({ addresses, contactNumber }: Contact, id: number): Contact['addresses'][number] {
  const found = addresses.find(({ contactAddressId }) => contactAddressId === id);
  if (found !== undefined) return found;
  throw new ContactRefusal('addressNotFound', `Contact ${contactNumber} has no address ${id}`);
}

function isSameEmail(one: string | undefined, other: string): boolean {
  return one !== undefined && one.toLowerCase() === other.toLowerCase();
}

function namesOf({ firstname = '', lastname = '', structureName = '' }: ContactDetails): string {
  return plainText(`${firstname} ${lastname} ${structureName}`);
}
