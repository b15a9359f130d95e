/** Null: not an http(s) address, or one with a query or a fragment, to which no path can be added. */
export function httpAddressOf(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') return null;
  return url;
}
