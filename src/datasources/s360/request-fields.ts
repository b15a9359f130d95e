import { InvalidInputError } from '../../errors.js';
import { compileShape, type Member, type MethodDescriptions, type Shape } from './answer-shape.js';
import type { SoapArguments, SoapValue } from './soap-call.js';

/** What XML 1.0 has no way to write; a lone surrogate is half a character. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * The members of a request, built one by one from the service description: in its order, which `soap` does not see
 * to, and nothing that it does not name, which `soap` would send all the same.
 */
export class RequestFields {
  private readonly inputs: ReadonlyMap<string, Shape>;

  constructor(methods: MethodDescriptions) {
    this.inputs = new Map(
      Object.entries(methods).map(([method, { input }]) => [method, compileShape(input ?? {})]),
    );
  }

  /** Throws InvalidInputError for an argument that is not the method's, or a character that XML cannot hold. */
  of(method: string, args: SoapArguments): Record<string, unknown> {
    const shape = this.inputs.get(method);
    if (shape === undefined) throw new InvalidInputError('method', `is not one of the service: ${method}`);
    return membersOf(method, shape, args, '');
  }
}

function membersOf(
  method: string,
  shape: Shape,
  values: SoapArguments,
  prefix: string,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !shape.has(name))
      throw new InvalidInputError(prefix + name, `is not an argument of ${method}`);
  }
  const fields: Record<string, unknown> = {};
  for (const [name, { of }] of shape) {
    const value = values[name];
    if (value === undefined) continue;
    const path = prefix + name;
    fields[name] = isList(value)
      ? value.map((each) => fieldOf(method, of, each, path))
      : fieldOf(method, of, value, path);
  }
  return fields;
}

function fieldOf(method: string, of: Member['of'], value: SoapValue, path: string): unknown {
  if (typeof value !== 'object') {
    refuseUnlessXml(path, value);
    return value;
  }
  if (typeof of === 'string') throw new InvalidInputError(path, `is not a structure in ${method}`);
  return membersOf(method, of, value, `${path}.`);
}

function isList(value: SoapValue | readonly SoapValue[]): value is readonly SoapValue[] {
  return Array.isArray(value);
}

/** Throws InvalidInputError, without the value: it may be a password. */
export function refuseUnlessXml(argument: string, value: unknown): void {
  if (typeof value === 'string' && NOT_XML.test(value))
    throw new InvalidInputError(argument, 'must hold only characters that XML 1.0 has');
}
