import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { ContactSource } from '../../datasources/contacts.types.js';
import { parseContactId, type AddressChange, type Contact } from '../../domain/contact.js';
import type { GlobalId } from '../../domain/ids.js';
import type { PointOfSales } from '../../domain/institution.js';
import { CatalogNotLoadedError, ForbiddenError } from '../../errors.js';
import type { ContactRequests } from '../../journal/contact-requests.js';
import type { SecretKey } from '../../secret-key.js';
import { sameAddress } from './contact-addresses.js';
import { ContactCreation } from './contact-creation.js';
import {
  checkContactChange,
  readAddressInput,
  readContactChange,
  readCriteria,
  readNewContact,
} from './contact-input.js';
import { contactFingerprints, contactRequestKey } from './contact-keys.js';
import {
  done,
  KEY_CONFLICT,
  malformed,
  notAllowed,
  notFound,
  ownAddress,
  readForChange,
  refusalOf,
  refused,
  withRefusals,
} from './contact-outcomes.js';
import { noInstitution, type InputPath } from './contact-refusals.js';
import type { ContactOutcome, ContactRefusal, Contacts } from './contacts.types.js';
import type { CatalogService } from '../institution.types.js';
import { OneAtATime } from '../one-at-a-time.js';

/** One institution, as far as its contacts need it. */
export interface ContactHouse {
  readonly contacts: ContactSource;
  readonly catalog: Pick<CatalogService, 'current'>;
}

export interface ContactsOptions {
  /** By code. */
  readonly institutions: ReadonlyMap<string, ContactHouse>;
  readonly requests: ContactRequests;
  readonly secret: Pick<SecretKey, 'signatures'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Deadline of one call to S-360. */
  readonly callMs: number;
  /** How long S-360 may work on a call whose answer is lost: longer than `callMs`. Two minutes by default. */
  readonly quarantineMs?: number;
}

const DEFAULT_QUARANTINE_MS = 120_000;

/**
 * Contacts of all institutions. Nothing is remembered between two requests but what the journal must. Changes and
 * removals say what shall be there afterwards, so they are no matter of the journal: a lost answer is an error, and
 * repeating the request does no harm. Only adding an address would add it again; so the contact is looked at first.
 */
export function createContacts(options: ContactsOptions): Contacts {
  return new ContactDesk(options);
}

class ContactDesk implements Contacts {
  readonly #creation: ContactCreation;
  /** Of one contact: two additions of the same address must not both find it missing. */
  readonly #additions = new OneAtATime();

