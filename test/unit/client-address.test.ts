import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { clientAddressOf } from '../../src/server/client-address.js';
import { parseProxyNetworks, type TrustedProxies } from '../../src/server/trusted-proxies.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

function networks(text: string): TrustedProxies {
  const parsed = parseProxyNetworks(text);
  if ('wrong' in parsed) throw new Error(parsed.wrong);
  return parsed;
}

const OURS = networks('10.0.0.0/8, 192.0.2.4, fd00::/8');

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

it.each([
  ['a proxy that is named is believed', from('10.0.0.1', '198.51.100.1'), '198.51.100.1'],
  [
    'so are several, and nobody before them',
    from('fd00::1', '1.1.1.1, 198.51.100.1, 192.0.2.4'),
    '198.51.100.1',
  ],
  ['however IPv4 is written', from('::ffff:10.0.0.1', '198.51.100.1'), '198.51.100.1'],
  ['who comes past the proxy is not', from('203.0.113.7', '198.51.100.1'), '203.0.113.7'],
  ['not even with a proxy of ours in his chain', from('203.0.113.7', '1.1.1.1, 10.0.0.1'), '203.0.113.7'],
  ['a chain of ours alone has its first', from('10.0.0.1', '10.0.0.3, 10.0.0.2'), '10.0.0.3'],
  ['what is no address is nobody', from('10.0.0.1', '1.1.1.1, unknown'), '10.0.0.1'],
  ['a proxy that says nothing', from('10.0.0.1'), '10.0.0.1'],
  ['with a port', from('10.0.0.1', '198.51.100.1:4711'), '198.51.100.1'],
])('of networks: %s', (_what, request, expected) => {
  expect(clientAddressOf(request, OURS)).toBe(expected);
});
