import type { ContactPart } from '../../domain/contact.js';
import type { WireObject } from './answer-decoder.js';
import type { SoapArguments } from './soap-call.js';

/**
 * `ContactInformationPublicService` of one institution. Reads answer `ContactDataResult`s as they came; any
 * UpstreamError may be thrown. Writes leave at most once: after an error `fateOf` says what is known of the act.
 */
export interface ContactCalls {
  /** Null: S-360 knows no such contact. */
  getContactData(contactNumber: string, parts: Iterable<ContactPart>): Promise<WireObject | null>;
  /** By contact number; all that is given must hold. */
  searchContact(search: ContactSearchCall, parts: Iterable<ContactPart>): Promise<readonly WireObject[]>;
  createContact(contactData: SoapArguments, options: { readonly sendBefore: number }): Promise<WireObject>;
  updateContact(contactNumber: string, contactData: SoapArguments): Promise<WireObject>;
  /** Deactivates; doing it again changes nothing. */
  deleteContact(contactNumber: string): Promise<void>;
  /** Adds an address without `contactAddressId`, changes the one that has it. */
  addOrUpdateAddress(contactNumber: string, address: SoapArguments): Promise<WireObject>;
  removeAddress(contactNumber: string, contactAddressId: string): Promise<WireObject>;
  /** Criteria that are not named stay. */
  updateCriteria(contactNumber: string, contactCriteria: readonly SoapArguments[]): Promise<WireObject>;
}

export interface ContactSearchCall {
  readonly contactNumbers?: readonly string[] | undefined;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly firstResult: number;
  /** At most `MOST_FOUND`. */
  readonly maxResults: number;
}
