import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Whose `X-Forwarded-For` is believed: that of proxies in these networks, or of so many in front, whoever they are. A
 * number is safe only where nobody reaches the port but through all of them.
 */
export type TrustedProxies = number | BlockList;

/** Addresses and networks (`10.0.0.0/8`, `fd00::/8`), separated by commas; or the first entry that is neither. */
export function parseProxyNetworks(text: string): BlockList | { readonly wrong: string } {
  const networks = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [address = '', bits, ...rest] = entry.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
    // A network of all addresses would let everybody choose his own.
    if (isIP(address) === 0 || rest.length > 0 || !(prefix >= 1 && prefix <= most)) return { wrong: entry };
    networks.addSubnet(address, prefix, familyOf(address));
  }
  return networks;
}

export function isTrusted(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
