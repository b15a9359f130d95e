import { Arguments, type ArgumentValue } from '../operations/arguments.js';
import {
  REQUEST_ID,
  type Operation,
  type Parameter,
  type ScalarParameter,
  type ScalarType,
} from '../operations/operation.types.js';
import { Refusal } from './refusal.js';

/** What a protocol found under a member's name, in order; nulls are left out. */
export type RawMembers = (name: string) => readonly RawValue[];

export interface RawValue {
  /** Text from XML, a scalar from JSON; null where JSON has a structure. */
  readonly scalar: string | number | boolean | null;
  /** Null where there can be no structure. */
  readonly members: RawMembers | null;
}

/**
 * Turns what came in into arguments of the operation's types. Unknown parameters are passed over, as later versions
 * may add some; a value of the wrong type is refused. Missing ones are not this function's business.
 */
export function readArguments(operation: Operation, raw: RawMembers): Arguments {
  return readMembers([REQUEST_ID, ...operation.parameters], raw, '');
}

/** Names of the mandatory parameters that did not come, those of structures as `outer.inner`. */
export function missingParameters(operation: Operation, args: Arguments): string[] {
  return missingMembers(operation.parameters, args, '');
}

function missingMembers(parameters: readonly Parameter[], args: Arguments, prefix: string): string[] {
  return parameters.flatMap((parameter) => {
    const { name, isMandatory } = parameter;
    if (!args.has(name)) return isMandatory === true ? [prefix + name] : [];
    if (parameter.type !== 'object') return [];
    const structures = [args.object(name) ?? args.objects(name)].flat();
    return [
      ...new Set(structures.flatMap((each) => missingMembers(parameter.members, each, `${prefix}${name}.`))),
    ];
  });
}

function readMembers(parameters: readonly Parameter[], raw: RawMembers, prefix: string): Arguments {
  const values = new Map<string, ArgumentValue | readonly ArgumentValue[]>();
  for (const parameter of parameters) {
    const path = prefix + parameter.name;
    const found = raw(parameter.name)
      .filter(({ scalar }) => scalar !== '' || isMeant(parameter, prefix))
      .map((value) => readValue(parameter, value, path));
    if (parameter.isList) values.set(parameter.name, found);
    else if (found.length > 1) throw new Refusal('badParameter', `${path} is one value, got ${found.length}`);
    else if (found[0] !== undefined) values.set(parameter.name, found[0]);
  }
  return new Arguments(values);
}

/** An empty element is how some clients write an absent value; a structure may be empty, and an empty text in one clears. */
function isMeant({ type }: Parameter, prefix: string): boolean {
  return type === 'object' || (type === 'string' && prefix !== '');
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
const WHOLE_NUMBER = /^[+-]?\d{1,19}$/;
const LIMITS: Readonly<Record<'long' | 'integer', bigint>> = { long: 2n ** 63n, integer: 2n ** 31n };

function readValue(parameter: Parameter, { scalar, members }: RawValue, path: string): ArgumentValue {
  if (parameter.type === 'object') {
    if (members !== null) return readMembers(parameter.members, members, `${path}.`);
    throw new Refusal('badParameter', `${path} must be a structure, got ${JSON.stringify(scalar)}`);
  }
  return readScalar(parameter, scalar, path);
}

function readScalar({ type }: ScalarParameter, value: RawValue['scalar'], path: string): ArgumentValue {
  if (type === 'boolean') {
    const found = BOOLEANS.get(typeof value === 'string' ? value.trim() : value);
    if (found !== undefined) return found;
  }
  const text = value === null || typeof value === 'boolean' ? null : String(value).trim();
  if (text !== null && isOfType(type, text, value)) {
    // Ids above 2^53 exist in no world, so that rounding one still finds nothing.
    return type === 'long' || type === 'integer' ? Number(text) : String(value);
  }
  throw new Refusal('badParameter', `${path} must be of type xs:${type}, got ${JSON.stringify(value)}`);
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  ['1', true],
  [false, false],
  ['false', false],
  ['0', false],
]);

function isOfType(type: ScalarType, text: string, value: RawValue['scalar']): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return false;
    case 'dateTime':
      return INSTANT.test(text) && !Number.isNaN(Date.parse(text));
    case 'long':
    case 'integer': {
      if (!WHOLE_NUMBER.test(text)) return false;
      const number = BigInt(text.replace('+', ''));
      return number < LIMITS[type] && number >= -LIMITS[type];
    }
  }
}
