import { Arguments, type ArgumentValue } from '../operations/arguments.js';
import {
  REQUEST_ID,
  type Operation,
  type Parameter,
  type ParameterType,
} from '../operations/operation.types.js';
import { Refusal } from './refusal.js';

/** What a protocol found under a parameter's name: texts from XML, JSON scalars, nulls left out. */
export type RawValues = readonly (string | number | boolean | object)[];

/**
 * Turns what came in into arguments of the operation's types. Unknown parameters are passed over, as later versions
 * may add some; a value of the wrong type is refused. Missing ones are not this function's business.
 */
export function readArguments(operation: Operation, raw: (name: string) => RawValues): Arguments {
  const values = new Map<string, ArgumentValue>();
  for (const parameter of [REQUEST_ID, ...operation.parameters]) {
    const found = raw(parameter.name)
      // An empty element is how some clients write an absent text.
      .filter((value) => parameter.type !== 'string' || value !== '')
      .map((value) => readValue(parameter, value));
    if (parameter.isList) values.set(parameter.name, found);
    else if (found.length > 1)
      throw new Refusal('badParameter', `${parameter.name} is one value, got ${found.length}`);
    else if (found[0] !== undefined) values.set(parameter.name, found[0]);
  }
  return new Arguments(values);
}

/** Names of the mandatory parameters that did not come. */
export function missingParameters(operation: Operation, args: Arguments): string[] {
  return operation.parameters
    .filter(({ name, isMandatory }) => isMandatory === true && !args.has(name))
    .map(({ name }) => name);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
const WHOLE_NUMBER = /^[+-]?\d{1,19}$/;
const LIMITS: Readonly<Record<'long' | 'integer', bigint>> = { long: 2n ** 63n, integer: 2n ** 31n };

function readValue({ name, type }: Parameter, value: RawValues[number]): string | number {
  const text = typeof value === 'object' || typeof value === 'boolean' ? null : String(value).trim();
  if (text !== null && isOfType(type, text, value)) {
    // Ids above 2^53 exist in no world, so that rounding one still finds nothing.
    return type === 'long' || type === 'integer' ? Number(text) : text;
  }
  throw new Refusal('badParameter', `${name} must be of type xs:${type}, got ${JSON.stringify(value)}`);
}

function isOfType(type: ParameterType, text: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
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
