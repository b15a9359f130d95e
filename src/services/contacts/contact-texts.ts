import { holdsCardNumber } from '../../domain/card-number.js';
import type { ContactRefusals, InputPath } from './contact-refusals.js';

/** How long a text may be, and what it must look like beyond that. */
export interface TextRule {
  readonly maxLength: number;
  /** Free text, in which somebody could leave the number of a payment card. */
  readonly isFree?: boolean;
  readonly pattern?: RegExp;
  /** What the pattern means, after "must be". */
  readonly meaning?: string;
}

export const NAME: TextRule = { maxLength: 100, isFree: true };
export const EMAIL: TextRule = {
  maxLength: 254,
  pattern: /^[^\s@]+@[^\s@]+$/,
  meaning: 'an email address, with one @ and no blanks',
};
export const PHONE: TextRule = {
  maxLength: 40,
  pattern: /^(?=.*[0-9])[0-9 +()/.#*x-]+$/i,
  meaning: 'a telephone number of digits, blanks and + ( ) / . -',
};
export const LANGUAGE: TextRule = {
  maxLength: 35,
  pattern: /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i,
  meaning: 'a language tag, like fr or fr-CH',
};
export const ZIP_CODE: TextRule = { maxLength: 20, isFree: true };
export const COUNTRY_CODE: TextRule = {
  maxLength: 2,
  pattern: /^[A-Z]{2}$/,
  meaning: 'two capital letters of ISO 3166-1, like CH',
};
export const CRITERION_CODE: TextRule = {
  maxLength: 60,
  pattern: /^[\p{L}\p{N}_./ -]+$/u,
  meaning: 'letters, digits, blanks and _ . / -',
};
export const CRITERION_VALUE: TextRule = { maxLength: 200, isFree: true };
export const REQUEST_ID: TextRule = { maxLength: 200 };

/** Control characters (line breaks too), half characters, and what else XML 1.0 has no way to write. */
const FORBIDDEN = /[^\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/**
 * The text without blanks around it; null when nothing is left, or when it breaks a rule, which is then among the
 * refusals. The message never holds the text: it is somebody's data.
 */
export function checkedText(
  refusals: ContactRefusals,
  path: InputPath,
  value: string | null,
  rule: TextRule,
): string | null {
  const text = value?.trim() ?? '';
  if (text === '') return null;
  const broken = brokenRule(text, rule);
  if (broken === null) return text;
  refusals.invalid(path, broken);
  return null;
}

function brokenRule(text: string, { maxLength, isFree, pattern, meaning }: TextRule): string | null {
  // Before the pattern: it must not run over a text of any length.
  if (text.length > maxLength) return `must have at most ${maxLength} characters, got ${text.length}`;
  if (FORBIDDEN.test(text)) return 'must be one line without control characters';
  if (text.includes(']]>')) return 'must not contain ]]>';
  if (pattern !== undefined && !pattern.test(text)) return `must be ${meaning}`;
  if (isFree === true && holdsCardNumber(text)) return 'must not hold the number of a payment card';
  return null;
}
