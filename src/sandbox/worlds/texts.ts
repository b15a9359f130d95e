import type { TranslatedString } from '../model.js';

/** One text in some languages; a missing one is a missing translation. */
export interface Text {
  readonly fr?: string;
  readonly en?: string;
  readonly de?: string;
}

export const LOCALES = ['fr', 'en', 'de'] as const;

/** A text as S-360 writes it. A new object each time, as set-ups are edited in place. */
export function translated(text: Text): TranslatedString {
  return {
    translations: LOCALES.flatMap((locale) => {
      const value = text[locale];
      return value === undefined ? [] : [{ locale, value }];
    }),
  };
}

/** The same word in every language: names of people, places and teams. */
export function everywhere(value: string): Text {
  return { fr: value, en: value, de: value };
}

/** Puts texts together language by language; a language that one of them lacks is left out. */
export function joined(parts: readonly Text[], separator: string): Text {
  return mapped((locale) => {
    const values = parts.map((part) => part[locale]);
    return values.includes(undefined) ? undefined : values.join(separator);
  });
}

/** A text made language by language. */
export function mapped(valueIn: (locale: (typeof LOCALES)[number]) => string | undefined): Text {
  const text: { fr?: string; en?: string; de?: string } = {};
  for (const locale of LOCALES) {
    const value = valueIn(locale);
    if (value !== undefined) text[locale] = value;
  }
  return text;
}
