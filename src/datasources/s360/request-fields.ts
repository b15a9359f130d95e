import { InvalidInputError } from '../../errors.js';
import { compileShape, type MethodDescriptions } from './answer-shape.js';
import type { SoapArguments } from './soap-call.js';

/** What XML 1.0 has no way to write; a lone surrogate is half a character. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * The members of a request, built one by one from the service description: in its order, which `soap` does not see
 * to, and nothing that it does not name, which `soap` would send all the same.
 */
export class RequestFields {
  private readonly inputs: ReadonlyMap<string, readonly string[]>;

  constructor(methods: MethodDescriptions) {
    this.inputs = new Map(
      Object.entries(methods).map(([method, { input }]) => [method, [...compileShape(input ?? {}).keys()]]),
    );
  }

  /** Throws InvalidInputError for an argument that is not the method's, or a character that XML cannot hold. */
  of(method: string, args: SoapArguments): Record<string, unknown> {
    const names = this.inputs.get(method);
    if (names === undefined) throw new InvalidInputError('method', `is not one of the service: ${method}`);
    for (const [name, value] of Object.entries(args)) {
      if (value !== undefined && !names.includes(name))
        throw new InvalidInputError(name, `is not an argument of ${method}`);
    }
    const fields: Record<string, unknown> = {};
    for (const name of names) {
      const value = args[name];
      if (value === undefined) continue;
      [value].flat().forEach((text) => refuseUnlessXml(name, text));
      fields[name] = typeof value === 'object' ? [...value] : value;
    }
    return fields;
  }
}

/** Throws InvalidInputError, without the value: it may be a password. */
export function refuseUnlessXml(argument: string, value: unknown): void {
  if (typeof value === 'string' && NOT_XML.test(value))
    throw new InvalidInputError(argument, 'must hold only characters that XML 1.0 has');
}
