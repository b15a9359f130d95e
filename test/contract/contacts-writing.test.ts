import { describe, expect, it } from 'vitest';
import { askRest, askSoap } from '../support/raw-contacts.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

/** A house without contacts: the first number given is 0004217. */
function startEmpty(): Promise<TestSandbox> {
  return startTestSandbox({ world: smallWorld() });
}

const individual = (members: object): object => ({ contactData: { individualContact: members } });
const NOA = { individualFirstname: 'Noa', individualLastname: 'Keller', email: 'noa@example.org' };

const everything = ['GENERAL', 'COM_MEANS', 'ADDRESSES', 'AUTHORIZATIONS', 'CRITERIA', 'CONNECTIONS'];
const read = (sandbox: TestSandbox, contactNumber: string): Promise<unknown> =>
  askRest(sandbox, 'getContactData', { contactNumber, details: everything });

describe('createContact', () => {
  it('makes an individual of a name, with everything that came with it', async () => {
    await using sandbox = await startEmpty();
    const answer = await askSoap(
      sandbox,
      'createContact',
      `<contactData><language>fr</language><individualContact><individualFirstname>Noa</individualFirstname>
       <individualLastname>Keller &amp; Co</individualLastname><phoneNumber1>021 555 01 17</phoneNumber1>
       </individualContact><addresses><street1>Seegasse 8</street1><town>Zürich</town></addresses>
       <authorizations><authorizationCode>NEWS</authorizationCode><allowed>false</allowed></authorizations>
       <contactCriteria><criterionCode>INTERESTS</criterionCode><values>JAZZ</values></contactCriteria></contactData>`,
    );
    expect(answer).toMatchObject({
      statusCode: 'success',
      contactNumber: '0004217',
      type: 'INDIVIDUAL',
      role: 'PUBLIC',
      language: 'fr',
      guest: 'true',
      individualContact: { individualLastname: 'Keller & Co', phoneNumber1: '021 555 01 17' },
      addresses: { main: 'true', street1: 'Seegasse 8', town: 'Zürich' },
      authorizations: { authorizationCode: 'NEWS', allowed: 'false' },
      contactCriteria: { criterionCode: 'INTERESTS', values: 'JAZZ' },
    });
  });

  it('makes a structure of a structure name', async () => {
    await using sandbox = await startEmpty();
    expect(
      await askRest(sandbox, 'createContact', {
        contactData: { structureContact: { structureName: 'Club' } },
      }),
    ).toMatchObject({ type: 'STRUCTURE', structureContact: { structureName: 'Club' } });
  });

  it('makes a structure and its relay of both, the address for both, the consent for the relay', async () => {
    await using sandbox = await startEmpty();
    const answer = await askRest(sandbox, 'createContact', {
      contactData: {
        individualContact: NOA,
        structureContact: { structureName: 'Club' },
        addresses: [{ street1: 'Seegasse 8' }],
        authorizations: [{ authorizationCode: 'NEWS', allowed: true }],
      },
    });
    expect(answer).toMatchObject({
      contactNumber: '0004217',
      type: 'STRUCTURE',
      addresses: [{ main: true }],
    });
    expect(await read(sandbox, '0004218')).toMatchObject({
      type: 'INDIVIDUAL',
      role: 'RELAY',
      addresses: [{ street1: 'Seegasse 8' }],
      authorizations: [{ authorizationCode: 'NEWS', allowed: true }],
      contactConnections: [
        { parentContactNumber: '0004217', childContactNumber: '0004218', connectionType: 'RELAY' },
      ],
    });
    expect(await read(sandbox, '0004217')).toMatchObject({ authorizations: [] });
  });

  it('lets many contacts share an email, but only one of them log in with it', async () => {
    await using sandbox = await startEmpty();
    const withLogin = individual({ ...NOA, login: NOA.email });
    expect(await askRest(sandbox, 'createContact', withLogin)).toMatchObject({ statusCode: 'success' });
    expect(await askRest(sandbox, 'createContact', individual(NOA))).toMatchObject({ statusCode: 'success' });
    expect(await askRest(sandbox, 'createContact', withLogin)).toMatchObject({
      statusCode: 'error.contact.loginAlreadyUsed',
    });
    expect(await read(sandbox, '0004219')).toMatchObject({ statusCode: 'error.contact.notFound' });
  });

  it.each([
    [{}, 'error.parameter.missing'],
    [individual({ email: 'noa@example.org' }), 'error.parameter.missing'],
    [individual({ ...NOA, email: 'noa' }), 'error.parameter.invalid'],
    [individual({ ...NOA, individualGender: 'OTHER' }), 'error.parameter.invalid'],
    [individual({ ...NOA, individualTitle: 'DR' }), 'error.parameter.invalid'],
    [individual({ ...NOA, birthDate: '2001-02-30' }), 'error.parameter.invalid'],
    [individual({ ...NOA, birthDate: '2999-01-01' }), 'error.parameter.invalid'],
  ])('refuses %j with %s and makes nothing', async (body, statusCode) => {
    await using sandbox = await startEmpty();
    expect(await askRest(sandbox, 'createContact', body)).toMatchObject({ statusCode });
    expect(await askRest(sandbox, 'searchContact', { name: '' })).toMatchObject({
      statusCode: 'error.parameter.missing',
    });
    expect(await read(sandbox, '0004217')).toMatchObject({ statusCode: 'error.contact.notFound' });
  });

  it('is refused where the point of sales does not allow it', async () => {
    const world = smallWorld();
    world.institutions[0]!.posConfig['contactAccountCreationAllowed'] = false;
    await using sandbox = await startTestSandbox({ world });
    expect(await askRest(sandbox, 'createContact', individual(NOA))).toMatchObject({
      statusCode: 'error.authentication.pointOfSales',
    });
  });
});

