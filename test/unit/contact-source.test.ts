import { describe, expect, it } from 'vitest';
import { whyRefused } from '../../src/datasources/contacts.js';
import type { ContactSource } from '../../src/datasources/contacts.types.js';
import type { ContactPart, NewContact } from '../../src/domain/contact.js';
import { fateOf } from '../../src/errors.js';
import { failureOf } from '../support/failure.js';
import { connectTo } from '../support/raw-s360.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const ALL: ReadonlySet<ContactPart> = new Set(['general', 'phone', 'addresses', 'criteria']);
const ADA = '0004217';

interface House extends AsyncDisposable {
  readonly contacts: ContactSource;
  readonly sandbox: TestSandbox;
}

async function startHouse(): Promise<House> {
  const sandbox = await startTestSandbox();
  const [{ baseUrl, username, password }] = sandbox.institutions as [TestSandbox['institutions'][number]];
  const s360 = await connectTo(baseUrl, { institution: 'lyric', username, password });
  return {
    contacts: s360.contacts,
    sandbox,
    async [Symbol.asyncDispose]() {
      await s360[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

const NOA: NewContact = {
  kind: 'INDIVIDUAL',
  firstName: 'Noa',
  lastName: 'Keller & <Söhne>',
  structureName: null,
  email: 'noa@example.org',
  phone: '+41 21 555 01 17',
  language: 'de',
  address: { name: 'Home', lines: ['Seegasse 8', '2. Stock'], zipCode: '8001', town: 'Zürich' },
  criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
};
const AT_ONCE = { sendBefore: Infinity };

const methodsOf = async (sandbox: TestSandbox): Promise<string[]> =>
  (await sandbox.journal()).map(({ method }) => method);

describe('reading contacts', () => {
  it('reads one with the parts that are asked for, and no others', async () => {
    await using house = await startHouse();
    const [contact] = await house.contacts.byNumbers([ADA], new Set(['phone', 'criteria']));
    expect(contact).toMatchObject({
      number: ADA,
      kind: 'INDIVIDUAL',
      role: 'PUBLIC',
      state: 'ACTIVE',
      firstName: 'Ada',
      phone: '+41 21 555 01 17',
      criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
      addresses: [],
    });
    expect(contact!.createdAt).toBeGreaterThan(Date.now() - 60_000);
    expect(await methodsOf(house.sandbox)).toEqual(['getContactData']);
  });

  it('reads several in one search, in the order asked, null for those that are not there', async () => {
    await using house = await startHouse();
    const found = await house.contacts.byNumbers(['0004220', '9999999', ADA], ALL);
    expect(found.map((contact) => contact?.structureName ?? contact?.firstName ?? null)).toEqual([
      'École des Tilleuls',
      null,
      'Ada',
    ]);
    expect(await methodsOf(house.sandbox)).toEqual(['searchContact']);
  });

  it('answers null for one that is not there', async () => {
    await using house = await startHouse();
    expect(await house.contacts.byNumbers(['9999999'], ALL)).toEqual([null]);
    expect(await house.contacts.byNumbers([], ALL)).toEqual([]);
  });

  it('searches by email and name, page by page', async () => {
    await using house = await startHouse();
    const search = { number: null, email: 'keller@lyric.example', name: 'keller' };
    const page = { parts: ALL, limit: 1 };
    const [first] = await house.contacts.search(search, { ...page, offset: 0 });
    const [second] = await house.contacts.search(search, { ...page, offset: 1 });
    expect([first?.firstName, second?.firstName]).toEqual(['Noël', 'Ivo']);
    expect(await house.contacts.search({ ...search, number: ADA }, { ...page, offset: 0 })).toEqual([]);
  });
});

describe('writing contacts', () => {
  it('creates one with everything that was given', async () => {
    await using house = await startHouse();
    const { number } = await house.contacts.create(NOA, AT_ONCE);
    const [contact] = await house.contacts.byNumbers([number], ALL);
    expect(contact).toMatchObject({
      kind: 'INDIVIDUAL',
      firstName: 'Noa',
      lastName: 'Keller & <Söhne>',
      email: 'noa@example.org',
      phone: '+41 21 555 01 17',
      language: 'de',
      addresses: [
        { name: 'Home', isMain: true, lines: ['Seegasse 8', '2. Stock'], zipCode: '8001', town: 'Zürich' },
      ],
      criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
    });
  });

  it('creates a structure, with the email in its own block', async () => {
    await using house = await startHouse();
    const structure = { ...NOA, kind: 'STRUCTURE', firstName: null, lastName: null } as const;
    const contact = await house.contacts.create({ ...structure, structureName: 'Club' }, AT_ONCE);
    expect(contact).toMatchObject({ kind: 'STRUCTURE', structureName: 'Club', email: 'noa@example.org' });
  });

  it('changes what is given, clears what is null and leaves the rest', async () => {
    await using house = await startHouse();
    const changed = await house.contacts.update(ADA, 'INDIVIDUAL', { firstName: 'Adele', phone: null });
    expect(changed).toMatchObject({ firstName: 'Adele', lastName: 'Moreau', phone: null, language: 'fr' });
    const structure = await house.contacts.update('0004220', 'STRUCTURE', { email: null, language: 'en' });
    expect(structure).toMatchObject({ structureName: 'École des Tilleuls', email: null, language: 'en' });
  });

  it('adds, changes and removes an address: lines as a whole, the rest as given', async () => {
    await using house = await startHouse();
    const added = await house.contacts.saveAddress(ADA, null, { lines: ['1', '2', '3'], town: 'Bern' });
    const { id } = added.addresses.at(-1)!;
    const changed = await house.contacts.saveAddress(ADA, id, { lines: ['4'], isMain: true });
    expect(changed.addresses.filter(({ isMain }) => isMain)).toMatchObject([
      { id, lines: ['4'], town: 'Bern' },
    ]);
    const removed = await house.contacts.removeAddress(ADA, id);
    expect(removed.addresses.map((address) => address.isMain)).toEqual([true, false]);
  });

  it('sets criteria, and deactivates', async () => {
    await using house = await startHouse();
    const { criteria } = await house.contacts.setCriteria(ADA, [
      { code: 'LEVEL', values: ['A'] },
      { code: 'INTERESTS', values: [] },
    ]);
    expect(criteria).toEqual([{ code: 'LEVEL', values: ['A'] }]);
    await house.contacts.delete(ADA);
    expect(await house.contacts.byNumbers([ADA], ALL)).toMatchObject([{ state: 'INACTIVE' }]);
  });

  it.each([
    ['unknown contact', (to: ContactSource) => to.delete('9999999')],
    ['unknown address', (to: ContactSource) => to.removeAddress(ADA, '5')],
    ['other', (to: ContactSource) => to.update(ADA, 'INDIVIDUAL', { email: 'nobody' })],
  ])('says of a refusal: %s', async (reason, write) => {
    await using house = await startHouse();
    const error = await failureOf(write(house.contacts));
    expect([whyRefused(error), fateOf(error)]).toEqual([reason, 'refused']);
  });

  it('leaves at most once, and an answer that is lost says nothing of the act', async () => {
    await using house = await startHouse();
    await house.sandbox.fault({ kind: 'resetAfter', method: 'createContact', times: 1 });
    const error = await failureOf(house.contacts.create(NOA, AT_ONCE));
    expect([whyRefused(error), fateOf(error)]).toEqual([null, 'unknown']);
    await house.sandbox.fault({ kind: 'inProgress', method: 'createContact', times: 1 });
    expect(fateOf(await failureOf(house.contacts.create(NOA, AT_ONCE)))).toBe('unknown');
    expect(fateOf(await failureOf(house.contacts.create(NOA, { sendBefore: 0 })))).toBe('not done');
    expect(await methodsOf(house.sandbox)).toEqual(['createContact', 'createContact']);
  });
});
