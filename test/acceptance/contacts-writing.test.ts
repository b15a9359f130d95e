import { describe, expect, it } from 'vitest';
import { startContactHouse, type ContactHouse } from '../support/contact-house.js';

const CONTACT = `contact { id number kind state firstName lastName structureName email phone language
  addresses { id name main billing shipping lines zipCode town countryCode } criteria { code values } }`;
const ERRORS =
  'userErrors { __typename code message path retryable ... on UpstreamUserError { upstreamCode } }';
const CREATE = `mutation ($input: CreateContactInput!) { done: createContact(input: $input) { ${CONTACT} ${ERRORS} } }`;
const UPDATE = `mutation ($input: UpdateContactInput!) { done: updateContact(input: $input) { ${CONTACT} ${ERRORS} } }`;
const DELETE = `mutation ($id: ID!) { done: deleteContact(id: $id) { deletedId ${ERRORS} } }`;
const SAVE = `mutation ($input: SaveContactAddressInput!) { done: saveContactAddress(input: $input) { ${CONTACT} ${ERRORS} } }`;
const REMOVE = `mutation ($contactId: ID!, $addressId: ID!) {
  done: removeContactAddress(contactId: $contactId, addressId: $addressId) { ${CONTACT} ${ERRORS} } }`;
const CRITERIA = `mutation ($contactId: ID!, $criteria: [CriterionInput!]!) {
  done: setContactCriteria(contactId: $contactId, criteria: $criteria) { ${CONTACT} ${ERRORS} } }`;

interface Done {
  readonly done: {
    readonly contact: {
      readonly id: string;
      readonly number: string;
      readonly addresses: { readonly id: string; readonly main: boolean; readonly lines: string[] }[];
    } | null;
    readonly userErrors: {
      readonly code: string;
      readonly path: string[] | null;
      readonly message: string;
    }[];
  };
}

const ADA = 'small:0004217';
const NOA = {
  institution: 'small',
  clientRequestId: 'shop-1',
  firstName: 'Noa',
  lastName: 'Keller & <Söhne> ☀',
  email: 'noa@example.org',
  phone: '+41 21 555 01 17',
  language: 'de',
  address: {
    name: 'Home',
    lines: ['Seegasse 8', '2. Stock'],
    zipCode: '8001',
    town: 'Zürich',
    countryCode: 'CH',
  },
  criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
};

const done = async (house: ContactHouse, document: string, variables: Record<string, unknown>) =>
  (await house.data<Done>(document, variables)).done;

/** What is bad, where, and the code when it is not INVALID_INPUT. */
const BAD_INPUT: readonly (readonly [bad: object, path: readonly string[], code?: string])[] = [
  [{ email: 'noa.example.org' }, ['email']],
  [{ email: 'noa@a@b' }, ['email']],
  [{ firstName: 'No\u0000a' }, ['firstName']],
  [{ firstName: 'No\u0007a' }, ['firstName']],
  [{ lastName: 'a\nb' }, ['lastName']],
  [{ lastName: 'x]]>y' }, ['lastName']],
  [{ lastName: 'half \ud800' }, ['lastName']],
  [{ lastName: 'x'.repeat(101) }, ['lastName']],
  [{ lastName: '4111 1111 1111 1111' }, ['lastName']],
  [{ firstName: null, lastName: ' ' }, ['lastName']],
  [{ structureName: 'Club' }, ['structureName']],
  [{ kind: 'STRUCTURE' }, ['structureName']],
  [{ kind: 'UNKNOWN' }, ['kind']],
  [{ phone: 'call me' }, ['phone']],
  [{ language: 'french please' }, ['language']],
  [{ clientRequestId: ' ' }, ['clientRequestId']],
  [{ clientRequestId: 'x'.repeat(201) }, ['clientRequestId']],
  [{ institution: 'nowhere' }, ['institution'], 'NOT_FOUND'],
  [{ institution: 'NO WHERE' }, ['institution']],
  [{ address: { lines: [] } }, ['address', 'lines']],
  [{ address: { lines: ['1', '2', '3', '4', '5'] } }, ['address', 'lines']],
  [{ address: { lines: ['1', ' '] } }, ['address', 'lines', '1']],
  [{ address: { lines: ['1'], countryCode: 'Suisse' } }, ['address', 'countryCode']],
  [{ address: { lines: ['1'], town: ']]>' } }, ['address', 'town']],
  [{ criteria: [{ code: '<b>', values: [] }] }, ['criteria', '0', 'code']],
  [{ criteria: [{ code: 'A', values: ['\u0001'] }] }, ['criteria', '0', 'values', '0']],
  [
    {
      criteria: [
        { code: 'A', values: [] },
        { code: 'A', values: [] },
      ],
    },
    ['criteria', '1', 'code'],
  ],
];

