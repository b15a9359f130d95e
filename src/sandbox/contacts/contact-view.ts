import type { ContactBook } from './contact-book.js';
import type { Contact, ContactAddress } from './contact.types.js';

/** Granularity of an answer; without any, it is `GENERAL`. */
export const DETAILS = [
  'GENERAL',
  'ADDRESSES',
  'COM_MEANS',
  'AUTHORIZATIONS',
  'CRITERIA',
  'INDICATORS',
  'QUALITIES',
  'INVALIDATED_QUALITIES',
  'ADVANTAGES',
  'FINANCIAL',
  'CONNECTIONS',
  'INDIVIDUAL_PHOTO',
] as const;

type Detail = (typeof DETAILS)[number];

/** The members of `ContactDataResult` that the details bring, without its header. Number and type are always there. */
export function contactData(book: ContactBook, contact: Contact, details: readonly string[]): object {
  const wanted = new Set(details.length === 0 ? ['GENERAL'] : details);
  const brings = (detail: Detail): boolean => wanted.has(detail);
  const has = (...any: readonly Detail[]): boolean => any.some(brings);
  const { contactNumber, type } = contact;
  return {
    ...(has('GENERAL') ? generalData(contact) : {}),
    contactNumber,
    type,
    ...(has('GENERAL', 'COM_MEANS')
      ? {
          [BLOCKS[type]]: {
            ...(has('GENERAL') ? namesOf(contact) : {}),
            ...phoneOf(contact, has('COM_MEANS')),
          },
        }
      : {}),
    ...(has('ADDRESSES') ? { addresses: contact.addresses.map(addressData) } : {}),
    ...(has('AUTHORIZATIONS') ? { authorizations: authorizationData(contact) } : {}),
    ...(has('CRITERIA') ? { contactCriteria: criteriaData(contact) } : {}),
    ...(has('CONNECTIONS') ? { contactConnections: book.connectionsOf(contactNumber) } : {}),
    // Nobody in the sandbox has earned or lost any of these.
    ...(has('INDICATORS') ? { indicators: [] } : {}),
    ...(has('QUALITIES', 'INVALIDATED_QUALITIES') ? { contactQualities: [] } : {}),
    ...(has('ADVANTAGES') ? { hasAdvantages: false, advantages: [] } : {}),
    ...(has('FINANCIAL') ? { financialData: { creditAmount: 0 } } : {}),
  };
}

const BLOCKS = { INDIVIDUAL: 'individualContact', STRUCTURE: 'structureContact' } as const;

function generalData({ contactId, creationDate, details, role, state }: Contact): object {
  return {
    contactId,
    creationDate,
    function: details.function,
    guest: details.login === undefined,
    language: details.language,
    role,
    state,
  };
}

/** [I] what the block of a structure holds; of an individual, the members after `login`. */
function namesOf({ type, details, role, state, addresses }: Contact): object {
  const { email } = details;
  if (type === 'STRUCTURE') return { email, structureName: details.structureName };
  const main = addresses.find((each) => each.main);
  return {
    active: state === 'ACTIVE',
    birthDate: details.birthDate,
    countryCode: main?.countryCode,
    email,
    individualFirstname: details.firstname,
    individualGender: details.gender ?? 'UNKNOWN',
    individualLastname: details.lastname,
    individualTitle: details.title,
    login: details.login,
    role,
    zipCode: main?.zipCode,
  };
}

/** [I] that a telephone number is a communication mean, though it stands in the individual block. */
function phoneOf({ details }: Contact, isWanted: boolean): object {
  return isWanted ? { phoneNumber1: details.phoneNumber } : {};
}

function addressData(address: ContactAddress): object {
  const { street1, zipCode, town, countryCode } = address;
  return {
    ...address,
    formattedAddress: [street1, [zipCode, town].filter(Boolean).join(' '), countryCode]
      .filter(Boolean)
      .join(', '),
    normalizationState: 'TO_BE_NORMALIZED',
    normalizationRating: 'UNKNOWN',
  };
}

function authorizationData({ authorizations }: Contact): object[] {
  return [...authorizations].map(([authorizationCode, allowed]) => ({ allowed, authorizationCode }));
}

function criteriaData({ criteria }: Contact): object[] {
  return [...criteria].map(([criterionCode, values]) => ({ criterionCode, values }));
}
