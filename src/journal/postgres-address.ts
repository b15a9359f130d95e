/**
 * What is wrong with a DATABASE_URL, as a rule without the address itself; null when nothing is. Signs of a password
 * that was not percent-encoded are refused, because parts of it would be taken for host, port or database and printed.
 */
export function problemOfPostgresAddress(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    return 'must be an address that begins with postgres:// or postgresql://';
  }
  const names = [...url.searchParams.keys()];
  if (url.hash !== '' || /[@/]/.test(url.pathname.slice(1)) || !names.every((name) => /^\w+$/.test(name))) {
    return 'must be postgres://user:password@host:port/database, with # / ? @ of a password percent-encoded';
  }
  if (url.hostname === '' && !url.searchParams.has('host')) return 'must name a host';
  return null;
}

/** `db.example:5432/foyer`: enough to find the database, and never who logs in. */
export function nameOfPostgres(address: string): string {
  const url = new URL(address);
  const host = url.searchParams.get('host') ?? url.hostname;
  const port = url.searchParams.get('port') ?? (url.port === '' ? '5432' : url.port);
  const database = url.pathname.slice(1);
  return `${host}:${port}${database === '' ? '' : `/${database}`}`;
}