describe('createContact', () => {
  it('creates a contact with one call and answers all of it', async () => {
    await using house = await startContactHouse();
    const { contact, userErrors } = await done(house, CREATE, { input: NOA });
    expect(userErrors).toEqual([]);
    expect(contact).toMatchObject({
      id: 'small:0004223',
      kind: 'INDIVIDUAL',
      state: 'ACTIVE',
      firstName: 'Noa',
      lastName: 'Keller & <Söhne> ☀',
      email: 'noa@example.org',
      phone: '+41 21 555 01 17',
      language: 'de',
      addresses: [
        {
          name: 'Home',
          main: true,
          lines: ['Seegasse 8', '2. Stock'],
          zipCode: '8001',
          town: 'Zürich',
          countryCode: 'CH',
        },
      ],
      criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
    });
    expect(await house.calls()).toEqual(['createContact']);
  });

  it('creates a structure, and its relay with it', async () => {
    await using house = await startContactHouse();
    const input = { institution: 'small', clientRequestId: 'b', kind: 'STRUCTURE', structureName: 'Club' };
    const relay = { ...input, clientRequestId: 'c', firstName: 'Ivo', email: 'club@example.org' };
    expect((await done(house, CREATE, { input })).contact).toMatchObject({
      kind: 'STRUCTURE',
      structureName: 'Club',
    });
    expect((await done(house, CREATE, { input: relay })).contact).toMatchObject({
      kind: 'STRUCTURE',
      firstName: null,
    });
    expect(await house.data('{ contact(id: "small:0004225") { role firstName email } }')).toEqual({
      contact: { role: 'RELAY', firstName: 'Ivo', email: 'club@example.org' },
    });
  });

  it('sent again, one after the other or at once, gives the same contact and no other', async () => {
    await using house = await startContactHouse();
    const before = (await house.books()).length;
    const many = await Promise.all([1, 2, 3, 4, 5].map(() => done(house, CREATE, { input: NOA })));
    const later = await done(house, CREATE, { input: { ...NOA, firstName: ' Noa ', structureName: '' } });
    expect(new Set([...many, later].map(({ contact }) => contact?.number))).toEqual(new Set(['0004223']));
    expect(later.contact).toEqual(many[0]!.contact);
    expect(await house.books()).toHaveLength(before + 1);
    expect((await house.calls()).filter((method) => method === 'createContact')).toHaveLength(1);
  });

  it('sent again for its id alone asks S-360 nothing', async () => {
    await using house = await startContactHouse();
    await done(house, CREATE, { input: NOA });
    await house.calls();
    const again = await house.data(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id number institution { code } } } }',
      { input: NOA },
    );
    expect(again).toMatchObject({
      createContact: { contact: { id: 'small:0004223', institution: { code: 'small' } } },
    });
    expect(await house.calls()).toEqual([]);
  });

  it('with the same key and another input is refused, and changes nothing', async () => {
    await using house = await startContactHouse();
    await done(house, CREATE, { input: NOA });
    const { contact, userErrors } = await done(house, CREATE, { input: { ...NOA, firstName: 'Nora' } });
    expect(contact).toBeNull();
    expect(userErrors).toMatchObject([
      {
        __typename: 'SimpleUserError',
        code: 'IDEMPOTENCY_CONFLICT',
        path: ['clientRequestId'],
        retryable: false,
      },
    ]);
    expect(await house.calls()).toEqual(['createContact']);
  });

  it('refuses bad input with a user error that names it, asks S-360 nothing and writes nothing', async () => {
    await using house = await startContactHouse();
    for (const [bad, path, code = 'INVALID_INPUT'] of BAD_INPUT) {
      const { contact, userErrors } = await done(house, CREATE, { input: { ...NOA, ...bad } });
      expect([contact, userErrors]).toMatchObject([null, [{ code, path, retryable: false }]]);
    }
    expect(await house.calls()).toEqual([]);
    // The key is still free.
    expect((await done(house, CREATE, { input: NOA })).contact).toMatchObject({ number: '0004223' });
  });

  it('names everything that is wrong at once', async () => {
    await using house = await startContactHouse();
    const { userErrors } = await done(house, CREATE, {
      input: { ...NOA, email: 'x', phone: 'y', language: '?' },
    });
    expect(userErrors.map(({ path }) => path)).toEqual([['email'], ['phone'], ['language']]);
  });

  it('is refused where the point of sales does not allow it, before S-360 is asked', async () => {
    await using house = await startContactHouse({ posConfig: { contactAccountCreationAllowed: false } });
    const { contact, userErrors } = await done(house, CREATE, { input: NOA });
    expect(contact).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'WRONG_STATE', path: ['institution'], retryable: false }]);
    expect(await house.calls()).toEqual([]);
  });
});

