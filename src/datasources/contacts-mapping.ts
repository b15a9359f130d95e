import {
  MOST_ADDRESS_LINES,
  isContactNumber,
  type AddressChange,
  type Contact,
  type ContactAddress,
  type ContactChange,
  type ContactKind,
  type Criterion,
  type NewContact,
} from '../domain/contact.js';
import { UpstreamShapeError, type UpstreamCall } from '../errors.js';
import type { WireObject } from './s360/answer-decoder.js';
import { contactKindOf } from './s360/contact-words.js';
import type { SoapArguments } from './s360/soap-call.js';
import { idIn, instantIn, objectIn, objectsIn, textIn } from './s360/wire-values.js';

export interface ContactMappingOptions {
  /** From S-360's time to ours. */
  readonly toOurs: (upstreamMs: number) => number;
  readonly onUnknownWord: (path: string, word: string) => void;
}

/** A `ContactDataResult`. Throws UpstreamShapeError without a number to call it by. */
export function mapContact(call: UpstreamCall, wire: WireObject, options: ContactMappingOptions): Contact {
  const number = textIn(wire, 'contactNumber');
  if (number === undefined || !isContactNumber(number)) {
    throw new UpstreamShapeError(call, 'a contact has no contactNumber');
  }
  const individual = objectIn(wire, 'individualContact') ?? {};
  const structure = objectIn(wire, 'structureContact') ?? {};
  const either = (member: string): string | null =>
    textIn(individual, member) ?? textIn(structure, member) ?? null;
  const createdAt = instantIn(wire, 'creationDate');
  return {
    number,
    kind: mapKind(wire, options),
    role: textIn(wire, 'role') ?? null,
    state: textIn(wire, 'state') ?? null,
    firstName: textIn(individual, 'individualFirstname') ?? null,
    lastName: textIn(individual, 'individualLastname') ?? null,
    structureName: textIn(structure, 'structureName') ?? null,
    email: either('email'),
    phone: either('phoneNumber1'),
    language: textIn(wire, 'language') ?? null,
    createdAt: createdAt === undefined ? null : options.toOurs(createdAt),
    addresses: objectsIn(wire, 'addresses').flatMap(mapAddress),
    criteria: objectsIn(wire, 'contactCriteria').flatMap(mapCriterion),
  };
}

function mapKind(wire: WireObject, { onUnknownWord }: ContactMappingOptions): ContactKind {
  const word = textIn(wire, 'type');
  if (word === undefined) return 'UNKNOWN';
  const kind = contactKindOf(word);
  if (kind === undefined) onUnknownWord('type', word);
  return kind ?? 'UNKNOWN';
}

/** An address without id can be neither changed nor named: it is left out. */
function mapAddress(wire: WireObject): ContactAddress[] {
  const id = idIn(wire, 'contactAddressId');
  if (id === undefined) return [];
  return [
    {
      id,
      name: textIn(wire, 'name') ?? null,
      isMain: wire['main'] === true,
      isBilling: wire['billingAddress'] === true,
      isShipping: wire['shippingAddress'] === true,
      lines: LINE_NUMBERS.flatMap((line) => textIn(wire, `street${line}`) ?? []),
      zipCode: textIn(wire, 'zipCode') ?? null,
      town: textIn(wire, 'town') ?? null,
      countryCode: textIn(wire, 'countryCode') ?? null,
    },
  ];
}

function mapCriterion(wire: WireObject): Criterion[] {
  const code = textIn(wire, 'criterionCode');
  const values = wire['values'];
  if (code === undefined) return [];
  return [{ code, values: Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [] }];
}

const LINE_NUMBERS = Array.from({ length: MOST_ADDRESS_LINES }, (_line, index) => index + 1);

/** `contactData` of createContact: what is null is left out. */
export function newContactData(contact: NewContact): SoapArguments {
  const { kind, firstName, lastName, structureName, email, phone, language, address, criteria } = contact;
  const means = { email: email ?? undefined, phoneNumber1: phone ?? undefined };
  const isPerson = firstName !== null || lastName !== null;
  return {
    language: language ?? undefined,
    individualContact: isPerson
      ? {
          individualFirstname: firstName ?? undefined,
          individualLastname: lastName ?? undefined,
          ...(kind === 'INDIVIDUAL' ? means : {}),
        }
      : undefined,
    structureContact:
      kind === 'STRUCTURE' ? { structureName: structureName ?? undefined, ...means } : undefined,
    addresses: address === null ? undefined : [addressData(null, address)],
    contactCriteria: criteria.length === 0 ? undefined : criteriaData(criteria),
  };
}

/** `contactData` of updateContact: absent is untouched, an empty text clears. */
export function contactChangeData(kind: ContactKind, change: ContactChange): SoapArguments {
  const { firstName, lastName, structureName, email, phone, language } = change;
  const means = { email: cleared(email), phoneNumber1: cleared(phone) };
  const block =
    kind === 'STRUCTURE'
      ? { structureName: cleared(structureName), ...means }
      : { individualFirstname: cleared(firstName), individualLastname: cleared(lastName), ...means };
  const isEmpty = Object.values(block).every((value) => value === undefined);
  const name = kind === 'STRUCTURE' ? 'structureContact' : 'individualContact';
  return { language: cleared(language), [name]: isEmpty ? undefined : block };
}

/** `address` of addOrUpdateAddress. The lines are given as a whole, so the members without one are cleared. */
export function addressData(id: string | null, address: AddressChange): SoapArguments {
  const streets = LINE_NUMBERS.map((line) => [
    `street${line}`,
    address.lines[line - 1] ?? (id === null ? undefined : ''),
  ]);
  return {
    contactAddressId: id ?? undefined,
    main: address.isMain,
    billingAddress: address.isBilling,
    shippingAddress: address.isShipping,
    name: cleared(address.name),
    ...Object.fromEntries(streets),
    town: cleared(address.town),
    zipCode: cleared(address.zipCode),
    countryCode: cleared(address.countryCode),
  };
}

export function criteriaData(criteria: readonly Criterion[]): SoapArguments[] {
  return criteria.map(({ code, values }) => ({ criterionCode: code, values }));
}

function cleared(value: string | null | undefined): string | undefined {
  return value === null ? '' : value;
}
