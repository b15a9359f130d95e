import type {
  AddressChange,
  Contact,
  ContactChange,
  ContactKind,
  ContactPart,
  Criterion,
  NewContact,
} from '../domain/contact.js';

/**
 * The contact files of one institution's S-360, in our own records. Each method is one call, nothing is remembered,
 * and UpstreamError classes are thrown. Writes leave at most once: after an error `fateOf` says what is known of the
 * act, and `whyRefused` what a refusal means. What a write answers is the contact with all its parts [I].
 */
export interface ContactSource {
  /** In the order asked; null where S-360 knows no such contact. One number is read, several are searched. */
  byNumbers(
    numbers: readonly string[],
    parts: ReadonlySet<ContactPart>,
  ): Promise<readonly (Contact | null)[]>;
  /** By contact number. All that is given must hold. */
  search(search: ContactSearch, page: ContactPage): Promise<readonly Contact[]>;
  /** Not sent later than `sendBefore`, epoch ms of our clock. */
  create(contact: NewContact, options: { readonly sendBefore: number }): Promise<Contact>;
  /** The kind says where S-360 has email and telephone number. */
  update(number: string, kind: ContactKind, change: ContactChange): Promise<Contact>;
  delete(number: string): Promise<void>;
  /** Null adds one. */
  saveAddress(number: string, addressId: string | null, address: AddressChange): Promise<Contact>;
  removeAddress(number: string, addressId: string): Promise<Contact>;
  /** Criteria that are not named stay, one without values is removed. */
  setCriteria(number: string, criteria: readonly Criterion[]): Promise<Contact>;
}

export interface ContactSearch {
  readonly number: string | null;
  readonly email: string | null;
  readonly name: string | null;
}

export interface ContactPage {
  readonly parts: ReadonlySet<ContactPart>;
  readonly offset: number;
  readonly limit: number;
}

/** What a refusal by S-360 means. */
export type ContactRefusalReason = 'unknown contact' | 'unknown address' | 'login taken' | 'other';
