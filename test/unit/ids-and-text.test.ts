import { describe, expect, it } from 'vitest';
import { parseGlobalId, quote } from '../../src/domain/ids.js';
import { translate, type TranslatedText } from '../../src/domain/text.js';
import { InvalidInputError } from '../../src/errors.js';

describe('parseGlobalId', () => {
  it('takes a 19-digit id apart without losing a digit', () => {
    expect(parseGlobalId('id', 'lyric:9223372036854775807')).toEqual({
      institution: 'lyric',
      s360Id: '9223372036854775807',
    });
  });

  it.each([
    '',
    'lyric',
    'lyric:',
    ':12',
    'lyric:12a',
    'Lyric:12',
    'lyric:12:13',
    'lyric:-1',
    `lyric:${'9'.repeat(20)}`,
  ])('refuses %j, naming the argument and the rule', (id) => {
    expect(() => parseGlobalId('filter.ids[3]', id)).toThrow(InvalidInputError);
    expect(() => parseGlobalId('filter.ids[3]', id)).toThrow(/`filter\.ids\[3\]` must look like/);
  });

  it('does not repeat what may be a name in the wrong place', () => {
    expect(() => parseGlobalId('id', 'ada@example.org')).toThrow(/, got 15 characters$/);
  });
});

describe('what an operator wrote', () => {
  it.each([
    ['4oo0', '"4oo0"'],
    ['small=ftp://me:pass/w@rd@s360.example', '"small=ftp://…@s360.example"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  ])('is shown without who logs in: %s', (text, shown) => {
    expect(quote(text)).toBe(shown);
  });
});

describe('translate', () => {
  const text: TranslatedText = [
    ['fr', 'Salle'],
    ['en_GB', 'Hall'],
    ['de', ''],
  ];

  it.each([
    [['en-GB'], 'Hall'],
    [['en'], 'Hall'],
    [['fr-CH', 'en'], 'Salle'],
    [['de', 'en'], 'Hall'],
    [['it'], 'Salle'],
    [[], 'Salle'],
  ])('for %j answers %s', (languages, expected) => {
    expect(translate(text, languages)).toBe(expected);
  });

  it('answers null when there is no translation at all', () => {
    expect(translate([['fr', '']], ['fr'])).toBeNull();
  });
});
