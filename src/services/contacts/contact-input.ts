import {
  MOST_ADDRESS_LINES,
  type AddressChange,
  type Contact,
  type ContactChange,
  type ContactNames,
  type Criterion,
  type NewContact,
} from '../../domain/contact.js';
import { ContactRefusals, type InputPath } from './contact-refusals.js';
import {
  checkedText,
  COUNTRY_CODE,
  CRITERION_CODE,
  CRITERION_VALUE,
  EMAIL,
  LANGUAGE,
  NAME,
  PHONE,
  REQUEST_ID,
  ZIP_CODE,
  type TextRule,
} from './contact-texts.js';
import type {
  AddressInput,
  ContactRefusal,
  CreateContactInput,
  CriterionInput,
  UpdateContactInput,
} from './contacts.types.js';

/** An input that was read, or everything that is wrong with it. */
export type Read<Value> = { readonly value: Value } | { readonly refusals: readonly ContactRefusal[] };

const MAX_CRITERIA = 50;
const MAX_VALUES = 100;
const RULES: Readonly<Record<keyof ContactNames, TextRule>> = {
  firstName: NAME,
  lastName: NAME,
  structureName: NAME,
  email: EMAIL,
  phone: PHONE,
  language: LANGUAGE,
};
const MEMBERS = Object.keys(RULES) as (keyof ContactNames)[];

/** A contact to create. A structure that comes with a person's name is created with that person as its relay. */
export function readNewContact(input: CreateContactInput): Read<NewContact> {
  const refusals = new ContactRefusals();
  if (input.clientRequestId.trim() === '') refusals.invalid(['clientRequestId'], 'must not be empty');
  checkedText(refusals, ['clientRequestId'], input.clientRequestId, REQUEST_ID);
  const names = Object.fromEntries(
    MEMBERS.map((member) => [member, checkedText(refusals, [member], input[member] ?? null, RULES[member])]),
  ) as unknown as ContactNames;
  const address = input.address ? readAddress(refusals, ['address'], input.address) : null;
  const criteria = readCriteriaList(refusals, ['criteria'], input.criteria ?? []);
  const { kind } = input;
  if (kind === 'UNKNOWN') refusals.invalid(['kind'], 'must be INDIVIDUAL or STRUCTURE');
  // A name that was refused is not also missing.
  if (refusals.isEmpty) refuseNames(refusals, kind, names);
  if (kind === 'UNKNOWN' || !refusals.isEmpty) return { refusals: refusals.all };
  return { value: { kind, ...names, address, criteria } };
}

/** A change of the contact that there is now; empty when nothing would change. */
export function readContactChange(input: UpdateContactInput, before: Contact): Read<ContactChange> {
  const refusals = new ContactRefusals();
  const change: { -readonly [name in keyof ContactNames]?: string | null } = {};
  for (const member of MEMBERS) {
    const given = input[member];
    if (given === undefined) continue;
    change[member] = checkedText(refusals, [member], given, RULES[member]);
  }
  if (refusals.isEmpty) refuseChangedNames(refusals, before, change);
  return refusals.isEmpty ? { value: change } : { refusals: refusals.all };
}

/** Only what is wrong with the input by itself, for before S-360 is asked who it is. */
export function checkContactChange(input: UpdateContactInput): readonly ContactRefusal[] {
  const refusals = new ContactRefusals();
  for (const member of MEMBERS) checkedText(refusals, [member], input[member] ?? null, RULES[member]);
  return refusals.all;
}

export function readAddressInput(address: AddressInput): Read<AddressChange> {
  const refusals = new ContactRefusals();
  const value = readAddress(refusals, ['address'], address);
  return refusals.isEmpty ? { value } : { refusals: refusals.all };
}

export function readCriteria(criteria: readonly CriterionInput[]): Read<readonly Criterion[]> {
  const refusals = new ContactRefusals();
  const value = readCriteriaList(refusals, ['criteria'], criteria);
  return refusals.isEmpty ? { value } : { refusals: refusals.all };
}

