import type { TranslatedString } from './model.js';

/** The file tells no language; the venues of this format are French. */
export const FILE_LOCALE = 'fr';

/** Short and unique for its kind, as S-360's codes are. */
export function codeOf(id: number): string {
  return id.toString(36).toUpperCase();
}

/** A name that the file lacks is a missing translation. */
export function inFrench(value: string | undefined): TranslatedString {
  return { translations: value === undefined ? [] : [{ locale: FILE_LOCALE, value }] };
}

/** Lists by key, keys in the order of their first element. */
export function grouped<Element, Key>(
  elements: readonly Element[],
  keyOf: (element: Element) => Key,
): ReadonlyMap<Key, readonly Element[]> {
  const groups = new Map<Key, Element[]>();
  for (const element of elements) {
    const group = groups.get(keyOf(element));
    if (group) group.push(element);
    else groups.set(keyOf(element), [element]);
  }
  return groups;
}
