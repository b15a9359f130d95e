import { INSTITUTION_CODE } from '../../domain/ids.js';
import type { ContactRefusal, ContactRefusalCode } from './contacts.types.js';

export type InputPath = readonly string[];

/** More would not be read, and the answer would only grow. */
const MAX_REFUSALS = 20;

export function contactRefusal(
  code: ContactRefusalCode,
  path: InputPath | null,
  message: string,
  upstreamCode: string | null = null,
): ContactRefusal {
  return { code, message, path, retryable: false, upstreamCode };
}

/** `code` is none of `known`. */
export function noInstitution(code: string, known: readonly string[]): ContactRefusal {
  return INSTITUTION_CODE.test(code)
    ? contactRefusal(
        'NOT_FOUND',
        ['institution'],
        `There is no institution ${code}: there is ${known.join(', ')}`,
      )
    : contactRefusal('INVALID_INPUT', ['institution'], '`institution` must be the code of an institution');
}

/** What is wrong with an input, in the order it was found, at most 20. */
export class ContactRefusals {
  readonly #found: ContactRefusal[] = [];

  get all(): readonly ContactRefusal[] {
    return this.#found;
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** `rule` goes after the value's name. */
  invalid(path: InputPath, rule: string): void {
    this.add(contactRefusal('INVALID_INPUT', path, `\`${path.join('.')}\` ${rule}`));
  }

  add(refusal: ContactRefusal): void {
    if (this.#found.length < MAX_REFUSALS) this.#found.push(refusal);
  }
}
