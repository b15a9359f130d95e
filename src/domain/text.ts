/**
 * A text in several languages, as S-360 sends it: pairs of locale (`fr`, `en`, `pt_BR`) and value, in S-360's
 * order. A list and not an object, because locales come from outside.
 */
export type TranslatedText = readonly (readonly [locale: string, value: string])[];

/**
 * The first translation found in the order of `languages`; each matches its own locale first, then any locale of
 * the same primary language (`fr-CH` finds `fr`). Then whatever translation there is, else null.
 */
export function translate(text: TranslatedText, languages: readonly string[]): string | null {
  // Most seat categories and tariffs are written in one language, and a page names thousands of them.
  if (text.length === 1) return text[0]![1] === '' ? null : text[0]![1];
  for (const wanted of languages) {
    const exact = normaliseLocale(wanted);
    const found =
      text.find(([locale]) => normaliseLocale(locale) === exact) ??
      text.find(([locale]) => primary(locale) === primary(wanted));
    if (found && found[1] !== '') return found[1];
  }
  return text.find(([, value]) => value !== '')?.[1] ?? null;
}

function normaliseLocale(locale: string): string {
  return locale.replaceAll('_', '-').toLowerCase();
}

function primary(locale: string): string {
  return normaliseLocale(locale).split('-', 1)[0]!;
}
