import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsCardNumber } from '../../src/domain/card-number.js';
import { readReason } from '../../src/resolvers/orders/order-requests.js';

/** Of the test cards that issuers publish. */
const CARDS = [
  '4222222222222',
  '30569309025904',
  '378282246310005',
  '4111111111111111',
  '5500005555555559',
  '2223003122003222',
  '6011111111111117',
  '3530111333300000',
  '6304000000000000',
  '4000000000000000006',
];

const BOUNDS = { numRuns: 300, interruptAfterTimeLimit: 4_000 } as const;
const separator = fc.constantFrom('', ' ', '-', '.', '\u00a0', '\u2011', '\u2013');

/** The digits with separators somewhere between them. */
const written = fc
  .tuple(fc.constantFrom(...CARDS), fc.array(separator, { minLength: 19, maxLength: 19 }))
  .map(([card, separators]) =>
    Array.from(card, (digit, index) => (index === 0 ? '' : separators[index]!) + digit).join(''),
  );

/** What people write beside it; digits among it, but none that touch. */
const beside = fc.constantFrom(
  '',
  'card ',
  'Table 7, ',
  ' 12/27',
  ' 123',
  ' 09.2029',
  '2 x ',
  '!',
  'Müller ',
);

describe('the number of a payment card', () => {
  it.each(CARDS)('%s is one', (card) => {
    expect(holdsCardNumber(card)).toBe(true);
  });

  it('is found however it is grouped, and whatever stands around it', () => {
    fc.assert(
      fc.property(beside, written, beside, (before, card, after) => {
        const text = `${before} ${card} ${after}`;
        expect({ text, isFound: holdsCardNumber(text) }).toEqual({ text, isFound: true });
      }),
      BOUNDS,
    );
  });

  it('is found in full-width digits', () => {
    expect(holdsCardNumber('４１１１ １１１１ １１１１ １１１１')).toBe(true);
  });

  it.each([
    ['a wrong check digit', '4111 1111 1111 1112'],
    ['12 digits', '411111111111'],
    ['20 digits, though 19 of them would be one', '40000000000000000063'],
    ['an ISBN', '978-3-16-148410-0'],
    ['an EAN', '4006381333931'],
    ['a telephone number with its code of the country', '0041 79 555 01 17'],
    ['a telephone number with a plus', '+41 79 555 01 17'],
    ['two telephone numbers', '022 555 01 17 022 555 01 25'],
    ['a date and a time', '2026-01-12 09:00:00'],
    ['an id of the catalog', 'lyric:10000000000000009'],
    ['a contact number', '00000000000004111111'],
    ['an order number', 'lyric:100228719450'],
    ['words', 'for the 3rd row, seats 12 to 19'],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });

  it('is not a number that begins as no issuer does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('0', '1', '20', '21', '28', '7', '8', '9'),
        fc.bigInt({ min: 10n ** 12n, max: 10n ** 16n }),
        (first, rest) => {
          expect(holdsCardNumber(`${first}${rest}`)).toBe(false);
        },
      ),
      BOUNDS,
    );
  });

  it('takes a moment even for a text that is as long as a body may be', () => {
    const startedAt = performance.now();
    for (const piece of ['4', '4 ', '4-4 ', '1234567890123 ', 'x4']) holdsCardNumber(piece.repeat(60_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('is refused in the reason of a cancellation, which is otherwise free', () => {
    expect(readReason('refund to 5500 0055 5555 5559')).toMatchObject({
      refusals: [{ path: ['reason'], message: '`reason` must not hold the number of a payment card' }],
    });
    expect(readReason('ill, see ticket 4111 1111 1111 1112')).toEqual({
      value: 'ill, see ticket 4111 1111 1111 1112',
    });
  });
});
