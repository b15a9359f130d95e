import { describe, expect, it } from 'vitest';
import { checkKey, externalReferenceOf, fingerprintOfTickets } from '../../src/services/orders/order-keys.js';

describe('what S-360 knows an order by', () => {
  it('is the key itself where there is one caller, and has the caller in front where there are many', () => {
    expect(externalReferenceOf('', 'basket-1')).toBe('basket-1');
    expect(externalReferenceOf('shop', 'basket-1')).toBe('shop/basket-1');
  });

  it('differs for all pairs of caller and key that read alike', () => {
    const pairs = [
      ['', 'a/b/c'],
      ['a', 'b/c'],
      ['a/b', 'c'],
      ['a%2Fb', 'c'],
      ['a', '/b/c'],
      ['a/', 'b/c'],
      ['', '/a/b/c'],
      ['', 'a'],
    ] as const;
    const references = pairs.map(([caller, key]) => externalReferenceOf(caller, key));
    expect(new Set(references).size).toBe(pairs.length);
  });

  it('has at most the 250 characters that S-360 keeps, however long the caller is', () => {
    const key = 'k'.repeat(200);
    const [one, other] = [`${'s'.repeat(300)}1`, `${'s'.repeat(300)}2`];
    for (const caller of [one, '/'.repeat(20), 's'.repeat(49)]) {
      expect(externalReferenceOf(caller, key).length).toBeLessThanOrEqual(250);
    }
    expect(externalReferenceOf(one, key)).not.toBe(externalReferenceOf(other, key));
  });
});

describe('a key', () => {
  it.each(['', ' a', 'a ', 'a\nb', 'a]]>b', 'k'.repeat(201), 'a\u0000'])(
    'is refused by name and rule: %j',
    (key) => {
      expect(checkKey('clientOrderId', key)).toMatchObject([
        { code: 'INVALID_INPUT', path: ['clientOrderId'], message: expect.stringContaining('1 to 200') },
      ]);
    },
  );

  it.each(['a', 'a b', 'é', 'Bestellung 12/3', 'k'.repeat(200)])('is taken as it is: %j', (key) => {
    expect(checkKey('clientOrderId', key)).toEqual([]);
  });
});

describe('the fingerprint of a cancellation', () => {
  it('is the same for the same tickets in any order, and another one for all tickets', () => {
    expect(fingerprintOfTickets(['2', '1', '2'])).toBe(fingerprintOfTickets(['1', '2']));
    expect(fingerprintOfTickets(null)).not.toBe(fingerprintOfTickets([]));
  });
});
