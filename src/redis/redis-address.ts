/** What is wrong with a REDIS_URL, as a rule without the address itself, which may hold a password; null when nothing is. */
export function problemOfRedisAddress(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol)) {
    return 'must be an address that begins with redis:// or rediss://';
  }
  if (url.hostname === '') return 'must name a host';
  if (url.search !== '' || url.hash !== '' || !/^\/?\d*$/.test(url.pathname)) {
    return 'must be redis://user:password@host:port/number, with # / ? @ of a password percent-encoded';
  }
  return null;
}

/** `redis.example:6379/0`: enough to find it, and never who logs in. */
export function nameOfRedis(address: string): string {
  const { hostname, port, pathname } = new URL(address);
  return `${hostname}:${port === '' ? '6379' : port}${pathname}`;
}
