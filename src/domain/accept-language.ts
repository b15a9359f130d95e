/** No client means more languages than this, and each is looked for in every name. */
const MAX_LANGUAGES = 10;

/**
 * The languages of an `Accept-Language` header (RFC 9110, section 12.5.4), best first, ties in the order written.
 * Without `*` and what has weight 0; a part that cannot be read is passed over.
 */
export function parseAcceptLanguage(header: string | null): readonly string[] {
  if (header === null) return [];
  return header
    .slice(0, 1_000)
    .split(',')
    .flatMap((part) => {
      const [, tag, weight] =
        /^\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(part) ?? [];
      return tag === undefined ? [] : [{ tag, weight: weight === undefined ? 1 : Number(weight) }];
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_LANGUAGES)
    .map(({ tag }) => tag);
}
