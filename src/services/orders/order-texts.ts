import { holdsCardNumber } from '../../domain/card-number.js';

const MAX_LENGTH = 200;

/**
 * What speaks against a free text of a client about an order, a reference or a reason: the rule that it breaks, to
 * follow its name, or null. The rule never holds the text: it may be a person's.
 */
export function orderTextProblem(text: string): string | null {
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters, got ${text.length}`;
  if (/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text))
    return 'must not have control characters or halves of characters';
  // Some XML readers take it for the end of a CDATA section.
  if (text.includes(']]>')) return 'must not contain "]]>"';
  return holdsCardNumber(text) ? 'must not hold the number of a payment card' : null;
}
