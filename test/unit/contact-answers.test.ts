import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoaders, type LoadedFrom } from '../../src/datasources/loaders.js';
import type { ContactSource } from '../../src/datasources/contacts.types.js';
import { ALL_CONTACT_PARTS, type NewContact } from '../../src/domain/contact.js';
import { UpstreamShapeError } from '../../src/errors.js';
import { newContact } from '../support/contact-records.js';
import { failureOf } from '../support/failure.js';
import {
  connectTo,
  envelope,
  startRawS360,
  SUCCESS,
  type Connected,
  type RawS360,
} from '../support/raw-s360.js';

const NAMESPACE = 'http://v2_21.ContactInformationPublicService.service.secutix.com/';
const ADA = '0004217';
const IVO = '0004218';
const EVA = '0004219';
const AT_ONCE = { sendBefore: Infinity };

function reply(method: string, resultClass: string, content: string): string {
  return envelope(
    `<n:${method}Response xmlns:n="${NAMESPACE}"><${resultClass}>${SUCCESS}${content}</${resultClass}></n:${method}Response>`,
  );
}

function file(number: string, more = ''): string {
  return `<contactNumber>${number}</contactNumber><type>INDIVIDUAL</type>${more}`;
}

function found(...numbers: readonly string[]): string {
  const contacts = numbers.map((number) => `<contacts>${file(number)}</contacts>`);
  return reply('searchContact', 'SearchContactResult', contacts.join(''));
}

let s360: RawS360;
let house: Connected;

beforeAll(async () => {
  s360 = await startRawS360();
  house = await connectTo(s360.url);
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await s360[Symbol.asyncDispose]();
});

function answers(method: string, content: string): void {
  s360.reply(method, reply(method, 'ContactDataResult', content));
}

/** What each method is asked of Ada. */
const OF_ADA: Readonly<Record<string, (contacts: ContactSource) => Promise<unknown>>> = {
  getContactData: (contacts) => contacts.byNumbers([ADA], ALL_CONTACT_PARTS),
  updateContact: (contacts) => contacts.update(ADA, 'INDIVIDUAL', { firstName: 'Ada' }),
  addOrUpdateAddress: (contacts) => contacts.saveAddress(ADA, null, { lines: ['1'] }),
  removeAddress: (contacts) => contacts.removeAddress(ADA, '5'),
  updateCriteria: (contacts) => contacts.setCriteria(ADA, [{ code: 'LEVEL', values: ['A'] }]),
};

describe('an answer about a contact', () => {
  it.each(Object.keys(OF_ADA))(
    'is taken when it is of that contact, and refused when it is of another: %s',
    async (method) => {
      answers(method, file(ADA));
      await OF_ADA[method]!(house.contacts);

      for (const other of [IVO, ADA.replace(/^0+/, ''), `0${ADA}`]) {
        answers(method, file(other));
        const error = await failureOf(OF_ADA[method]!(house.contacts));
        expect(error).toMatchObject({ code: 'UPSTREAM_INVALID', fate: 'unknown' });
        expect(error.message).not.toContain(other);
      }
    },
  );

  it('of several may have them in any order, and none that was not asked for', async () => {
    const { contact } = createLoaders(new Map([['hall', house as unknown as LoadedFrom]]));
    const load = (): Promise<(string | null)[]> =>
      Promise.all(
        [ADA, EVA, IVO].map(async (s360Id) => {
          const record = await contact({ institution: 'hall', s360Id }, ALL_CONTACT_PARTS);
          return record === null ? null : record.number;
        }),
      );
    s360.reply('searchContact', found(IVO, ADA), found(IVO, ADA, '0009999'));

    expect(await load()).toEqual([ADA, null, IVO]);
    expect(await failureOf(load())).toBeInstanceOf(UpstreamShapeError);
  });

  it('that was searched for by its number is of that number', async () => {
    const page = { parts: ALL_CONTACT_PARTS, offset: 0, limit: 20 };
    const search = { number: ADA, email: null, name: 'Example' };
    s360.reply('searchContact', found(ADA), found(ADA, IVO));

    expect(await house.contacts.search(search, page)).toMatchObject([{ number: ADA }]);
    expect(await failureOf(house.contacts.search(search, page))).toBeInstanceOf(UpstreamShapeError);
  });
});

describe('the answer to a creation', () => {
  const NOA = newContact({ phone: '+41 21 555 01 17' });
  const CLUB = newContact({ kind: 'STRUCTURE', firstName: null, lastName: null, structureName: 'Club Été' });
  const person = (first: string, last: string, more = ''): string =>
    `<individualContact><individualFirstname>${first}</individualFirstname>` +
    `<individualLastname>${last}</individualLastname>${more}</individualContact>`;
  const create = (contact: NewContact): Promise<unknown> => house.contacts.create(contact, AT_ONCE);

  it.each<[string, NewContact, string]>([
    ['as it was sent', NOA, person('Noa', 'Keller', '<email>noa@example.org</email>')],
    ['in capitals', NOA, person('NOA', 'KELLER', '<email>NOA@EXAMPLE.ORG</email>')],
    [
      'with another way to write the number',
      NOA,
      person('Noa', 'Keller', '<phoneNumber1>0041215550117</phoneNumber1>'),
    ],
    ['with a shorter name', { ...NOA, lastName: 'Keller-Hohenstein' }, person('Noa', 'Keller-Hoh')],
    ['without a name', NOA, ''],
    [
      'that is a structure',
      CLUB,
      '<type>STRUCTURE</type><structureContact><structureName>CLUB ETE</structureName></structureContact>',
    ],
  ])('is taken %s', async (_what, wanted, content) => {
    answers('createContact', `<contactNumber>${ADA}</contactNumber>${content}`);
    expect(await create(wanted)).toMatchObject({ number: ADA });
  });

  it.each<[string, NewContact, string]>([
    ['last name', NOA, person('Noa', 'Example')],
    ['first name', NOA, person('Ada', 'Keller')],
    ['name where none was sent', { ...NOA, firstName: null }, person('Ada', 'Keller')],
    ['email', NOA, person('Noa', 'Keller', '<email>ada@example.org</email>')],
    [
      'email where none was sent',
      { ...NOA, email: null },
      person('Noa', 'Keller', '<email>ada@example.org</email>'),
    ],
    ['kind', NOA, '<type>STRUCTURE</type>'],
    [
      'name of a structure',
      CLUB,
      '<structureContact><structureName>Opera</structureName></structureContact>',
    ],
  ])(
    'is refused with another %s: whether the contact was made is not known',
    async (_what, wanted, content) => {
      answers('createContact', `<contactNumber>${ADA}</contactNumber>${content}`);
      expect(await failureOf(create(wanted))).toMatchObject({ code: 'UPSTREAM_INVALID', fate: 'unknown' });
    },
  );
});
