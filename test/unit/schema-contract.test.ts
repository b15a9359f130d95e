import { existsSync, readFileSync } from 'node:fs';
import {
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/resolvers/schema.js';

const CONTRACT = new URL('../../../shared/schema.graphql', import.meta.url);

/** Fields of the contract that are still to come. */
const LATER_FIELDS = new Set(['Upstream.inDoubtOrders']);

/**
 * Every member of a type as one line: fields with their type, arguments with type and default, enum values. Lines
 * compare exactly; what the project adds beyond them is not looked at.
 */
function linesOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => `${type.name}.${inputLine(field)}`);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [`scalar ${type.name}`];
  return Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${field.type.toString()}`,
    ...field.args.map((arg) => `${type.name}.${field.name}(${inputLine(arg)})`),
  ]);
}

function inputLine({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const assigned = defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`;
  return `${name}: ${type.toString()}${assigned}`;
}

function contractSchema(): GraphQLSchema {
  // `@key` belongs to federation, which builds its own schema of this one.
  const document = parse(readFileSync(CONTRACT, 'utf8'));
  return buildASTSchema(document, { assumeValidSDL: true });
}

describe.skipIf(!existsSync(CONTRACT))('the schema, compared with the public contract', () => {
  const own = createSchema();
  const contract = existsSync(CONTRACT) ? contractSchema() : own;
  const types = Object.values(contract.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

  it.each(types.map((type) => [type.name, type] as const))('has all of %s', (name, type) => {
    const ownType = own.getType(name);
    expect(ownType).toBeDefined();
    const ownLines = new Set(linesOf(ownType!));
    const missing = linesOf(type).filter((line) => {
      const field = /^\w+\.\w+/.exec(line)?.[0] ?? line;
      return !ownLines.has(line) && !LATER_FIELDS.has(field);
    });
    expect(missing).toEqual([]);
  });

  it('asks clients of the contract for no argument that the contract does not have', () => {
    const surprising = types.flatMap((type) => {
      const ownType = own.getType(type.name);
      if (!isObjectType(type) || !isObjectType(ownType)) return [];
      return Object.values(ownType.getFields()).flatMap((field) => {
        const known = new Set(type.getFields()[field.name]?.args.map(({ name }) => name));
        return field.args
          .filter((arg) => !known.has(arg.name) && type.getFields()[field.name] !== undefined)
          .filter((arg) => arg.type.toString().endsWith('!') && arg.defaultValue === undefined)
          .map((arg) => `${type.name}.${field.name}(${arg.name})`);
      });
    });
    expect(surprising).toEqual([]);
  });

  it('compares more than a few names', () => {
    expect(types.length).toBeGreaterThan(45);
  });
});
