/** Stands for a character that the font lacks: seen by whoever reads the ticket, and by whoever tests it. */
export const REPLACEMENT = '\ufffd';

export interface PrintableTextOptions {
  readonly has: (codePoint: number) => boolean;
  /** Otherwise neighbouring spaces, line ends and tabs become one space, and none stays at the ends. */
  readonly keepsSpaces: boolean;
}

/**
 * What can be set in a line: composed accents, no control characters and none of those that turn the direction of
 * what follows. A character that the font lacks becomes a visible one, not nothing.
 */
export function printableText(text: string, { has, keepsSpaces }: PrintableTextOptions): string {
  const plain = keepsSpaces ? text : text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return [...graphemesOf(plain)]
    .map((grapheme) => {
      const visible = Array.from(grapheme).filter((character) => keepsSpaces || !/\p{Cf}/u.test(character));
      const isKnown = visible.every(
        (character) => !/\p{C}/u.test(character) && has(character.codePointAt(0)!),
      );
      return isKnown ? visible.join('') : REPLACEMENT;
    })
    .join('');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}