/** Only what the change does: a relay's file may well tell the name of its structure. */
function refuseChangedNames(refusals: ContactRefusals, before: Contact, change: ContactChange): void {
  const isGiven = (member: keyof ContactChange): boolean => (change[member] ?? null) !== null;
  const after = { ...before, ...change };
  if (before.kind === 'STRUCTURE') {
    if (change.structureName === null) refusals.invalid(['structureName'], 'must be given for a structure');
    // A structure's own file has no person's name: that is its relay's.
    for (const member of ['firstName', 'lastName'] as const) {
      if (isGiven(member)) refusals.invalid([member], 'must not be given for a structure');
    }
    return;
  }
  if (isGiven('structureName')) refusals.invalid(['structureName'], 'must not be given for an individual');
  const isNameTouched = change.firstName !== undefined || change.lastName !== undefined;
  if (isNameTouched && after.firstName === null && after.lastName === null) {
    refusals.invalid(['lastName'], 'must be given for an individual, or `firstName`');
  }
}

function refuseNames(
  refusals: ContactRefusals,
  kind: Contact['kind'],
  { firstName, lastName, structureName }: Pick<ContactNames, 'firstName' | 'lastName' | 'structureName'>,
): void {
  if (kind === 'STRUCTURE') {
    if (structureName === null) refusals.invalid(['structureName'], 'must be given for a structure');
    return;
  }
  if (structureName !== null) refusals.invalid(['structureName'], 'must not be given for an individual');
  if (firstName === null && lastName === null) {
    refusals.invalid(['lastName'], 'must be given for an individual, or `firstName`');
  }
}

function readAddress(refusals: ContactRefusals, path: InputPath, input: AddressInput): AddressChange {
  const text = (member: 'name' | 'zipCode' | 'town' | 'countryCode', rule: TextRule) => {
    const given = input[member];
    return given === undefined ? {} : { [member]: checkedText(refusals, [...path, member], given, rule) };
  };
  const flag = (name: string, given: boolean | null | undefined) =>
    given === undefined || given === null ? {} : { [name]: given };
  return {
    lines: readLines(refusals, [...path, 'lines'], input.lines),
    ...text('name', NAME),
    ...text('zipCode', ZIP_CODE),
    ...text('town', NAME),
    ...text('countryCode', COUNTRY_CODE),
    ...flag('isMain', input.main),
    ...flag('isBilling', input.billing),
    ...flag('isShipping', input.shipping),
  };
}

function readLines(refusals: ContactRefusals, path: InputPath, lines: readonly string[]): readonly string[] {
  if (lines.length < 1 || lines.length > MOST_ADDRESS_LINES) {
    refusals.invalid(path, `must have from 1 to ${MOST_ADDRESS_LINES} entries, got ${lines.length}`);
    return [];
  }
  return lines.flatMap((line, index) => {
    const linePath = [...path, String(index)];
    if (line.trim() === '') refusals.invalid(linePath, 'must not be empty');
    return checkedText(refusals, linePath, line, NAME) ?? [];
  });
}

function readCriteriaList(
  refusals: ContactRefusals,
  path: InputPath,
  criteria: readonly CriterionInput[],
): readonly Criterion[] {
  if (criteria.length > MAX_CRITERIA) {
    refusals.invalid(path, `must have at most ${MAX_CRITERIA} entries, got ${criteria.length}`);
    return [];
  }
  const seen = new Set<string>();
  return criteria.map((criterion, index) => {
    const own = [...path, String(index)];
    const code = checkedText(refusals, [...own, 'code'], criterion.code, CRITERION_CODE) ?? '';
    if (criterion.code.trim() === '') refusals.invalid([...own, 'code'], 'must not be empty');
    if (code !== '' && seen.has(code)) refusals.invalid([...own, 'code'], 'must not be given twice');
    seen.add(code);
    return { code, values: readValues(refusals, [...own, 'values'], criterion.values) };
  });
}

function readValues(
  refusals: ContactRefusals,
  path: InputPath,
  values: readonly string[],
): readonly string[] {
  if (values.length > MAX_VALUES) {
    refusals.invalid(path, `must have at most ${MAX_VALUES} entries, got ${values.length}`);
    return [];
  }
  return values.flatMap((value, index) => {
    const own = [...path, String(index)];
    if (value.trim() === '') refusals.invalid(own, 'must not be empty');
    return checkedText(refusals, own, value, CRITERION_VALUE) ?? [];
  });
}
