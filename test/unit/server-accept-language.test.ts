import { describe, expect, it } from 'vitest';
import { parseAcceptLanguage } from '../../src/server/accept-language.js';

describe('parseAcceptLanguage', () => {
  it.each([
    [undefined, []],
    [null, []],
    ['', []],
    ['fr', ['fr']],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', ['fr-CH', 'fr', 'en', 'de']],
    ['en;q=0.1,fr;q=0.9,de', ['de', 'fr', 'en']],
    ['fr;q=0, en', ['en']],
    ['en ; Q=0.3 , pt_BR', ['pt_BR', 'en']],
    // What is broken says nothing about a wish.
    ['fr;q=2, de;q=x, en;q=-1, it', ['it']],
    ['<script>, ../../etc, fr fr', []],
    [Array.from({ length: 50 }, () => 'fr').join(), Array.from({ length: 20 }, () => 'fr')],
  ])('reads %o as %o', (header, expected) => {
    expect(parseAcceptLanguage(header)).toEqual(expected);
  });
});
