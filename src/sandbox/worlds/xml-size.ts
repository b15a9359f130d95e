/**
 * How many bytes a value takes as SOAP writes it: an element for each member, lists repeated, nothing for what is
 * absent. For making a catalog of a wanted size.
 */
export function xmlSize(name: string, value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + xmlSize(name, element), 0);
  let size = 2 * name.length + '<></>'.length;
  if (typeof value === 'string') return size + escapedSize(value);
  if (typeof value === 'object') {
    for (const [member, content] of Object.entries(value)) size += xmlSize(member, content);
    return size;
  }
  return size + JSON.stringify(value).length;
}

/** `<` becomes `&lt;` and `&` becomes `&amp;`. */
function escapedSize(text: string): number {
  const brackets = text.match(/[<>]/g)?.length ?? 0;
  const ampersands = text.match(/&/g)?.length ?? 0;
  return Buffer.byteLength(text) + 3 * brackets + 4 * ampersands;
}