describe('updateContact', () => {
  it('leaves what is absent untouched, clears what is null or empty', async () => {
    await using house = await startContactHouse();
    const { contact } = await done(house, UPDATE, {
      input: { id: ADA, firstName: 'Adele', phone: null, language: '' },
    });
    expect(contact).toMatchObject({
      firstName: 'Adele',
      lastName: 'Moreau',
      email: 'ada.moreau@small.example',
      phone: null,
      language: null,
      addresses: [{ lines: ['4 quai des Brumes'] }, {}],
    });
  });

  it('of nothing changes nothing', async () => {
    await using house = await startContactHouse();
    expect((await done(house, UPDATE, { input: { id: ADA } })).contact).toMatchObject({ firstName: 'Ada' });
    expect(await house.calls()).toEqual(['getContactData']);
  });

  it('refuses bad input before S-360 is asked', async () => {
    await using house = await startContactHouse();
    for (const [bad, code, path] of [
      [{ email: 'x' }, 'INVALID_INPUT', ['email']],
      [{ lastName: ']]>' }, 'INVALID_INPUT', ['lastName']],
      [{ id: 'nonsense' }, 'INVALID_INPUT', ['id']],
      [{ id: 'nowhere:0004217' }, 'NOT_FOUND', ['id']],
    ] as const) {
      const input = { id: ADA, firstName: 'A', ...bad };
      const { contact, userErrors } = await done(house, UPDATE, { input });
      expect([contact, userErrors]).toMatchObject([null, [{ code, path }]]);
    }
    expect(await house.calls()).toEqual([]);
  });

  it('refuses what does not fit the contact, and writes nothing', async () => {
    await using house = await startContactHouse();
    for (const [input, code, path] of [
      [{ id: 'small:9999999', firstName: 'A' }, 'NOT_FOUND', ['id']],
      [{ id: ADA, firstName: null, lastName: null }, 'INVALID_INPUT', ['lastName']],
      [{ id: ADA, structureName: 'Club' }, 'INVALID_INPUT', ['structureName']],
      [{ id: 'small:0004220', firstName: 'A' }, 'INVALID_INPUT', ['firstName']],
      [{ id: 'small:0004220', structureName: '' }, 'INVALID_INPUT', ['structureName']],
    ] as const) {
      const { contact, userErrors } = await done(house, UPDATE, { input });
      expect([contact, userErrors]).toMatchObject([null, [{ code, path }]]);
      expect(await house.calls()).toEqual(['getContactData']);
    }
  });
});

describe('deleteContact', () => {
  it('deactivates: the contact stays readable, cannot be changed, and can be deleted again', async () => {
    await using house = await startContactHouse();
    for (const _time of [1, 2]) {
      expect(await done(house, DELETE, { id: ADA })).toEqual({ deletedId: ADA, userErrors: [] });
    }
    expect(await house.data(`{ contact(id: "${ADA}") { state firstName } }`)).toEqual({
      contact: { state: 'INACTIVE', firstName: 'Ada' },
    });
    const { userErrors } = await done(house, UPDATE, { input: { id: ADA, firstName: 'A' } });
    expect(userErrors).toMatchObject([{ code: 'WRONG_STATE', path: ['id'] }]);
    expect(await house.books()).toContainEqual({ contactNumber: '0004217', state: 'INACTIVE' });
  });

  it('refuses a contact that is not there', async () => {
    await using house = await startContactHouse();
    for (const [id, code, calls] of [
      ['small:9999999', 'NOT_FOUND', ['deleteContact']],
      ['nowhere:0004217', 'NOT_FOUND', []],
      ['0004217', 'INVALID_INPUT', []],
    ] as const) {
      const userErrors = [{ code, path: ['id'] }];
      expect(await done(house, DELETE, { id })).toMatchObject({ deletedId: null, userErrors });
      expect(await house.calls()).toEqual(calls);
    }
  });
});

