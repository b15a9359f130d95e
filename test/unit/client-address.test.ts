import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { clientAddressOf } from '../../src/server/client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

it.each([
  ['the socket says where it comes from', from('203.0.113.7'), 0, '203.0.113.7'],
  ['nobody is believed who is no proxy of ours', from('203.0.113.7', '198.51.100.1'), 0, '203.0.113.7'],
  ['one proxy of ours is', from('10.0.0.1', '198.51.100.1'), 1, '198.51.100.1'],
  ['but nobody before it', from('10.0.0.1', '1.1.1.1, 198.51.100.1'), 1, '198.51.100.1'],
  ['two in a row', from('10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2'), 2, '198.51.100.1'],
  ['a chain that is too short has its first', from('10.0.0.1', '198.51.100.1'), 5, '198.51.100.1'],
  ['IPv4 within IPv6 is IPv4', from('::ffff:203.0.113.7'), 0, '203.0.113.7'],
  ['one network of IPv6 is one', from('2001:db8:0:1:aaaa::1'), 0, '2001:db8:0:1::/64'],
  ['however it is written', from('2001:0db8::1:ffff:0:0:1'), 0, '2001:db8:0:1::/64'],
  ['this machine', from('::1'), 0, '0:0:0:0::/64'],
  ['with a port', from('10.0.0.1', '[2001:db8::5]:4711'), 1, '2001:db8:0:0::/64'],
])('%s', (_what, request, proxies, expected) => {
  expect(clientAddressOf(request, proxies)).toBe(expected);
});
