import { describe, expect, it } from 'vitest';
import { askRest, askSoap } from '../support/raw-contacts.js';
import { callRaw, envelope, postRaw, textsOf } from '../support/raw-soap.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

const ADA = '0004217';
const SERVICE = 'ContactInformationPublicService';

describe('getContactData', () => {
  it('answers the general block when no details are asked for, in SOAP', async () => {
    await using sandbox = await startTestSandbox();
    const answer = await askSoap(sandbox, 'getContactData', `<contactNumber>${ADA}</contactNumber>`);
    expect(answer).toMatchObject({
      statusCode: 'success',
      contactNumber: ADA,
      type: 'INDIVIDUAL',
      role: 'PUBLIC',
      state: 'ACTIVE',
      guest: 'false',
      individualContact: {
        active: 'true',
        individualFirstname: 'Ada',
        individualLastname: 'Moreau',
        email: 'ada.moreau@lyric.example',
        login: 'ada.moreau@lyric.example',
      },
    });
    expect(answer).not.toHaveProperty('addresses');
    expect(answer).not.toHaveProperty('authorizations');
  });

  it('answers the members of each detail, in REST', async () => {
    await using sandbox = await startTestSandbox();
    expect(
      await askRest(sandbox, 'getContactData', { contactNumber: ADA, details: ['ADDRESSES', 'CRITERIA'] }),
    ).toEqual({
      requestId: null,
      statusCode: 'success',
      statusDetail: null,
      contactNumber: ADA,
      type: 'INDIVIDUAL',
      addresses: [
        expect.objectContaining({ main: true, street1: '4 quai des Brumes', town: 'Lausanne' }),
        expect.objectContaining({ main: false, street1: '12 rue du Levant' }),
      ],
      contactCriteria: [{ criterionCode: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
    });
  });

  it.each([
    ['AUTHORIZATIONS', 'authorizations'],
    ['COM_MEANS', 'individualContact'],
    ['INDICATORS', 'indicators'],
    ['QUALITIES', 'contactQualities'],
    ['INVALIDATED_QUALITIES', 'contactQualities'],
    ['ADVANTAGES', 'hasAdvantages'],
    ['FINANCIAL', 'financialData'],
    ['CONNECTIONS', 'contactConnections'],
  ])('brings with %s only %s', async (detail, member) => {
    await using sandbox = await startTestSandbox();
    const answer = await askRest(sandbox, 'getContactData', { contactNumber: ADA, details: [detail] });
    expect(answer).toHaveProperty(member);
    expect(answer).not.toHaveProperty('addresses');
    expect(answer).not.toHaveProperty('role');
  });

  it('keeps leading zeros: a number without them is another one', async () => {
    await using sandbox = await startTestSandbox();
    expect(await askRest(sandbox, 'getContactData', { contactNumber: '4217' })).toMatchObject({
      statusCode: 'error.contact.notFound',
      statusDetail: 'No contact 4217',
    });
  });

  it.each([
    [{}, 'error.parameter.missing'],
    [{ contactNumber: ADA, details: ['EVERYTHING'] }, 'error.parameter.invalid'],
  ])('refuses %j with %s', async (body, statusCode) => {
    await using sandbox = await startTestSandbox();
    expect(await askRest(sandbox, 'getContactData', body)).toMatchObject({ statusCode });
  });
});

describe('searchContact', () => {
  const numbersOf = (answer: unknown): string[] =>
    (answer as { contacts: { contactNumber: string }[] }).contacts.map(({ contactNumber }) => contactNumber);

  it.each([
    [{ contactNumbers: ['0004219', '0004217', '9999999'] }, ['0004217', '0004219']],
    [{ email: 'KELLER@lyric.example' }, ['0004218', '0004219']],
    [{ name: 'noel kell' }, ['0004218']],
    [{ name: 'tilleuls' }, ['0004220']],
    [{ email: 'keller@lyric.example', name: 'Ivo' }, ['0004219']],
    [{ name: 'keller', firstResult: 1, maxResults: 1 }, ['0004219']],
    [{ email: 'nobody@lyric.example' }, []],
  ])('finds with %j, by number', async (body, numbers) => {
    await using sandbox = await startTestSandbox();
    expect(numbersOf(await askRest(sandbox, 'searchContact', body))).toEqual(numbers);
  });

  it('reads many contacts with their details in one SOAP call', async () => {
    await using sandbox = await startTestSandbox();
    const answer = await askSoap(
      sandbox,
      'searchContact',
      '<contactNumbers>0004217</contactNumbers><contactNumbers>0004220</contactNumbers>' +
        '<details>GENERAL</details><details>ADDRESSES</details>',
    );
    expect(answer).toMatchObject({
      statusCode: 'success',
      contacts: [
        { contactNumber: '0004217', addresses: [{ town: 'Lausanne' }, { town: 'Lausanne' }] },
        {
          contactNumber: '0004220',
          type: 'STRUCTURE',
          structureContact: { structureName: 'École des Tilleuls' },
          addresses: { town: 'Paris' },
        },
      ],
    });
  });

  it.each([
    [{}, 'error.parameter.missing'],
    [{ name: ' ' }, 'error.parameter.missing'],
    [{ name: 'keller', maxResults: 0 }, 'error.parameter.invalid'],
    [{ name: 'keller', maxResults: 501 }, 'error.parameter.invalid'],
    [{ name: 'keller', firstResult: -1 }, 'error.parameter.invalid'],
  ])('refuses %j with %s', async (body, statusCode) => {
    await using sandbox = await startTestSandbox();
    expect(await askRest(sandbox, 'searchContact', body)).toMatchObject({ statusCode });
  });
});

describe('the service', () => {
  it('refuses a namespace without its final slash, which the other modules do not have', async () => {
    await using sandbox = await startTestSandbox();
    const [institution] = sandbox.institutions;
    const call = {
      service: SERVICE,
      method: 'getContactData',
      parameters: '<contactNumber>1</contactNumber>',
    };
    const xml = envelope(institution!, { ...call, service: SERVICE });
    const { status, text } = await postRaw(
      institution!,
      SERVICE,
      xml.replace('secutix.com/"', 'secutix.com"'),
    );
    expect(status).toBe(500);
    expect(textsOf(text, 'faultcode')).toEqual(['S:Client']);
    expect((await callRaw(institution!, { ...call, service: SERVICE })).status).toBe(200);
  });

  it('begins with the same contacts each time', async () => {
    await using one = await startTestSandbox();
    await using other = await startTestSandbox();
    const ask = { name: 'e', details: ['GENERAL', 'ADDRESSES'] };
    const [first, second] = await Promise.all(
      [one, other].map((each) => askRest(each, 'searchContact', ask)),
    );
    const undated = (answer: unknown): unknown =>
      JSON.parse(JSON.stringify(answer), (name, value) => (name === 'creationDate' ? undefined : value));
    expect(undated(first)).toEqual(undated(second));
  });

  it('is closed where the point of sales does not allow access to contact files', async () => {
    const world = smallWorld();
    world.institutions[0]!.posConfig['contactFileAccessAllowed'] = false;
    await using sandbox = await startTestSandbox({ world });
    expect(await askRest(sandbox, 'getContactData', { contactNumber: ADA })).toMatchObject({
      statusCode: 'error.authentication.pointOfSales',
    });
  });
});
