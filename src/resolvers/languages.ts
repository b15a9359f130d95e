import { ArgsType, Field } from 'type-graphql';
import { translate, type TranslatedText } from '../domain/text.js';
import type { CatalogSnapshot } from '../cache/catalog-snapshot.types.js';

@ArgsType()
export class LanguageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "BCP 47, for example `fr-CH`. Without it: the languages of the request's Accept-Language, then the venue's.",
  })
  readonly lang?: string | null;
}

/** The part of the context that texts need. */
export interface Languages {
  readonly languages: readonly string[];
}

/** The languages to try, best first: the one asked for, the caller's, the venue's. */
export function preferredLanguages(
  snapshot: CatalogSnapshot,
  { languages }: Languages,
  lang?: string | null,
): readonly string[] {
  const venue = snapshot.pointOfSales.languages;
  if (lang === undefined || lang === null) return languages.length === 0 ? venue : [...languages, ...venue];
  return [lang, ...languages, ...venue];
}

/** The text in the best language there is; null when it has none at all. */
export function textIn(
  text: TranslatedText,
  snapshot: CatalogSnapshot,
  { lang }: LanguageArgs,
  context: Languages,
): string | null {
  return translate(text, preferredLanguages(snapshot, context, lang));
}
