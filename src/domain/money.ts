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