describe('createCulturalContact', () => {
  it('makes all of a batch, and says which is which', async () => {
    await using sandbox = await startEmpty();
    const answer = await askRest(sandbox, 'createCulturalContact', {
      contactDataList: [
        { identifier: 1, firstName: 'Noa', lastName: 'Keller', email: 'noa@example.org', createLogin: true },
        { identifier: 2, firstName: 'Ivo', lastName: 'Keller', createLogin: false },
      ],
    });
    expect(answer).toMatchObject({
      statusCode: 'success',
      culturalContactData: [
        { contactNumber: '0004217', guest: false },
        { contactNumber: '0004218', guest: true },
      ],
      identifierContactMap: { 1: '0004217', 2: '0004218' },
    });
  });

  it('writes its map as entries in SOAP, and takes a contact that is there already', async () => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual(NOA));
    const answer = await askSoap(
      sandbox,
      'createCulturalContact',
      '<contactDataList><contactNumber>0004217</contactNumber><identifier>7</identifier></contactDataList>',
    );
    expect(answer).toMatchObject({ identifierContactMap: { entry: { key: '7', value: '0004217' } } });
  });

  it.each([
    [[{ firstName: 'Noa' }, { email: 'noa@example.org' }], 'error.parameter.missing'],
    [[{ firstName: 'Noa' }, { firstName: 'Ivo', createLogin: true }], 'error.parameter.missing'],
    [[{ firstName: 'Noa' }, { contactNumber: '9999999' }], 'error.contact.notFound'],
    [
      ['Noa', 'Ivo'].map((firstName) => ({ firstName, email: 'k@example.org', createLogin: true })),
      'error.contact.loginAlreadyUsed',
    ],
  ])('makes none of %j: %s', async (contactDataList, statusCode) => {
    await using sandbox = await startEmpty();
    expect(await askRest(sandbox, 'createCulturalContact', { contactDataList })).toMatchObject({
      statusCode,
    });
    expect(await read(sandbox, '0004217')).toMatchObject({ statusCode: 'error.contact.notFound' });
  });
});

