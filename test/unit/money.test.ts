import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, minorUnits, parseDecimalMilli } from '../../src/domain/money.js';

describe('formatDecimal', () => {
  it.each([
    [45000n, 2, '45.00'],
    [90250n, 2, '90.25'],
    [12345n, 2, '12.345'],
    [5n, 2, '0.005'],
    [0n, 2, '0.00'],
    [-4000n, 2, '-4.00'],
    [1000n, 0, '1'],
    [9_223_372_036_854_775_807n, 2, '9223372036854775.807'],
  ])('writes %s thousandths with %i digits as %s', (amountMilli, digits, text) => {
    expect(formatDecimal(amountMilli, digits)).toBe(text);
  });

  it('loses no thousandth of any 64-bit amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.integer({ min: 0, max: 3 }),
        (amount, digits) => {
          const [whole, fraction = ''] = formatDecimal(amount, digits).replace('-', '').split('.');
          const back = BigInt(whole! + fraction.padEnd(3, '0'));
          expect(amount < 0n ? -back : back).toBe(amount);
        },
      ),
    );
  });
});

describe('minorUnits', () => {
  it.each([
    [45000n, 2, 4500n],
    [12345n, 2, 1235n],
    [-12345n, 2, -1235n],
    [1499n, 0, 1n],
    [1500n, 0, 2n],
  ])('rounds %s thousandths with %i digits to %s', (amountMilli, digits, units) => {
    expect(minorUnits(amountMilli, digits)).toBe(units);
  });
});

describe('parseDecimalMilli', () => {
  it.each([
    ['45.00', 45_000n],
    ['45', 45_000n],
    ['0.5', 500n],
    ['0.005', 5n],
    ['007', 7_000n],
    ['-4.00', -4_000n],
    ['-0', 0n],
    ['9223372036854775.807', 9_223_372_036_854_775_807n],
  ])('reads %s', (text, amountMilli) => {
    expect(parseDecimalMilli(text)).toBe(amountMilli);
  });

  it.each(['', '-', '.5', '5.', '1.2345', '1,5', '1e3', ' 1', '1\n', '+1', '--1', '٣', '12345678901234567'])(
    'takes %j for no amount',
    (text) => {
      expect(parseDecimalMilli(text)).toBeNull();
    },
  );

  it('reads back every 64-bit amount that formatDecimal writes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.integer({ min: 0, max: 3 }),
        (amountMilli, digits) => {
          expect(parseDecimalMilli(formatDecimal(amountMilli, digits))).toBe(amountMilli);
        },
      ),
    );
  });
});
