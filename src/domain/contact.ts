import { InvalidInputError } from '../errors.js';
import { lengthOf, type GlobalId } from './ids.js';

/** A contact file of one institution, as far as it was asked for: what was not is null or empty. */
export interface Contact {
  /** S-360's contact number: digits as text, since leading zeros count. */
  readonly number: string;
  readonly kind: ContactKind;
  /** S-360's words: `PUBLIC`, `RELAY`, …; and `ACTIVE`, or `INACTIVE` for a deleted contact. */
  readonly role: string | null;
  readonly state: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly structureName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  /** Epoch ms of our clock; null when S-360 does not say. */
  readonly createdAt: number | null;
  /** At most one is the main address. */
  readonly addresses: readonly ContactAddress[];
  readonly criteria: readonly Criterion[];
}

export type ContactKind = 'INDIVIDUAL' | 'STRUCTURE' | 'UNKNOWN';

/** What can be asked for separately. The number always comes. */
export type ContactPart = 'general' | 'phone' | 'addresses' | 'criteria';

export const ALL_CONTACT_PARTS: ReadonlySet<ContactPart> = new Set([
  'general',
  'phone',
  'addresses',
  'criteria',
]);

export interface ContactAddress {
  readonly id: string;
  readonly name: string | null;
  readonly isMain: boolean;
  readonly isBilling: boolean;
  readonly isShipping: boolean;
  /** Without empty ones. */
  readonly lines: readonly string[];
  readonly zipCode: string | null;
  readonly town: string | null;
  readonly countryCode: string | null;
}

export interface Criterion {
  readonly code: string;
  readonly values: readonly string[];
}

/** A contact to be. Null is nothing. */
export interface NewContact extends ContactNames {
  readonly kind: Exclude<ContactKind, 'UNKNOWN'>;
  readonly address: AddressChange | null;
  readonly criteria: readonly Criterion[];
}

export interface ContactNames {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly structureName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
}

/** Absent is untouched, null is cleared. */
export type ContactChange = { readonly [name in keyof ContactNames]?: string | null };

/** An address to add or to change: absent is untouched, null is cleared. All lines are given. */
export interface AddressChange {
  readonly name?: string | null;
  readonly isMain?: boolean;
  readonly isBilling?: boolean;
  readonly isShipping?: boolean;
  readonly lines: readonly string[];
  readonly zipCode?: string | null;
  readonly town?: string | null;
  readonly countryCode?: string | null;
}

/** S-360 has four members for the lines of an address. */
export const MOST_ADDRESS_LINES = 4;

/** The state of a deleted contact: it can be read, but not changed. The word is our guess. */
export const INACTIVE = 'INACTIVE';

const CONTACT_NUMBER = /^[0-9]{1,20}$/;
const CONTACT_ID = /^([a-z0-9][a-z0-9_-]{0,31}):([0-9]{1,20})$/;

export function isContactNumber(text: string): boolean {
  return CONTACT_NUMBER.test(text);
}

/**
 * The id of a contact is `<institution code>:<contact number>`, the number with its zeros. Throws InvalidInputError
 * naming `argument` when it is malformed; says nothing about whether it exists.
 */
export function parseContactId(argument: string, id: string): GlobalId {
  const match = CONTACT_ID.exec(id);
  if (match === null) {
    throw new InvalidInputError(argument, `must look like "<institution>:<contact number>", ${lengthOf(id)}`);
  }
  return { institution: match[1]!, s360Id: match[2]! };
}
