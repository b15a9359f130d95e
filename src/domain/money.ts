/**
 * S-360 counts money in thousandths of the currency unit, as an integer: 45000 is 45.00. Inside, amounts are
 * bigint and never become a floating-point number.
 */
export interface Money {
  readonly amountMilli: bigint;
  readonly currency: Currency;
}

export interface Currency {
  /** ISO 4217, for example `EUR`. */
  readonly code: string;
  /** Digits after the decimal point that the currency is shown with: 2 for EUR, 0 for JPY. */
  readonly fractionDigits: number;
}

/** `45000n` with 2 digits is "45.00"; a finer amount keeps its thousandths: `12345n` is "12.345". */
export function formatDecimal(amountMilli: bigint, fractionDigits: number): string {
  const sign = amountMilli < 0n ? '-' : '';
  const digits = (amountMilli < 0n ? -amountMilli : amountMilli).toString().padStart(4, '0');
  const fraction = digits.slice(-3).replace(/0+$/, '').padEnd(fractionDigits, '0');
  return `${sign}${digits.slice(0, -3)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Whole minor units (cents); a finer amount is rounded half away from zero. */
export function minorUnits(amountMilli: bigint, fractionDigits: number): bigint {
  const scaled = amountMilli * 10n ** BigInt(fractionDigits);
  const half = scaled < 0n ? -500n : 500n;
  return (scaled + half) / 1000n;
}

/** As many digits as the largest 64-bit number of thousandths has. */
const DECIMAL = /^(-?)(\d{1,16})(?:\.(\d{1,3}))?$/;

/** The inverse of `formatDecimal`, exact: "45.00" is `45000n`. Null for what is no decimal number with at most 3 decimals. */
export function parseDecimalMilli(text: string): bigint | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = ''] = match;
  const amountMilli = BigInt(whole! + fraction.padEnd(3, '0'));
  return sign === '-' ? -amountMilli : amountMilli;
}
