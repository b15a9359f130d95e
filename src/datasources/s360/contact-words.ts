import type { ContactKind, ContactPart } from '../../domain/contact.js';

/**
 * The words of `ContactInformationPublicService` v2_21 that this project knows. Documented are `getContactData` and
 * the words of its `details`; `searchContact` by name only. Every other method, the members of their parameters and
 * all codes are stand-ins of ours, to be corrected here.
 */
export const CONTACT_METHODS = {
  read: 'getContactData',
  search: 'searchContact',
  create: 'createContact',
  update: 'updateContact',
  delete: 'deleteContact',
  saveAddress: 'addOrUpdateAddress',
  removeAddress: 'removeAddress',
  setCriteria: 'updateCriteria',
} as const;

/** How many contacts one `searchContact` may answer. */
export const MOST_FOUND = 500;

/** A telephone number stands in the individual block, which `GENERAL` brings; whether `COM_MEANS` is needed is not known. */
const DETAILS: Readonly<Record<ContactPart, readonly string[]>> = {
  general: ['GENERAL'],
  phone: ['GENERAL', 'COM_MEANS'],
  addresses: ['ADDRESSES'],
  criteria: ['CRITERIA'],
};

/** The `details` that bring these parts; never none, as S-360 would then choose. */
export function detailsOf(parts: Iterable<ContactPart>): readonly string[] {
  const details = new Set([...parts].flatMap((part) => DETAILS[part]));
  return details.size === 0 ? DETAILS.general : [...details].sort();
}

const KINDS: Readonly<Record<string, ContactKind>> = { INDIVIDUAL: 'INDIVIDUAL', STRUCTURE: 'STRUCTURE' };

/** Undefined: not a word we know. */
export function contactKindOf(word: string): ContactKind | undefined {
  return Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
}

export const UNKNOWN_CONTACT = 'error.contact.notFound';
export const UNKNOWN_ADDRESS = 'error.contact.addressNotFound';
/** Another public contact logs in with this email. */
export const LOGIN_TAKEN = 'error.contact.loginAlreadyUsed';