describe('updateContact', () => {
  it('leaves what is absent untouched and clears what is empty', async () => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual({ ...NOA, phoneNumber1: '1' }));
    const answer = await askSoap(
      sandbox,
      'updateContact',
      `<contactNumber>0004217</contactNumber><contactData><individualContact>
       <individualFirstname>Nora</individualFirstname><phoneNumber1></phoneNumber1></individualContact></contactData>`,
    );
    expect(answer).toMatchObject({
      individualContact: {
        individualFirstname: 'Nora',
        individualLastname: 'Keller',
        email: 'noa@example.org',
      },
    });
    expect(answer['individualContact']).not.toHaveProperty('phoneNumber1');
  });

  it.each([
    [{ individualFirstname: '', individualLastname: '' }, 'error.parameter.missing'],
    [{ email: 'nobody' }, 'error.parameter.invalid'],
    [{ login: 'ada@example.org' }, 'error.contact.loginAlreadyUsed'],
  ])('refuses %j with %s and changes nothing', async (individualContact, statusCode) => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual({ ...NOA, login: 'ada@example.org' }));
    await askRest(sandbox, 'createContact', individual(NOA));
    const before = await read(sandbox, '0004218');
    expect(
      await askRest(sandbox, 'updateContact', {
        contactNumber: '0004218',
        contactData: { individualContact: { ...individualContact } },
      }),
    ).toMatchObject({ statusCode });
    expect(await read(sandbox, '0004218')).toEqual(before);
  });
});

describe('deleteContact', () => {
  it('makes the contact inactive: it can be read, not changed, and deleted again', async () => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual(NOA));
    const contactNumber = '0004217';
    for (const _time of [1, 2]) {
      expect(await askRest(sandbox, 'deleteContact', { contactNumber })).toEqual({
        requestId: null,
        statusCode: 'success',
        statusDetail: null,
      });
    }
    expect(await read(sandbox, contactNumber)).toMatchObject({
      state: 'INACTIVE',
      individualContact: { active: false },
    });
    expect(
      await askRest(sandbox, 'addOrUpdateAddress', { contactNumber, address: { town: 'Bern' } }),
    ).toMatchObject({ statusCode: 'error.contact.notFound' });
    expect(await askRest(sandbox, 'deleteContact', { contactNumber: '1' })).toMatchObject({
      statusCode: 'error.contact.notFound',
    });
  });
});

describe('addresses', () => {
  const contactNumber = '0004217';
  type Answer = { addresses: { contactAddressId: number; main: boolean; town: string }[] };
  const save = async (sandbox: TestSandbox, address: object): Promise<Answer['addresses']> =>
    ((await askRest(sandbox, 'addOrUpdateAddress', { contactNumber, address })) as Answer).addresses;

  it('have exactly one main address, and another one moves it', async () => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual(NOA));
    await save(sandbox, { town: 'Bern', main: false });
    const [bern, basel] = await save(sandbox, { town: 'Basel', main: true });
    expect([bern, basel]).toMatchObject([{ main: false }, { main: true }]);
    const changed = await save(sandbox, {
      contactAddressId: bern!.contactAddressId,
      zipCode: '3000',
      main: true,
    });
    expect(changed).toMatchObject([{ town: 'Bern', zipCode: '3000', main: true }, { main: false }]);
    const { addresses } = (await askRest(sandbox, 'removeAddress', {
      contactNumber,
      contactAddressId: bern!.contactAddressId,
    })) as Answer;
    expect(addresses).toMatchObject([{ town: 'Basel', main: true }]);
  });

  it.each([
    ['addOrUpdateAddress', { address: { contactAddressId: 5, town: 'Bern' } }],
    ['removeAddress', { contactAddressId: 5 }],
  ])('%s refuses the address of nobody', async (method, body) => {
    await using sandbox = await startEmpty();
    await askRest(sandbox, 'createContact', individual(NOA));
    expect(await askRest(sandbox, method, { contactNumber, ...body })).toMatchObject({
      statusCode: 'error.contact.addressNotFound',
    });
  });
});

