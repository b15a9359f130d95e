import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAcceptLanguage } from '../../src/domain/accept-language.js';

it.each([
  [null, []],
  ['', []],
  ['fr', ['fr']],
  ['de;q=0.5, fr-CH, en;q=0.8', ['fr-CH', 'en', 'de']],
  ['*, en;q=0, it;q=0.001', ['it']],
  ['fr;q=2, en ; q=0.3 ,;;, x-', ['en']],
])('parseAcceptLanguage reads %j as %j', (header, languages) => {
  expect(parseAcceptLanguage(header)).toEqual(languages);
});

it('parseAcceptLanguage answers at most ten tags for any header', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (header) => parseAcceptLanguage(header).length <= 10),
  );
  expect(parseAcceptLanguage('fr,'.repeat(1_000))).toHaveLength(10);
});
