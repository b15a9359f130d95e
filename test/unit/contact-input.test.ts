import { describe, expect, it } from 'vitest';
import { parseContactId } from '../../src/domain/contact.js';
import { sameAddress } from '../../src/services/contacts/contact-addresses.js';
import { readContactChange, readNewContact } from '../../src/services/contacts/contact-input.js';
import { contactFingerprints } from '../../src/services/contacts/contact-keys.js';
import { contactsLike, isSameContact } from '../../src/services/contacts/contact-look-up.js';
import {
  checkedText,
  EMAIL,
  LANGUAGE,
  NAME,
  PHONE,
  type TextRule,
} from '../../src/services/contacts/contact-texts.js';
import { ContactRefusals } from '../../src/services/contacts/contact-refusals.js';
import { contact, fakeContacts, newContact } from '../support/contact-records.js';

const INPUT = { institution: 'lyric', clientRequestId: 'a', kind: 'INDIVIDUAL' } as const;

describe('a text of a contact', () => {
  const brokenBy = (text: string, rule: TextRule): string | null => {
    const refusals = new ContactRefusals();
    checkedText(refusals, ['it'], text, rule);
    return refusals.all[0]?.message ?? null;
  };

  it.each<[string, TextRule]>([
    ["Zoë O'Neill-Łukasz (3rd) & <sons>", NAME],
    ['山田 太郎', NAME],
    ['𝒩oa 👩‍👩‍👧', NAME],
    ['Room 4111111111111112', NAME],
    ['a@b', EMAIL],
    ["o'neill+tickets@mail.example.org", EMAIL],
    ['+41 (0)21 / 555.01-17', PHONE],
    ['4111 1111 1111 1111', PHONE],
    ['fr', LANGUAGE],
    ['pt_BR', LANGUAGE],
    ['zh-Hant-TW', LANGUAGE],
  ])('may be %s', (text, rule) => {
    expect(brokenBy(text, rule)).toBeNull();
  });

  it.each<[string, TextRule, RegExp]>([
    ['a\u0000', NAME, /control characters/],
    ['a\u0085b', NAME, /control characters/],
    ['a\ufffe', NAME, /control characters/],
    ['a\udc00b', NAME, /control characters/],
    ['a\tb', NAME, /control characters/],
    ['a]]>b', NAME, /]]>/],
    ['4111-1111-1111-1111', NAME, /payment card/],
    ['card 5500005555555559 of Noa', NAME, /payment card/],
    ['x'.repeat(101), NAME, /at most 100 characters, got 101/],
    ['a b@c', EMAIL, /one @/],
    ['@', EMAIL, /one @/],
    ['a@b@c', EMAIL, /one @/],
    ['- -', PHONE, /telephone number/],
    ['x'.repeat(41), PHONE, /at most 40/],
    ['f', LANGUAGE, /language tag/],
  ])('may not be %j', (text, rule, message) => {
    expect(brokenBy(text, rule)).toMatch(message);
  });

  it('is not repeated by the message that refuses it', () => {
    expect(brokenBy('canary', EMAIL)).not.toContain('canary');
  });

  it('of a hundred thousand characters is refused at once', () => {
    const startedAt = performance.now();
    for (const rule of [NAME, EMAIL, PHONE, LANGUAGE]) brokenBy(`${'1 '.repeat(50_000)}@`, rule);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('a new contact', () => {
  it('is read without blanks around its texts, empty ones being none', () => {
    const read = readNewContact({ ...INPUT, firstName: ' Noa ', lastName: '', email: 'noa@example.org ' });
    expect(read).toEqual({ value: newContact({ lastName: null }) });
  });

  it('has at most 20 refusals, whatever it brings', () => {
    const criteria = Array.from({ length: 50 }, () => ({ code: '<', values: [] }));
    const read = readNewContact({ ...INPUT, criteria });
    expect('refusals' in read && read.refusals.length).toBe(20);
  });
});

describe('a change', () => {
  it('holds only what is given, with null for what is cleared', () => {
    const before = contact('1', { phone: '1' });
    expect(readContactChange({ id: 'lyric:1', phone: '', firstName: 'Nora' }, before)).toEqual({
      value: { phone: null, firstName: 'Nora' },
    });
    expect(readContactChange({ id: 'lyric:1' }, before)).toEqual({ value: {} });
  });

  it('is not held against what the contact has of itself', () => {
    const relay = contact('1', { role: 'RELAY', structureName: 'Club' });
    const nameless = contact('1', { firstName: null, lastName: null });
    for (const before of [relay, nameless]) {
      expect(readContactChange({ id: 'lyric:1', email: 'a@b' }, before)).toEqual({ value: { email: 'a@b' } });
    }
  });

  it('of a kind that S-360 added since keeps to the rules of an individual', () => {
    const before = contact('1', { kind: 'UNKNOWN' });
    expect(readContactChange({ id: 'lyric:1', structureName: 'Club' }, before)).toMatchObject({
      refusals: [{ path: ['structureName'] }],
    });
  });
});

describe('the id of a contact', () => {
  it('keeps its zeros, and up to 20 digits', () => {
    expect(parseContactId('id', 'lyric:00000000000000000001')).toEqual({
      institution: 'lyric',
      s360Id: '00000000000000000001',
    });
    expect(() => parseContactId('id', 'lyric:000000000000000000001')).toThrow(/`id` must look like/);
  });
});

describe('the fingerprint of a request', () => {
  const print = (changes: Parameters<typeof newContact>[0]): string =>
    contactFingerprints({ signatures: (purpose, text) => [`${purpose}: ${text}`] }, newContact(changes))[0];

  it('changes with everything that is asked for', () => {
    const prints = [
      {},
      { firstName: 'Nora' },
      { firstName: null },
      { lastName: 'Kunz' },
      { email: null },
      { phone: '1' },
      { language: 'fr' },
      { kind: 'STRUCTURE', structureName: 'Club' } as const,
      { address: { lines: ['1'] } },
      { address: { lines: ['1'], isMain: true } },
      { address: { lines: ['1', '2'] } },
      { criteria: [{ code: 'A', values: [] }] },
      { criteria: [{ code: 'A', values: ['B'] }] },
    ].map(print);
    expect(new Set(prints).size).toBe(prints.length);
    expect(print({ address: { lines: ['1'], town: null } })).toBe(print({ address: { lines: ['1'] } }));
  });
});

describe('the contact of a lost answer', () => {
  it.each<[Parameters<typeof contact>[1], boolean]>([
    [{}, true],
    [{ firstName: 'NOA', lastName: 'Kéller', email: 'Noa@Example.org' }, true],
    [{ lastName: 'Kunz' }, false],
    [{ email: null }, false],
    [{ kind: 'STRUCTURE' }, false],
    [{ phone: '021 555' }, false],
  ])('with %j is one: %s', (changes, isSame) => {
    expect(isSameContact(contact('1', changes), newContact())).toBe(isSame);
  });

  it('has its telephone number, however that is written', () => {
    expect(isSameContact(contact('1', { phone: '+41 21 555' }), newContact({ phone: '+41-21-555' }))).toBe(
      true,
    );
  });

  it('is looked for page by page', async () => {
    const source = fakeContacts(() => 0);
    const pages = [500, 500, 3].map((length, page) =>
      Array.from({ length }, (_one, index) =>
        contact(`${page}${index}`, { createdAt: page * 1_000 + index }),
      ),
    );
    source.search = async (_search, { offset }) => pages[offset / 500] ?? [];
    const found = await contactsLike(source, newContact(), { createdFrom: 2_001, parts: new Set() });
    expect(found.map(({ number }) => number)).toEqual(['21', '22']);
  });
});

describe('an address to be added', () => {
  const KNOWN = {
    id: '7',
    name: null,
    isMain: true,
    isBilling: false,
    isShipping: false,
    lines: ['Seegasse 8'],
    zipCode: '8001',
    town: 'Zürich',
    countryCode: 'CH',
  };
  const wanted = { lines: ['seegasse 8'], zipCode: '8001', town: 'Zurich', countryCode: 'CH' };

  it.each([
    [wanted, { id: '7', isAsFlagged: true }],
    [
      { ...wanted, isMain: false },
      { id: '7', isAsFlagged: true },
    ],
    [
      { ...wanted, isBilling: true },
      { id: '7', isAsFlagged: false },
    ],
    [
      { ...wanted, isShipping: false },
      { id: '7', isAsFlagged: true },
    ],
    [{ ...wanted, zipCode: '8002' }, undefined],
    [{ ...wanted, name: 'Home' }, undefined],
  ])('as %j is there already: %j', (address, same) => {
    expect(sameAddress([KNOWN], address)).toEqual(same);
  });
});
