import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { isTrusted, type TrustedProxies } from './trusted-proxies.js';

/**
 * Where a request comes from, as far as that can be known. Each proxy writes at the end of `X-Forwarded-For` whom it was
 * asked by: those entries are believed that our own proxies wrote, and what stands before them was written by anybody. An
 * IPv6 network (/64) counts as one: whoever has an address in it has all of them.
 */
export function clientAddressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxies: TrustedProxies,
): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((entry) => bareAddress(entry.trim()))
    .filter((entry) => entry !== '');
  const hops = [...forwarded, bareAddress(socket.remoteAddress ?? '')];
  return networkOf(
    typeof trustedProxies === 'number'
      ? hops[Math.max(0, hops.length - 1 - trustedProxies)]!
      : firstStranger(hops, (address) => isTrusted(trustedProxies, address)),
  );
}

/** From the nearest on. A proxy that does not say by whom it was asked is itself the last that is known. */
function firstStranger(hops: readonly string[], isOurs: (address: string) => boolean): string {
  let index = hops.length - 1;
  while (index > 0 && isOurs(hops[index]!) && isIP(hops[index - 1]!) !== 0) index -= 1;
  return hops[index]!;
}

/** Without a port, and IPv4 as such where it is written as IPv6. */
function bareAddress(text: string): string {
  return text
    .replace(/^\[|\](:\d+)?$/g, '')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '');
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ? tail.split(':') : [])];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
