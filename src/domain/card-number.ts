/** Blanks, hyphens and dots between groups of digits, as people write and as programs print them. */
const DIGITS = /\d+(?:[\s.\-\u2010-\u2013]\d+)*/g;
const SEPARATOR = /[^\d]/;
const SHORTEST = 13;
const LONGEST = 19;

/**
 * Whether a text holds what may be the number of a payment card: 13 to 19 digits, alone or in groups, that begin as
 * the numbers of issuers do and end with the right check digit (ISO/IEC 7812). Other digits may stand around it, as an
 * expiry date does. Telephone numbers begin with a zero or have fewer digits, EAN and ISBN begin with other digits, and
 * a number of 20 digits is none, whatever it begins with.
 */
export function holdsCardNumber(text: string): boolean {
  // Full-width digits are digits to whoever reads them.
  const runs = text.normalize('NFKC').match(DIGITS) ?? [];
  return runs.some((run) => hasCardNumber(run.split(SEPARATOR)));
}

/** Groups are taken whole: the number of a card begins and ends with one. */
function hasCardNumber(groups: readonly string[]): boolean {
  return groups.some((_group, start) => {
    let digits = '';
    for (const group of groups.slice(start, start + LONGEST)) {
      digits += group;
      if (digits.length > LONGEST) return false;
      if (digits.length >= SHORTEST && isCardNumber(digits)) return true;
    }
    return false;
  });
}

/** 2221 to 2720 and 3 to 6: what banks and card companies have. 0, 1, 7, 8 and 9 are other trades and states. */
const ISSUER = /^(2[2-7]|[3-6])/;

function isCardNumber(digits: string): boolean {
  return ISSUER.test(digits) && hasCheckDigit(digits);
}

/** Luhn's. */
function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
}