  constructor(private readonly options: ContactsOptions) {
    this.#creation = new ContactCreation({
      quarantineMs: DEFAULT_QUARANTINE_MS,
      fingerprintsOf: (contact) => contactFingerprints(options.secret, contact),
      ...options,
    });
  }

  checkAccess(institution: string): void {
    if (this.#pointOfSales(institution).contactAccessAllowed) return;
    throw new ForbiddenError(`The point of sales of ${institution} gives no access to contact files`);
  }

  async search(...[institution, search, page]: Parameters<Contacts['search']>): Promise<readonly Contact[]> {
    this.checkAccess(institution);
    return this.#houseOf(institution).contacts.search(search, page);
  }

  async create(...[caller, input]: Parameters<Contacts['create']>): Promise<ContactOutcome> {
    const { institution } = input;
    const read = readNewContact(input);
    const refusals = [...this.#refuseInstitution(institution), ...('refusals' in read ? read.refusals : [])];
    if (!('value' in read) || refusals.length > 0) return refused(refusals);
    if (!this.#pointOfSales(institution).contactCreationAllowed) {
      return refused([notAllowed(['institution'], institution, 'does not allow contacts to be created')]);
    }
    const key = contactRequestKey(caller, institution, input.clientRequestId.trim());
    return withRefusals(
      async () => {
        const creation = await this.#creation.create(this.#houseOf(institution).contacts, key, read.value);
        if (creation.kind === 'conflict') return refused([KEY_CONFLICT]);
        return done({ institution, s360Id: creation.number }, creation.record);
      },
      { 'login taken': ['email'] },
    );
  }

  async update(...[input]: Parameters<Contacts['update']>): Promise<ContactOutcome> {
    const found = this.#refFor(['id'], input.id);
    const refusals = [...found.refusals, ...checkContactChange(input)];
    if (found.ref === null || refusals.length > 0) return refused(refusals);
    const { ref, source } = found;
    return withRefusals(
      async () => {
        // What may be changed, and where S-360 has it, depends on the kind of contact.
        const before = await readForChange(source, ref, ['id']);
        if ('refusals' in before) return before;
        const read = readContactChange(input, before.record);
        if ('refusals' in read) return refused(read.refusals);
        if (Object.keys(read.value).length === 0) return done(ref, before.record);
        return done(ref, await source.update(ref.s360Id, before.record.kind, read.value));
      },
      { 'unknown contact': ['id'], 'login taken': ['email'] },
    );
  }

  async delete(...[id]: Parameters<Contacts['delete']>): ReturnType<Contacts['delete']> {
    const { ref, source, refusals } = this.#refFor(['id'], id);
    if (ref === null) return { deleted: null, refusals };
    try {
      await source.delete(ref.s360Id);
      return { deleted: ref, refusals: [] };
    } catch (error) {
      return { deleted: null, refusals: [refusalOf(error, { 'unknown contact': ['id'] })] };
    }
  }

  async saveAddress(...[input]: Parameters<Contacts['saveAddress']>): Promise<ContactOutcome> {
    const found = this.#refFor(['contactId'], input.contactId);
    const addressId = input.addressId ?? null;
    const address = addressId === null ? null : ownAddress(found.ref, addressId);
    const read = readAddressInput(input.address);
    const refusals = [
      ...found.refusals,
      ...(address?.refusals ?? []),
      ...('refusals' in read ? read.refusals : []),
    ];
    if (found.ref === null || !('value' in read) || refusals.length > 0) return refused(refusals);
    const { ref, source } = found;
    return withRefusals(
      async () => {
        if (address === null) return await this.#addAddress(source, ref, read.value);
        return done(ref, await source.saveAddress(ref.s360Id, address.id, read.value));
      },
      { 'unknown contact': ['contactId'], 'unknown address': ['addressId'] },
    );
  }

  async removeAddress(...[contactId, addressId]: Parameters<Contacts['removeAddress']>) {
    const { ref, source, refusals } = this.#refFor(['contactId'], contactId);
    const address = ownAddress(ref, addressId);
    const wrong = [...refusals, ...address.refusals];
    if (ref === null || wrong.length > 0) return refused(wrong);
    return withRefusals(async () => done(ref, await source.removeAddress(ref.s360Id, address.id)), {
      'unknown contact': ['contactId'],
      'unknown address': ['addressId'],
    });
  }

  async setCriteria(...[contactId, criteria]: Parameters<Contacts['setCriteria']>): Promise<ContactOutcome> {
    const found = this.#refFor(['contactId'], contactId);
    const read = readCriteria(criteria);
    const refusals = [...found.refusals, ...('refusals' in read ? read.refusals : [])];
    if (found.ref === null || !('value' in read) || refusals.length > 0) return refused(refusals);
    const { ref, source } = found;
    return withRefusals(
      async () => {
        if (read.value.length > 0) return done(ref, await source.setCriteria(ref.s360Id, read.value));
        const before = await readForChange(source, ref, ['contactId']);
        return 'refusals' in before ? before : done(ref, before.record);
      },
      { 'unknown contact': ['contactId'] },
    );
  }

  /** Not one that is there already: then its flags are set, where others are asked for. */
  async #addAddress(source: ContactSource, ref: GlobalId, address: AddressChange): Promise<ContactOutcome> {
    return this.#additions.run(`${ref.institution}:${ref.s360Id}`, async () => {
      const before = await readForChange(source, ref, ['contactId']);
      if ('refusals' in before) return before;
      const same = sameAddress(before.record.addresses, address);
      if (same?.isAsFlagged === true) return done(ref, before.record);
      return done(ref, await source.saveAddress(ref.s360Id, same?.id ?? null, address));
    });
  }

  /** The contact that an id names, when its institution is one of ours and gives access to contacts. */
  #refFor(
    path: InputPath,
    id: string,
  ):
    | { readonly ref: GlobalId; readonly source: ContactSource; readonly refusals: readonly ContactRefusal[] }
    | { readonly ref: null; readonly source: null; readonly refusals: readonly ContactRefusal[] } {
    const refuse = (refusal: ContactRefusal) => ({ ref: null, source: null, refusals: [refusal] });
    let ref: GlobalId;
    try {
      ref = parseContactId(path.join('.'), id);
    } catch (error) {
      return refuse(malformed(error, path));
    }
    const house = this.options.institutions.get(ref.institution);
    if (house === undefined) return refuse(notFound(path));
    if (!this.#pointOfSales(ref.institution).contactAccessAllowed) {
      return refuse(notAllowed(path, ref.institution, 'gives no access to contact files'));
    }
    return { ref, source: house.contacts, refusals: [] };
  }

  #refuseInstitution(code: string): readonly ContactRefusal[] {
    if (this.options.institutions.has(code)) return [];
    return [noInstitution(code, [...this.options.institutions.keys()])];
  }

  #houseOf(institution: string): ContactHouse {
    const house = this.options.institutions.get(institution);
    if (house === undefined) throw new Error(`no institution ${institution}: codes are checked before`);
    return house;
  }

  /** What it allows is known from the first catalog on. */
  #pointOfSales(institution: string): PointOfSales {
    const snapshot = this.#houseOf(institution).catalog.current();
    if (snapshot === null) throw new CatalogNotLoadedError(institution, null);
    return snapshot.pointOfSales;
  }
}
