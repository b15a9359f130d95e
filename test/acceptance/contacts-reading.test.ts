import { describe, expect, it } from 'vitest';
import { startContactHouse } from '../support/contact-house.js';

const ADA = 'small:0004217';

describe('Query.contact', () => {
  it('answers everything about a contact with one call, its number as text', async () => {
    await using house = await startContactHouse();
    const { contact } = await house.data(
      `query ($id: ID!) { contact(id: $id) {
         id number kind role state firstName lastName structureName email phone language
         institution { code name }
         addresses { id name main billing shipping lines zipCode town countryCode }
         criteria { code values } } }`,
      { id: ADA },
    );
    expect(contact).toMatchObject({
      id: ADA,
      number: '0004217',
      kind: 'INDIVIDUAL',
      role: 'PUBLIC',
      state: 'ACTIVE',
      firstName: 'Ada',
      lastName: 'Moreau',
      structureName: null,
      email: 'ada.moreau@small.example',
      phone: '+41 21 555 01 17',
      language: 'fr',
      institution: { code: 'small', name: 'Small house' },
      addresses: [
        {
          id: expect.stringMatching(/^small:\d+$/) as string,
          name: 'Home',
          main: true,
          billing: true,
          shipping: false,
          lines: ['4 quai des Brumes'],
          zipCode: '1003',
          town: 'Lausanne',
          countryCode: 'CH',
        },
        { main: false },
      ],
      criteria: [{ code: 'INTERESTS', values: ['JAZZ', 'OPERA'] }],
    });
    expect(await house.calls()).toEqual(['getContactData']);
  });

  it('reads many contacts of one operation with one call', async () => {
    await using house = await startContactHouse();
    const data = await house.data(
      `{ a: contact(id: "small:0004217") { firstName addresses { town } }
         b: contact(id: "small:0004220") { structureName kind }
         c: contact(id: "small:9999999") { number }
         d: contact(id: "small:0004217") { criteria { code } }
         e: contact(id: "nowhere:0004217") { number } }`,
    );
    expect(data).toEqual({
      a: { firstName: 'Ada', addresses: [{ town: 'Lausanne' }, { town: 'Lausanne' }] },
      b: { structureName: 'École des Tilleuls', kind: 'STRUCTURE' },
      c: null,
      d: { criteria: [{ code: 'INTERESTS' }] },
      e: null,
    });
    expect(await house.calls()).toEqual(['searchContact']);
  });

  it('is null for a number without its leading zeros', async () => {
    await using house = await startContactHouse();
    expect(await house.data('{ contact(id: "small:4217") { number } }')).toEqual({ contact: null });
  });

  it('asks again in every operation: nothing is remembered of anybody', async () => {
    await using house = await startContactHouse();
    const document = `{ contact(id: "${ADA}") { firstName } }`;
    await Promise.all([house.data(document), house.data(document)]);
    await house.data(document);
    expect(await house.calls()).toEqual(['getContactData', 'getContactData', 'getContactData']);
  });

  it('passes a kind that S-360 added since as UNKNOWN, and counts it as drift', async () => {
    await using house = await startContactHouse();
    await house.sandbox.fault({ kind: 'unknownEnum', method: 'getContactData', times: 1 });
    expect(await house.data(`{ contact(id: "${ADA}") { firstName state role kind } }`)).toEqual({
      contact: { firstName: 'Ada', state: 'NOT_KNOWN_YET', role: 'NOT_KNOWN_YET', kind: 'UNKNOWN' },
    });
    const { institutions } = await house.data<{ institutions: { upstream: { drift: object[] } }[] }>(
      '{ institutions { upstream { drift { service path kind sample } } } }',
    );
    expect(institutions[0]!.upstream.drift).toContainEqual({
      service: 'ContactInformationPublicService',
      path: 'type',
      kind: 'unknown-value',
      sample: 'NOT_KNOWN_YET',
    });
  });

  it('refuses what is no id without asking S-360', async () => {
    await using house = await startContactHouse();
    for (const id of ['4217', 'small:', 'small:12x', 'small:123456789012345678901', 'SMALL:1', '']) {
      const { errors } = await house.ask('query ($id: ID!) { contact(id: $id) { number } }', { id });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
    }
    expect(await house.calls()).toEqual([]);
  });

  it('fails alone when S-360 does not answer, and can be asked again', async () => {
    await using house = await startContactHouse();
    await house.sandbox.fault({ kind: 'http500', service: 'ContactInformationPublicService' });
    const { data, errors } = await house.ask(`{ contact(id: "${ADA}") { firstName } institutions { code } }`);
    expect(data).toEqual({ contact: null, institutions: [{ code: 'small' }] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });

  it('is closed where the point of sales gives no access to contact files', async () => {
    await using house = await startContactHouse({ posConfig: { contactFileAccessAllowed: false } });
    for (const document of [
      `{ contact(id: "${ADA}") { firstName } }`,
      '{ contacts(search: { institution: "small", name: "ada" }) { nodes { id } } }',
    ]) {
      const { errors } = await house.ask(document);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', retryable: false });
    }
    expect(await house.calls()).toEqual([]);
  });
});

describe('Query.contacts', () => {
  interface Found {
    readonly contacts: {
      readonly nodes: { readonly number: string }[];
      readonly edges: { readonly cursor: string; readonly node: { readonly number: string } }[];
      readonly pageInfo: {
        readonly hasNextPage: boolean;
        readonly hasPreviousPage: boolean;
        readonly endCursor: string | null;
      };
    };
  }
  const SEARCH = `query ($search: ContactSearch!, $first: Int! = 20, $after: String) {
    contacts(search: $search, first: $first, after: $after) {
      nodes { number } edges { cursor node { number email } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
  const small = (search: object): { search: object } => ({ search: { institution: 'small', ...search } });

  it('finds by number, email and name, each time with one call', async () => {
    await using house = await startContactHouse();
    for (const [search, numbers] of [
      [{ number: '0004217' }, ['0004217']],
      [{ email: 'keller@small.example' }, ['0004218', '0004219']],
      [{ name: 'tilleuls' }, ['0004220']],
      [{ email: 'keller@small.example', name: 'ivo' }, ['0004219']],
      [{ name: 'nobody' }, []],
    ] as const) {
      const { contacts } = await house.data<Found>(SEARCH, small(search));
      expect(contacts.nodes.map(({ number }) => number)).toEqual(numbers);
      expect(await house.calls()).toEqual(['searchContact']);
    }
  });

  it('pages to the end, by number', async () => {
    const people = Array.from({ length: 7 }, (_one, index) => ({
      details: { firstname: `P${index}`, lastname: 'Same' },
    }));
    await using house = await startContactHouse({ contacts: people });
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { contacts }: Found = await house.data<Found>(SEARCH, {
        ...small({ name: 'same' }),
        first: 3,
        after,
      });
      expect(contacts.pageInfo.hasPreviousPage).toBe(pages > 0);
      seen.push(...contacts.nodes.map(({ number }) => number));
      after = contacts.pageInfo.hasNextPage ? contacts.pageInfo.endCursor : null;
      pages += 1;
    } while (after !== null);
    expect(seen).toEqual(['17', '18', '19', '20', '21', '22', '23'].map((end) => `00042${end}`));
    expect(await house.calls()).toHaveLength(3);
  });

  it('refuses a search that cannot be one and names the argument, without asking S-360', async () => {
    await using house = await startContactHouse();
    for (const [variables, argument] of [
      [small({}), 'search'],
      [small({ name: '  ' }), 'search'],
      [{ search: { institution: 'nowhere', name: 'a' } }, 'search.institution'],
      [small({ number: '42a' }), 'search.number'],
      [small({ email: 'keller' }), 'search.email'],
      [small({ name: 'a\u0007b' }), 'search.name'],
      [small({ name: 'a'.repeat(300) }), 'search.name'],
      [{ ...small({ name: 'a' }), first: 0 }, 'first'],
      [{ ...small({ name: 'a' }), first: 101 }, 'first'],
      [{ ...small({ name: 'a' }), after: 'bm9uc2Vuc2U' }, 'after'],
    ] as const) {
      const { errors } = await house.ask(SEARCH, variables);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    }
    expect(await house.calls()).toEqual([]);
  });
});
