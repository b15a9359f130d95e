import { buildSchema, execute, parse, validate, type GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { withoutValues, withoutValuesOfVariables } from '../../src/server/unrepeated-values.js';

const schema = buildSchema(`
  enum Kind { PERSON }
  input Address { lines: [String!]! zip: Int }
  input Contact { id: ID! kind: Kind, email: String, address: Address, rate: Float, main: Boolean }
  type Query { contact(input: Contact, first: Int, name: String, kind: Kind, main: Boolean, rate: Float, ids: [ID!]): String }
`);
/** With what GraphQL's own messages are made of. */
const NAME = `Zoë; "Kanari" at "x"; value: y`;
const QUOTED = JSON.stringify(NAME);

describe("GraphQL's complaints about a document", () => {
  it.each([
    [`{ contact(first: ${QUOTED}) }`, 'Int cannot represent non-integer value: a string'],
    ['{ contact(name: 7719) }', 'String cannot represent a non string value: a number'],
    ['{ contact(rate: [7719]) }', 'Float cannot represent non numeric value: a list'],
    [`{ contact(main: ${QUOTED}) }`, 'Boolean cannot represent a non boolean value: a string'],
    [`{ contact(ids: [{ a: ${QUOTED} }]) }`, 'an object'],
    [`{ contact(kind: ${QUOTED}) }`, 'Enum "Kind" cannot represent non-enum value: a string.'],
    [`{ contact(input: ${QUOTED}) }`, 'Expected value of type "Contact", found a string.'],
    [`{ contact(input: { id: "a", address: [${QUOTED}] }) }`, 'Expected value of type "Address"'],
    [`{ contact(name ${QUOTED}) }`, 'Syntax Error: Expected ":", found a String.'],
    [`{ contact(name: "a" ${QUOTED}) }`, 'Syntax Error: Expected Name, found a String.'],
    ['{ contact(name: "a" """Zoë "Kanari" x""") }', 'Syntax Error: Expected Name, found a BlockString.'],
    ['{ contact 7719 }', 'Syntax Error: Expected Name, found a Int.'],
  ])('name the rule and not the value: %s', (text, said) => {
    const [message] = complaintsAbout(text);
    expect(message).toContain(said);
    expect(message).not.toMatch(/Zoë|Kanari|7719/);
  });

  it('name what is a name of the schema', () => {
    expect(complaintsAbout('{ contacts }')).toEqual([
      'Cannot query field "contacts" on type "Query". Did you mean "contact"?',
    ]);
  });
});

describe("GraphQL's complaints about variables", () => {
  const input = { id: 'a', email: NAME };
  it.each([
    [{ input: NAME }, 'Variable "$input" got an invalid value; Expected type "Contact" to be an object.'],
    [{ input: { email: NAME } }, 'Field "id" of required type "ID!" was not provided.'],
    [{ input: { ...input, mail: NAME } }, 'Field "mail" is not defined by type "Contact"'],
    [{ input: { ...input, kind: NAME } }, '"input.kind"; The value does not exist in "Kind" enum.'],
    [{ input: { ...input, kind: [NAME] } }, '"input.kind"; Enum "Kind" cannot represent non-string value'],
    [{ input: { ...input, email: { NAME } } }, '"input.email"; String cannot represent a non string value'],
    [{ input: { ...input, rate: NAME } }, '"input.rate"; Float cannot represent non numeric value'],
    [{ input: { ...input, main: NAME } }, '"input.main"; Boolean cannot represent a non boolean value'],
    [{ input: { ...input, id: { NAME } } }, '"input.id"; ID cannot represent value'],
    [{ input: { ...input, address: { lines: ['a', [NAME]] } } }, '"input.address.lines[1]"; String cannot'],
    [{ input: { ...input, address: { lines: [], zip: NAME } } }, '"input.address.zip"; Int cannot'],
    [
      { first: 1e12, input },
      '"$first" got an invalid value; Int cannot represent non 32-bit signed integer value',
    ],
  ])('name the place and the rule, and not the value: %j', (variableValues, said) => {
    const [message] = complaintsAboutVariables(variableValues);
    expect(message).toContain(said);
    expect(message).not.toMatch(/Zoë|Kanari|1e12|1000000000000/);
  });

  it('are as many as there are mistakes, in their order', () => {
    expect(complaintsAboutVariables({ input: { id: [1], kind: 'x' }, first: 'x' })).toEqual([
      'Variable "$input" got an invalid value at "input.id"; ID cannot represent value',
      'Variable "$input" got an invalid value at "input.kind"; The value does not exist in "Kind" enum.',
      'Variable "$first" got an invalid value; Int cannot represent non-integer value',
    ]);
  });
});

function complaintsAbout(text: string): string[] {
  try {
    return validate(schema, parse(text)).map(withoutValues);
  } catch (error) {
    return [withoutValues(error as GraphQLError)];
  }
}

function complaintsAboutVariables(variableValues: Readonly<Record<string, unknown>>): string[] {
  const document = parse('query ($input: Contact, $first: Int) { contact(input: $input, first: $first) }');
  const args = { schema, document, variableValues };
  const result = execute(args);
  if (result instanceof Promise) throw new Error('nothing waits here');
  return withoutValuesOfVariables(result.errors ?? [], args).map(({ message }) => message);
}
