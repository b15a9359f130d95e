import type { ContactPage, ContactSearch } from '../../datasources/contacts.types.js';
import type { Contact, ContactKind } from '../../domain/contact.js';
import type { GlobalId } from '../../domain/ids.js';

/**
 * Contact files of all institutions, as the resolvers see them. Inputs come as clients write them; what a client can
 * act on comes back as `refusals`, and S-360 has then changed nothing. Everything else throws a GatewayError:
 * InDoubtError when a contact may have been created and nobody can say yet; an UpstreamError after any other change
 * of which the answer is lost, which can be repeated, as doing it twice leaves what doing it once leaves.
 */
export interface Contacts {
  /** By contact number. Throws ForbiddenError where the point of sales gives no access to contact files. */
  search(institution: string, search: ContactSearch, page: ContactPage): Promise<readonly Contact[]>;
  /** Throws the same, before anything is read. */
  checkAccess(institution: string): void;
  /** `caller` is whose key it is: the same key and the same input give the same contact, however often it is sent. */
  create(caller: string, input: CreateContactInput): Promise<ContactOutcome>;
  update(input: UpdateContactInput): Promise<ContactOutcome>;
  delete(id: string): Promise<DeletionOutcome>;
  saveAddress(input: SaveAddressInput): Promise<ContactOutcome>;
  removeAddress(contactId: string, addressId: string): Promise<ContactOutcome>;
  setCriteria(contactId: string, criteria: readonly CriterionInput[]): Promise<ContactOutcome>;
}

export interface ContactOutcome {
  /** Null when it was refused. */
  readonly contact: ContactRef | null;
  readonly refusals: readonly ContactRefusal[];
}

export interface ContactRef extends GlobalId {
  /** With all its parts; null when S-360 was not asked, as the contact was there already. */
  readonly record: Contact | null;
}

export interface DeletionOutcome {
  readonly deleted: GlobalId | null;
  readonly refusals: readonly ContactRefusal[];
}

export type ContactRefusalCode =
  'INVALID_INPUT' | 'NOT_FOUND' | 'WRONG_STATE' | 'IDEMPOTENCY_CONFLICT' | 'UPSTREAM_REJECTED';

/** Something a client can act on. */
export interface ContactRefusal {
  readonly code: ContactRefusalCode;
  readonly message: string;
  /** Into the input: `['address', 'lines', '0']`; null when it is about none of its values. */
  readonly path: readonly string[] | null;
  readonly retryable: boolean;
  /** S-360's own code, where it was S-360 that refused. */
  readonly upstreamCode: string | null;
}

/** Null is absent. */
export interface CreateContactInput {
  readonly institution: string;
  readonly clientRequestId: string;
  readonly kind: ContactKind;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly structureName?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly language?: string | null;
  readonly address?: AddressInput | null;
  readonly criteria?: readonly CriterionInput[] | null;
}

/** Absent is untouched, null and empty are cleared. */
export interface UpdateContactInput {
  readonly id: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly structureName?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly language?: string | null;
}

export interface SaveAddressInput {
  readonly contactId: string;
  readonly addressId?: string | null;
  readonly address: AddressInput;
}

/** Absent is untouched, null and empty are cleared; a flag that is null is absent. */
export interface AddressInput {
  readonly name?: string | null;
  readonly main?: boolean | null;
  readonly billing?: boolean | null;
  readonly shipping?: boolean | null;
  readonly lines: readonly string[];
  readonly zipCode?: string | null;
  readonly town?: string | null;
  readonly countryCode?: string | null;
}

export interface CriterionInput {
  readonly code: string;
  readonly values: readonly string[];
}
