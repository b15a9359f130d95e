import { buildSchema, graphql, type GraphQLResolveInfo } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createLoaders } from '../../src/datasources/loaders.js';
import type { ContactPart } from '../../src/domain/contact.js';
import { detailsOf } from '../../src/datasources/s360/contact-words.js';
import { selectedParts } from '../../src/resolvers/contacts/selected-parts.js';
import { contact } from '../support/contact-records.js';

const SCHEMA = buildSchema(`
  type Query { contact: Contact contacts: Connection payload: Payload }
  type Connection { nodes: [Contact] edges: [Edge] }
  type Edge { cursor: String node: Contact }
  type Payload { contact: Contact note: String }
  type Contact { id: ID number: String kind: String email: String phone: String addresses: [Address] criteria: [Criterion] }
  type Address { town: String phone: String } type Criterion { code: String }
`);

/** What is selected in each call of a field's resolver. */
async function partsIn(
  source: string,
  paths?: readonly (readonly string[])[],
  variableValues: Record<string, unknown> = {},
): Promise<string[][]> {
  const seen: string[][] = [];
  const resolve = (_args: unknown, _context: unknown, info: GraphQLResolveInfo): object => {
    seen.push([...selectedParts(info, paths)].sort());
    return {};
  };
  const { errors } = await graphql({
    schema: SCHEMA,
    source,
    variableValues,
    rootValue: { contact: resolve, contacts: resolve, payload: resolve },
  });
  if (errors !== undefined) throw errors[0]!;
  return seen;
}

describe('the parts of a contact that an operation selects', () => {
  it.each<[string, string[]]>([
    ['{ contact { id number __typename } }', []],
    ['{ contact { kind email } }', ['general']],
    ['{ contact { phone } }', ['phone']],
    ['{ contact { id addresses { town } } }', ['addresses']],
    ['{ contact { mine: criteria { code } } }', ['criteria']],
    ['{ contact { addresses { phone } } }', ['addresses']],
    [
      '{ contact { ...A } } fragment A on Contact { email ...B } fragment B on Contact { phone }',
      ['general', 'phone'],
    ],
    ['{ contact { ... on Contact { criteria { code } } ... { email } } }', ['criteria', 'general']],
    ['{ contact { email } contact { phone } }', ['general', 'phone']],
    ['{ contact { email @skip(if: true) phone @include(if: false) id } }', []],
    [
      '{ contact { ... @include(if: false) { email } ...A @skip(if: true) } } fragment A on Contact { phone }',
      [],
    ],
  ])('of %s', async (source, parts) => {
    expect(await partsIn(source)).toEqual([parts]);
  });

  it('follow variables of directives', async () => {
    const source = 'query ($all: Boolean!) { contact { id addresses @include(if: $all) { town } } }';
    expect(await partsIn(source, [[]], { all: true })).toEqual([['addresses']]);
    expect(await partsIn(source, [[]], { all: false })).toEqual([[]]);
  });

  it('are those below a path: of nodes and of edges together', async () => {
    const paths = [['nodes'], ['edges', 'node']];
    expect(
      await partsIn('{ contacts { nodes { email } all: edges { cursor node { phone } } } }', paths),
    ).toEqual([['general', 'phone']]);
    expect(await partsIn('{ payload { note contact { criteria { code } } } }', [['contact']])).toEqual([
      ['criteria'],
    ]);
    expect(await partsIn('{ payload { note } }', [['contact']])).toEqual([[]]);
  });
});

describe('the details that S-360 is asked for', () => {
  it.each<[ContactPart[], string[]]>([
    [[], ['GENERAL']],
    [['general'], ['GENERAL']],
    [['addresses'], ['ADDRESSES']],
    [
      ['criteria', 'phone'],
      ['COM_MEANS', 'CRITERIA', 'GENERAL'],
    ],
  ])('for %j are %j', (parts, details) => {
    expect(detailsOf(parts)).toEqual(details);
  });
});

describe('the loader of contacts', () => {
  interface Asked {
    readonly numbers: readonly string[];
    readonly parts: string[];
  }

  function house() {
    const asked: Asked[] = [];
    const notHere = (): never => {
      throw new Error('not part of this test');
    };
    const availability = { ofPerformances: notHere, ofProducts: notHere, seats: notHere };
    const contacts = {
      byNumbers: async (numbers: readonly string[], parts: ReadonlySet<ContactPart>) => {
        asked.push({ numbers, parts: [...parts].sort() });
        if (numbers.includes('666')) throw new Error('S-360 is ill');
        return numbers.map((number) => (number === '404' ? null : contact(number)));
      },
    };
    return { asked, institution: { availability, contacts } };
  }

  const key = (institution: string, s360Id: string) => ({ institution, s360Id });

  it('asks each institution once, for the parts that anybody wants, and each number once', async () => {
    const { asked, institution } = house();
    const loaders = createLoaders(
      new Map([
        ['lyric', institution],
        ['arena', institution],
      ]),
    );
    const found = await Promise.all([
      loaders.contact(key('lyric', '1'), new Set(['general'])),
      loaders.contact(key('lyric', '404'), new Set(['phone'])),
      loaders.contact(key('lyric', '1'), new Set(['criteria'])),
      loaders.contact(key('arena', '1'), new Set(['addresses'])),
    ]);
    expect(found.map((each) => each?.number ?? null)).toEqual(['1', null, '1', '1']);
    expect(asked).toEqual([
      { numbers: ['1', '404'], parts: ['criteria', 'general', 'phone'] },
      { numbers: ['1'], parts: ['addresses'] },
    ]);
  });

  it('remembers nobody, and one institution that fails does not fail the other', async () => {
    const { asked, institution } = house();
    const loaders = createLoaders(
      new Map([
        ['lyric', institution],
        ['arena', institution],
      ]),
    );
    await loaders.contact(key('lyric', '1'), new Set(['general']));
    const [failed, found] = await Promise.allSettled([
      loaders.contact(key('lyric', '666'), new Set(['general'])),
      loaders.contact(key('arena', '1'), new Set(['general'])),
    ]);
    expect([failed.status, found.status]).toEqual(['rejected', 'fulfilled']);
    await loaders.contact(key('lyric', '1'), new Set(['general']));
    expect(asked).toHaveLength(4);
  });
});
