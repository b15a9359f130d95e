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
