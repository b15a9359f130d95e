/** A header is up to 16 KB; nobody reads this many languages. */
const MAX_LANGUAGES = 20;

/** `fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5` -> fr-CH, fr, en: best first, those of weight 0 and what is no language left out. */
export function parseAcceptLanguage(header: string | null | undefined): string[] {
  return (header ?? '')
    .split(',', 100)
    .map(parseRange)
    .filter(({ language, weight }) => /^[a-z]{1,8}([-_][a-z0-9]{1,8})*$/i.test(language) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_LANGUAGES)
    .map(({ language }) => language);
}

function parseRange(text: string): { readonly language: string; readonly weight: number } {
  const [language = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => /^q=/i.test(parameter));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { language, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}
