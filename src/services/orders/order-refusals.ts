import type { OrderRefusal, OrderRefusalCode, OrderRefusalFacts } from '../../domain/order.js';

/** More would not be read, and the answer would only grow. */
const MAX_REFUSALS = 20;

export type InputPath = readonly string[];

/**
 * What is wrong with an input, in the order it was found, at most 20. None is worth repeating unchanged: each is about
 * the input, or about a sale that somebody else has to open.
 */
export class RefusalList {
  readonly #found: OrderRefusal[] = [];

  get all(): readonly OrderRefusal[] {
    return this.#found;
  }

  add(
    code: OrderRefusalCode,
    path: InputPath | null,
    message: string,
    facts: OrderRefusalFacts = { kind: 'none' },
  ): void {
    if (this.#found.length < MAX_REFUSALS) this.#found.push({ code, message, path, retryable: false, facts });
  }
}