describe('authorizations and criteria', () => {
  it('change what is named and leave the others', async () => {
    await using sandbox = await startTestSandbox();
    const contactNumber = '0004217';
    expect(
      await askRest(sandbox, 'updateAuthorizations', {
        contactNumber,
        authorizations: [{ authorizationCode: 'NEWS', allowed: false }],
      }),
    ).toMatchObject({
      authorizations: [
        { authorizationCode: 'NEWS', allowed: false },
        { authorizationCode: 'PARTNERS', allowed: false },
      ],
    });
    const criteria = async (contactCriteria: object[]): Promise<unknown> =>
      (
        (await askRest(sandbox, 'updateCriteria', { contactNumber, contactCriteria })) as {
          contactCriteria: unknown;
        }
      ).contactCriteria;
    expect(await criteria([{ criterionCode: 'LEVEL', values: ['A', 'B'] }])).toEqual([
      { criterionCode: 'INTERESTS', values: ['JAZZ', 'OPERA'] },
      { criterionCode: 'LEVEL', values: ['A', 'B'] },
    ]);
    expect(await criteria([{ criterionCode: 'INTERESTS', values: [] }])).toEqual([
      { criterionCode: 'LEVEL', values: ['A', 'B'] },
    ]);
  });
});

describe('connections', () => {
  const link = (childContactNumber: string, connectionType: string): object => ({
    parentContactNumber: '0004217',
    childContactNumber,
    connectionType,
  });

  async function withStructure(sandbox: TestSandbox): Promise<void> {
    await askRest(sandbox, 'createContact', { contactData: { structureContact: { structureName: 'Club' } } });
    for (const individualFirstname of ['Noa', 'Ivo']) {
      await askRest(sandbox, 'createContact', individual({ individualFirstname }));
    }
  }

  it('give the child its role, and take it back', async () => {
    await using sandbox = await startEmpty();
    await withStructure(sandbox);
    for (const child of ['0004218', '0004219'])
      await askRest(sandbox, 'createConnection', link(child, 'RELAY'));
    expect(await read(sandbox, '0004218')).toMatchObject({ role: 'RELAY' });
    expect(await askRest(sandbox, 'removeConnection', link('0004218', 'RELAY'))).toMatchObject({
      statusCode: 'success',
    });
    expect(await read(sandbox, '0004218')).toMatchObject({ role: 'PUBLIC', contactConnections: [] });
    expect(await askRest(sandbox, 'removeConnection', link('0004219', 'RELAY'))).toMatchObject({
      statusCode: 'error.contact.lastRelay',
    });
  });

  it.each([
    ['createConnection', link('0004218', 'FRIEND'), 'error.parameter.invalid'],
    ['createConnection', link('0004217', 'RELAY'), 'error.parameter.invalid'],
    ['createConnection', link('9999999', 'RELAY'), 'error.contact.notFound'],
    [
      'createConnection',
      { ...link('0004219', 'RELAY'), parentContactNumber: '0004218' },
      'error.parameter.invalid',
    ],
    ['removeConnection', link('0004218', 'MEMBER'), 'error.contact.connectionNotFound'],
    ['removeConnection', { childContactNumber: '0004218' }, 'error.parameter.missing'],
  ])('%s refuses %j with %s', async (method, body, statusCode) => {
    await using sandbox = await startEmpty();
    await withStructure(sandbox);
    expect(await askRest(sandbox, method, body)).toMatchObject({ statusCode });
  });
});

describe('a lost answer', () => {
  it('has committed with resetAfter, and has not with resetBefore', async () => {
    await using sandbox = await startEmpty();
    for (const kind of ['resetBefore', 'resetAfter'] as const) {
      await sandbox.fault({ kind, method: 'createContact', times: 1 });
      await expect(askRest(sandbox, 'createContact', individual(NOA))).rejects.toThrow('fetch failed');
    }
    expect(await askRest(sandbox, 'searchContact', { email: NOA.email })).toMatchObject({
      contacts: [{ contactNumber: '0004217' }],
    });
  });
});
