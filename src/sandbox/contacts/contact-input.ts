import type { Arguments } from '../operations/arguments.js';
import type { Parameter } from '../operations/operation.types.js';
import { ContactRefusal } from './contact-codes.js';
import type { AddressChange, DetailsChange, NewContact } from './contact.types.js';

const text = (name: string): Parameter => ({ name, type: 'string' });
const flag = (name: string): Parameter => ({ name, type: 'boolean' });

export const ADDRESS_MEMBERS: readonly Parameter[] = [
  { name: 'contactAddressId', type: 'long' },
  flag('main'),
  flag('billingAddress'),
  flag('shippingAddress'),
  ...['name', 'street1', 'street2', 'street3', 'street4', 'town', 'zipCode', 'countryCode'].map(text),
];

export const AUTHORIZATION_MEMBERS: readonly Parameter[] = [
  { name: 'authorizationCode', type: 'string', isMandatory: true },
  { name: 'allowed', type: 'boolean', isMandatory: true },
];

export const CRITERION_MEMBERS: readonly Parameter[] = [
  { name: 'criterionCode', type: 'string', isMandatory: true },
  { name: 'values', type: 'string', isList: true },
];

/** Of `ContactDataResult` without ids, what can be written with the contact itself [I]. */
const DETAIL_MEMBERS: readonly Parameter[] = [
  text('function'),
  text('language'),
  {
    name: 'individualContact',
    type: 'object',
    members: [
      'individualFirstname',
      'individualLastname',
      'individualGender',
      'individualTitle',
      'birthDate',
      'login',
      'email',
      'phoneNumber1',
    ].map(text),
  },
  {
    name: 'structureContact',
    type: 'object',
    members: ['structureName', 'email', 'phoneNumber1'].map(text),
  },
];

/** `contactData` of an update: addresses, authorizations and criteria have operations of their own. */
export const UPDATE_DATA: Parameter = {
  name: 'contactData',
  type: 'object',
  isMandatory: true,
  members: DETAIL_MEMBERS,
};

export const CREATE_DATA: Parameter = {
  ...UPDATE_DATA,
  members: [
    ...DETAIL_MEMBERS,
    { name: 'addresses', type: 'object', isList: true, members: ADDRESS_MEMBERS },
    { name: 'authorizations', type: 'object', isList: true, members: AUTHORIZATION_MEMBERS },
    { name: 'contactCriteria', type: 'object', isList: true, members: CRITERION_MEMBERS },
  ],
};

export const CULTURAL_DATA: readonly Parameter[] = [
  text('contactNumber'),
  text('email'),
  text('firstName'),
  text('lastName'),
  flag('createLogin'),
  { name: 'identifier', type: 'long' },
];

export function readDetails(data: Arguments): DetailsChange {
  const individual = data.object('individualContact');
  const structure = data.object('structureContact');
  // Email and telephone stand in the block of the contact's own type; of a structure with its relay, in either.
  const either = (name: string): string | undefined => individual?.text(name) ?? structure?.text(name);
  return {
    firstname: individual?.text('individualFirstname'),
    lastname: individual?.text('individualLastname'),
    gender: individual?.text('individualGender'),
    title: individual?.text('individualTitle'),
    birthDate: individual?.text('birthDate'),
    structureName: structure?.text('structureName'),
    email: either('email'),
    login: individual?.text('login'),
    phoneNumber: either('phoneNumber1'),
    language: data.text('language'),
    function: data.text('function'),
  };
}

export function readNewContact(data: Arguments): NewContact {
  return {
    details: readDetails(data),
    addresses: data.objects('addresses').map(readAddress),
    authorizations: readAuthorizations(data.objects('authorizations')),
    criteria: readCriteria(data.objects('contactCriteria')),
  };
}

export function readCulturalContact(data: Arguments): NewContact {
  const email = data.text('email');
  if (data.boolean('createLogin') === true && (email ?? '') === '') {
    throw new ContactRefusal('missing', 'missing: a login needs an email');
  }
  return {
    details: {
      firstname: data.text('firstName'),
      lastname: data.text('lastName'),
      email,
      login: data.boolean('createLogin') === true ? email : undefined,
    },
  };
}

export function readAddress(data: Arguments): AddressChange {
  return {
    main: data.boolean('main'),
    billingAddress: data.boolean('billingAddress'),
    shippingAddress: data.boolean('shippingAddress'),
    name: data.text('name'),
    street1: data.text('street1'),
    street2: data.text('street2'),
    street3: data.text('street3'),
    street4: data.text('street4'),
    town: data.text('town'),
    zipCode: data.text('zipCode'),
    countryCode: data.text('countryCode'),
  };
}

export function readAuthorizations(list: readonly Arguments[]): ReadonlyMap<string, boolean> {
  return new Map(
    list.map((each) => [each.text('authorizationCode') ?? '', each.boolean('allowed') ?? false]),
  );
}

export function readCriteria(list: readonly Arguments[]): ReadonlyMap<string, readonly string[]> {
  return new Map(list.map((each) => [each.text('criterionCode') ?? '', each.texts('values')]));
}
