import { describe, expect, it } from 'vitest';
import {
  addressData,
  contactChangeData,
  mapContact,
  newContactData,
} from '../../src/datasources/contacts-mapping.js';
import type { WireObject } from '../../src/datasources/s360/answer-decoder.js';
import type { Contact } from '../../src/domain/contact.js';
import { UpstreamShapeError } from '../../src/errors.js';
import { newContact } from '../support/contact-records.js';

const CALL = { institution: 'lyric', service: 'ContactInformationPublicService', method: 'getContactData' };

function mapped(wire: WireObject, words: string[] = []): Contact {
  return mapContact(CALL, wire, {
    toOurs: (upstreamMs) => upstreamMs - 1_000,
    onUnknownWord: (path, word) => words.push(`${path} ${word}`),
  });
}

describe('a contact as S-360 sends it', () => {
  it('is read with its number as text, on our clock', () => {
    expect(
      mapped({
        contactNumber: '00000000000000000042',
        type: 'STRUCTURE',
        creationDate: '2025-02-11T08:15:00.000Z',
      }),
    ).toEqual({
      number: '00000000000000000042',
      kind: 'STRUCTURE',
      role: null,
      state: null,
      firstName: null,
      lastName: null,
      structureName: null,
      email: null,
      phone: null,
      language: null,
      createdAt: Date.UTC(2025, 1, 11, 8, 15) - 1_000,
      addresses: [],
      criteria: [],
    });
  });

  it('of a kind that is new is UNKNOWN, and the word is told; without any word nothing is', () => {
    const words: string[] = [];
    expect(mapped({ contactNumber: '1', type: 'constructor' }, words).kind).toBe('UNKNOWN');
    expect(mapped({ contactNumber: '1' }, words).kind).toBe('UNKNOWN');
    expect(words).toEqual(['type constructor']);
  });

  it.each<[string, WireObject]>([
    ['no number', {}],
    ['a number that is none', { contactNumber: '42a' }],
    ['a number of 21 digits', { contactNumber: '1'.repeat(21) }],
  ])('with %s is not believed', (_what, wire) => {
    expect(() => mapped(wire)).toThrow(UpstreamShapeError);
  });

  it.each(['2025-02-11', '2025-02-11T08:15:00', '2025-02-31T08:15:00Z', 'soon'])(
    'has no time of creation when it says %s',
    (creationDate) => {
      expect(mapped({ contactNumber: '1', creationDate }).createdAt).toBeNull();
    },
  );

  it('leaves out addresses without id, criteria without code, empty lines and empty texts', () => {
    const { addresses, criteria, email } = mapped({
      contactNumber: '1',
      individualContact: { email: '  ' },
      addresses: [
        { town: 'Bern' },
        { contactAddressId: '90210044520', main: true, street1: 'A', street2: ' ', street3: 'B', town: '' },
      ],
      contactCriteria: [
        { values: ['x'] },
        { criterionCode: 'A', values: ['x', 'y'] },
        { criterionCode: 'B' },
      ],
    });
    expect(email).toBeNull();
    expect(addresses).toMatchObject([{ id: '90210044520', isMain: true, lines: ['A', 'B'], town: null }]);
    expect(criteria).toEqual([
      { code: 'A', values: ['x', 'y'] },
      { code: 'B', values: [] },
    ]);
  });
});

describe('what S-360 is sent', () => {
  it('of a structure with its relay has email and telephone in the block of the structure', () => {
    const wanted = newContact({ kind: 'STRUCTURE', structureName: 'Club', phone: '1' });
    expect(newContactData(wanted)).toMatchObject({
      individualContact: { individualFirstname: 'Noa', individualLastname: 'Keller' },
      structureContact: { structureName: 'Club', email: 'noa@example.org', phoneNumber1: '1' },
    });
    expect(newContactData(wanted)['individualContact']).not.toHaveProperty('email');
  });

  it('of a change has an empty text for what is cleared, and no block when nothing in it changes', () => {
    expect(contactChangeData('INDIVIDUAL', { email: null, lastName: 'K' })).toEqual({
      language: undefined,
      individualContact: {
        individualFirstname: undefined,
        individualLastname: 'K',
        email: '',
        phoneNumber1: undefined,
      },
    });
    expect(contactChangeData('STRUCTURE', { language: 'fr' })).toEqual({
      language: 'fr',
      structureContact: undefined,
    });
  });

  it('of an address that is changed clears the lines it no longer has; of a new one it names none', () => {
    expect(addressData('7', { lines: ['A'] })).toMatchObject({ street1: 'A', street2: '', street4: '' });
    expect(addressData(null, { lines: ['A'] })).toMatchObject({ street1: 'A', street2: undefined });
  });
});