describe('addresses', () => {
  it('are added, changed and removed, and exactly one is the main one', async () => {
    await using house = await startContactHouse();
    const address = { lines: ['Seegasse 8'], zipCode: '8001', town: 'Zürich' };
    const added = await done(house, SAVE, { input: { contactId: ADA, address: { ...address, main: true } } });
    const addresses = added.contact!.addresses;
    expect(addresses.map(({ main }) => main)).toEqual([false, false, true]);
    const { id } = addresses[2]!;
    const changed = await done(house, SAVE, {
      input: { contactId: ADA, addressId: id, address: { lines: ['Seegasse 9', 'Hof'], zipCode: null } },
    });
    expect(changed.contact!.addresses[2]).toMatchObject({
      id,
      main: true,
      lines: ['Seegasse 9', 'Hof'],
      zipCode: null,
      town: 'Zürich',
    });
    const removed = await done(house, REMOVE, { contactId: ADA, addressId: id });
    expect(removed.contact!.addresses.map(({ main }) => main)).toEqual([true, false]);
  });

  it('that are there already are not added again, one after the other or at once', async () => {
    await using house = await startContactHouse();
    const address = { lines: ['Seegasse 8'], zipCode: '8001', town: 'Zürich' };
    const input = { contactId: ADA, address };
    const many = await Promise.all([1, 2, 3].map(() => done(house, SAVE, { input })));
    const folded = await done(house, SAVE, { input: { ...input, address: { ...address, town: 'zurich' } } });
    expect([...many, folded].map(({ contact }) => contact!.addresses.length)).toEqual([3, 3, 3, 3]);
    const flagged = await done(house, SAVE, { input: { ...input, address: { ...address, shipping: true } } });
    expect(flagged.contact!.addresses[2]).toMatchObject({ shipping: true, main: false });
    expect(flagged.contact!.addresses).toHaveLength(3);
  });

  it('refuse what is not there, is foreign or cannot be written', async () => {
    await using house = await startContactHouse();
    for (const [bad, code, path, calls] of [
      [{ addressId: 'small:77' }, 'NOT_FOUND', ['addressId'], ['addOrUpdateAddress']],
      [{ addressId: 'nowhere:77' }, 'NOT_FOUND', ['addressId'], []],
      [{ addressId: '77' }, 'INVALID_INPUT', ['addressId'], []],
      [{ contactId: 'nowhere:1' }, 'NOT_FOUND', ['contactId'], []],
      [{ contactId: 'small:9999999' }, 'NOT_FOUND', ['contactId'], ['getContactData']],
      [{ address: { lines: ['a\u0000'] } }, 'INVALID_INPUT', ['address', 'lines', '0'], []],
    ] as const) {
      const input = { contactId: ADA, address: { lines: ['Seegasse 8'] }, ...bad };
      const refused = { contact: null, userErrors: [{ code, path }] };
      expect(await done(house, SAVE, { input })).toMatchObject(refused);
      expect(await house.calls()).toEqual(calls);
    }
  });

  it('of nobody cannot be removed', async () => {
    await using house = await startContactHouse();
    expect(await done(house, REMOVE, { contactId: ADA, addressId: 'small:77' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['addressId'] }],
    });
  });
});

describe('setContactCriteria', () => {
  it('sets those named, removes those without values and leaves the others', async () => {
    await using house = await startContactHouse();
    const criteria = [{ code: 'LEVEL', values: ['A', 'B'] }];
    const first = await done(house, CRITERIA, { contactId: ADA, criteria });
    expect(first.contact).toMatchObject({
      criteria: [
        { code: 'INTERESTS', values: ['JAZZ', 'OPERA'] },
        { code: 'LEVEL', values: ['A', 'B'] },
      ],
    });
    const none = [{ code: 'INTERESTS', values: [] }];
    const second = await done(house, CRITERIA, { contactId: ADA, criteria: none });
    expect(second.contact).toMatchObject({ criteria: [{ code: 'LEVEL' }] });
    expect(await done(house, CRITERIA, { contactId: ADA, criteria: [] })).toMatchObject({
      contact: second.contact,
    });
  });

  it('refuses bad input before S-360 is asked', async () => {
    await using house = await startContactHouse();
    for (const [contactId, criteria, code, path] of [
      ['nowhere:1', [{ code: 'A', values: [] }], 'NOT_FOUND', ['contactId']],
      [ADA, [{ code: ' ', values: [] }], 'INVALID_INPUT', ['criteria', '0', 'code']],
      [ADA, [{ code: 'A', values: [']]>'] }], 'INVALID_INPUT', ['criteria', '0', 'values', '0']],
    ] as const) {
      const userErrors = [{ code, path }];
      expect(await done(house, CRITERIA, { contactId, criteria })).toMatchObject({ userErrors });
    }
    expect(await house.calls()).toEqual([]);
  });
});

describe('what S-360 refuses for a reason of its own', () => {
  it('is a user error with its code, untouched, and the key of a creation is free again', async () => {
    await using house = await startContactHouse();
    house.posConfig['contactAccountCreationAllowed'] = false;
    const { contact, userErrors } = await done(house, CREATE, { input: NOA });
    expect([contact, userErrors]).toEqual([
      null,
      [
        {
          __typename: 'UpstreamUserError',
          code: 'UPSTREAM_REJECTED',
          upstreamCode: 'error.authentication.pointOfSales',
          message: 'S-360 refused it',
          path: null,
          retryable: false,
        },
      ],
    ]);
    house.posConfig['contactAccountCreationAllowed'] = true;
    expect((await done(house, CREATE, { input: NOA })).contact).toMatchObject({ number: '0004223' });
  });
});
