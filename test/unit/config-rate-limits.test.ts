import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { isTrusted } from '../../src/server/trusted-proxies.js';

const proxiesIn = (text: string) => readConfig({ TRUSTED_PROXIES: text }, '/tmp').rateLimit.trustedProxies;

it.each([
  ['', 0],
  ['0', 0],
  ['2', 2],
])('TRUSTED_PROXIES=%s is a number of proxies', (text, expected) => {
  expect(proxiesIn(text)).toBe(expected);
});

it('TRUSTED_PROXIES names the networks of proxies', () => {
  const proxies = proxiesIn('10.0.0.0/8, 192.0.2.4,fd00::/8');
  if (typeof proxies === 'number') throw new Error('not networks');
  const asked = ['10.9.9.9', '192.0.2.4', '192.0.2.5', 'fd12::1', '2001:db8::1', 'unknown', ''];
  expect(asked.map((address) => isTrusted(proxies, address))).toEqual([
    true,
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
});

it.each([
  '11',
  '-1',
  'loopback',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  'fd00::/129',
  '0.0.0.0/0',
  '::/0',
  '1,10.0.0.1',
])('TRUSTED_PROXIES=%s is refused', (text) => {
  expect(() => proxiesIn(text)).toThrow(/TRUSTED_PROXIES must be a .*number from 0 to 10/);
});

it('says what is wrong in a list', () => {
  expect(() => proxiesIn('10.0.0.0/8,10.0.0.300')).toThrow(
    'TRUSTED_PROXIES must be a number from 0 to 10, or a list of addresses and networks like 10.0.0.0/8, got "10.0.0.300"',
  );
});
