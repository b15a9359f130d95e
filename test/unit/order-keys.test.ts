import { describe, expect, it } from 'vitest';
import { checkKey, externalReferenceOf, fingerprintOfTickets } from '../../src/services/order-keys.js';

describe('the key of an order', () => {
  it.each(['', ' ', 'a\u0000b', 'a\nb', ' a', 'a ', 'a]]>b', 'x'.repeat(201), '\ud800', '\ufffe'])(
    'that is %j is refused by its name',
    (key) => {
      expect(checkKey('clientOrderId', key)).toMatchObject([
        { code: 'INVALID_INPUT', path: ['clientOrderId'], message: expect.stringContaining('clientOrderId') },
      ]);
    },
  );

  it.each(['1', 'shop-2026/11:25', 'commande n° 7', 'é', '日本', '👍', 'x'.repeat(200)])(
    'may be %j',
    (key) => {
      expect(checkKey('clientOrderId', key)).toEqual([]);
    },
  );

  it('is what S-360 knows the order by, apart for each caller', () => {
    expect(externalReferenceOf('', 'shop-1')).toBe('shop-1');
    expect(externalReferenceOf('kiosk', 'shop-1')).not.toBe(externalReferenceOf('web', 'shop-1'));
  });

  it('of a cancellation does not depend on the order of the tickets, nor are all those that are named', () => {
    expect(fingerprintOfTickets(['1', '2'])).toBe(fingerprintOfTickets(['2', '1', '2']));
    expect(fingerprintOfTickets(null)).not.toBe(fingerprintOfTickets(['1', '2']));
  });
});
