import { ContactRefusal } from './contact-codes.js';
import type {
  AddressChange,
  ContactAddress,
  ContactDetails,
  ContactType,
  DetailsChange,
} from './contact.types.js';

const GENDERS = ['FEMALE', 'MALE', 'UNKNOWN'];
const TITLES = ['MR', 'MRS', 'MISS', 'MR_AND_MRS', 'UNDEFINED'];
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The details after the change: what is absent stays, an empty text is cleared. */
export function changedDetails(before: ContactDetails, change: DetailsChange): ContactDetails {
  return withoutEmpty({ ...before, ...withoutUndefined(change) });
}

/** Throws ContactRefusal for a value that no contact may have. */
export function checkDetails(details: ContactDetails, nowMs: number): void {
  const { gender, title, birthDate, email, login } = details;
  if (gender !== undefined && !GENDERS.includes(gender)) {
    throw new ContactRefusal('invalid', `individualGender is one of ${GENDERS.join(', ')}`);
  }
  if (title !== undefined && !TITLES.includes(title)) {
    throw new ContactRefusal('invalid', `individualTitle is one of ${TITLES.join(', ')}`);
  }
  if (birthDate !== undefined && !isPastDay(birthDate, nowMs)) {
    throw new ContactRefusal('invalid', 'birthDate is a real day in the past, YYYY-MM-DD');
  }
  for (const [member, address] of Object.entries({ email, login })) {
    if (address !== undefined && !EMAIL.test(address)) {
      throw new ContactRefusal('invalid', `${member} is an email address`);
    }
  }
}

/** What a new contact becomes: a structure with a person's name is a structure and its relay. */
export function typesOf({ firstname, lastname, structureName }: ContactDetails): readonly ContactType[] {
  const isPerson = firstname !== undefined || lastname !== undefined;
  if (structureName !== undefined) return isPerson ? ['STRUCTURE', 'INDIVIDUAL'] : ['STRUCTURE'];
  if (isPerson) return ['INDIVIDUAL'];
  throw new ContactRefusal('missing', 'missing: a first or last name, or the name of a structure');
}

/** The part of the details that a contact of this type keeps. */
export function detailsFor(type: ContactType, details: ContactDetails): ContactDetails {
  const { structureName, firstname, lastname, gender, title, birthDate, login, ...common } = details;
  if (type === 'STRUCTURE') return { structureName, ...common, function: undefined };
  return { firstname, lastname, gender, title: title ?? 'UNDEFINED', birthDate, login, ...common };
}

/**
 * The address after the change. Exactly one address of a contact is its main one: the first one is, another one
 * becomes it by being set, and a main one stays it until then.
 */
export function changedAddress(
  before: ContactAddress | null,
  id: number,
  change: AddressChange,
): ContactAddress {
  return withoutEmpty({
    ...before,
    ...withoutUndefined(change),
    contactAddressId: before?.contactAddressId ?? id,
    main: change.main === true || before?.main === true,
    billingAddress: change.billingAddress ?? before?.billingAddress ?? false,
    shippingAddress: change.shippingAddress ?? before?.shippingAddress ?? false,
  });
}

/** The list with the address in it, and one main address. */
export function withAddress(addresses: readonly ContactAddress[], saved: ContactAddress): ContactAddress[] {
  const isNew = !addresses.some(({ contactAddressId }) => contactAddressId === saved.contactAddressId);
  const list = isNew
    ? [...addresses, saved]
    : addresses.map((each) => (each.contactAddressId === saved.contactAddressId ? saved : each));
  return withOneMain(list, saved.main ? saved.contactAddressId : undefined);
}

/** With `mainId` as the main address, else the one that is it, else the first. */
export function withOneMain(addresses: readonly ContactAddress[], mainId?: number): ContactAddress[] {
  const main = mainId ?? (addresses.find((each) => each.main) ?? addresses[0])?.contactAddressId;
  return addresses.map((each) => ({ ...each, main: each.contactAddressId === main }));
}

/** For comparing names and words: accents and case do not count. */
export function plainText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function isPastDay(day: string, nowMs: number): boolean {
  if (!DAY.test(day)) return false;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day) && midnight < nowMs;
}

function withoutUndefined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function withoutEmpty<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== '')) as T;
}
